"""Whether a shift is complete: the bar of an officer, the numbers that never came, the seams.

Reads only. What is proven by it and what is not: docs/completeness.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

from workstation.domain.clip import ClipKind
from workstation.domain.continuity import (
    Joint,
    PreRecord,
    Segment,
    left_out,
    pre_record,
    seams,
)
from workstation.domain.coverage import (
    Cover,
    Explanation,
    GapReason,
    cover,
    seconds_of,
    span_between,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from workstation.catalog.shifts import ShiftClip, ShiftDocking, Unmade
    from workstation.domain.clip import Clip
    from workstation.domain.continuity import Missing, Restart, Seam
    from workstation.domain.coverage import Span, Stretch

LOOK_BACK: Final = timedelta(hours=16)  # footage older than this is not of the shift it came with
ASKED_S: Final = 300.0  # a shorter gap counts, and nobody is asked about it
_CLOCKS: Final = timedelta(days=1)  # how far recorders' clocks are looked for around a shift
_LASTING: Final = frozenset({ClipKind.VIDEO, ClipKind.AUDIO})
_BESIDE: Final = frozenset({ClipKind.LOG, ClipKind.TRACK})


class ShiftCatalog(Protocol):
    """What is asked of the catalog."""

    def shift_dockings(
        self, badge: str, begins: datetime, ends: datetime
    ) -> list[ShiftDocking]: ...
    def shift_clips(
        self, badge: str, collections: Iterable[str], first: datetime, last: datetime
    ) -> list[ShiftClip]: ...
    def numbered_clips(self, recorder: str, first: datetime, last: datetime) -> list[ShiftClip]: ...
    def unmade(self, collections: Iterable[str]) -> list[Unmade]: ...
    def gap_reasons(self, badge: str, begins: datetime, ends: datetime) -> list[Explanation]: ...


class Basis(StrEnum):
    """Where the beginning and the end of a shift come from."""

    GIVEN = "given"  # by whoever asks: the duty roster
    DOCKING = "docking"  # from its first footage to the docking that brought it
    LATE = "late"  # docked long after: from the first to the last footage of its last hours
    FOOTAGE = "footage"  # not docked that day: from the first to the last footage named so
    NOTHING = "nothing"  # there is no footage, and nobody said when it was


@dataclass(frozen=True, slots=True)
class Lead:
    """Of a file that begins a recording: whether the time before its trigger is there."""

    clip: str
    at: datetime
    found: PreRecord
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What can be said of a shift.

    Attributes:
        parts: the bar; they add up to ``shift`` exactly. Empty where there is no shift.
        undated: files of its dockings that tell no time.
        unmeasured: videos and sounds whose length is not known; they count as no time.
        unnumbered: recorders whose names carry no numbers: nothing can be said of missing files.
        clock_doubt_s: the largest uncertainty of a time; None where a clock was never compared.
        beside: logs and tracks that came with it and were not read for this.
    """

    badge: str
    shift: Span | None
    basis: Basis
    parts: tuple[Stretch, ...] = ()
    clips: int = 0
    missing: tuple[Missing, ...] = ()
    restarts: tuple[Restart, ...] = ()
    not_taken: tuple[Unmade, ...] = ()
    seams: tuple[Seam, ...] = ()
    leads: tuple[Lead, ...] = ()
    undated: int = 0
    unmeasured: int = 0
    unnumbered: tuple[str, ...] = ()
    clock_doubt_s: float | None = None
    beside: int = 0

    def seconds(self, what: Cover) -> float:
        """How much of the shift is of one kind."""
        return seconds_of(self.parts, what)

    @property
    def asked(self) -> tuple[Stretch, ...]:
        """Gaps that nobody has explained, and long enough to ask about."""
        return tuple(
            one
            for one in self.parts
            if one.cover is Cover.UNEXPLAINED and one.span.seconds >= ASKED_S
        )

    @property
    def torn(self) -> tuple[Seam, ...]:
        """Where surely more was lost between two files of one recording than may be."""
        return tuple(one for one in self.seams if one.joint is Joint.SEAM)

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left for a person to look at."""
        return not (self.asked or self.missing or self.not_taken or self.torn)


def read_coverage(
    catalog: ShiftCatalog,
    badge: str,
    day: date,
    now: datetime,
    given: tuple[datetime, datetime] | None = None,
) -> Coverage:
    """The coverage of an officer's shift of a day, by the station's own calendar.

    A shift belongs to the day on which its footage was docked; ``given`` (aware) is the duty
    roster's word for when it was. ``now`` is UTC.
    """
    begins, ends = given or (_midnight(day), _midnight(day + timedelta(days=1)))
    ends = min(ends, now)
    dockings = catalog.shift_dockings(badge, begins - LOOK_BACK, ends + _CLOCKS)
    first, last = _naive(begins - _CLOCKS), _naive(ends + _CLOCKS)
    found = catalog.shift_clips(badge, (one.collection_id for one in dockings), first, last)
    dated = [one for one in found if one.clip.recorded_at is not None]
    made: dict[str, Segment] = {one.clip.id: _segment(one) for one in dated}
    shift, basis = _when(dockings, dated, made, (begins, ends), is_given=given is not None)
    if shift is None:
        return Coverage(badge, None, basis)
    mine = [
        one
        for one in dated
        if made[one.clip.id].begins < shift.ends and made[one.clip.id].ends >= shift.begins
    ]
    return _coverage(catalog, badge, (shift, basis), dockings, found, mine)


def _coverage(
    catalog: ShiftCatalog,
    badge: str,
    when: tuple[Span, Basis],
    dockings: list[ShiftDocking],
    found: list[ShiftClip],
    mine: list[ShiftClip],
) -> Coverage:
    shift, basis = when
    homes = {one.clip.collection_id for one in mine} | {
        one.collection_id for one in dockings if shift.begins <= one.started_at <= shift.ends
    }
    segments = [_segment(one) for one in mine]
    recorders = sorted({one.recorder for one in segments})
    joints = [
        seam
        for name in recorders
        for seam in seams(one for one in segments if one.recorder == name)
    ]
    offers = catalog.unmade(sorted(homes))
    missing: list[Missing] = []
    restarts: list[Restart] = []
    for name in recorders:
        offered = [one.number for one in offers if one.recorder == name and one.number is not None]
        row = _numbered(catalog, name, mine)
        gone, again = left_out(row, offered)
        missing += gone
        restarts += again
    said = catalog.gap_reasons(badge, shift.begins, shift.ends)
    docked = _docked(dockings, recorders) if len(recorders) <= 1 else []
    doubts = [None if c.corrected is None else c.corrected.uncertainty_s for c in _clips(mine)]
    known = [one for one in doubts if one is not None]
    return Coverage(
        badge,
        shift,
        basis,
        cover(shift, _recorded(segments, joints), [*said, *docked]),
        clips=len(mine),
        missing=tuple(missing),
        restarts=tuple(restarts),
        not_taken=tuple(one for one in offers if not one.is_held),
        seams=tuple(joints),
        leads=tuple(_leads(mine, {one.next_clip for one in joints})),
        undated=sum(
            one.clip.recorded_at is None and one.clip.kind not in _BESIDE
            for one in found
            if one.clip.collection_id in homes
        ),
        unmeasured=sum(c.kind in _LASTING and not c.duration_s for c in _clips(mine)),
        unnumbered=tuple(
            name
            for name in recorders
            if all(c.sequence is None for c in _clips(mine) if c.recorder_serial == name)
        ),
        clock_doubt_s=max(known) if known and len(known) == len(doubts) else None,
        beside=sum(c.kind in _BESIDE for c in _clips(found) if c.collection_id in homes),
    )


def _when(
    dockings: list[ShiftDocking],
    dated: list[ShiftClip],
    made: dict[str, Segment],
    bounds: tuple[datetime, datetime],
    *,
    is_given: bool,
) -> tuple[Span | None, Basis]:
    """When the shift was, and how that is known."""
    begins, ends = bounds
    if is_given:
        return span_between(begins, ends), Basis.GIVEN
    brought = {one.clip.collection_id for one in dated}
    home = [
        one for one in dockings if begins <= one.started_at < ends and one.collection_id in brought
    ]
    if home and (when := _docked_shift(home, dated, made)) is not None:
        return when
    named = [one for one in made.values() if begins <= one.begins < ends]
    if not named:
        return None, Basis.NOTHING
    return (
        span_between(min(one.begins for one in named), max(one.ends for one in named)),
        Basis.FOOTAGE,
    )


def _docked_shift(
    home: list[ShiftDocking], dated: list[ShiftClip], made: dict[str, Segment]
) -> tuple[Span | None, Basis] | None:
    """From the first footage to the docking; to the last footage where that is long ago."""
    docked_at = home[-1].started_at
    homes = {one.collection_id for one in home}
    brought = [made[one.clip.id] for one in dated if one.clip.collection_id in homes]
    last = max((one.ends for one in brought if one.begins < docked_at), default=None)
    if last is None:
        return None
    is_late = docked_at - last > LOOK_BACK
    ends = last if is_late else docked_at
    began = min(one.begins for one in made.values() if ends - LOOK_BACK <= one.begins < docked_at)
    return span_between(began, ends), Basis.LATE if is_late else Basis.DOCKING


def _numbered(catalog: ShiftCatalog, recorder: str, mine: list[ShiftClip]) -> list[Segment]:
    """Everything numbered of a recorder around the clips of a shift, whoever's it is."""
    named = [
        c.recorded_at
        for c in _clips(mine)
        if c.recorder_serial == recorder and c.recorded_at is not None
    ]
    naive = [_naive(one) for one in named]
    return [_segment(one) for one in catalog.numbered_clips(recorder, min(naive), max(naive))]


