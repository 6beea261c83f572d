"""Where the files of a pack go: a folder, or one encrypted file.

Nothing has its final name before everything was written, flushed, read back from the medium
and compared. What a crash leaves is named ``….unfinished``.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from typing import TYPE_CHECKING, Protocol

from workstation.casework.court_pack.medium import UNFINISHED, on_medium
from workstation.domain.errors_export import ExportGoneError, ExportPlaceError, ExportReadBackError
from workstation.platform import failpoints
from workstation.vault.diskfile import drop_cache, sync_directory, write_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

PIECE_BYTES = 1 << 20


class Sink(Protocol):
    """Takes files one after the other."""

    def add(self, path: str, size_bytes: int, pieces: Iterable[memoryview | bytes]) -> None:
        """Write a file of exactly ``size_bytes``; ``path`` is relative, with slashes."""
        ...

    def check(self, written: Mapping[str, str], on_bytes: Callable[[int], None]) -> None:
        """Read everything back from the medium; ``written`` is SHA-256 by path.

        Raises:
            ExportReadBackError: something else comes back.
        """
        ...

    def finish(self) -> Path:
        """Give the pack its final name, durably; where it lies."""
        ...

    def abandon(self) -> None:
        """Remove what was written so far, as far as the medium lets us."""
        ...


class FolderSink:
    """A folder on a disk or a stick."""

    def __init__(self, directory: Path, name: str) -> None:
        self._final = directory / name
        self._root = directory / f"{name}{UNFINISHED}"
        with on_medium(self._root):
            if self._final.exists():
                raise ExportPlaceError(path=str(self._final), reason=os.strerror(17))
            self._root.mkdir()
            self._identity = _identity(self._root)
        self._made = {self._root}

    def _require_there(self) -> None:
        """A disk that is gone leaves an empty directory: nothing plain is written below that."""
        if _identity(self._root) != self._identity:
            raise ExportGoneError(path=str(self._root))

    def add(self, path: str, size_bytes: int, pieces: Iterable[memoryview | bytes]) -> None:
        place = self._root / path
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        with on_medium(place):
            self._require_there()
            self._made.update(parent for parent in place.parents if parent > self._root)
            place.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(place, flags, 0o644)
            try:
                for piece in pieces:
                    write_all(descriptor, memoryview(piece))
                os.fsync(descriptor)
                drop_cache(descriptor)
                failpoints.reach("export.file_written")
                if os.fstat(descriptor).st_size != size_bytes:
                    raise ExportReadBackError(path=path)
            finally:
                os.close(descriptor)

    def check(self, written: Mapping[str, str], on_bytes: Callable[[int], None]) -> None:
        for path, sha256 in written.items():
            if _digest_of(self._root / path, on_bytes) != sha256:
                raise ExportReadBackError(path=path)

    def finish(self) -> Path:
        with on_medium(self._final):
            self._require_there()
            for directory in sorted(self._made, reverse=True):
                sync_directory(directory)
            failpoints.reach("export.written")
            self._root.rename(self._final)
            sync_directory(self._final.parent)
        return self._final

    def abandon(self) -> None:
        shutil.rmtree(self._root, ignore_errors=True)


def _identity(directory: Path) -> tuple[int, int]:
    """Which directory of which file system it is."""
    found = directory.stat()
    return (found.st_dev, found.st_ino)


def _digest_of(path: Path, on_bytes: Callable[[int], None]) -> str:
    """SHA-256 of what the medium gives now; our own cached pages of it were dropped."""
    found = hashlib.sha256()
    with on_medium(path), path.open("rb", buffering=0) as file:
        drop_cache(file.fileno())
        while piece := file.read(PIECE_BYTES):
            found.update(piece)
            on_bytes(len(piece))
    return found.hexdigest()
