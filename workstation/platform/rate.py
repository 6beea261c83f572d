"""How fast bytes may go, and how fast they do."""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

WINDOW_S = 5.0


class TokenBucket:
    """At most ``limit_bps`` bytes per second over any longer stretch; 0 means no limit.

    A second's worth may go at once, so that small things do not wait behind the arithmetic.
    """

    def __init__(
        self,
        limit_bps: float,
        *,
        now_s: Callable[[], float] = time.monotonic,
        pause: Callable[[float], object] = time.sleep,
    ) -> None:
        self._limit_bps = limit_bps
        self._now_s = now_s
        self._pause = pause
        self._tokens = limit_bps
        self._at_s = now_s()
        self._lock = threading.Lock()

    def limit(self, limit_bps: float) -> None:
        """Go on at another rate; what is owed stays owed."""
        with self._lock:
            if limit_bps != self._limit_bps:
                self._earn()
                self._tokens = min(self._tokens, limit_bps)
                self._limit_bps = limit_bps

    def take(self, size_bytes: int) -> None:
        """Wait until ``size_bytes`` may go. Larger than a second's worth is paid off after.

        May be called from several threads: they share the rate.
        """
        with self._lock:
            if not self._limit_bps:
                return
            self._earn()
            self._tokens -= size_bytes
            wait_s = -self._tokens / self._limit_bps
        if wait_s > 0:
            self._pause(wait_s)

    def _earn(self) -> None:
        now_s = self._now_s()
        earned = (now_s - self._at_s) * self._limit_bps
        self._tokens = min(self._limit_bps, self._tokens + earned)
        self._at_s = now_s


class Speedometer:
    """Bytes per second over the last few seconds."""

    def __init__(self, *, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._steps: deque[tuple[float, int]] = deque()
        self._bytes = 0

    def add(self, size_bytes: int) -> None:
        """So much went just now."""
        self._steps.append((self._now_s(), size_bytes))
        self._bytes += size_bytes

    def rate_bps(self) -> float:
        """What went within the window, per second of it."""
        since_s = self._now_s() - WINDOW_S
        while self._steps and self._steps[0][0] < since_s:
            self._bytes -= self._steps.popleft()[1]
        return self._bytes / WINDOW_S
