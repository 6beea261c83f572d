"""Read a server of service requests little by little: what is new, and what became of the open."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from sync.cases.handing import hand_over
from sync.cases.open311 import NAME
from workstation.platform.clock import from_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sync.cases.handing import Give
    from sync.cases.memory import CaseMemory
    from sync.cases.open311 import Open311, Page
    from sync.stopping import StopFlag
    from workstation.platform.clock import Clock
    from workstation.platform.settings import Open311Section

logger = logging.getLogger(__name__)

OVERLAP = timedelta(hours=2)  # requests that were entered late, and clocks that differ
WINDOW = timedelta(days=1)  # at once; the standard allows up to 90 days
SMALLEST = timedelta(minutes=1)  # a window is not cut further
MOST_PAGES = 1000
FOLLOW_PERIOD = timedelta(hours=1)
FOLLOWED = 500  # open requests asked for in one look
NAMED = 50  # as many as the standard lets one ask for


class Polling:
    """One server's cases. Used by one thread."""

    def __init__(
        self, server: Open311, memory: CaseMemory, section: Open311Section, give: Give, clock: Clock
    ) -> None:
        self._server = server
        self._memory = memory
        self._section = section
        self._give = give
        self._clock = clock

    def run(self, stop: StopFlag) -> None:
        """Look once, or until asked to stop.

        Raises:
            StationError: it stops there; what the station took is remembered.
        """
        now = self._clock.now()
        for begins, ends in self._windows(now):
            for page in self._pages(begins, ends):
                self._take(page)
                if stop.is_set:
                    return
            self._memory.read_until(ends)
        self._follow(now)
        self._memory.well()

    def _windows(self, now: datetime) -> Iterator[tuple[datetime, datetime]]:
        since = self._memory.since()
        if since is None:
            begins = now - timedelta(days=self._section.since_days)
        else:
            begins = min(from_text(since), now) - OVERLAP
        while begins < now:
            ends = min(begins + WINDOW, now)
            yield begins, ends
            begins = ends

    def _pages(self, begins: datetime, ends: datetime) -> Iterator[Page]:
        """Pages until one brings nothing new, whether they end, repeat or turn in a circle.

        A server that takes no notice of the page gives the first again: a full one may then be
        cut off, so the span is halved.
        """
        seen: set[str] = set()
        for number in range(1, MOST_PAGES + 1):
            page = self._server.between(begins, ends, number)
            fresh = self._server.meaning(page).cases.keys() - seen
            if not fresh:
                is_again = number == 2 and bool(page.rows)
                if is_again and len(page.rows) >= self._section.page_size:
                    yield from self._halves(begins, ends)
                return
            seen |= fresh
            yield page
        logger.warning("requests end nowhere: begins=%s ends=%s", begins, ends)

    def _halves(self, begins: datetime, ends: datetime) -> Iterator[Page]:
        if ends - begins <= SMALLEST:
            logger.warning("too many requests in one minute: begins=%s", begins)
            return
        middle = begins + (ends - begins) / 2
        yield from self._pages(begins, middle)
        yield from self._pages(middle, ends)

    def _take(self, page: Page, only: frozenset[str] | None = None) -> None:
        found = self._server.meaning(page)
        cases = {
            number: case for number, case in found.cases.items() if only is None or number in only
        }
        taken = hand_over(self._give, NAME, page.target, page.content, list(cases.values()))
        self._memory.count(taken, found.refused)
        self._memory.follow({number: bool(case.is_closed) for number, case in cases.items()})

    def _follow(self, now: datetime) -> None:
        """Ask again for requests that were open: the standard can not be asked for changes."""
        self._memory.forget_before(now - timedelta(days=self._section.follow_days))
        numbers = self._memory.pending(now - FOLLOW_PERIOD, FOLLOWED)
        numbers = [number for number in numbers if "," not in number]
        for first in range(0, len(numbers), NAMED):
            some = numbers[first : first + NAMED]
            self._take(self._server.named(some), frozenset(some))
            self._memory.asked(some)
