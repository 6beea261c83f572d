"""Which case an outing may belong to: by time, officer and place, and never by nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from workstation.casework.shift import missing_numbers
from workstation.casework.suggesting import (
    CLOSE_BY,
    DURING,
    HIS_OWN,
    NAMED,
    PLACE,
    SAME_DAY,
    Footage,
    OpenCase,
    Outing,
    outings,
    ranked,
)

BADGE, NAME = "300003", "孙警"
MORNING = datetime.fromisoformat("2026-03-17T10:05")  # a recorder's clock has no zone


def clip(name: str, minutes: float, seconds: float = 300.0, words: str = "") -> Footage:
    return Footage(name, MORNING + timedelta(minutes=minutes), seconds, words)


def case(name: str, minutes: float | None = None, **more: object) -> OpenCase:
    occurred = None if minutes is None else MORNING + timedelta(minutes=minutes)
    return OpenCase(name, occurred=occurred, **more)  # type: ignore[arg-type]


OUTING = Outing((clip("a", 0), clip("b", 5, words="文明路 北口"), clip("c", 40)))


def test_a_pause_of_more_than_a_quarter_of_an_hour_begins_another_outing() -> None:
    parts = outings([clip("c", 25.1), clip("a", 0), clip("b", 5), clip("d", 300)])
    assert [part.clips for part in parts] == [("a", "b"), ("c",), ("d",)]
    exactly = outings([clip("a", 0), clip("b", 20)])
    just_over = outings([clip("a", 0), clip("b", 20.02)])
    assert (len(exactly), len(just_over)) == (1, 2)


def test_a_long_clip_holds_the_short_ones_within_it_together() -> None:
    parts = outings([clip("long", 0, 3600), clip("photo", 10, 0), clip("after", 70)])
    assert [part.clips for part in parts] == [("long", "photo", "after")]
    assert parts[0].ends == MORNING + timedelta(minutes=75)


def test_nothing_makes_no_outing() -> None:
    assert outings([]) == []


@pytest.mark.parametrize(
    ("known", "points", "reasons"),
    [
        (case("during", 10), DURING, ("time",)),
        (case("at the end", 45), DURING, ("time",)),
        (case("soon after", 45 + 119), CLOSE_BY, ("time",)),
        (case("his, that day", 600, is_his=True), SAME_DAY + HIS_OWN, ("time", "officer")),
        (case("opened by him", 600, opened_by=BADGE), SAME_DAY + HIS_OWN, ("time", "officer")),
        (case("names him", 600, parties=(NAME,)), SAME_DAY + NAMED, ("time", "officer")),
        (case("place", place="文明路"), PLACE, ("place",)),
    ],
    ids=lambda value: value.id if isinstance(value, OpenCase) else None,
)
def test_what_speaks_for_a_case(known: OpenCase, points: int, reasons: tuple[str, ...]) -> None:
    (guess,) = ranked(OUTING, [known], BADGE, NAME)
    assert (guess.points, guess.reasons) == (points, reasons)


@pytest.mark.parametrize(
    "known",
    [
        case("nothing known"),
        case("that day, nobody's", 600),
        case("his, but last week", -7 * 24 * 60, is_his=True),
        case("another place", place="解放路"),
        case("blank place", place="  "),
    ],
    ids=lambda value: value.id,
)
def test_a_case_that_nothing_or_little_speaks_for_is_not_offered(known: OpenCase) -> None:
    assert ranked(OUTING, [known], BADGE, NAME) == []


def test_likelier_cases_come_first_and_equal_ones_stay_in_order() -> None:
    cases = [case("near", 120), case("first", 10), case("second", 20), case("own", 5, is_his=True)]
    order = [guess.case.id for guess in ranked(OUTING, cases, BADGE, NAME)]
    assert order == ["own", "first", "second", "near"]


def test_nobody_is_not_everybody() -> None:
    """A docking without an officer must not match cases without one."""
    assert ranked(OUTING, [case("x", 600, opened_by="", parties=("",))], "", "") == []


def test_missing_numbers_are_gaps_and_a_new_numbering_is_not() -> None:
    assert missing_numbers([4, 1, 2, None, 6]) == (3, 5)
    assert missing_numbers([1, 2, 9000]) == ()
    assert missing_numbers([]) == ()
