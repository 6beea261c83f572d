"""List everything on a card: in one order, within limits, and nothing left out in silence."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workstation.devices import names
from workstation.devices.file_names import NOT_EVIDENCE
from workstation.devices.found import SPECIAL_FILE, Form, Found, describe, line
from workstation.domain.errors import RecorderUnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from workstation.devices.medium import Medium
    from workstation.devices.profiles import Profile
    from workstation.domain.clip import ClipEntry

IN_PROGRESS = "entry.in_progress"
DIRECTORY_LOOP = "entry.directory_loop"
DIRECTORY_UNREADABLE = "entry.directory_unreadable"
OVER_LIMIT = "entry.over_limit"

# A broken FAT can make a directory contain itself, and a FUSE driver gives each level a new
# inode, so equal listings, depth and count end it too. Real cards are at most 6 directories
# deep and hold some 20,000 files.
MAX_DEPTH = 32
MAX_ENTRIES = 500_000


@dataclass(frozen=True, slots=True)
class _Place:
    """A directory on the way down, and what was met on the way: inodes, and listings."""

    fd: int
    raw_path: bytes
    path: str
    findings: tuple[str, ...]
    inodes: frozenset[tuple[int, int]]
    listings: frozenset[int] = frozenset()


@dataclass(slots=True)
class _Child(Found):
    """A name with what the file system says of it."""

    status: os.stat_result | None = None  # None where it can not be looked at


class Walk:
    """One listing of a card."""

    def __init__(
        self,
        medium: Medium,
        profile: Profile,
        is_unfinished: Callable[[os.stat_result], bool] | None = None,
    ) -> None:
        self._medium = medium
        self._profile = profile
        self._is_unfinished = is_unfinished
        self._count = 0

    def entries(self) -> Iterator[ClipEntry]:
        """Everything there is, in the order of the raw paths.

        Raises:
            RecorderGoneError: the card left; also when that shows only at the end.
            RecorderUnreadableError: its top directory can not be listed.
        """
        top = os.fstat(self._medium.fd)
        inodes = frozenset({(top.st_dev, top.st_ino)})
        for entry in self._directory(_Place(self._medium.fd, b"", "", (), inodes)):
            self._count += 1
            if self._count > MAX_ENTRIES:
                yield line(entry.path, entry.raw_path, OVER_LIMIT)
                break
            yield entry
        self._medium.check()

    def _directory(self, place: _Place) -> Iterator[ClipEntry]:
        children, is_whole = self._children(place)
        listing = _fingerprint(children)
        if listing in place.listings:
            yield line(place.path, place.raw_path, DIRECTORY_LOOP)
            return
        inner = replace(place, listings=place.listings | ({listing} if listing else set()))
        for child, described in zip(
            children,
            describe(children, place.path, place.raw_path, place.findings, self._profile),
            strict=True,
        ):
            if child.is_directory:
                yield from self._descend(
                    replace(
                        inner,
                        raw_path=described.raw_path,
                        path=described.path,
                        findings=described.findings,
                    ),
                    child,
                )
            else:
                yield described.entry(self._unfinished_code(child))
        if not is_whole:
            yield line(place.path or ".", place.raw_path or b".", DIRECTORY_UNREADABLE)

    def _children(self, place: _Place) -> tuple[list[_Child], bool]:
        """What a directory lists, sorted, and whether it listed to its end."""
        children: list[_Child] = []
        try:
            with os.scandir(place.fd) as listing:
                children.extend(map(_child, listing))  # what came before an error is kept
        except OSError as error:
            self._medium.check()
            if not place.path and not children:
                raise RecorderUnreadableError(errno=error.errno) from error
            return sorted(children, key=lambda child: child.order), False
        if any(child.status is None for child in children):
            self._medium.check()
        return sorted(children, key=lambda child: child.order), True

    def _descend(self, place: _Place, child: _Child) -> Iterator[ClipEntry]:
        """Go into a directory; ``place.fd`` is still its parent's."""
        status = child.status
        if status is None or self._profile.is_skipped(place.path):
            yield line(place.path, place.raw_path, NOT_EVIDENCE)
            return
        here = (status.st_dev, status.st_ino)
        if here in place.inodes or len(place.inodes) > MAX_DEPTH:
            yield line(place.path, place.raw_path, DIRECTORY_LOOP)
            return
        if status.st_dev != self._medium.device:
            yield line(place.path, place.raw_path, SPECIAL_FILE)
            return
        try:
            fd = self._medium.open_directory(child.raw_name, place.fd)
        except OSError:
            self._medium.check()
            yield line(place.path, place.raw_path, DIRECTORY_UNREADABLE)
            return
        try:
            yield from self._directory(replace(place, fd=fd, inodes=place.inodes | {here}))
        finally:
            os.close(fd)

    def _unfinished_code(self, child: _Child) -> str | None:
        if self._is_unfinished is None or child.status is None:
            return None
        return IN_PROGRESS if self._is_unfinished(child.status) else None


def _child(found: os.DirEntry[str]) -> _Child:
    raw_name = os.fsencode(found.name)
    name, findings = names.display(raw_name)
    status = _look(found)
    if status is None:
        return _Child(raw_name, name, findings, Form.UNKNOWN)
    form = Form.OTHER
    if stat.S_ISDIR(status.st_mode):
        form = Form.DIRECTORY
    elif stat.S_ISREG(status.st_mode):
        form = Form.FILE
    return _Child(raw_name, name, findings, form, status.st_size, status.st_mtime_ns, status)


def _look(found: os.DirEntry[str]) -> os.stat_result | None:
    try:
        return found.stat(follow_symlinks=False)
    except OSError:
        return None


def _fingerprint(children: list[_Child]) -> int:
    """Equal for a directory and its own reappearance below; 0 for one without files."""
    files = tuple(
        (child.raw_name, child.size_bytes, child.mtime_ns)
        for child in children
        if child.form is Form.FILE
    )
    return hash((files, tuple(child.raw_name for child in children))) if files else 0
