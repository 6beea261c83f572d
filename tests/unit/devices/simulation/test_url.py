"""The URL of a simulated dock is read strictly and written so that it reads back."""

from __future__ import annotations

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.devices.simulation.grammar import BadSector
from workstation.devices.simulation.plan import FLAGS, DockPlan, SlotPlan
from workstation.devices.simulation.url import parse_dock, parse_slot
from workstation.domain.errors import BadDockUrlError

TODAY = date(2026, 11, 22)


def _six(lowest: float, highest: float) -> st.SearchStrategy[float]:
    """Numbers with at most six decimals, as the written form has."""
    return st.floats(lowest, highest).map(lambda number: round(number, 6))


def _by_slot(
    slots: st.SearchStrategy[int], values: st.SearchStrategy[float]
) -> st.SearchStrategy[tuple[tuple[int, float], ...]]:
    table = st.dictionaries(slots, values, max_size=4)
    return table.map(lambda pairs: tuple(sorted(pairs.items())))


@st.composite
def plans(draw: st.DrawFn) -> DockPlan:
    slots = draw(st.integers(1, 64))
    slot = st.integers(1, slots)
    marks = st.frozensets(st.tuples(st.sampled_from(FLAGS), slot), max_size=8)
    sectors = st.sets(st.builds(BadSector, slot, st.integers(1, 99), st.integers(0, 2**39)))
    return DockPlan(
        slots=slots,
        clips=draw(st.integers(1, 1000)),
        seconds=draw(st.integers(1, 3600)),
        seed=draw(st.integers(0, 2**31 - 1)),
        mb=draw(st.none() | _six(0.05, 16384)),
        mb_s=draw(st.none() | _six(0.01, 10000)),
        stagger_s=draw(_six(0, 3600)),
        replug_s=draw(_six(0, 3600)),
        cycle_s=draw(st.none() | _six(1, 86400)),
        hub_gone_s=draw(st.none() | _six(1, 86400)),
        day=draw(st.dates(date(1970, 1, 1), date(2100, 1, 1))),
        marks=draw(marks),
        reset_at=draw(_by_slot(st.integers(0, slots), _six(0.1, 99.9))),
        yank_at=draw(_by_slot(st.integers(0, slots), _six(0.1, 99.9))),
        clock_skew=draw(_by_slot(st.integers(0, slots), _six(-1e8, 1e8))),
        stall=draw(_by_slot(slot, _six(0.1, 3600))),
        slow_slot=draw(_by_slot(slot, _six(0.01, 10000))),
        battery=draw(_by_slot(slot, st.integers(0, 100))),
        ready_after=draw(_by_slot(slot, _six(0, 86400))),
        bad_sector=tuple(sorted(draw(sectors), key=lambda s: (s.slot, s.clip, s.offset))),
    )


@given(plans())
def test_plan_reads_back_from_its_own_url(plan: DockPlan) -> None:
    assert parse_dock(plan.url) == plan


@given(plans(), st.integers(1, 64), st.integers(1, 9), st.integers(1, 9))
def test_slot_reads_back_from_its_own_url(
    plan: DockPlan, slot: int, docking: int, cycle: int
) -> None:
    wanted = SlotPlan(plan, min(slot, plan.slots), docking, cycle)
    assert parse_slot(wanted.url) == wanted


@given(st.text(max_size=60), st.booleans())
def test_any_text_is_a_plan_or_a_bad_url(text: str, has_scheme: bool) -> None:
    url = f"simulated:?{text}" if has_scheme else text
    with contextlib.suppress(BadDockUrlError):
        plan = parse_dock(url)
        assert parse_dock(plan.url) == plan


