"""See from outside that a recorder has stopped answering: its read can not be interrupted.

A read of a disk that answers nothing keeps its thread in the kernel, out of reach of signals and
of Python, until the kernel gives up (minutes) or the recorder is pulled out. So each call to a
recorder is noted down, a watchdog looks at the notes, and a lane can be cut off from its thread:
whatever that thread is told later, it ends without touching vault or ledger.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from workstation.devices.api import ReadsAgain
from workstation.domain.errors import CollectionStoppedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from workstation.devices.api import ClipSource, EntryStat, RecorderSession
    from workstation.domain.clip import ClipEntry
    from workstation.domain.recorder import RecorderIdentity

# One read asks for no more than this, so that a recorder which gives 100 KB a second is slow,
# and not silent, for a watchdog of 30 seconds.
READ_BYTES = 1 << 20

_T = TypeVar("_T")


class RecorderWatch:
    """What the lane's thread asks of its recorder, and since when there is no answer."""

    def __init__(self, on_answer: Callable[[], None]) -> None:
        """Prepare.

        Args:
            on_answer: called in the lane's thread by the first answer after a stall.
        """
        self._lock = threading.Lock()
        self._since_s: float | None = None
        self._is_stalled = False
        self._is_cut = False
        self._on_answer = on_answer

    @property
    def waited_s(self) -> float:
        """How long the present call has been without an answer; 0 outside of calls."""
        since_s = self._since_s
        return 0.0 if since_s is None else time.monotonic() - since_s

    @property
    def is_cut(self) -> bool:
        """Whether the lane's thread has nothing more to say."""
        return self._is_cut

    def begin(self) -> None:
        """The lane's thread is about to ask.

        Raises:
            CollectionStoppedError: it was cut off.
        """
        with self._lock:
            self._check()
            self._since_s = time.monotonic()

    def end(self) -> None:
        """The recorder answered, or refused.

        Raises:
            CollectionStoppedError: the lane was cut off meanwhile.
        """
        with self._lock:
            self._since_s = None
            self._check()
            was_stalled, self._is_stalled = self._is_stalled, False
        if was_stalled:
            self._on_answer()

    @contextmanager
    def asking(self) -> Iterator[None]:
        """The length of one call."""
        self.begin()
        try:
            yield
        finally:
            self.end()

    @contextmanager
    def opened(self, manager: AbstractContextManager[_T]) -> Iterator[_T]:
        """Something of the recorder that is opened and closed; both may hang."""
        with self.asking():
            found = manager.__enter__()
        try:
            yield found
        except BaseException as error:
            with self._closing():
                is_settled = manager.__exit__(type(error), error, error.__traceback__)
            if not is_settled:
                raise
        else:
            with self._closing():
                manager.__exit__(None, None, None)

    @contextmanager
    def _closing(self) -> Iterator[None]:
        """What is open is closed also by a thread that was cut off."""
        with self._lock:
            self._since_s = time.monotonic()
        try:
            yield
        finally:
            self.end()

    def stall(self, after_s: float, tell: Callable[[float], None]) -> None:
        """Call ``tell`` with the seconds waited, if those are ``after_s`` at least."""
        with self._lock:
            if self.waited_s >= after_s and not self._is_cut:
                self._is_stalled = True
                tell(self.waited_s)

    def cut(self, after_s: float) -> bool:
        """Cut the thread off, if it has waited for ``after_s`` seconds; whether that was done."""
        with self._lock:
            if self._is_cut or self._since_s is None or self.waited_s < after_s:
                return False
            self._is_cut = True
            return True

    def _check(self) -> None:
        if self._is_cut:
            raise CollectionStoppedError(reason="cut_off")


class WatchedSession:
    """A ``RecorderSession`` whose calls are noted down."""

    def __init__(self, session: RecorderSession, watch: RecorderWatch) -> None:
        self._session = session
        self._watch = watch

    @property
    def identity(self) -> RecorderIdentity:
        return self._session.identity

    def entries(self) -> Iterator[ClipEntry]:
        """As ``RecorderSession`` promises."""
        listing = iter(self._session.entries())
        while True:
            with self._watch.asking():
                entry = next(listing, None)
            if entry is None:
                return
            yield entry

    def stat(self, entry: ClipEntry) -> EntryStat:
        """As ``RecorderSession`` promises."""
        with self._watch.asking():
            return self._session.stat(entry)

    @contextmanager
    def read(self, entry: ClipEntry, offset: int = 0) -> Iterator[ClipSource]:
        """As ``RecorderSession`` promises."""
        with self._watch.opened(self._session.read(entry, offset)) as source:
            yield _WatchedSource(source, self._watch)

    @contextmanager
    def read_again(self, entry: ClipEntry) -> Iterator[ClipSource]:
        """From the medium itself where a cache lies between; see ``ReadsAgain``."""
        session = self._session
        again = session.read_again if isinstance(session, ReadsAgain) else session.read
        with self._watch.opened(again(entry)) as source:
            yield _WatchedSource(source, self._watch)


class _WatchedSource:
    __slots__ = ("_source", "_watch")

    def __init__(self, source: ClipSource, watch: RecorderWatch) -> None:
        self._source = source
        self._watch = watch

    def readinto(self, buffer: memoryview) -> int:
        self._watch.begin()
        try:
            return self._source.readinto(buffer[:READ_BYTES])
        finally:
            self._watch.end()


class ReaderPermit:
    """The right to read from a hub; given back once, also by somebody else."""

    def __init__(self, readers: threading.BoundedSemaphore) -> None:
        self._readers = readers
        self._lock = threading.Lock()
        self._is_held = False

    def take(self, check_stop: Callable[[], None]) -> None:
        """Wait for it; ``check_stop`` is called twice a second and may raise."""
        while not self._readers.acquire(timeout=0.5):
            check_stop()
        with self._lock:
            self._is_held = True

    def give_back(self) -> None:
        """Let the next one read. A stalled recorder must not keep the others waiting."""
        with self._lock:
            was_held, self._is_held = self._is_held, False
        if was_held:
            self._readers.release()
