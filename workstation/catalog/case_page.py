"""Queries of the case page: which cases somebody may look at, and one of them with its clips."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from workstation.catalog.browsing import BrowseQueries, cards_where
from workstation.catalog.cases import CaseQueries
from workstation.catalog.people import reach_clause
from workstation.catalog.reading import NAMES_AT_ONCE
from workstation.domain.clip import ClipKind
from workstation.domain.people import Scope
from workstation.ledger import schema
from workstation.ledger import schema_people as people
from workstation.ledger.schema_casework import clip_case

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from workstation.catalog.browsing import ClipCard
    from workstation.catalog.people import Reach
    from workstation.catalog.values import CaseLine
    from workstation.domain.casework_state import CaseFile
    from workstation.domain.people import UnitId

MOST_CASES = 300  # in one list
MOST_CLIPS = 1200  # of one case, on one page
_SCANNED = 3000  # cases that are looked at for a list
_PAGE = 200

_clip, _item = schema.clip, schema.ingest_item


@dataclass(frozen=True, slots=True)
class CasePage:
    """A case as somebody may see it.

    Attributes:
        clips: those within his reach, by the time they were recorded; at most ``MOST_CLIPS``.
        total: all clips of the case, also those beyond his reach.
        names: of the officers who are named, by badge number.
        tracks: ids of track files by the clip they came beside.
    """

    file: CaseFile
    clips: tuple[ClipCard, ...]
    total: int
    names: dict[str, str]
    tracks: dict[str, str]


class CasePageQueries(BrowseQueries, CaseQueries):
    """What the case page asks."""

    def cases_within(
        self, reach: Reach, words: str = "", *, limit: int = MOST_CASES
    ) -> list[CaseLine]:
        """Cases that somebody may look at, the latest changed first.

        His are those to which a clip within his reach is linked, those that he opened and, for
        whoever leads a unit, those opened there or by nobody in this station's directory.
        """
        if reach.scope is None:
            return []
        linked = self._linked_cases(reach)
        posted: dict[tuple[str, datetime], UnitId | None] = {}
        found: list[CaseLine] = []
        mark: str | None = None
        for _ in range(_SCANNED // _PAGE):
            page = self.cases(words, changed_before=mark, limit=_PAGE)
            found += [
                one
                for one in page
                if one.file.id in linked or self._is_theirs(one.file, reach, posted)
            ]
            if len(page) < _PAGE or len(found) >= limit:
                break
            mark = page[-1].mark
        return found[:limit]

    def case_page(self, case: str, reach: Reach) -> CasePage | None:
        """One case with its clips; None where it is none of this reach's.

        Raises:
            UnknownCaseError: there is no such case.
        """
        file = self.case(case)
        ours = select(clip_case.c.clip_id).where(clip_case.c.case_id == case)
        within = select(_clip.c.id).where(_clip.c.id.in_(ours), reach_clause(reach))
        within = within.order_by(_clip.c.recorded_at, _clip.c.seq).limit(MOST_CLIPS)
        with self._reading() as connection:
            total = connection.execute(
                select(func.count()).select_from(ours.subquery())
            ).scalar_one()
            cards = cards_where(connection, _clip.c.id.in_(within))
            names = connection.execute(select(people.officer.c.badge, people.officer.c.name))
            named = {str(row.badge): str(row.name) for row in names}
        if not cards and not self._is_theirs(file, reach, {}):
            return None
        cards.sort(key=lambda card: (str(card.clip.recorded_at or ""), card.clip.seq))
        seen = [card.clip.id for card in cards if card.clip.kind is ClipKind.VIDEO]
        return CasePage(file, tuple(cards), int(total), named, self.tracks_of(seen))

    def tracks_of(self, clips: Iterable[str]) -> dict[str, str]:
        """The id of the track that came beside each of some clips, for those that have one."""
        main = _item.alias("main")
        query = (
            select(main.c.clip_id.label("clip"), func.min(_item.c.clip_id).label("track"))
            .join(
                main,
                (main.c.collection_id == _item.c.collection_id)
                & (main.c.path == _item.c.sidecar_of),
            )
            .where(_item.c.clip_id.isnot(None), _item.c.kind == ClipKind.TRACK.value)
            .where(_item.c.state.in_(("vaulted", "duplicate")))
            .group_by(main.c.clip_id)
        )
        found: dict[str, str] = {}
        left = list(clips)
        with self._reading() as connection:
            while left:
                page, left = left[:NAMES_AT_ONCE], left[NAMES_AT_ONCE:]
                for row in connection.execute(query.where(main.c.clip_id.in_(page))):
                    found[str(row.clip)] = str(row.track)
        return found

    def _linked_cases(self, reach: Reach) -> frozenset[str]:
        query = (
            select(clip_case.c.case_id)
            .join(_clip, _clip.c.id == clip_case.c.clip_id)
            .where(reach_clause(reach))
            .distinct()
        )
        with self._reading() as connection:
            return frozenset(str(case) for case in connection.execute(query).scalars())

    def _is_theirs(
        self, file: CaseFile, reach: Reach, posted: dict[tuple[str, datetime], UnitId | None]
    ) -> bool:
        if reach.scope is None or reach.scope is Scope.STATION:
            return reach.scope is not None
        if reach.badge is not None and file.opened_by == reach.badge:
            return True
        if reach.scope is Scope.OWN or file.opened_at is None:
            return False
        key = (file.opened_by, file.opened_at)
        if key not in posted:
            posted[key] = self.posted(*key)
        unit = posted[key]
        return unit is None or unit in reach.units
