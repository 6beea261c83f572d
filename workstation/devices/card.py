"""A recorder's card as a mounted directory tree, read and never written."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from workstation.devices.api import EntryStat
from workstation.devices.identity import identify, survey
from workstation.devices.medium import Medium
from workstation.devices.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from workstation.devices.api import Sighting
    from workstation.devices.profiles import Profile, ProfileSet
    from workstation.domain.clip import ClipEntry
    from workstation.domain.recorder import RecorderIdentity

    Judge = Callable[[], Callable[[os.stat_result], bool]]


# Footage is read once: what was read of a large file only takes the cache away from others.
# A reading that has to come from the medium itself drops the cache before it begins.
DROP_BYTES = 1 << 20


class CardSource:
    """The bytes of one file. Errors are looked into; the way without them is one system call."""

    __slots__ = ("_fd", "_medium", "_path")

    def __init__(self, medium: Medium, fd: int, path: str) -> None:
        self._medium = medium
        self._fd = fd
        self._path = path

    def readinto(self, buffer: memoryview) -> int:
        """Fill from the start of ``buffer``; 0 at the end.

        Raises:
            RecorderGoneError: the card left, or another one is there.
            EntryUnreadableError: the medium refuses the bytes at fact ``offset``.
        """
        try:
            return os.readv(self._fd, (buffer,))
        except OSError as error:
            offset = os.lseek(self._fd, 0, os.SEEK_CUR)
            raise self._medium.translate(error, self._path, offset) from error


class CardSession:
    """An open card (``RecorderSession``). Used by one thread, the slot's own."""

    def __init__(
        self,
        medium: Medium,
        profile: Profile,
        identity: RecorderIdentity,
        judge: Judge | None = None,
    ) -> None:
        self._medium = medium
        self._profile = profile
        self._identity = identity
        self._judge = judge

    @property
    def identity(self) -> RecorderIdentity:
        return self._identity

    def entries(self) -> Iterator[ClipEntry]:
        """Everything on the card, in the byte order of paths; see ``Walk.entries``."""
        is_unfinished = self._judge() if self._judge is not None else None
        return Walk(self._medium, self._profile, is_unfinished).entries()

    def stat(self, entry: ClipEntry) -> EntryStat:
        """Look again at one file.

        Raises:
            EntryVanishedError: it is not there any more.
            RecorderGoneError: the card left.
        """
        try:
            status = self._medium.stat(entry.raw_path)
        except OSError as error:
            raise self._medium.translate(error, entry.path) from error
        return EntryStat(size_bytes=status.st_size, mtime_ns=status.st_mtime_ns)

    @contextmanager
    def read(self, entry: ClipEntry, offset: int = 0) -> Iterator[CardSource]:
        """Open one file at ``offset`` bytes.

        Raises:
            EntryVanishedError: it is not there any more.
            EntryUnreadableError: it can not be opened, or is no regular file any more.
            RecorderGoneError: the card left.
        """
        try:
            descriptor = self._medium.open_file(entry.raw_path)
        except OSError as error:
            raise self._medium.translate(error, entry.path, offset) from error
        try:
            if offset:
                os.lseek(descriptor, offset, os.SEEK_SET)
            yield CardSource(self._medium, descriptor, entry.path)
        finally:
            if entry.size_bytes >= DROP_BYTES:
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)


@contextmanager
def open_card(
    sighting: Sighting,
    profiles: ProfileSet,
    judge: Judge | None = None,
) -> Iterator[CardSession]:
    """Open and identify what is mounted at ``sighting.source``.

    Args:
        sighting: where it is mounted, and what udev said of it.
        profiles: the families to choose from.
        judge: called for each listing, gives the question to ask of each file: whether it is
            still being written. Such a one is listed with ``entry.in_progress``, not taken.

    Raises:
        RecorderGoneError: it left meanwhile.
        RecorderUnreadableError: it is there but its top directory can not be listed.
    """
    medium = Medium(sighting.source)
    try:
        medium.check_listable()
        hints = survey(medium, sighting, profiles)
        profile = profiles.choose(hints)
        identity = identify(medium, sighting, profile, hints)
        yield CardSession(medium, profile, identity, judge)
    finally:
        medium.close()
