"""List everything on a card: in one order, within limits, and nothing left out in silence."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workstation.devices import names
from workstation.devices.file_names import NOT_EVIDENCE
from workstation.domain.clip import ClipEntry, ClipKind
from workstation.domain.errors import RecorderUnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from workstation.devices.file_names import NameFacts
    from workstation.devices.medium import Medium
    from workstation.devices.profiles import Profile

IN_PROGRESS = "entry.in_progress"
ZERO_BYTES = "entry.zero_bytes"
SPECIAL_FILE = "entry.special_file"
UNREADABLE = "entry.unreadable"
DIRECTORY_LOOP = "entry.directory_loop"
DIRECTORY_UNREADABLE = "entry.directory_unreadable"
OVER_LIMIT = "entry.over_limit"

# A broken FAT can make a directory contain itself, and a FUSE driver gives each level a new
# inode, so equal listings, depth and count end it too. Real cards are at most 6 directories
# deep and hold some 20,000 files.
MAX_DEPTH = 32
MAX_ENTRIES = 500_000

_KIND_ORDER = {ClipKind.VIDEO: 0, ClipKind.AUDIO: 1, ClipKind.PHOTO: 2}


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
class _Child:
    """One name in a directory, before it is known what it belongs to."""

    raw_name: bytes
    name: str
    findings: tuple[str, ...]
    status: os.stat_result | None  # None where it can not be looked at

    @property
    def is_directory(self) -> bool:
        return self.status is not None and stat.S_ISDIR(self.status.st_mode)

    @property
    def order(self) -> bytes:
        """Sorts a directory as the paths inside it do, so the whole listing is in byte order."""
        return self.raw_name + b"/" if self.is_directory else self.raw_name


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
                yield _line(entry.path, entry.raw_path, OVER_LIMIT)
                break
            yield entry
        self._medium.check()

    def _directory(self, place: _Place) -> Iterator[ClipEntry]:
        children, is_whole = self._children(place)
        listing = _fingerprint(children)
        if listing in place.listings:
            yield _line(place.path, place.raw_path, DIRECTORY_LOOP)
            return
        listings = place.listings | ({listing} if listing else set())
        prefix, raw_prefix = (place.path + "/", place.raw_path + b"/") if place.path else ("", b"")
        clashes = names.clashing(child.name for child in children)
        facts = {
            child.raw_name: self._profile.classify(prefix + child.name)
            for child in children
            if not child.is_directory
        }
        owners = _owners(children, facts, prefix)
        for child in children:
            findings = place.findings + child.findings
            if child.name in clashes:
                findings += (names.CASE_CLASH,)
            path, raw_path = prefix + child.name, raw_prefix + child.raw_name
            if child.is_directory:
                inner = _Place(place.fd, raw_path, path, findings, place.inodes, listings)
                yield from self._descend(inner, child)
            else:
                claim = facts[child.raw_name]
                yield self._entry(child, path, raw_path, (claim, owners, findings))
        if not is_whole:
            yield _line(place.path or ".", place.raw_path or b".", DIRECTORY_UNREADABLE)

    def _children(self, place: _Place) -> tuple[list[_Child], bool]:
        """What a directory lists, sorted, and whether it listed to its end."""
        children: list[_Child] = []
        try:
            with os.scandir(place.fd) as listing:
                for found in listing:
                    raw_name = os.fsencode(found.name)
                    name, findings = names.display(raw_name)
                    children.append(_Child(raw_name, name, findings, _look(found)))
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
            yield _line(place.path, place.raw_path, NOT_EVIDENCE)
            return
        here = (status.st_dev, status.st_ino)
        if here in place.inodes or len(place.inodes) > MAX_DEPTH:
            yield _line(place.path, place.raw_path, DIRECTORY_LOOP)
            return
        if status.st_dev != self._medium.device:
            yield _line(place.path, place.raw_path, SPECIAL_FILE)
            return
        try:
            fd = self._medium.open_directory(child.raw_name, place.fd)
        except OSError:
            self._medium.check()
            yield _line(place.path, place.raw_path, DIRECTORY_UNREADABLE)
            return
        try:
            yield from self._directory(replace(place, fd=fd, inodes=place.inodes | {here}))
        finally:
            os.close(fd)

    def _entry(
        self,
        child: _Child,
        path: str,
        raw_path: bytes,
        known: tuple[NameFacts, dict[str, str], tuple[str, ...]],
    ) -> ClipEntry:
        facts, owners, findings = known
        owner = next((owners[stem] for stem in facts.sidecar_stems if stem in owners), None)
        return ClipEntry(
            path=path,
            raw_path=raw_path,
            size_bytes=child.status.st_size if child.status else 0,
            mtime_ns=child.status.st_mtime_ns if child.status else 0,
            kind=facts.kind,
            recorded_at=facts.recorded_at,
            badge=facts.badge,
            recorder_serial=facts.serial,
            sequence=facts.sequence,
            important=facts.important,
            sidecar_of=owner,
            skip_code=self._skip_code(child.status, facts),
            findings=findings + facts.findings,
        )

    def _skip_code(self, status: os.stat_result | None, facts: NameFacts) -> str | None:
        if status is None:
            return UNREADABLE
        if not stat.S_ISREG(status.st_mode):
            return SPECIAL_FILE
        if facts.skip_code:
            return facts.skip_code
        if self._is_unfinished is not None and self._is_unfinished(status):
            return IN_PROGRESS
        return None if status.st_size else ZERO_BYTES


def _look(found: os.DirEntry[str]) -> os.stat_result | None:
    try:
        return found.stat(follow_symlinks=False)
    except OSError:
        return None


def _owners(children: list[_Child], facts: dict[bytes, NameFacts], prefix: str) -> dict[str, str]:
    """Path of the clip for each stem of this directory; a video goes before a sound."""
    owners: dict[str, tuple[int, str]] = {}
    for child in children:
        claim = facts.get(child.raw_name)
        if claim is None or claim.sidecar_stems or claim.kind not in _KIND_ORDER:
            continue
        stem = child.name.lower().rpartition(".")[0]
        candidate = (_KIND_ORDER[claim.kind], prefix + child.name)
        owners[stem] = min(owners.get(stem, candidate), candidate)
    return {stem: path for stem, (_, path) in owners.items()}


def _fingerprint(children: list[_Child]) -> int:
    """Equal for a directory and its own reappearance below; 0 for one without files."""
    files = tuple(
        (child.raw_name, child.status.st_size, child.status.st_mtime_ns)
        for child in children
        if child.status is not None and stat.S_ISREG(child.status.st_mode)
    )
    return hash((files, tuple(child.raw_name for child in children))) if files else 0


def _line(path: str, raw_path: bytes, code: str) -> ClipEntry:
    """A line of the report for what is not a file to copy."""
    return ClipEntry(path, raw_path, 0, 0, ClipKind.OTHER, skip_code=code)
