"""Files below one open directory: whatever is mounted over its path later, we stay in it."""

from __future__ import annotations

import contextlib
import errno
import mmap
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BLOCK_BYTES = 1 << 20
PUBLISHED_MODE = 0o444  # nobody has reason to write to what is published
_READ = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW
_NO_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})


def let_go(descriptor: int) -> None:
    """Close a descriptor; what a dead mount says to that changes nothing.

    Nobody counts on bytes before they were flushed and read back, and the descriptor is gone
    whatever the answer is (close(2)).
    """
    with contextlib.suppress(OSError):
        os.close(descriptor)


class Tree:
    """Names relative to a directory held open.

    An unmounted disk leaves an empty directory behind; a path would lead us there, the
    descriptor does not. All methods raise ``OSError``.
    """

    def __init__(self, root: Path) -> None:
        self._root = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    def close(self) -> None:
        let_go(self._root)

    def open(self, name: str, flags: int, mode: int = 0o600) -> int:
        return os.open(name, flags | os.O_CLOEXEC | os.O_NOFOLLOW, mode, dir_fd=self._root)

    def size(self, name: str) -> int | None:
        """Bytes in a file, or None where there is none."""
        try:
            return os.stat(name, dir_fd=self._root, follow_symlinks=False).st_size
        except (FileNotFoundError, NotADirectoryError):
            return None

    def unlink(self, name: str) -> None:
        """Remove a name if it is there."""
        try:
            os.unlink(name, dir_fd=self._root)
        except FileNotFoundError:
            return

    def open_part(self, name: str) -> int:
        """Open an unfinished file to go on writing; one that has its final name is let go."""
        try:
            found = os.stat(name, dir_fd=self._root, follow_symlinks=False)
        except FileNotFoundError:
            pass
        else:
            if found.st_nlink > 1:  # published, and a crash kept this name: never write to it
                self.unlink(name)
            else:
                os.chmod(name, 0o600, dir_fd=self._root)  # commit may have made it read-only
        return self.open(name, os.O_WRONLY | os.O_CREAT)

    def names(self, directory: str) -> list[tuple[str, bool]]:
        """What a directory holds, and whether each is a directory; empty where it is missing."""
        try:
            descriptor = self.open(directory, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:
            return []
        try:
            with os.scandir(descriptor) as entries:
                return [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
        finally:
            let_go(descriptor)

    def make_directories(self, directory: str) -> None:
        """``mkdir -p``, each new name durable before the next is made in it."""
        parent = "."
        for part in filter(None, directory.split("/")):
            path = f"{parent}/{part}"
            try:
                os.mkdir(path, 0o755, dir_fd=self._root)
            except FileExistsError:
                pass
            else:
                self.sync(parent)
            parent = path

    def sync(self, directory: str) -> None:
        """Make the names in a directory durable."""
        descriptor = self.open(directory or ".", os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            let_go(descriptor)

    def write_new(self, name: str, content: bytes) -> None:
        """A small read-only file, on the medium when this returns; an older one is replaced."""
        self.unlink(name)
        descriptor = self.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        try:
            left = memoryview(content)
            while left:
                left = left[os.write(descriptor, left) :]
            os.fchmod(descriptor, PUBLISHED_MODE)
            os.fsync(descriptor)
        finally:
            let_go(descriptor)

    def replace(self, name: str, content: bytes) -> None:
        """Put other content in place of a name's, in one step: the one thing that changes."""
        directory, _, last = name.rpartition("/")
        self.make_directories(directory)
        fresh = f"{directory}/.{last}.new" if directory else f".{last}.new"
        self.write_new(fresh, content)
        os.replace(fresh, name, src_dir_fd=self._root, dst_dir_fd=self._root)
        self.sync(directory)

    def mark(self, name: str) -> str | None:
        """What differs whenever a name's content was replaced; None where there is none."""
        try:
            found = os.stat(name, dir_fd=self._root, follow_symlinks=False)
        except (FileNotFoundError, NotADirectoryError):
            return None
        return f"{found.st_ino}-{found.st_mtime_ns}-{found.st_size}"

    def publish(self, source: str, target: str) -> None:
        """Give a finished file its final name, durably; never over an existing one.

        Raises:
            FileExistsError: the name is taken.
        """
        directory = target.rpartition("/")[0]
        self.make_directories(directory)
        try:
            os.link(
                source,
                target,
                src_dir_fd=self._root,
                dst_dir_fd=self._root,
                follow_symlinks=False,
            )
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            # FAT, exFAT and some network mounts know no links. Only this station writes below
            # its own prefixes, so nobody can take the name between the look and the rename.
            if self.size(target) is not None:
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), target) from error
            os.rename(source, target, src_dir_fd=self._root, dst_dir_fd=self._root)
        self.sync(directory)
        self.unlink(source)


class MediumReader:
    """Reads a file from the medium: O_DIRECT where offered, else after dropping its cache."""

    def __init__(self, tree: Tree, name: str, offset: int = 0) -> None:
        self._buffer = mmap.mmap(-1, BLOCK_BYTES)
        self._held = memoryview(self._buffer)[:0]
        self._skip = offset % BLOCK_BYTES  # O_DIRECT reads whole blocks
        self._offset = offset - self._skip
        try:
            self._descriptor = tree.open(name, _READ | os.O_DIRECT)
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
            self._descriptor = _open_uncached(tree, name)

    def readinto(self, buffer: memoryview) -> int:
        """Fill from the start of ``buffer``; 0 at the end. Raises ``OSError``."""
        if not self._held and buffer:
            self._held.release()
            count = os.preadv(self._descriptor, [self._buffer], self._offset)
            self._offset += count
            self._held = memoryview(self._buffer)[self._skip : max(count, self._skip)]
            self._skip = 0
        count = min(len(buffer), len(self._held))
        buffer[:count] = self._held[:count]
        self._held = self._held[count:]
        return count

    def blocks(self) -> Iterator[memoryview]:
        """The whole file, piece by piece."""
        buffer = memoryview(bytearray(BLOCK_BYTES))
        while count := self.readinto(buffer):
            yield buffer[:count]

    def close(self) -> None:
        self._held.release()
        self._buffer.close()
        let_go(self._descriptor)


def _open_uncached(tree: Tree, name: str) -> int:
    descriptor = tree.open(name, _READ)
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    return descriptor
