"""Playing with PyAV by a clock of our own, without sound: where libVLC is missing. Child only."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from ui.player.footage import Footage, Picture

_LATE_S = 0.2  # behind by more than this, pictures are left out
_SKIP_FROM = 4.0  # as fast as this, pictures that no other one needs are not decoded


class PlainSession:
    """The same as ``VlcSession``, on a thread of ours."""

    def __init__(self, footage: Footage, show: Callable[[Picture], None]) -> None:
        """Takes ``footage`` over and closes it."""
        self._footage = footage
        self._show = show
        self._stopping = threading.Event()
        self._rate = 1.0
        self._at_ms = 0
        self._began = (0.0, 0)  # monotonic seconds, and the time that was shown then
        self._on_end: Callable[[], None] = lambda: None
        self._thread = threading.Thread(target=self._run, name="plain-player", daemon=True)

    def start(self, from_ms: int, rate: float, on_end: Callable[[], None]) -> None:
        """Play from a time on; ``on_end`` is called once on the session's thread."""
        self._at_ms, self._rate, self._on_end = from_ms, rate, on_end
        self._began = (time.monotonic(), from_ms)
        self._thread.start()

    def set_rate(self, rate: float) -> None:
        """How fast, from now on."""
        self._began = (time.monotonic(), self._at_ms)
        self._rate = rate

    def at_ms(self) -> int:
        """Where it is."""
        return self._at_ms

    def stop(self) -> None:
        """End it; no frame comes after this."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            self._footage.at(self._at_ms)
            for picture in self._footage.onward():
                self._footage.skip_unreferenced(is_on=self._rate >= _SKIP_FROM)
                wait_s = self._due(picture.at_ms) - time.monotonic()
                if self._stopping.wait(max(0.0, wait_s)):
                    return
                self._at_ms = picture.at_ms
                if wait_s > -_LATE_S:
                    self._show(picture)
            if not self._stopping.is_set():
                self._on_end()
        finally:
            self._footage.close()

    def _due(self, at_ms: int) -> float:
        since, shown_ms = self._began
        return since + (at_ms - shown_ms) / 1000 / self._rate
