"""A recorder's card as a mounted directory tree: read, and erased from where that is allowed."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from workstation.devices.api import EntryStat
from workstation.devices.identity import identify, survey
from workstation.devices.medium import Medium
from workstation.devices.mounter import writable
from workstation.devices.walk import Walk
from workstation.domain.errors import (
    EntryChangedError,
    EntryKeptError,
    EntryUnreadableError,
    RecorderReadOnlyError,
)
from workstation.domain.recorder import RecorderStorage

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

    def storage(self) -> RecorderStorage:
        """The card's file system; a plain folder on another disk tells nothing of a card.

        Raises:
            RecorderGoneError: the card left.
        """
        try:
            found = os.fstatvfs(self._medium.fd)
        except OSError as error:
            raise self._medium.translate(error, "") from error
        free = found.f_bfree * found.f_frsize if self._medium.is_mount else None
        return RecorderStorage(found.f_blocks * found.f_frsize, free)

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
    def read_again(self, entry: ClipEntry) -> Iterator[CardSource]:
        """Open one file with the page cache dropped: what comes is what the card holds.

        Raises: as ``read``.
        """
        try:
            descriptor = self._medium.open_file(entry.raw_path)
        except OSError as error:
            raise self._medium.translate(error, entry.path) from error
        try:
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            yield CardSource(self._medium, descriptor, entry.path)
        finally:
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)


class ErasableCard(CardSession):
    """A card from which files may be erased, where policy allows (``ErasesClips``)."""

    device_node = ""  # of a card that was mounted read-only for us

    @contextmanager
    def erasing(self) -> Iterator[None]:
        """See ``OpensForErasing``: a card that is mounted read-only is made writable for it.

        Raises:
            RecorderReadOnlyError: it can not be.
        """
        if not self._medium.is_read_only:
            yield
            return
        if not self.device_node:
            raise RecorderReadOnlyError(reason="mounted_read_only")
        with writable(self.device_node):
            yield

    def erase_clip(self, entry: ClipEntry) -> None:
        """Remove one file, durably; see ``ErasesClips``.

        Raises:
            EntryVanishedError, EntryChangedError, EntryKeptError: nothing was removed.
            RecorderReadOnlyError: the card is mounted, or locked, against writing.
            RecorderGoneError: the card left; whether the file went is not known.
        """
        status = self.stat(entry)
        if (status.size_bytes, status.mtime_ns) != (entry.size_bytes, entry.mtime_ns):
            raise EntryChangedError(path=entry.path)
        try:
            self._medium.remove(entry.raw_path)
        except OSError as error:
            if error.errno == errno.EROFS:
                raise RecorderReadOnlyError(path=entry.path, errno=error.errno) from error
            found = self._medium.translate(error, entry.path)
            if isinstance(found, EntryUnreadableError):
                raise EntryKeptError(path=entry.path, errno=error.errno) from error
            raise found from error


@contextmanager
def open_card(
    sighting: Sighting,
    profiles: ProfileSet,
    judge: Judge | None = None,
    *,
    erasable: bool = False,
) -> Iterator[CardSession]:
    """Open and identify what is mounted at ``sighting.source``.

    Args:
        sighting: where it is mounted, and what udev said of it.
        profiles: the families to choose from.
        judge: called for each listing, gives the question to ask of each file: whether it is
            still being written. Such a one is listed with ``entry.in_progress``, not taken.
        erasable: whether the session shall be able to erase.

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
        if not erasable:
            yield CardSession(medium, profile, identity, judge)
            return
        session = ErasableCard(medium, profile, identity, judge)
        session.device_node = sighting.device_node
        yield session
    finally:
        medium.close()
