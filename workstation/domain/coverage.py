"""A shift as a bar: what of it was recorded, what was explained, what nobody accounts for.

Source of the rule: proof.md section 7. Times are whole milliseconds since 1970-01-01 UTC, so that
the parts add up to the shift exactly.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from workstation.domain.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MS: Final = timedelta(milliseconds=1)


class Cover(StrEnum):
    """How a part of a shift is accounted for."""

    RECORDED = "recorded"
    EXPLAINED = "explained"
    UNEXPLAINED = "unexplained"


class GapReason(StrEnum):
    """Why nothing was recorded. Stored by value."""

    CHARGING = "charging"
    MEAL = "meal"
    STANDBY = "standby"  # on duty, and nothing that had to be recorded
    FAULT = "fault"  # of the recorder
    OTHER = "other"
    WITHDRAWN = "withdrawn"  # what was said of this time before counts no longer
    DOCKED = "docked"  # the recorder lay in the station: known, never said by a person


SAID_BY_PEOPLE: Final = tuple(one for one in GapReason if one is not GapReason.DOCKED)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From ``begins_ms`` up to, and without, ``ends_ms``; never empty.

    Raises:
        UsageError: it ends before it has begun (facts ``begins_ms``, ``ends_ms``).
    """

    begins_ms: int
    ends_ms: int

    def __post_init__(self) -> None:
        if self.begins_ms >= self.ends_ms:
            raise UsageError(begins_ms=self.begins_ms, ends_ms=self.ends_ms)

    @property
    def seconds(self) -> float:
        """How long it is."""
        return (self.ends_ms - self.begins_ms) / 1000

    @property
    def begins(self) -> datetime:
        """In UTC."""
        return _EPOCH + self.begins_ms * _MS

    @property
    def ends(self) -> datetime:
        """In UTC."""
        return _EPOCH + self.ends_ms * _MS


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why nothing was recorded, by a badge number (``by`` empty: the station knows it)."""

    span: Span
    reason: GapReason
    by: str = ""
    note: str = ""
    is_certain: bool = False  # the station's own knowledge


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the bar. ``explanation`` is there where, and only where, it is explained."""

    span: Span
    cover: Cover
    explanation: Explanation | None = None


def moment_ms(moment: datetime) -> int:
    """An aware moment in whole milliseconds since 1970 UTC, rounded down."""
    return (moment - _EPOCH) // _MS


def span_between(begins: datetime, ends: datetime) -> Span | None:
    """The span of two aware moments; None where less than a millisecond lies between."""
    first, last = moment_ms(begins), moment_ms(ends)
    return Span(first, last) if first < last else None


def united(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same time without overlaps, in order."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.begins_ms <= found[-1].ends_ms:
            last = found.pop()
            span = Span(last.begins_ms, max(last.ends_ms, span.ends_ms))
        found.append(span)
    return tuple(found)


def cover(
    shift: Span, recorded: Iterable[Span], explained: Sequence[Explanation]
) -> tuple[Stretch, ...]:
    """The bar: parts in order that touch, never overlap, and together are the shift exactly.

    What was recorded is recorded, whatever was said of it. Of explanations that overlap the later
    in the sequence counts; one that is withdrawn leaves nothing.
    """
    taken = united(recorded)
    begins = [one.begins_ms for one in taken]
    cuts = {shift.begins_ms, shift.ends_ms}
    for span in (*taken, *(one.span for one in explained)):
        cuts |= {at for at in (span.begins_ms, span.ends_ms) if _lies_in(at, shift)}
    parts: list[Stretch] = []
    for first, last in pairwise(sorted(cuts)):
        place = bisect_right(begins, first) - 1
        if place >= 0 and first < taken[place].ends_ms:
            part = Stretch(Span(first, last), Cover.RECORDED)
        else:
            part = _unrecorded(Span(first, last), explained)
        _append(parts, part)
    return tuple(parts)


def seconds_of(parts: Iterable[Stretch], what: Cover) -> float:
    """How much of a bar is of one kind."""
    return sum(one.span.ends_ms - one.span.begins_ms for one in parts if one.cover is what) / 1000


def _lies_in(at: int, span: Span) -> bool:
    return span.begins_ms < at < span.ends_ms


def _unrecorded(piece: Span, explained: Sequence[Explanation]) -> Stretch:
    for one in reversed(explained):
        if one.span.begins_ms <= piece.begins_ms < one.span.ends_ms:
            if one.reason is GapReason.WITHDRAWN:
                break
            return Stretch(piece, Cover.EXPLAINED, one)
    return Stretch(piece, Cover.UNEXPLAINED)


def _append(parts: list[Stretch], part: Stretch) -> None:
    """Parts of one kind and one explanation that touch are one part."""
    if parts and (parts[-1].cover, parts[-1].explanation) == (part.cover, part.explanation):
        last = parts.pop()
        part = Stretch(Span(last.span.begins_ms, part.span.ends_ms), part.cover, part.explanation)
    parts.append(part)
