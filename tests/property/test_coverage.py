"""The bar of a shift: nothing is counted twice, nothing is left out, and order does not matter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from workstation.domain.clip import ClipKind
from workstation.domain.continuity import Segment, left_out, seams
from workstation.domain.coverage import (
    SAID_BY_PEOPLE,
    Cover,
    Explanation,
    GapReason,
    Span,
    cover,
    seconds_of,
    united,
)

if TYPE_CHECKING:
    import random

SHIFT = Span(1000, 1400)  # milliseconds, small so that edges meet
SEEN = (SHIFT.begins_ms - 50, SHIFT.ends_ms + 50)

spans = st.tuples(st.integers(*SEEN), st.integers(1, 120)).map(lambda t: Span(t[0], t[0] + t[1]))
explanations = st.builds(Explanation, spans, st.sampled_from(SAID_BY_PEOPLE), st.just("012345"))


def by_hand(
    recorded: list[Span], said: list[Explanation], at: int
) -> tuple[Cover, GapReason | None]:
    """What one millisecond of the shift is, asked as plainly as can be."""
    if any(span.begins_ms <= at < span.ends_ms for span in recorded):
        return Cover.RECORDED, None
    touching = [one for one in said if one.span.begins_ms <= at < one.span.ends_ms]
    if touching and touching[-1].reason is not GapReason.WITHDRAWN:
        return Cover.EXPLAINED, touching[-1].reason
    return Cover.UNEXPLAINED, None


@given(st.lists(spans, max_size=8), st.lists(explanations, max_size=5))
def test_parts_touch_never_overlap_and_are_the_shift_exactly(
    recorded: list[Span], said: list[Explanation]
) -> None:
    parts = cover(SHIFT, recorded, said)
    assert parts[0].span.begins_ms == SHIFT.begins_ms
    assert parts[-1].span.ends_ms == SHIFT.ends_ms
    assert all(a.span.ends_ms == b.span.begins_ms for a, b in pairwise(parts))
    assert sum(round(seconds_of(parts, one) * 1000) for one in Cover) == 400


@given(st.lists(spans, max_size=8), st.lists(explanations, max_size=5))
def test_every_millisecond_is_what_it_is_asked_for_by_hand(
    recorded: list[Span], said: list[Explanation]
) -> None:
    for part in cover(SHIFT, recorded, said):
        reason = part.explanation.reason if part.explanation else None
        for at in range(part.span.begins_ms, part.span.ends_ms):
            assert (part.cover, reason) == by_hand(recorded, said, at)


@given(st.lists(spans, max_size=8), st.lists(explanations, max_size=5), st.randoms())
def test_the_order_of_clips_does_not_matter(
    recorded: list[Span], said: list[Explanation], dice: random.Random
) -> None:
    shuffled = list(recorded)
    dice.shuffle(shuffled)
    assert cover(SHIFT, shuffled, said) == cover(SHIFT, recorded, said)


@given(st.lists(spans, max_size=8), st.lists(explanations, max_size=5), spans)
def test_more_footage_never_makes_less_recorded(
    recorded: list[Span], said: list[Explanation], more: Span
) -> None:
    before = seconds_of(cover(SHIFT, recorded, said), Cover.RECORDED)
    after = seconds_of(cover(SHIFT, [*recorded, more], said), Cover.RECORDED)
    assert after >= before


@given(st.lists(spans, max_size=10))
def test_united_spans_are_apart_and_hold_the_same_time(many: list[Span]) -> None:
    found = united(many)
    assert all(a.ends_ms < b.begins_ms for a, b in pairwise(found))
    counted = {at for span in many for at in range(span.begins_ms, span.ends_ms)}
    assert sum(span.ends_ms - span.begins_ms for span in found) == len(counted)


START = datetime(2026, 3, 1, 8, tzinfo=UTC)


def row_of(numbers: list[int]) -> list[Segment]:
    """One video a minute."""
    return [
        Segment(f"c{n}", "R", ClipKind.VIDEO, START + timedelta(minutes=n), 30.0, n)
        for n in numbers
    ]


@given(st.sets(st.integers(1, 60), min_size=1), st.sets(st.integers(1, 60)), st.randoms())
def test_a_number_is_missing_offered_or_there_and_never_two_of_them(
    there: set[int], offered: set[int], dice: random.Random
) -> None:
    numbers = sorted(there)
    dice.shuffle(numbers)
    missing, restarts = left_out(row_of(numbers), offered)
    gone = [n for one in missing for n in range(one.first, one.last + 1)]
    assert restarts == []
    assert len(gone) == len(set(gone))
    assert not set(gone) & there
    for one in missing:
        assert one.after <= one.before
        if one.is_sure:
            assert not set(range(one.first, one.last + 1)) & offered
    absent = set(range(min(there), max(there) + 1)) - there - offered
    assert absent <= set(gone)


@given(st.lists(st.integers(0, 20), min_size=1, max_size=12, unique=True), st.randoms())
def test_seams_do_not_depend_on_the_order_of_clips(seconds: list[int], dice: random.Random) -> None:
    row = [
        Segment(f"c{at}", "R", ClipKind.VIDEO, START + timedelta(seconds=at), 1.0, at)
        for at in sorted(seconds)
    ]
    shuffled = list(row)
    dice.shuffle(shuffled)
    assert seams(shuffled) == seams(row)
