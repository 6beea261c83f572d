"""One thread beside a lane that finishes what was copied while the lane reads on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future


class Finisher:
    """Does one thing at a time, in order.

    Used by the lane thread; settled also by the watchdog's, for a lane that is given up.

    Leave it by ``close``: nothing of ours may go on behind the end of a docking.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="finish")
        self._under_way: Future[None] | None = None

    def submit(self, work: Callable[[], None]) -> None:
        """Begin ``work`` once the one before is done; raises what that one failed at."""
        self.settle()
        self._under_way = self._pool.submit(work)

    def settle(self) -> None:
        """Wait until the last thing given is done; raises what it failed at."""
        under_way, self._under_way = self._under_way, None
        if under_way is not None:
            under_way.result()

    def close(self) -> None:
        """Wait for the thread; what it failed at after ``settle`` recovery will find."""
        self._pool.shutdown(wait=True)
