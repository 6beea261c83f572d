"""The top directory of a card, held open, so that no other card can be read in its place."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.domain.errors import (
    EntryUnreadableError,
    EntryVanishedError,
    RecorderGoneError,
    RecorderSwappedError,
    RecorderUnreadableError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workstation.domain.errors import StationError

# What the kernel says of a device, a FUSE server or a file handle that is no more.
_GONE = frozenset({errno.ENODEV, errno.ENXIO, errno.ESTALE, errno.ENOTCONN, errno.ENOMEDIUM})
_VANISHED = frozenset({errno.ENOENT, errno.ENOTDIR})
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# A named pipe in place of a file must not hold the lane up: O_NONBLOCK lets it open at once.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Medium:
    """A mounted tree. Every path is walked from the open top directory, links are refused.

    Used by one thread. Opens nothing for writing and leaves access times alone where the
    kernel allows that.
    """

    def __init__(self, source: str) -> None:
        """Open the top directory.

        Raises:
            RecorderGoneError: there is none.
            RecorderUnreadableError: it is there but may not or can not be opened.
        """
        self._root = Path(source)
        self._noatime = os.O_NOATIME
        try:
            self._fd = self._open(os.fsencode(source), _DIRECTORY & ~os.O_NOFOLLOW, None)
        except OSError as error:
            if error.errno in _GONE | _VANISHED:
                raise RecorderGoneError(source=source, errno=error.errno) from error
            raise RecorderUnreadableError(source=source, errno=error.errno) from error
        top = os.fstat(self._fd)
        self.device = top.st_dev
        self._inode = top.st_ino
        self._is_mount = self._root.is_mount()
        # A file system without a block device (network, memory, FUSE) has no such entry.
        disk = Path(f"/sys/dev/block/{os.major(top.st_dev)}:{os.minor(top.st_dev)}")
        self._disk = disk if disk.exists() else None

    @property
    def fd(self) -> int:
        """The top directory."""
        return self._fd

    @property
    def is_mount(self) -> bool:
        """Whether a file system of its own was mounted there when it was opened."""
        return self._is_mount

    def close(self) -> None:
        """Let go, so that the card can be unmounted."""
        os.close(self._fd)

    def check_place(self) -> None:
        """Make sure that the path still leads to the card we opened; two system calls.

        Raises:
            RecorderSwappedError: another file system answers at the path.
            RecorderGoneError: nothing does, or the disk is no more.
        """
        source = str(self._root)
        try:
            top = self._root.stat()
        except OSError as error:
            raise RecorderGoneError(source=source, errno=error.errno) from error
        if (top.st_dev, top.st_ino) != (self.device, self._inode):
            if self._is_mount and not self._root.is_mount():
                raise RecorderGoneError(source=source, reason="unmounted")
            raise RecorderSwappedError(source=source)
        if self._disk is not None and not self._disk.exists():
            raise RecorderGoneError(source=source, reason="disk_removed")

    def check(self) -> None:
        """Make sure that the card we opened is still there and answers.

        An empty directory or "no such file" proves nothing: a FAT file system whose disk was
        pulled out lists as empty without an error, so the disk itself is asked for too.

        Raises:
            RecorderGoneError: it is not, or does not (or ``RecorderSwappedError``).
        """
        self.check_place()
        try:
            os.statvfs(self._fd)
            with os.scandir(self._fd) as listing:
                next(listing, None)
        except PermissionError:
            return  # it answers, and that is all that was asked
        except OSError as error:
            raise RecorderGoneError(source=str(self._root), errno=error.errno) from error

    def check_listable(self) -> None:
        """Make sure that the top directory lists at all.

        Raises:
            RecorderGoneError: the card left meanwhile.
            RecorderUnreadableError: it is there, its file system does not answer.
        """
        try:
            with os.scandir(self._fd) as listing:
                for _ in listing:
                    pass
        except OSError as error:
            if error.errno in _GONE:
                raise RecorderGoneError(source=str(self._root), errno=error.errno) from error
            raise RecorderUnreadableError(source=str(self._root), errno=error.errno) from error

    def translate(self, error: OSError, path: str, offset: int = 0) -> StationError:
        """What an error on one file means; asks the medium whether it is the only one.

        Raises:
            RecorderGoneError: the card is not there any more (or ``RecorderSwappedError``).
        """
        self.check()
        if error.errno in _GONE:
            return RecorderGoneError(path=path, errno=error.errno)
        if error.errno in _VANISHED:
            return EntryVanishedError(path=path, errno=error.errno)
        return EntryUnreadableError(path=path, offset=offset, errno=error.errno)

    def open_directory(self, name: bytes, parent: int) -> int:
        """A descriptor of one sub-directory, never through a link.

        Raises:
            OSError: as the kernel says.
        """
        return self._open(name, _DIRECTORY, parent)

    @contextmanager
    def parent(self, raw_path: bytes) -> Iterator[tuple[bytes, int]]:
        """The last part of a path, and a descriptor of the directory it is in.

        Raises:
            OSError: as the kernel says; ``ENOENT`` for a path that leaves the card.
        """
        *directories, name = raw_path.split(b"/")
        if any(part in {b"", b".", b".."} for part in (*directories, name)):
            raise OSError(errno.ENOENT, os.strerror(errno.ENOENT), raw_path)
        current = self._fd
        try:
            for directory in directories:
                inner = self.open_directory(directory, current)
                if current != self._fd:
                    os.close(current)
                current = inner
            yield name, current
        finally:
            if current != self._fd:
                os.close(current)

    def open_file(self, raw_path: bytes) -> int:
        """A descriptor of a regular file of this card, for reading forward once.

        Raises:
            OSError: as the kernel says; ``EINVAL`` when it is no regular file of this card.
            RecorderGoneError: the card left (or ``RecorderSwappedError``).
        """
        self.check_place()
        with self.parent(raw_path) as (name, directory):
            descriptor = self._open(name, _FILE, directory)
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_dev != self.device:
            os.close(descriptor)
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), raw_path)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_SEQUENTIAL)
        return descriptor

    def names_in(self, parts: tuple[bytes, ...]) -> tuple[list[bytes], list[bytes]]:
        """Sub-directories and files of one directory, by the parts of its path.

        Raises:
            OSError: as the kernel says.
        """
        inner: list[bytes] = []
        files: list[bytes] = []
        path = b"/".join((*parts, b"x"))
        with self.parent(path) as (_, directory), os.scandir(directory) as listing:
            for one in listing:
                kind = inner if one.is_dir(follow_symlinks=False) else files
                kind.append(os.fsencode(one.name))
        return inner, files

    def read_small(self, path: str, limit_bytes: int) -> bytes:
        """The beginning of a file; nothing where it is not there or not readable."""
        try:
            descriptor = self.open_file(path.encode())
        except OSError:
            return b""
        try:
            return os.read(descriptor, limit_bytes)
        except OSError:
            return b""
        finally:
            os.close(descriptor)

    def stat(self, raw_path: bytes) -> os.stat_result:
        """Look at one file without opening it.

        Raises:
            OSError: as the kernel says.
            RecorderGoneError: the card left (or ``RecorderSwappedError``).
        """
        self.check_place()
        with self.parent(raw_path) as (name, directory):
            return os.stat(name, dir_fd=directory, follow_symlinks=False)

    @property
    def is_read_only(self) -> bool:
        """Whether the card is mounted so that nothing can be written."""
        return bool(os.fstatvfs(self._fd).f_flag & os.ST_RDONLY)

    def remove(self, raw_path: bytes) -> None:
        """Remove one file's name and have that written to the card.

        Raises:
            OSError: as the kernel says.
            RecorderGoneError: the card left (or ``RecorderSwappedError``).
        """
        self.check_place()
        with self.parent(raw_path) as (name, directory):
            os.unlink(name, dir_fd=directory)
            os.fsync(directory)

    def _open(self, name: bytes, flags: int, parent: int | None) -> int:
        try:
            return os.open(name, flags | self._noatime, dir_fd=parent)
        except PermissionError as error:
            if error.errno != errno.EPERM or not self._noatime:
                raise
        self._noatime = 0  # only the owner of a file may leave its access time alone
        return os.open(name, flags, dir_fd=parent)
