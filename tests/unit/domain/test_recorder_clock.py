"""Drift, alarms and corrected times: how sure one may be of a recorder's clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from workstation.domain.recorder_clock import (
    ClockMark,
    ClockPolicy,
    RecorderClock,
    StationTime,
    corrected,
    drift_of,
    is_to_be_set,
    is_wrong,
)

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


def mark(days: float, offset_s: float, uncertainty_s: float = 0.5) -> ClockMark:
    return ClockMark(NOON + timedelta(days=days), offset_s, uncertainty_s)


@pytest.mark.parametrize(
    ("days", "offset_s", "expected"),
    [
        (10, 20.0, (2.0, False)),  # two seconds a day: within the norm
        (10, 50.0, (5.0, True)),
        (10, -50.0, (-5.0, True)),
        (10, 30.9, (3.09, False)),  # over the limit, but not for sure
        (10, 31.1, (3.11, True)),
        (0.1, 0.9, None),  # 9 s a day, if the readings were exact: too close to tell
        (0.1, 60.0, (600.0, True)),  # too close to tell a little, not too close to tell that
        (0, 60.0, None),
        (-1, 60.0, None),  # the station's own clock went back
    ],
)
def test_drift_is_an_alarm_only_where_it_is_sure(
    days: float, offset_s: float, expected: tuple[float, bool] | None
) -> None:
    found = drift_of(mark(0, 0.0), mark(days, offset_s), 3.0)
    if expected is None:
        assert found is None
    else:
        assert found is not None
        assert found[0] == pytest.approx(expected[0])
        assert found[1] is expected[1]


def test_a_clock_is_wrong_where_even_the_doubt_does_not_excuse_it() -> None:
    assert not is_wrong(mark(0, 3.5), 3.0)
    assert is_wrong(mark(0, -3.6), 3.0)


@pytest.mark.parametrize(
    ("policy", "offset_s", "expected"),
    [
        (ClockPolicy.NEVER, 93.0, False),
        (ClockPolicy.WHEN_WRONG, 93.0, True),
        (ClockPolicy.WHEN_WRONG, 1.0, False),
        (ClockPolicy.WHEN_WRONG, None, False),  # nobody knows
        (ClockPolicy.ALWAYS, 0.0, True),
        (ClockPolicy.ALWAYS, None, True),
    ],
)
def test_the_policy_decides_what_is_set(
    policy: ClockPolicy, offset_s: float | None, *, expected: bool
) -> None:
    known = None if offset_s is None else mark(0, offset_s)
    assert is_to_be_set(policy, known, 3.0) is expected


def test_a_corrected_time_grows_less_sure_with_the_days_before() -> None:
    station = StationTime("chrony", is_synced=True, error_s=0.25)
    clock = RecorderClock(mark(0, 60.0), "device", station)
    said = (NOON + timedelta(seconds=60)).astimezone().replace(tzinfo=None)
    now, before = corrected(said, clock), corrected(said - timedelta(days=2), clock)
    assert now.at == NOON
    assert now.uncertainty_s == pytest.approx(0.75)
    assert before.at == NOON - timedelta(days=2)
    assert before.uncertainty_s == pytest.approx(0.75 + 2 * 3.0)  # the norm's limit
    assert now.is_station_synced


def test_a_drift_that_was_measured_takes_the_place_of_the_norms() -> None:
    station = StationTime("rtc", is_synced=False)
    clock = RecorderClock(mark(0, -10.0), "device", station, drift_s_per_day=-0.5)
    before = corrected(NOON - timedelta(days=4, seconds=10), clock)
    assert before.at == NOON - timedelta(days=4)
    assert before.uncertainty_s == pytest.approx(0.5 + 4 * 0.5)
    assert not before.is_station_synced
