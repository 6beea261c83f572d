"""When to try a store again: full jitter, one breaker for the whole store."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

BASE_S = 0.5
_MAX_DOUBLINGS = 32  # beyond any limit; keeps the power small


class Breaker:
    """Open while a store fails; per store, not per object, so that a dead one is asked once.

    The wait before try n+1 is ``uniform(0, min(retry_max_s, 0.5 * 2**n))``: full jitter, so
    that the stations of a site do not come back in step.
    """

    def __init__(
        self,
        retry_max_s: float,
        *,
        now_s: Callable[[], float] = time.monotonic,
        uniform: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._retry_max_s = retry_max_s
        self._now_s = now_s
        self._uniform = uniform
        self._failures = 0
        self._due_s = 0.0

    @property
    def is_open(self) -> bool:
        return self._failures > 0

    @property
    def wait_s(self) -> float:
        """Seconds until the next try is allowed; 0 when it is."""
        return max(0.0, self._due_s - self._now_s()) if self._failures else 0.0

    def fail(self) -> float:
        """Count a failure; the seconds to wait now."""
        self._failures += 1
        doublings = min(self._failures, _MAX_DOUBLINGS)
        limit_s = min(self._retry_max_s, BASE_S * 2.0**doublings)
        wait_s = self._uniform(0, limit_s)
        self._due_s = self._now_s() + wait_s
        return wait_s

    def reset(self) -> None:
        """The store took something: forget the failures."""
        self._failures = 0
