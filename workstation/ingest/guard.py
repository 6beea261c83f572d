"""Reading one file off a recorder with open eyes: no more than was listed, and knowing why less.

A file that ends early, grows or has a bad sector must not cost the bytes that could be read, so
the guard ends the stream there and remembers the reason instead of raising. A recorder that
leaves is different: that ends the copy at once.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from workstation.domain.errors import (
    EntryChangedError,
    EntryError,
    EntryGrewError,
    EntryShrankError,
    EntryUnreadableError,
)
from workstation.vault.staging import fill

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workstation.devices.api import ClipSource, RecorderSession
    from workstation.domain.clip import ClipEntry
    from workstation.vault.sealed import SealedReader

OVERLAP_BYTES = 1 << 20  # of the recorder's file compared at each end of a resumed prefix
SAMPLES = 16  # and in so many places between them
SAMPLE_BYTES = 64 << 10


class GuardedSource:
    """Hands out at most the listed size; ``failure`` says why it was not exactly that."""

    def __init__(self, source: ClipSource, entry: ClipEntry, *, resumed: bool = False) -> None:
        self._source = source
        self._entry = entry
        self.resumed = resumed
        self.offset = 0
        self.failure: EntryError | None = None

    def readinto(self, buffer: memoryview) -> int:
        left = self._entry.size_bytes - self.offset
        if self.failure is not None:
            return 0
        try:
            if left == 0:
                if self._source.readinto(memoryview(bytearray(1))):
                    self.failure = EntryGrewError(path=self._entry.path, offset=self.offset)
                return 0
            count = self._source.readinto(buffer[:left] if left < len(buffer) else buffer)
        except EntryUnreadableError as error:
            error.facts.setdefault("offset", self.offset)
            self.failure = error
            return 0
        if count == 0:
            self.failure = EntryShrankError(
                path=self._entry.path, listed=self._entry.size_bytes, found=self.offset
            )
        self.offset += count
        return count

    def judge(self, session: RecorderSession) -> EntryError | None:
        """After the copy: the reason why the file is not whole and still, if there is one.

        Raises:
            RecorderGoneError: the recorder left before it could be asked.
        """
        if self.failure is not None:
            return self.failure
        try:
            now = session.stat(self._entry)
        except EntryError as error:
            return error
        facts = {"path": self._entry.path, "listed": self._entry.size_bytes}
        if now.size_bytes > self._entry.size_bytes:
            return EntryGrewError(**facts, found=now.size_bytes)
        if now.size_bytes < self._entry.size_bytes:
            return EntryShrankError(**facts, found=now.size_bytes)
        if now.mtime_ns != self._entry.mtime_ns:
            return EntryChangedError(**facts)
        return None


class ResumedSource:
    """The verified prefix of an earlier, interrupted copy; then the recorder, from there on.

    The prefix goes through the same hashing and sealing again (under a fresh key): nothing of
    the earlier run is trusted but bytes whose tags hold.
    """

    def __init__(self, prefix: SealedReader, length: int, rest: ClipSource) -> None:
        self._prefix = prefix
        self._left = length
        self._rest = rest

    def readinto(self, buffer: memoryview) -> int:
        if self._left:
            count = self._prefix.readinto(buffer[: min(len(buffer), self._left)])
            self._left -= count
            return count
        return self._rest.readinto(buffer)


@contextmanager
def open_entry(
    session: RecorderSession, entry: ClipEntry, prefix: SealedReader | None, prefix_bytes: int
) -> Iterator[GuardedSource]:
    """Open a file, from the start or behind a prefix that agrees with it wherever we look.

    ``resumed`` of the source says which; a resumed clip carries the finding ``copy.resumed``.
    """
    if prefix is not None and prefix_bytes > 2 * OVERLAP_BYTES:
        middle = range(OVERLAP_BYTES, prefix_bytes - OVERLAP_BYTES, prefix_bytes // SAMPLES)
        if _agrees(session, entry, prefix, 0, OVERLAP_BYTES) and all(
            _agrees(session, entry, prefix, offset, SAMPLE_BYTES) for offset in middle
        ):
            last = prefix_bytes - OVERLAP_BYTES
            with session.read(entry, last) as source:
                if _same(source, prefix, last, OVERLAP_BYTES):
                    prefix.seek(0)
                    resumed = ResumedSource(prefix, prefix_bytes, source)
                    yield GuardedSource(resumed, entry, resumed=True)
                    return
    with session.read(entry) as source:
        yield GuardedSource(source, entry)


def _agrees(
    session: RecorderSession, entry: ClipEntry, prefix: SealedReader, offset: int, count: int
) -> bool:
    with session.read(entry, offset) as source:
        return _same(source, prefix, offset, count)


def _same(source: ClipSource, prefix: SealedReader, offset: int, count: int) -> bool:
    found = memoryview(bytearray(count))
    return bytes(found[: fill(source, found)]) == prefix.read_at(offset, count)
