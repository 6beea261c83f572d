"""Windows by weekday and hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.pace.timetable import Timetable
from workstation.domain.errors import BadSettingsError

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
MB = 1_000_000.0


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return MONDAY + timedelta(days=day, hours=hour, minutes=minute)


def test_without_windows_everything_may_go_at_the_stations_own_limit() -> None:
    allowed = Timetable((), 3 * MB).at(at(2, 13))
    assert (allowed.is_open, allowed.rate_bps, allowed.until) == (True, 3 * MB, None)


def test_a_window_over_midnight_belongs_to_the_day_it_begins() -> None:
    table = Timetable(("mon-fri 20:00-06:00",))
    assert not table.at(at(0, 5)).is_open  # Sunday has none
    assert table.at(at(0, 20)).is_open
    assert table.at(at(5, 5, 59)).is_open  # of Friday
    assert not table.at(at(5, 6)).is_open
    assert table.at(at(0, 12)).until == at(0, 20)
    assert table.at(at(4, 23)).until == at(5, 6)
    assert table.at(at(5, 7)).until == at(7, 20)


def test_each_window_has_its_rate_and_the_stations_limit_stays_the_limit() -> None:
    table = Timetable(("daily 08:00-18:00 0.5", "daily 18:00-08:00 9"), 4 * MB)
    assert table.at(at(1, 9)).rate_bps == 0.5 * MB
    assert table.at(at(1, 9)).until == at(1, 18)
    assert table.at(at(1, 19)).rate_bps == 4 * MB
    assert Timetable(("daily 00:00-24:00",)).at(at(3, 3)).until is None


def test_where_windows_overlap_the_widest_counts() -> None:
    table = Timetable(("daily 00:00-24:00 1", "sat-sun 00:00-24:00"))
    assert table.at(at(4, 12)).rate_bps == 1 * MB
    assert table.at(at(6, 12)).rate_bps == 0.0


@pytest.mark.parametrize(
    "text",
    ["", "daily", "mon 25:00-26:00", "foo 01:00-02:00", "daily-fri 01:00-02:00", "mon 1:00-2:00"],
)
def test_what_is_no_window_is_refused(text: str) -> None:
    with pytest.raises(BadSettingsError):
        Timetable((text,))


DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WINDOWS = st.lists(
    st.builds(
        "{}-{} {:02}:{:02}-{:02}:{:02}{}".format,
        st.sampled_from(DAYS),
        st.sampled_from(DAYS),
        st.integers(0, 23),
        st.integers(0, 59),
        st.integers(0, 23),
        st.integers(0, 59),
        st.sampled_from(("", " 1", " 2.5")),
    ),
    max_size=4,
)


@given(WINDOWS, st.integers(0, 7 * 24 * 60 - 1))
def test_nothing_changes_before_the_time_it_is_said_to(windows: list[str], minute: int) -> None:
    table = Timetable(windows, 2 * MB)
    now = MONDAY + timedelta(minutes=minute)
    allowed = table.at(now)
    end = allowed.until or now + timedelta(days=8)
    assert end > now
    step = max(timedelta(minutes=1), (end - now) / 40)
    moment = now
    while moment < end:
        then = table.at(moment)
        assert (then.is_open, then.rate_bps) == (allowed.is_open, allowed.rate_bps)
        moment += step
    if allowed.until is not None:
        after = table.at(allowed.until)
        assert (after.is_open, after.rate_bps) != (allowed.is_open, allowed.rate_bps)
