"""What an officer brings home at the end of a shift: his dockings, what is missing, which case.

Reads only; nothing here is needed to take footage in.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Protocol

from workstation.casework.suggesting import Footage, OpenCase, outings, ranked
from workstation.domain.casework import Field
from workstation.domain.clip import ClipKind
from workstation.domain.ingest_state import CollectionState, IngestState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from workstation.casework.suggesting import Guess, Outing
    from workstation.catalog.values import CaseLine, CollectionSummary, ItemLine
    from workstation.domain.binding import Remark
    from workstation.domain.casework_state import CaseFile, ClipCasework
    from workstation.domain.clip import Clip

SHIFT: Final = timedelta(hours=16)  # a docking older than this is not of this shift
LOOKED_THROUGH: Final = 200  # dockings, the latest first: a week of a large station
CASES_ASKED: Final = 500  # open cases, the latest changed first
_HELD: Final = frozenset({IngestState.VAULTED, IngestState.DUPLICATE})
_LOST: Final = frozenset({IngestState.QUARANTINED, IngestState.INTERRUPTED})
_JUMP: Final = 20  # numbers left out in one place: more is another numbering, not a gap
_ASKED_ABOUT: Final = frozenset({ClipKind.VIDEO, ClipKind.AUDIO, ClipKind.PHOTO})


class ShiftCatalog(Protocol):
    """What is asked of the catalog."""

    def collections(
        self, *, state: CollectionState | None = None, limit: int = 100
    ) -> list[CollectionSummary]: ...
    def items(self, collection_id: str) -> Sequence[ItemLine]: ...
    def clips_by_id(self, clips: Iterable[str]) -> dict[str, Clip]: ...
    def remarks(self, collection_id: str) -> list[Remark]: ...
    def casework_of_many(self, clips: Iterable[str]) -> dict[str, ClipCasework]: ...
    def cases(
        self, words: str = "", *, is_closed: bool | None = None, limit: int = 100
    ) -> list[CaseLine]: ...
    def cases_of_badge(self, badge: str) -> frozenset[str]: ...
    def handed_in_at(self, collection_id: str) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Question:
    """An outing and the cases it may belong to, the likeliest first."""

    outing: Outing
    guesses: tuple[Guess, ...]


@dataclass(frozen=True, slots=True)
class Docking:
    """One docking of an officer's recorder. ``gaps`` are numbers missing between its clips."""

    summary: CollectionSummary
    clips: int
    seconds: float
    size_bytes: int
    lost: int
    gaps: tuple[int, ...]
    remarks: tuple[Remark, ...]
    handed_in_at: datetime | None
    questions: tuple[Question, ...]

    @property
    def is_over(self) -> bool:
        """Whether nothing more is going to come of it."""
        return self.summary.state is not CollectionState.RUNNING


@dataclass(frozen=True, slots=True)
class Shift:
    """Everything of one officer's shift, the latest docking first."""

    badge: str
    dockings: tuple[Docking, ...]
    cases: tuple[OpenCase, ...]  # open ones, for a person to choose from


def read_shift(catalog: ShiftCatalog, badge: str, name: str, now: datetime) -> Shift:
    """What ``badge`` brought home; ``now`` is UTC."""
    mine = [
        summary
        for summary in catalog.collections(limit=LOOKED_THROUGH)
        if summary.badge == badge and now - (summary.ended_at or now) < SHIFT
    ]
    his = catalog.cases_of_badge(badge)
    lines = catalog.cases(is_closed=False, limit=CASES_ASKED)
    cases = tuple(_open_case(line.file, is_his=line.file.id in his) for line in lines)
    dockings = tuple(_docking(catalog, summary, cases, (badge, name)) for summary in mine)
    return Shift(badge, dockings, cases)


def missing_numbers(numbers: Iterable[int | None]) -> tuple[int, ...]:
    """Numbers that a recorder counted and that are not there, between the least and the largest.

    More than a handful in one place is another numbering, not a gap.
    """
    there = sorted({number for number in numbers if number is not None})
    pairs = itertools.pairwise(there)
    return tuple(
        number
        for before, after in pairs
        if after - before <= _JUMP
        for number in range(before + 1, after)
    )


def _docking(
    catalog: ShiftCatalog,
    summary: CollectionSummary,
    cases: Sequence[OpenCase],
    who: tuple[str, str],
) -> Docking:
    items = catalog.items(summary.id)
    held = [item for item in items if item.state in _HELD and item.clip_id is not None]
    clips = catalog.clips_by_id(item.clip_id for item in held if item.clip_id is not None)
    said = catalog.casework_of_many(clips)
    parts = outings(_footage(held, clips, said))
    return Docking(
        summary=summary,
        clips=len(held),
        seconds=sum(item.duration_s or 0.0 for item in held),
        size_bytes=sum(item.size_bytes for item in held),
        lost=sum(item.state in _LOST for item in items),
        gaps=missing_numbers(
            clip.sequence for clip in clips.values() if clip.kind is ClipKind.VIDEO
        ),
        remarks=tuple(catalog.remarks(summary.id)),
        handed_in_at=catalog.handed_in_at(summary.id),
        questions=tuple(Question(part, tuple(ranked(part, cases, *who))) for part in parts),
    )


def _footage(
    held: Iterable[ItemLine], clips: Mapping[str, Clip], said: Mapping[str, ClipCasework]
) -> Iterable[Footage]:
    for item in held:
        clip = clips.get(item.clip_id or "")
        if clip is None or clip.kind not in _ASKED_ABOUT:
            continue
        begins = _local(clip.corrected.at if clip.corrected else clip.recorded_at)
        if begins is None:
            continue
        casework = said.get(clip.id)
        words = "" if casework is None else _words(casework)
        cases = () if casework is None else casework.cases
        yield Footage(clip.id, begins, clip.duration_s or 0.0, words, cases)


def _words(casework: ClipCasework) -> str:
    return " ".join((*casework.tags, *(note.value for note in casework.notes)))


def _open_case(file: CaseFile, *, is_his: bool) -> OpenCase:
    return OpenCase(
        id=file.id,
        number=file.number,
        title=file.text(Field.TITLE),
        place=file.text(Field.PLACE),
        occurred=_moment(file.text(Field.OCCURRED)),
        parties=file.parties,
        opened_by=file.opened_by,
        is_his=is_his,
    )


def _moment(text: str) -> datetime | None:
    """A time as somebody wrote it; what is no time (or two contested ones) counts as unknown."""
    try:
        return _local(datetime.fromisoformat(text))
    except ValueError:
        return None


def _local(moment: datetime | None) -> datetime | None:
    """Naive local time: a recorder's clock has no zone, and people mean their own."""
    if moment is None or moment.tzinfo is None:
        return moment
    return moment.astimezone().replace(tzinfo=None)
