"""Which case an outing's footage may belong to: a rule over values, so that anybody can check it.

Clips that follow each other closely are one outing. Open cases are ranked for it by when they
happened, by whose they are and by a place that is named on both sides. A case that nothing
speaks for is not offered: a wrong link costs more than a question that is not asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

OUTING_GAP: Final = timedelta(minutes=15)  # a longer pause begins another outing
NEAR: Final = timedelta(hours=2)  # a case this far from an outing may still be its own
DURING, CLOSE_BY, SAME_DAY = 6, 4, 2  # points by time
HIS_OWN, NAMED = 3, 2  # points by officer: he worked on it, or the case names him
PLACE = 4
LEAST = 4  # with fewer points a case is not asked about
_NOBODY = ""


@dataclass(frozen=True, slots=True)
class Footage:
    """A clip as the rule sees it. ``begins`` is naive local time, as people know it."""

    clip: str
    begins: datetime
    seconds: float = 0.0
    words: str = ""  # tags and notes: what people said of it
    cases: tuple[str, ...] = ()

    @property
    def ends(self) -> datetime:
        """When its last picture was taken."""
        return self.begins + timedelta(seconds=self.seconds)


@dataclass(frozen=True, slots=True)
class Outing:
    """Clips that follow each other closely, the earliest first."""

    footage: tuple[Footage, ...]

    @property
    def begins(self) -> datetime:
        """When the first clip began."""
        return self.footage[0].begins

    @property
    def ends(self) -> datetime:
        """When the last clip ended."""
        return max(one.ends for one in self.footage)

    @property
    def clips(self) -> tuple[str, ...]:
        """Their ids."""
        return tuple(one.clip for one in self.footage)

    @property
    def cases(self) -> tuple[str, ...]:
        """Cases that some of them are linked to already."""
        return tuple(dict.fromkeys(case for one in self.footage for case in one.cases))


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case that is not closed. ``occurred`` is naive local time; None if nobody said."""

    id: str
    number: str = ""
    title: str = ""
    place: str = ""
    occurred: datetime | None = None
    parties: tuple[str, ...] = ()
    opened_by: str = ""
    is_his: bool = False  # clips of the officer are linked to it already


@dataclass(frozen=True, slots=True)
class Guess:
    """A case that may be an outing's, and what speaks for it: ``time``, ``officer``, ``place``."""

    case: OpenCase
    points: int
    reasons: tuple[str, ...]


def outings(footage: Iterable[Footage], gap: timedelta = OUTING_GAP) -> list[Outing]:
    """Part clips where nothing was recorded for longer than ``gap``."""
    parted: list[list[Footage]] = []
    ended: datetime | None = None
    for one in sorted(footage, key=lambda clip: (clip.begins, clip.clip)):
        if ended is None or one.begins - ended > gap:
            parted.append([])
            ended = one.ends
        parted[-1].append(one)
        ended = max(ended, one.ends)
    return [Outing(tuple(part)) for part in parted]


def ranked(outing: Outing, cases: Sequence[OpenCase], badge: str, name: str) -> list[Guess]:
    """The cases something speaks for, the likeliest first; equal ones in the order given."""
    guesses = [_judge(outing, case, badge, name) for case in cases]
    likely = [guess for guess in guesses if guess.points >= LEAST]
    return sorted(likely, key=lambda guess: -guess.points)


def _judge(outing: Outing, case: OpenCase, badge: str, name: str) -> Guess:
    found = {
        "time": _by_time(outing, case.occurred),
        "officer": _by_officer(case, badge, name),
        "place": PLACE if _is_named(case.place, outing) else 0,
    }
    return Guess(case, sum(found.values()), tuple(why for why, points in found.items() if points))


def _by_time(outing: Outing, occurred: datetime | None) -> int:
    if occurred is None:
        return 0
    if outing.begins <= occurred <= outing.ends:
        return DURING
    if outing.begins - NEAR <= occurred <= outing.ends + NEAR:
        return CLOSE_BY
    return SAME_DAY if occurred.date() in {outing.begins.date(), outing.ends.date()} else 0


def _by_officer(case: OpenCase, badge: str, name: str) -> int:
    if case.is_his or (badge != _NOBODY and case.opened_by == badge):
        return HIS_OWN
    return NAMED if name != _NOBODY and name in case.parties else 0


def _is_named(place: str, outing: Outing) -> bool:
    return bool(place.strip()) and any(place.strip() in one.words for one in outing.footage)
