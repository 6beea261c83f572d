"""Files of the vault at the level of the disk: direct I/O, durability, errors by kind.

Direct I/O is used where the file system offers it: a clip is written once and read again long
after, so the page cache only costs (measured here: 350 MB/s buffered with fsync against
1,100 to 2,700 MB/s direct), and a direct read is the honest way to check what is on the disk.
"""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.domain.errors import (
    ObjectMissingError,
    StationError,
    VaultFullError,
    VaultIoError,
    VaultReadOnlyError,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ALIGN_BYTES = 4096
_HUGE_PAGE_BYTES = 2 << 20
_PRIVATE = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS  # the default is shared memory: slower to touch

_libc = ctypes.CDLL(None, use_errno=True)


@contextmanager
def translated(place: str) -> Iterator[None]:
    """Turn what the kernel says about the vault's disk into errors by kind.

    Raises:
        VaultFullError: ENOSPC, EDQUOT, EFBIG.
        VaultReadOnlyError: EROFS, EACCES, EPERM.
        ObjectMissingError: ENOENT.
        VaultIoError: anything else.
    """
    try:
        yield
    except StationError:
        raise
    except OSError as error:
        facts = {"place": place, "errno": error.errno, "reason": os.strerror(error.errno or 0)}
        match error.errno:
            case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
                raise VaultFullError(**facts) from error
            case errno.EROFS | errno.EACCES | errno.EPERM:
                raise VaultReadOnlyError(**facts) from error
            case errno.ENOENT:
                raise ObjectMissingError(**facts) from error
            case _:
                raise VaultIoError(**facts) from error


def open_direct(path: Path, flags: int, mode: int = 0o600) -> tuple[int, bool]:
    """Open with O_DIRECT where the file system can; says whether it could."""
    try:
        return os.open(path, flags | os.O_DIRECT | os.O_CLOEXEC, mode), True
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        # An O_CREAT that fails with EINVAL may have left an empty file behind: ours to reuse.
        return os.open(path, flags & ~os.O_EXCL | os.O_CLOEXEC, mode), False


def aligned_buffer(size_bytes: int) -> memoryview:
    """Anonymous memory on a page boundary, as direct I/O wants it."""
    return aligned_buffers(size_bytes, 1)[0]


def aligned_buffers(size_bytes: int, count: int) -> list[memoryview]:
    """So many buffers side by side in huge pages, where the kernel gives them.

    Blocks strewn over small pages fall on one another in the processor's cache by chance: sealing
    was then measured up to four times slower, for as long as the process kept those pages.
    """
    step = -(-size_bytes // ALIGN_BYTES) * ALIGN_BYTES
    if step * count < _HUGE_PAGE_BYTES:  # a huge page would be cleared for nothing
        view = memoryview(mmap.mmap(-1, step * count, flags=_PRIVATE))
        return [view[n * step : (n + 1) * step] for n in range(count)]
    whole = -(-step * count // _HUGE_PAGE_BYTES) * _HUGE_PAGE_BYTES
    arena = mmap.mmap(-1, whole + _HUGE_PAGE_BYTES, flags=_PRIVATE)
    with suppress(OSError):  # a kernel without huge pages
        arena.madvise(mmap.MADV_HUGEPAGE)
    start = -ctypes.addressof(ctypes.c_char.from_buffer(arena)) % _HUGE_PAGE_BYTES
    view = memoryview(arena)
    return [view[start + n * step : start + (n + 1) * step] for n in range(count)]


def write_all(descriptor: int, view: memoryview) -> None:
    """``os.write`` until nothing is left."""
    while view:
        view = view[os.write(descriptor, view) :]


def drop_cache(descriptor: int) -> None:
    """Make the next buffered read come from the disk (the file must be fsynced)."""
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)


def sync_directory(path: Path) -> None:
    """Make names in ``path`` durable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_file_system(path: Path) -> None:
    """One flush for everything written to the file system of ``path`` (Linux ``syncfs``)."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        if _libc.syncfs(descriptor) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(path))
    finally:
        os.close(descriptor)


def sync_directories(paths: Iterable[Path]) -> None:
    """Make names durable in several directories, each once."""
    for path in sorted(set(paths)):
        sync_directory(path)


def write_durably(path: Path, content: bytes, mode: int = 0o440) -> None:
    """A small file that is either there whole or not at all."""
    temporary = Path(f"{path}.{os.getpid()}.part")
    temporary.unlink(missing_ok=True)  # of a process that died here and had our number
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        write_all(descriptor, memoryview(content))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    temporary.replace(path)
    sync_directory(path.parent)
