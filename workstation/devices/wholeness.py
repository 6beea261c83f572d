"""Whether a file that somebody else puts into a folder is whole yet."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

Inode = tuple[int, int]


class Wholeness:
    """A judgement on the files of one folder at one moment.

    Whole means: nothing about it changed for ``settle_s`` seconds, and no process of this
    machine has it open for writing. The change time counts beside the modification time,
    because copying programs set back the latter but can not set the former.
    """

    def __init__(self, root: Path, settle_s: float, now: datetime) -> None:
        self._settle_s = settle_s
        self._now_s = now.timestamp()
        self._writing = open_for_writing(root)

    def is_unfinished(self, status: os.stat_result) -> bool:
        """Whether it must not be taken yet.

        Times ahead of the clock (somebody set it back) count as settled once they are
        further away than ``settle_s``: a file that is still written stays near to now.
        """
        for moment_ns in (status.st_ctime_ns, status.st_mtime_ns):
            if abs(self._now_s - moment_ns / 1e9) < self._settle_s:
                return True
        return (status.st_dev, status.st_ino) in self._writing


def open_for_writing(root: Path) -> frozenset[Inode]:
    """Files under ``root`` that some process has open for writing, as /proc tells.

    Processes of other users are seen only with the right to look at them; where /proc does
    not tell, settling alone decides.
    """
    prefix = f"{root.resolve()}/"
    found: set[Inode] = set()
    for process in Path("/proc").iterdir():
        if not process.name.isdecimal():
            continue
        try:
            descriptors = list((process / "fd").iterdir())
        except OSError:
            continue  # ended meanwhile, or not ours to look at
        for descriptor in descriptors:
            inode = _written_under(process, descriptor, prefix)
            if inode is not None:
                found.add(inode)
    return frozenset(found)


def _written_under(process: Path, descriptor: Path, prefix: str) -> Inode | None:
    try:
        if not str(descriptor.readlink()).startswith(prefix):
            return None
        lines = (process / "fdinfo" / descriptor.name).read_text("ascii").splitlines()
        flags = next(int(line.split()[1], 8) for line in lines if line.startswith("flags:"))
        status = descriptor.stat()
    except (OSError, StopIteration):
        return None  # closed while we were looking
    is_writing = flags & os.O_ACCMODE != os.O_RDONLY
    return (status.st_dev, status.st_ino) if is_writing else None
