"""The place a pack is written to: failures by kind, and file systems with limits."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from workstation.domain.errors import StationError
from workstation.domain.errors_export import (
    ExportFullError,
    ExportGoneError,
    ExportPlaceError,
    ExportTooLargeError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

UNFINISHED = ".unfinished"
# What the kernel says of a stick that was pulled out, and of a directory that went with it.
GONE = frozenset({errno.EIO, errno.ENODEV, errno.ENXIO, errno.ENOENT, errno.ESTALE})
FREE_BESIDE_BYTES = 1 << 20  # directories and the last blocks of files


@contextmanager
def on_medium(path: Path) -> Iterator[None]:
    """Turn what the kernel says about the target into errors by kind.

    Raises:
        ExportFullError: no room. ExportTooLargeError: the file system holds no such file.
        ExportGoneError: the disk is not there any more. ExportPlaceError: anything else.
    """
    try:
        yield
    except StationError:
        raise
    except OSError as error:
        match error.errno:
            case errno.ENOSPC | errno.EDQUOT:
                raise ExportFullError(path=str(path)) from error
            case errno.EFBIG:
                raise ExportTooLargeError(path=str(path)) from error
            case number if number in GONE:
                raise ExportGoneError(path=str(path)) from error
            case _:
                reason = os.strerror(error.errno or 0)
                raise ExportPlaceError(path=str(path), reason=reason) from error


def require_place(directory: Path, needed_bytes: int) -> None:
    """Refuse at once what can not end well.

    Raises:
        ExportPlaceError: it is no directory that we can write into.
        ExportFullError: it has less room than the pack needs.
    """
    if not directory.is_dir():
        raise ExportPlaceError(path=str(directory), reason=os.strerror(errno.ENOTDIR))
    if not os.access(directory, os.W_OK | os.X_OK):
        raise ExportPlaceError(path=str(directory), reason=os.strerror(errno.EACCES))
    with on_medium(directory):
        stats = os.statvfs(directory)
    free = stats.f_bavail * stats.f_frsize
    if free < needed_bytes + FREE_BESIDE_BYTES:
        raise ExportFullError(path=str(directory), needed_bytes=needed_bytes, free_bytes=free)
