"""Windows by weekday and hour in which large clips may go, and how fast.

Written as ``DAYS HH:MM-HH:MM [MB/s]`` in the station's local time: ``daily 20:00-06:00``,
``mon-fri 12:00-13:30 0.2``. A window that ends before it begins reaches into the next day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from workstation.domain.errors import BadSettingsError
from workstation.platform.settings import MEGABYTE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WINDOW = re.compile(
    r"(?P<first>daily|[a-z]{3})(?:-(?P<last>[a-z]{3}))? "
    r"(?P<start>\d\d:\d\d)-(?P<stop>\d\d:\d\d)(?: (?P<rate>\d+(?:\.\d+)?))?"
)
_DAY_MINUTES = 24 * 60
_WEEK_MINUTES = 7 * _DAY_MINUTES


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of the week, in minutes from Monday 00:00; ``rate_bps`` 0: no limit of its own."""

    start: int
    length: int
    rate_bps: float = 0.0

    def holds(self, minute: int) -> bool:
        """Whether a minute of the week lies in it."""
        return (minute - self.start) % _WEEK_MINUTES < self.length


@dataclass(frozen=True, slots=True)
class Allowance:
    """What large clips may do at a moment; ``rate_bps`` 0: no limit."""

    is_open: bool
    rate_bps: float
    until: datetime | None  # when that changes; None: never


class Timetable:
    """All windows of a station. Without any, large clips may always go."""

    def __init__(self, windows: Iterable[str] = (), limit_bps: float = 0.0) -> None:
        """Understand the windows; ``limit_bps`` is the station's own limit, 0 for none.

        Raises:
            BadSettingsError: one is not of the form above, or names no day.
        """
        self._windows = [window for text in windows for window in parse(text)]
        self._limit_bps = limit_bps

    def at(self, local: datetime) -> Allowance:
        """What may be done at a local time, to the minute."""
        if not self._windows:
            return Allowance(is_open=True, rate_bps=self._limit_bps, until=None)
        minute = _minute_of(local)
        known = self._known(minute)
        steps = {(window.start - minute) % _WEEK_MINUTES for window in self._windows}
        steps |= {(one.start + one.length - minute) % _WEEK_MINUTES for one in self._windows}
        begun = local.replace(second=0, microsecond=0)
        changes = (step for step in sorted(steps - {0}) if self._known(minute + step) != known)
        step = next(changes, None)
        until = begun + timedelta(minutes=step) if step is not None else None
        return Allowance(known is not None, known or 0.0, until)

    def _known(self, minute: int) -> float | None:
        """The rate of a minute of the week; None where nothing may go. The widest window counts."""
        rates = [one.rate_bps for one in self._windows if one.holds(minute)]
        if not rates:
            return None
        own = 0.0 if 0.0 in rates else max(rates)
        limits = [limit for limit in (own, self._limit_bps) if limit]
        return min(limits, default=0.0)


def parse(text: str) -> list[Window]:
    """The windows that one line of the settings stands for: one for each day.

    Raises:
        BadSettingsError: it is not of the form of the module's first lines.
    """
    found = _WINDOW.fullmatch(text)
    wrong = BadSettingsError(
        key="sync.windows", reason="not_allowed", allowed="mon-fri 20:00-06:00 2.5", nearest=text
    )
    if found is None:
        raise wrong
    try:
        days = _days(found["first"], found["last"])
        start, stop = _minutes(found["start"]), _minutes(found["stop"])
    except ValueError as error:
        raise wrong from error
    length = (stop - start) % _DAY_MINUTES or _DAY_MINUTES
    rate_bps = float(found["rate"] or 0) * MEGABYTE
    return [Window(day * _DAY_MINUTES + start, length, rate_bps) for day in days]


def _days(first: str, last: str | None) -> list[int]:
    if first == "daily":
        if last is not None:
            raise ValueError(last)
        return list(range(7))
    begin = _DAYS.index(first)
    count = (_DAYS.index(last) - begin) % 7 + 1 if last is not None else 1
    return [(begin + nth) % 7 for nth in range(count)]


def _minutes(text: str) -> int:
    hour, minute = (int(part) for part in text.split(":"))
    if not (hour < 24 and minute < 60) and (hour, minute) != (24, 0):
        raise ValueError(text)
    return hour * 60 + minute


def _minute_of(local: datetime) -> int:
    return local.weekday() * _DAY_MINUTES + local.hour * 60 + local.minute
