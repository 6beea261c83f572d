"""What the files of one recorder say of each other: numbers left out, seams, pre-record.

Everything here is an inference from names, lengths and closing times, and says how sure it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from workstation.domain.clip import ClipKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

SEAM_S: Final = 0.04  # GA/T 947.2-2015: what may be lost between two files of one recording
SPLIT_S: Final = 2.0  # next beginning less last end: two files of one recording
NAME_DOUBT_S: Final = 1.0  # a name counts whole seconds, each of two up to one too early
FRACTION_DOUBT_S: Final = 0.002  # a name that counts milliseconds
PRE_RECORD_S: Final = 30.0  # what has to be there before the trigger
LONGEST_PRE_RECORD_S: Final = 120.0  # of any recorder that is known
CLOSING_DOUBT_S: Final = 3.0  # FAT closes files on even seconds, a name counts whole ones
ANOTHER_NUMBERING: Final = 20  # more numbers left out in one place may be another numbering
_COUNTED: Final = (ClipKind.VIDEO, ClipKind.AUDIO, ClipKind.PHOTO)


class Joint(StrEnum):
    """What can be said of two files that follow each other at once."""

    TIGHT = "tight"  # surely no more than the norm lets be lost
    OPEN = "open"  # their times are too coarse to say
    SEAM = "seam"  # surely more than the norm lets be lost


class PreRecord(StrEnum):
    """Whether the time before the trigger is on the media."""

    PRESENT = "present"
    SHORT = "short"  # some is there, less than there should be
    UNKNOWN = "unknown"  # name, length and closing time do not tell


@dataclass(frozen=True, slots=True)
class Segment:
    """One file of a recorder.

    Attributes:
        begins: aware; the first frame, as well as it is known.
        seconds: 0 where the length is not known.
        named_at: naive; what its name says, by the recorder's own clock.
    """

    clip: str
    recorder: str
    kind: ClipKind
    begins: datetime
    seconds: float = 0.0
    number: int | None = None
    named_at: datetime | None = None

    @property
    def ends(self) -> datetime:
        """When the last frame ends."""
        return self.begins + timedelta(seconds=self.seconds)


@dataclass(frozen=True, slots=True)
class Missing:
    """Numbers ``first`` to ``last`` that never reached us, between two files that did.

    ``is_sure`` is False where so many are left out that the recorder may have begun to count
    anew from a higher number.
    """

    recorder: str
    first: int
    last: int
    after: datetime
    before: datetime
    is_sure: bool

    @property
    def count(self) -> int:
        """How many numbers."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class Restart:
    """The recorder counted anew: what was left out just there can not be said."""

    recorder: str
    last: int
    next: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Seam:
    """Two files of one recording. ``gap_s`` is negative where they overlap; give or take."""

    clip: str
    next_clip: str
    at: datetime
    gap_s: float
    doubt_s: float
    joint: Joint


def left_out(
    segments: Iterable[Segment], offered: Iterable[int] = ()
) -> tuple[list[Missing], list[Restart]]:
    """What is missing in the numbers of one recorder's files, and where it counted anew.

    ``offered`` are numbers of files that the recorder had and that could not be taken. Videos and
    photos share one numbering unless a number is found on both.
    """
    counted = [one for one in segments if one.kind in _COUNTED and one.number is not None]
    kinds: dict[ClipKind, set[int]] = {}
    for one in counted:
        kinds.setdefault(one.kind, set()).add(one.number or 0)
    numbers = [number for found in kinds.values() for number in found]
    rows = [counted]
    if len(numbers) != len(set(numbers)):
        rows = [[one for one in counted if one.kind is kind] for kind in kinds]
    missing: list[Missing] = []
    restarts: list[Restart] = []
    known = frozenset(offered)
    for row in rows:
        for last, following in pairwise(sorted(row, key=_order)):
            _compare(last, following, known, missing, restarts)
    missing.sort(key=lambda one: (one.after, one.first))
    return missing, sorted(restarts, key=lambda one: one.at)


def _order(one: Segment) -> tuple[datetime, int, str]:
    return one.begins, one.number or 0, one.clip


def _compare(
    last: Segment,
    following: Segment,
    known: frozenset[int],
    missing: list[Missing],
    restarts: list[Restart],
) -> None:
    a, b = last.number or 0, following.number or 0
    if b < a:
        restarts.append(Restart(last.recorder, a, b, following.begins))
        return
    is_sure = b - a <= ANOTHER_NUMBERING
    runs: list[tuple[int, int]] = []
    absent = [(a + 1, b - 1)] if not is_sure and b - a > 1 else []
    for number in range(a + 1, b) if is_sure else ():
        if number in known:
            continue
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    for first, final in runs or absent:
        ends = min(last.ends, following.begins)
        missing.append(Missing(last.recorder, first, final, ends, following.begins, is_sure))


def seams(segments: Iterable[Segment]) -> list[Seam]:
    """Every pair of files of one recorder that should be one recording without a seam."""
    found: list[Seam] = []
    filmed = [one for one in segments if one.kind is ClipKind.VIDEO and one.seconds > 0]
    for last, following in pairwise(sorted(filmed, key=_order)):
        numbers = (last.number, following.number)
        if None not in numbers and (following.number or 0) - (last.number or 0) not in (0, 1):
            continue
        gap_s = (following.begins - last.ends).total_seconds()
        fine = any(one.named_at and one.named_at.microsecond for one in (last, following))
        doubt_s = FRACTION_DOUBT_S if fine else NAME_DOUBT_S
        if not -SPLIT_S <= gap_s <= SPLIT_S + doubt_s:
            continue
        joint = Joint.OPEN
        if gap_s - doubt_s > SEAM_S:
            joint = Joint.SEAM
        elif gap_s + doubt_s <= SEAM_S:
            joint = Joint.TIGHT
        found.append(Seam(last.clip, following.clip, last.ends, gap_s, doubt_s, joint))
    return found


def pre_record(
    named_at: datetime, closed_at: datetime, seconds: float
) -> tuple[PreRecord, float | None]:
    """Whether the media begins before the moment its name tells, and by how many seconds.

    A file that was closed at ``closed_at`` and is ``seconds`` long begins at their difference.
    Where a name tells the trigger, what lies before is pre-record; where it tells the first frame
    the two agree, and nothing can be said. Both times are naive, by the recorder's own clock.
    """
    lead_s = (named_at - closed_at).total_seconds() + seconds
    if not CLOSING_DOUBT_S < lead_s <= LONGEST_PRE_RECORD_S + CLOSING_DOUBT_S:
        return PreRecord.UNKNOWN, None
    is_long = lead_s >= PRE_RECORD_S - CLOSING_DOUBT_S
    return (PreRecord.PRESENT if is_long else PreRecord.SHORT), round(lead_s, 1)
