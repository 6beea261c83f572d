"""A leader's day: who has brought a recorder home, what is unfinished, what to look through.

Reads only, and only as far as the leader may view.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Final, Protocol

from workstation.catalog.values import Search
from workstation.domain.clip import ClipKind
from workstation.domain.review import draw, seed_of
from workstation.domain.upload import UploadState

if TYPE_CHECKING:
    from datetime import date

    from workstation.catalog.board import DockedLine, RosterLine
    from workstation.catalog.browsing import ClipCard, Survey
    from workstation.catalog.people import Reach

LATE: Final = timedelta(hours=24)  # footage older than this when it is docked came late
UNLINKED_DAYS: Final = 3
WAITING_DAYS: Final = 1
REVIEWED: Final = 5  # clips a day that are looked through
_MOST: Final = 5000  # clips of a day among which lots are drawn
_ASIDE: Final = (UploadState.HERE, UploadState.ON_ITS_WAY)
SEEN_KINDS: Final = (ClipKind.VIDEO, ClipKind.AUDIO, ClipKind.PHOTO)


class BoardCatalog(Protocol):
    """What is asked of the catalog."""

    def roster(self, reach: Reach) -> list[RosterLine]: ...
    def docked_between(self, begins: datetime, ends: datetime) -> list[DockedLine]: ...
    def handed_in_at(self, collection_id: str) -> datetime | None: ...
    def note_after(self, moment: datetime) -> str | None: ...
    def survey(self, wanted: Search, reach: Reach) -> Survey: ...
    def found(self, wanted: Search, reach: Reach, survey: Survey, *, limit: int) -> list[str]: ...
    def cards_of(self, clips: list[str]) -> list[ClipCard]: ...


@dataclass(frozen=True, slots=True)
class Homecoming:
    """Somebody's day. ``handed_in`` of ``dockings``; ``late`` ones brought old footage."""

    badge: str
    name: str
    dockings: int
    handed_in: int
    late: int
    clips: int
    seconds: float

    @property
    def is_home(self) -> bool:
        """Whether a recorder of his was docked today."""
        return self.dockings > 0


@dataclass(frozen=True, slots=True)
class Review:
    """What was drawn of a day, and the seed it was drawn by; empty while no checkpoint is there."""

    day: date
    seed: str
    among: int
    clips: tuple[ClipCard, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """Everything the board shows. Counts are of clips of the reach."""

    today: date
    people: tuple[Homecoming, ...]
    unlinked: int
    untagged: int
    waiting: int
    review: Review

    @property
    def seconds(self) -> float:
        """Recorded by everybody today."""
        return sum(one.seconds for one in self.people)


def unlinked(today: date) -> Search:
    """Clips that nobody has linked to a case for days."""
    last = today - timedelta(days=UNLINKED_DAYS)
    return Search(is_linked=False, last_day=last, kinds=SEEN_KINDS)


def untagged(_: date) -> Search:
    """Clips of which nobody has said what they are."""
    return Search(is_tagged=False, kinds=SEEN_KINDS)


def waiting(today: date) -> Search:
    """Clips that should be in the central store by now."""
    return Search(uploads=_ASIDE, last_day=today - timedelta(days=WAITING_DAYS))


def read_board(catalog: BoardCatalog, reach: Reach, now: datetime) -> Board:
    """The board of whoever may view this far; ``now`` is UTC, days are the station's own."""
    today = now.astimezone().date()
    docked: dict[str, list[DockedLine]] = {}
    for line in catalog.docked_between(_midnight(today), now + timedelta(days=1)):
        docked.setdefault(line.badge or "", []).append(line)
    people = tuple(
        _homecoming(catalog, one, docked.get(one.badge, [])) for one in catalog.roster(reach)
    )
    return Board(
        today=today,
        people=people,
        unlinked=catalog.survey(unlinked(today), reach).total,
        untagged=catalog.survey(untagged(today), reach).total,
        waiting=catalog.survey(waiting(today), reach).total,
        review=review(catalog, reach, today - timedelta(days=1)),
    )


def review(catalog: BoardCatalog, reach: Reach, day: date) -> Review:
    """The clips of a day that are looked through."""
    note = catalog.note_after(_midnight(day + timedelta(days=1)))
    if note is None:
        return Review(day, "", 0, ())
    wanted = Search(first_day=day, last_day=day, kinds=SEEN_KINDS)
    clips = catalog.found(wanted, reach, catalog.survey(wanted, reach), limit=_MOST)
    seed = seed_of(note, day)
    drawn = catalog.cards_of(draw(seed, clips, REVIEWED))
    return Review(day, seed, len(clips), tuple(drawn))


def _midnight(day: date) -> datetime:
    """When the station's own day begins, in UTC."""
    return datetime.combine(day, time()).astimezone().astimezone(UTC)


def _homecoming(catalog: BoardCatalog, who: RosterLine, dockings: list[DockedLine]) -> Homecoming:
    return Homecoming(
        badge=who.badge,
        name=who.name,
        dockings=len(dockings),
        handed_in=sum(catalog.handed_in_at(one.collection_id) is not None for one in dockings),
        late=sum(_is_late(one) for one in dockings),
        clips=sum(one.clips for one in dockings),
        seconds=sum(one.seconds for one in dockings),
    )


def _is_late(docking: DockedLine) -> bool:
    """By the recorder's own clock, which is local time without a zone."""
    first = docking.first_recorded_at
    if first is None:
        return False
    begins = first if first.tzinfo else first.astimezone()
    return docking.started_at - begins > LATE
