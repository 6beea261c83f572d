"""What will be late, by how much, and what would help: the queue run through the timetable.

Clips go one after another in the order of their deadlines (``deliveries.next_open``), at the
rate that was measured, no faster than the timetable lets them, and only as much a day as the
budget allows. The same arithmetic serves "what if".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sync.pace.timetable import Timetable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

HORIZON = timedelta(days=400)  # beyond this a forecast says "never"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A clip in the queue."""

    clip_id: str
    size_bytes: int
    due_at: datetime | None
    is_small: bool = False  # goes outside the windows as well, and counts for no budget


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is to be expected of a queue.

    ``ends_at`` is when the last clip will be there, None: not within the horizon, or nothing
    is known of the line. ``late`` names the clips that miss their deadline, worst first.
    """

    ends_at: datetime | None
    late: tuple[Late, ...]
    left_bytes: int


@dataclass(frozen=True, slots=True)
class Late:
    """A clip that will miss its deadline; ``by_s`` None: it will not get there at all."""

    clip_id: str
    size_bytes: int
    by_s: float | None


@dataclass(frozen=True, slots=True)
class Means:
    """What would help, each with how many clips would still be late."""

    late_with_open_window: int | None  # None where there is no window to open
    late_bytes: int  # of the late clips
    needed_bps: float | None  # the rate at which nothing would be late; None: none would do


@dataclass(frozen=True, slots=True)
class LineFacts:
    """What is known of the line. ``spent_bytes`` went today; ``budget_bytes`` 0: no budget."""

    rate_bps: float
    timetable: Timetable
    budget_bytes: int = 0
    spent_bytes: int = 0


def foresee(queue: Sequence[Waiting], facts: LineFacts, now: datetime) -> Outlook:
    """Run the queue through; ``now`` is an aware local time."""
    left_bytes = sum(one.size_bytes for one in queue)
    line = _Line(facts, now)
    late: list[Late] = []
    for one in queue:
        arrives = line.send(one)
        if one.due_at is None or (arrives is not None and arrives <= one.due_at):
            continue
        by_s = None if arrives is None else (arrives - one.due_at).total_seconds()
        late.append(Late(one.clip_id, one.size_bytes, by_s))
    ends_at = line.now if not line.is_over else None
    return Outlook(ends_at, tuple(sorted(late, key=_gravity)), left_bytes)


def means(queue: Sequence[Waiting], facts: LineFacts, now: datetime, outlook: Outlook) -> Means:
    """What would make less of it late."""
    late_open: int | None = None
    if facts.timetable.at(now).until is not None or not facts.timetable.at(now).is_open:
        opened = replace(facts, timetable=Timetable(), budget_bytes=0)
        late_open = len(foresee(queue, opened, now).late)
    late_bytes = sum(one.size_bytes for one in outlook.late)
    return Means(late_open, late_bytes, needed_bps(queue, now))


def needed_bps(queue: Iterable[Waiting], now: datetime) -> float | None:
    """The least steady rate at which every deadline is kept; None where one is over already."""
    needed, so_far = 0.0, 0
    for one in queue:
        so_far += one.size_bytes
        if one.due_at is None:
            continue
        left_s = (one.due_at - now).total_seconds()
        if left_s <= 0:
            return None
        needed = max(needed, so_far / left_s)
    return needed


def _gravity(late: Late) -> tuple[bool, float]:
    return (late.by_s is not None, -(late.by_s or 0.0))


class _Line:
    """A line in simulated time."""

    def __init__(self, facts: LineFacts, now: datetime) -> None:
        self._facts = facts
        self._end = now + HORIZON
        self._spent = facts.spent_bytes
        self._day = now.date()
        self.now = now
        self.is_over = facts.rate_bps <= 0

    def send(self, one: Waiting) -> datetime | None:
        """When the clip is there; None: never."""
        left = float(one.size_bytes)
        while left > 0 and not self.is_over:
            left -= self._step(left, one)
            self.is_over = self.now > self._end
        return None if self.is_over else self.now

    def _step(self, left: float, one: Waiting) -> float:
        """Go on to the next change; how many bytes went until then."""
        self._new_day()
        allowed = self._facts.timetable.at(self.now)
        midnight = (self.now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        until = min(allowed.until or self._end, midnight)
        room = self._room(one)
        if not one.is_small and (not allowed.is_open or room <= 0):
            self.now = midnight if allowed.is_open else until
            return 0.0
        rate = min(self._facts.rate_bps, allowed.rate_bps or self._facts.rate_bps)
        if one.is_small and not allowed.is_open:
            rate = self._facts.rate_bps
        sent = min(left, room, rate * (until - self.now).total_seconds())
        whole = sent < min(left, room)
        self.now = until if whole else self.now + timedelta(seconds=sent / rate)
        if not one.is_small:
            self._spent += round(sent)
        return max(sent, 1.0)

    def _room(self, one: Waiting) -> float:
        if one.is_small or not self._facts.budget_bytes:
            return float("inf")
        return float(self._facts.budget_bytes - self._spent)

    def _new_day(self) -> None:
        if self.now.date() != self._day:
            self._day, self._spent = self.now.date(), 0
