"""The forecast against a line that is simulated second by second."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from sync.pace.forecast import LineFacts, Waiting, foresee, means, needed_bps
from sync.pace.timetable import Timetable

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
SECOND = timedelta(seconds=1)
NIGHTS = ("daily 20:00-06:00",)


def clip(
    name: str, size_bytes: int, due_h: float | None = None, *, is_small: bool = False
) -> Waiting:
    due = MONDAY + timedelta(hours=due_h) if due_h is not None else None
    return Waiting(name, size_bytes, due, is_small)


def simulated(queue: list[Waiting], facts: LineFacts, now: datetime) -> list[datetime]:
    """When each clip is there, by letting bytes go one second after another."""
    arrived: list[datetime] = []
    spent, day = float(facts.spent_bytes), now.date()
    for one in queue:
        left = float(one.size_bytes)
        while left > 0:
            if now.date() != day:
                spent, day = 0.0, now.date()
            allowed = facts.timetable.at(now)
            rate = facts.rate_bps
            if allowed.is_open and allowed.rate_bps:
                rate = min(rate, allowed.rate_bps)
            if not one.is_small:
                rate = rate if allowed.is_open else 0.0
                if facts.budget_bytes:
                    rate = min(rate, max(0.0, facts.budget_bytes - spent))
                spent += min(left, rate)
            left -= rate
            now += SECOND
        arrived.append(now)
    return arrived


def test_a_free_line_takes_as_long_as_bytes_over_rate() -> None:
    outlook = foresee([clip("a", 3_600_000_000)], LineFacts(1e6, Timetable()), MONDAY)
    assert outlook.ends_at == MONDAY + timedelta(hours=1)
    assert outlook.late == ()


def test_what_misses_its_deadline_is_named_with_how_much_worst_first() -> None:
    queue = [clip("a", 3_600_000_000, 0.5), clip("b", 3_600_000_000, 1), clip("c", 1, 99)]
    outlook = foresee(queue, LineFacts(1e6, Timetable()), MONDAY)
    assert [(one.clip_id, one.by_s) for one in outlook.late] == [("b", 3600.0), ("a", 1800.0)]


def test_a_window_that_is_shut_is_waited_for_and_small_clips_do_not_wait() -> None:
    facts = LineFacts(1e6, Timetable(NIGHTS))
    noon = MONDAY + timedelta(hours=12)
    outlook = foresee([clip("p", 1_000_000, is_small=True)], facts, noon)
    assert outlook.ends_at == noon + SECOND
    outlook = foresee([clip("v", 1_000_000)], facts, noon)
    assert outlook.ends_at == MONDAY + timedelta(hours=20, seconds=1)


def test_a_spent_budget_is_waited_for_until_midnight() -> None:
    facts = LineFacts(1e6, Timetable(), budget_bytes=10_000_000, spent_bytes=4_000_000)
    outlook = foresee([clip("v", 12_000_000)], facts, MONDAY)
    assert outlook.ends_at == MONDAY + timedelta(days=1, seconds=6)


def test_a_line_of_which_nothing_is_known_ends_nowhere() -> None:
    outlook = foresee([clip("v", 1, 1)], LineFacts(0.0, Timetable()), MONDAY)
    assert outlook.ends_at is None
    assert [one.by_s for one in outlook.late] == [None]


def test_what_would_help_is_told_by_the_same_arithmetic() -> None:
    noon = MONDAY + timedelta(hours=12)
    queue = [clip("a", 3_600_000_000, 14), clip("b", 3_600_000_000, 13.5)]
    facts = LineFacts(1e6, Timetable(NIGHTS))
    outlook = foresee(queue, facts, noon)
    found = means(queue, facts, noon, outlook)
    assert len(outlook.late) == 2
    assert (found.late_with_open_window, found.late_bytes) == (1, 7_200_000_000)
    needed = needed_bps(queue, noon)
    assert needed == found.needed_bps == 7_200_000_000 / 5400
    fast = LineFacts(needed, Timetable())
    assert foresee(queue, fast, noon).late == ()


@settings(max_examples=20)
@given(
    sizes=st.lists(st.tuples(st.integers(1, 60_000), st.booleans()), min_size=1, max_size=6),
    windows=st.sampled_from([(), NIGHTS, ("mon 08:00-09:00 0.0005", "tue-sun 10:00-12:00")]),
    budget=st.sampled_from([0, 50_000]),
    hour=st.integers(0, 23),
)
def test_the_forecast_is_what_a_simulated_line_does(
    sizes: list[tuple[int, bool]], windows: tuple[str, ...], budget: int, hour: int
) -> None:
    queue = [
        Waiting(str(place), size, None, is_small) for place, (size, is_small) in enumerate(sizes)
    ]
    facts = LineFacts(1000.0, Timetable(windows), budget, 0)
    now = MONDAY + timedelta(hours=hour)
    expected = simulated(queue, facts, now)
    found = foresee(queue, facts, now).ends_at
    assert found is not None
    assert abs((found - expected[-1]).total_seconds()) <= len(queue) + 2
