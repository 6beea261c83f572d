"""What is mounted where, as the kernel tells this process."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

MOUNTINFO = Path("/proc/self/mountinfo")
_ESCAPED = re.compile(rb"\\([0-7]{3})")


@dataclass(frozen=True, slots=True)
class Mount:
    """A file system that is mounted whole.

    ``number`` is the device number of the file system; ``source`` what was mounted, as given.
    """

    number: int
    source: str
    mount_point: str
    mount_id: int
    options: str


def read_mounts(path: Path = MOUNTINFO) -> list[Mount]:
    """All mounts in the order they were made; proc(5) describes the lines.

    Bind mounts of a sub-directory are left out: they do not show the whole card.
    """
    mounts = []
    for line in path.read_bytes().splitlines():
        fields = line.split(b" ")
        try:
            after = fields.index(b"-", 6)
            major, _, minor = fields[2].partition(b":")
            mount = Mount(
                number=os.makedev(int(major), int(minor)),
                source=_text(fields[after + 2]),
                mount_point=_text(fields[4]),
                mount_id=int(fields[0]),
                options=_text(fields[5]),
            )
        except (ValueError, IndexError):
            continue  # a form that proc(5) does not know
        if fields[3] == b"/":
            mounts.append(mount)
    return mounts


def mount_of(mounts: list[Mount], number: int, node: str) -> Mount | None:
    """The latest mount of a block device, by its number.

    By its node's name only where one of the numbers is none of a device: some file systems
    have a number of their own.
    """
    for mount in reversed(mounts):
        if number and mount.number == number:
            return mount
        is_numbered = number and os.major(mount.number)
        if node and mount.source == node and not is_numbered:
            return mount
    return None


def _text(field: bytes) -> str:
    """Undo the octal escapes for blank, tab, newline and backslash."""
    return os.fsdecode(_ESCAPED.sub(lambda match: bytes([int(match.group(1), 8)]), field))