@pytest.mark.parametrize(
    ("query", "parameter", "reason"),
    [
        ("slots=65", "slots", "range"),
        ("slots=0", "slots", "range"),
        ("slots=2.5", "slots", "range"),
        ("slots=eight", "slots", "number"),
        ("slots=", "slots", "number"),
        ("slots=８", "slots", "number"),
        ("clips=1&clips=2", "clips", "repeated"),
        ("slotz=3", "slotz", "unknown"),
        ("yank_at=100%25", "yank_at", "range"),
        ("yank_at=12%25@9", "yank_at", "slot"),
        ("yank_at=12%25@1,13%25@1", "yank_at", "repeated"),
        ("slots=2&zero=3", "zero", "slot"),
        ("zero=3&slots=2", "zero", "slot"),
        ("bad_sector=1:2", "bad_sector", "number"),
        ("slow_slot=1", "slow_slot", "number"),
        ("clock_skew=soon", "clock_skew", "number"),
        ("day=2026-02-30", "day", "day"),
        ("day=0001-01-01", "day", "day"),
        ("demo=yes", "demo", "range"),
    ],
)
def test_wrong_parameter_is_named_with_what_is_allowed(
    query: str, parameter: str, reason: str
) -> None:
    with pytest.raises(BadDockUrlError) as caught:
        parse_dock(f"simulated:?{query}")
    assert caught.value.facts["parameter"] == parameter
    assert caught.value.facts["reason"] == reason
    assert caught.value.facts["allowed"]


@pytest.mark.parametrize("url", ["", "usb:", "simulated", "simulated:slots=3", "simulated:/x"])
def test_other_forms_are_refused(url: str) -> None:
    with pytest.raises(BadDockUrlError):
        parse_dock(url)


@pytest.mark.parametrize("fragment", ["", "#", "#0", "#9", "#1.0", "#1.x", "#1.1.1.1"])
def test_slot_url_needs_a_slot_of_the_dock(fragment: str) -> None:
    with pytest.raises(BadDockUrlError):
        parse_slot(f"simulated:?slots=8{fragment}")


def test_percent_sign_may_be_written_plainly_or_escaped() -> None:
    plain, escaped = parse_dock("simulated:?yank_at=12%"), parse_dock("simulated:?yank_at=12%25")
    assert plain == escaped
    assert plain.yank_at == ((0, 12.0),)


def test_value_for_one_slot_goes_before_the_value_for_all() -> None:
    dock = parse_dock("simulated:?yank_at=12%,40%@3&clock_skew=-93s,5s@2&mb_s=30&slow_slot=4:0.5")
    assert [SlotPlan(dock, slot).yank_share for slot in (1, 3)] == [0.12, 0.4]
    assert [SlotPlan(dock, slot).clock_skew_s for slot in (1, 2)] == [-93, 5]
    assert [SlotPlan(dock, slot).bytes_per_s for slot in (1, 4)] == [30e6, 0.5e6]
    assert SlotPlan(dock, 3, docking=2).yank_share is None


def test_bare_url_is_the_demo_with_all_six_faces() -> None:
    demo = parse_dock("simulated:", TODAY)
    assert (demo.slots, demo.clips) == (8, 6)
    assert demo.day == date(2026, 11, 21)
    assert {flag for flag, _ in demo.marks} >= {"empty", "fail_slot", "unknown", "in_progress"}
    assert demo.yank_at
    assert demo.bad_sector
    assert demo.slow_slot


def test_demo_lies_under_the_parameters_given() -> None:
    wide = parse_dock("simulated:?demo=1&slots=12&clips=3&empty=12", TODAY)
    assert (wide.slots, wide.clips, wide.mb_s) == (12, 3, 2.5)
    assert wide.marked("empty", 12)
    assert not wide.marked("empty", 8)
    narrow = parse_dock("simulated:?demo=1&slots=3", TODAY)
    assert not narrow.marks & {("fail_slot", 6), ("unknown", 7), ("empty", 8)}
    assert narrow.bad_sector == ()
    assert narrow.slow_slot == ()
    assert parse_dock(narrow.url) == narrow


def test_relative_day_needs_to_know_today() -> None:
    with pytest.raises(BadDockUrlError):
        parse_dock("simulated:?day=today")
    assert parse_dock("simulated:?day=today", TODAY).day == TODAY
