"""How sync is asked to stop: between two pieces of a clip, or out of a wait, at once."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class StopRequested(Exception):  # noqa: N818 - not an error: the way out of a deep call
    """Somebody asked to stop; everything done so far is safe where it is."""


class StopFlag:
    """Set once, seen by polling or by waiting.

    A pipe and a flag rather than ``threading.Event``: a signal handler may not take a lock
    that the code it interrupts holds.
    """

    def __init__(self) -> None:
        self._is_set = False
        self._reader, self._writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

    @property
    def is_set(self) -> bool:
        return self._is_set

    def set(self) -> None:
        """Ask to stop. Safe in a signal handler and from any thread."""
        self._is_set = True
        with contextlib.suppress(BlockingIOError):
            os.write(self._writer, b"\0")

    def check(self) -> None:
        """Go on, or leave.

        Raises:
            StopRequested: it is set.
        """
        if self._is_set:
            raise StopRequested

    def wait(self, timeout_s: float) -> None:
        """Sleep for ``timeout_s``, or until the flag is set."""
        if not self._is_set:
            select.select([self._reader], [], [], max(0.0, timeout_s))

    def pause(self, timeout_s: float) -> None:
        """Sleep, then ``check``."""
        self.wait(timeout_s)
        self.check()

    def close(self) -> None:
        """Give the descriptors back."""
        os.close(self._reader)
        os.close(self._writer)


@contextlib.contextmanager
def stop_on_signals(flag: StopFlag) -> Iterator[None]:
    """SIGTERM and SIGINT set the flag while the block runs, where we may say so."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        flag.set()

    before = {number: signal.signal(number, stop) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