def _recorded(segments: Iterable[Segment], joints: Iterable[Seam]) -> list[Span]:
    """When something was recorded; two files of one recording have no gap that is not proven."""
    lasting = [one for one in segments if one.kind in _LASTING]
    begins = {one.clip: one.begins for one in lasting}
    found = [span_between(one.begins, one.ends) for one in lasting]
    found += [
        span_between(one.at, begins[one.next_clip])
        for one in joints
        if one.joint is not Joint.SEAM and one.at < begins[one.next_clip]
    ]
    return [one for one in found if one is not None]


def _docked(dockings: list[ShiftDocking], recorders: list[str]) -> list[Explanation]:
    """While its recorder is being collected nobody can record with it."""
    found = []
    for one in dockings:
        span = None if one.ended_at is None else span_between(one.started_at, one.ended_at)
        if span is not None and one.recorder in recorders:
            found.append(Explanation(span, GapReason.DOCKED, is_certain=True))
    return found


def _leads(mine: list[ShiftClip], following: set[str]) -> Iterable[Lead]:
    for one in sorted(mine, key=lambda each: each.clip.seq):
        clip = one.clip
        if clip.kind is ClipKind.VIDEO and clip.id not in following:
            yield Lead(clip.id, _segment(one).begins, *_lead(one))


