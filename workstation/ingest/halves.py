"""What interrupted copies left in staging, and which of it may save reading again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workstation.domain.errors import IntegrityError, ObjectDamagedError, StationError
from workstation.vault.sealed import SealedReader
from workstation.vault.store import associated_data

if TYPE_CHECKING:
    from pathlib import Path

    from workstation.catalog.reader import FileKey
    from workstation.domain.clip import ClipEntry, ClipId
    from workstation.vault.store import Vault

WORTH_BYTES = 16 << 20  # below this, reading again is cheaper than looking


@dataclass(frozen=True, slots=True)
class Half:
    """The whole segments of an unfinished copy; ``size_bytes`` of plaintext have good tags."""

    path: Path
    reader: SealedReader
    size_bytes: int


class Halves:
    """Finds the half of a file by recorder, path, size and time; content is proved later."""

    def __init__(self, vault: Vault, left_behind: dict[FileKey, list[ClipId]]) -> None:
        self._vault = vault
        self._left_behind = left_behind

    def find(self, entry: ClipEntry) -> Half | None:
        """The longest usable half of this very file, opened; None where there is none."""
        best: Half | None = None
        if entry.size_bytes < WORTH_BYTES:
            return None
        for clip_id in self._left_behind.get((entry.path, entry.size_bytes, entry.mtime_ns), ()):
            found = self._open(clip_id)
            if found is None:
                continue
            if best is None or found.size_bytes > best.size_bytes:
                self.close(best)
                best = found
            else:
                self.close(found)
        return best

    def _open(self, clip_id: ClipId) -> Half | None:
        path = self._vault.staging / clip_id
        if not path.exists():
            return None
        for key in self._vault.keyring.keys:
            try:
                reader = SealedReader(path, key, associated_data(clip_id), unfinished=True)
            except StationError:
                continue
            length = _good_bytes(reader)
            if length >= WORTH_BYTES:
                return Half(path, reader, length)
            reader.close()
        return None

    def close(self, half: Half | None) -> None:
        """Let go of a half's file."""
        if half is not None:
            half.reader.close()

    def discard(self, half: Half | None) -> None:
        """The file it was a half of is in the vault: it has served."""
        if half is not None:
            self._vault.discard_staged(half.path)


def _good_bytes(reader: SealedReader) -> int:
    """Plaintext bytes up to the first segment that does not hold."""
    try:
        return reader.check()
    except ObjectDamagedError as error:
        segment = error.facts.get("segment")
        if not isinstance(segment, int) or segment == 0:
            return 0
        geometry = reader.geometry
        return geometry.first_plain_bytes + (segment - 1) * geometry.plain_bytes
    except IntegrityError:
        return 0
