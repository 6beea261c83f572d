"""A recorder's clock against the station's: what is wrong with it, and when it may be set.

Offsets are seconds, recorder minus station. What a recorder claims is never rewritten; a
corrected time is said beside it, with its uncertainty (proof.md section 6).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

DAY_S = 86_400.0
NORM_DRIFT_S_PER_DAY = 3.0  # what GA/T 947.2-2015 lets a recorder's clock lose or gain

CLOCK_WRONG = "clock.wrong"
CLOCK_DRIFTS = "clock.drifts"
CLOCK_NOT_SET = "clock.not_set"
CLOCK_UNREADABLE = "clock.unreadable"


class ClockPolicy(StrEnum):
    """When a recorder's clock is set at the end of a docking."""

    NEVER = "never"
    WHEN_WRONG = "when_wrong"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class StationTime:
    """Where the station's own time comes from, and how sure it is of it.

    ``keeper`` is ``chrony``, ``timesyncd``, ``ntpd`` or ``rtc`` (nobody keeps it: the machine's
    own crystal). ``error_s`` is the kernel's bound for its error, None where it knows none.
    """

    keeper: str
    is_synced: bool
    error_s: float | None = None


@dataclass(frozen=True, slots=True)
class ClockMark:
    """How wrong a recorder's clock was at one moment (UTC)."""

    at: datetime
    offset_s: float
    uncertainty_s: float


@dataclass(frozen=True, slots=True)
class RecorderClock:
    """A recorder's clock as read at docking, before anything was set.

    ``drift_s_per_day`` is None where no earlier reading tells it well enough.
    """

    mark: ClockMark
    source: str
    station: StationTime
    drift_s_per_day: float | None = None


@dataclass(frozen=True, slots=True)
class CorrectedTime:
    """When something was recorded by the station's time, give or take."""

    at: datetime
    uncertainty_s: float
    is_station_synced: bool


def drift_of(
    earlier: ClockMark, now: ClockMark, limit_s_per_day: float
) -> tuple[float, bool] | None:
    """Seconds a day that the recorder gains (loses: negative), and whether that is an alarm.

    An alarm is sure: both readings' uncertainty is given to the recorder first. None where the
    readings lie too close together to tell a drift of the limit.
    """
    days = (now.at - earlier.at).total_seconds() / DAY_S
    if days <= 0:
        return None
    moved_s = now.offset_s - earlier.offset_s
    doubt_s = earlier.uncertainty_s + now.uncertainty_s
    is_alarm = abs(moved_s) - doubt_s > limit_s_per_day * days
    if not is_alarm and doubt_s > limit_s_per_day * days:
        return None
    return moved_s / days, is_alarm


def is_wrong(mark: ClockMark, tolerance_s: float) -> bool:
    """Whether the clock is surely further off than tolerated."""
    return abs(mark.offset_s) - mark.uncertainty_s > tolerance_s


def is_to_be_set(policy: ClockPolicy, mark: ClockMark | None, tolerance_s: float) -> bool:
    """Whether the policy wants this clock set; without ``mark`` nobody knows how wrong it is."""
    if policy is ClockPolicy.WHEN_WRONG:
        return mark is not None and is_wrong(mark, tolerance_s)
    return policy is ClockPolicy.ALWAYS


def corrected(recorded_at: datetime, clock: RecorderClock) -> CorrectedTime:
    """The station's time of a moment that the recorder's clock (naive, local) claims.

    The offset is that of the docking; for the time between, the clock is allowed the drift that
    was measured, or the norm's limit where none was. An unsynchronised station adds an error
    that nobody knows, which is said and not guessed.
    """
    mark = clock.mark
    local = recorded_at.astimezone() if recorded_at.tzinfo is None else recorded_at
    at = local - timedelta(seconds=mark.offset_s)
    age_days = abs((mark.at - at).total_seconds()) / DAY_S
    rate = NORM_DRIFT_S_PER_DAY if clock.drift_s_per_day is None else abs(clock.drift_s_per_day)
    uncertainty_s = mark.uncertainty_s + (clock.station.error_s or 0.0) + rate * age_days
    return CorrectedTime(at, uncertainty_s, clock.station.is_synced)