def _lead(one: ShiftClip) -> tuple[PreRecord, float | None]:
    clip = one.clip
    if clip.recorded_at is None or one.closed_ns is None or not clip.duration_s:
        return PreRecord.UNKNOWN, None
    closed = datetime.fromtimestamp(one.closed_ns / 1e9)  # noqa: DTZ006 - as the recorder counts
    return pre_record(_naive(clip.recorded_at), closed, clip.duration_s)


def _segment(one: ShiftClip) -> Segment:
    """By the station's time where both clocks were compared, else as the recorder claims."""
    clip = one.clip
    named = clip.recorded_at or clip.vaulted_at
    begins = clip.corrected.at if clip.corrected else named.astimezone()
    lead_s = _lead(one)[1] or 0.0
    return Segment(
        clip.id,
        clip.recorder_serial,
        clip.kind,
        begins - timedelta(seconds=lead_s),
        clip.duration_s or 0.0,
        clip.sequence,
        _naive(named),
    )


def _clips(of: Iterable[ShiftClip]) -> Iterable[Clip]:
    return (one.clip for one in of)


def _naive(moment: datetime) -> datetime:
    """The station's local time without a zone, as recorders' clocks have it."""
    return moment if moment.tzinfo is None else moment.astimezone().replace(tzinfo=None)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time()).astimezone()
