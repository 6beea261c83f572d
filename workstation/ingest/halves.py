"""What interrupted copies left in staging, and which of it may save reading again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workstation.domain.errors import IntegrityError, ObjectDamagedError, StationError
from workstation.vault.sealed import SealedReader
from workstation.vault.store import associated_data

if TYPE_CHECKING:
    from pathlib import Path

    from workstation.catalog.collections import FileKey
    from workstation.catalog.reader import Catalog
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
        for clip_id in self._left_behind.get(_key(entry), ()):
            found = self._open(clip_id)
            if found is None:
                continue
            if best is None or found.size_bytes > best.size_bytes:
                best, found = found, best
            if found is not None:  # the longer one serves in its stead
                self.close(found)
                self._vault.discard_staged(found.path)
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

    def discard(self, entry: ClipEntry) -> None:
        """The file is in the vault: every half of it, used or not, has served."""
        for clip_id in self._left_behind.get(_key(entry), ()):
            self._vault.discard_staged(self._vault.staging / clip_id)


def worth_keeping(vault: Vault, catalog: Catalog) -> set[ClipId]:
    """Of what lies in staging: the longest half of each file that is not in the vault yet.

    The rest would only hold on to room: no docking is going to look for it.
    """
    lengths = vault.staged_bytes()
    kept: set[ClipId] = set()
    for serial in catalog.recorders_of_halves(lengths):
        known = catalog.known_files(serial)
        for key, names in catalog.half_files(serial).items():
            halves = [(lengths.get(name, 0), name) for name in names]
            length, longest = max(halves)
            if length >= WORTH_BYTES and key not in known:
                kept.add(longest)
    return kept


def _key(entry: ClipEntry) -> FileKey:
    return (entry.path, entry.size_bytes, entry.mtime_ns)


def _good_bytes(reader: SealedReader) -> int:
    """Plaintext bytes up to the first segment that does not hold; the reader ends there."""
    try:
        return reader.check()
    except ObjectDamagedError as error:
        segment = error.facts.get("segment")
        if not isinstance(segment, int):
            return 0
        reader.cut(segment)
        return reader.size_bytes
    except IntegrityError:
        return 0
