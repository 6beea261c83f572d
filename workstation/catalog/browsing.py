"""Pages of what somebody may see among a hundred thousand clips, from any place of the list.

A reach becomes terms of the search index wherever it can, so that a page costs the same for an
officer with ten clips as for an auditor. Only officers who moved between units need a look at
their rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, column, func, literal_column, or_, select, table, text

from workstation.catalog.clips import clip_rows
from workstation.catalog.people import PeopleQueries, reach_clause
from workstation.catalog.reading import NAMES_AT_ONCE
from workstation.catalog.search import search_expression
from workstation.domain import searching
from workstation.domain.casework_state import ClipCasework
from workstation.domain.people import Scope
from workstation.ledger import operations, schema
from workstation.ledger import schema_people as people
from workstation.ledger import words as index
from workstation.ledger.rows import clip_of
from workstation.ledger.schema_casework import case_file, clip_casework
from workstation.ledger.schema_retention import destroyed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement, Row, Select
    from sqlalchemy.engine import Connection

    from workstation.catalog.people import Reach
    from workstation.catalog.values import Search
    from workstation.domain.clip import Clip

_clip = schema.clip
_words = table("clip_words", column("rowid"))
_MATCHES = literal_column("clip_words").op("MATCH")(bindparam("expression"))
_EVERY_CLIP = "facets : ({} OR {})".format(
    *(searching.facet(index.MARKED, mark) for mark in ("0", "1"))
)


# Every badge number of a clip, by leaps through the index: there are few among many clips.
_BADGES = text(
    "WITH RECURSIVE known(badge) AS (SELECT min(badge) FROM clip UNION ALL "
    "SELECT (SELECT min(badge) FROM clip WHERE badge > known.badge) FROM known "
    "WHERE known.badge IS NOT NULL) SELECT badge FROM known WHERE badge IS NOT NULL"
)


@dataclass(frozen=True, slots=True)
class Survey:
    """How many clips there are to see, and the number of the latest when that was counted.

    Pages of one survey fit together, whatever comes in meanwhile.
    """

    total: int
    latest_seq: int


@dataclass(frozen=True, slots=True)
class ClipCard:
    """A clip as lists show it. ``cases`` are numbers, empty for a provisional case."""

    clip: Clip
    officer_name: str
    unit: str
    has_thumbnail: bool
    is_destroyed: bool
    casework: ClipCasework
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Terms:
    """A question in the language of FTS5, None for every clip, and who must be looked at."""

    expression: str | None
    movers: frozenset[str] = field(default_factory=frozenset)


class BrowseQueries(PeopleQueries):
    """What the evidence browser asks."""

    def survey(self, wanted: Search, reach: Reach) -> Survey:
        """How many clips of this reach hold what is looked for."""
        with self._reading() as connection:
            latest = connection.execute(select(func.max(_clip.c.seq))).scalar_one() or 0
            if reach.scope is None:
                return Survey(0, latest)
            terms = _terms(connection, wanted, reach)
            if terms.expression is None:
                return Survey(latest, latest)  # ``seq`` has no gaps
            total = _count(connection, terms, reach)
        return Survey(total, latest)

    def found(self, wanted: Search, reach: Reach, survey: Survey, *, limit: int) -> list[str]:
        """The ids of the first clips of that survey, the latest admitted first."""
        if reach.scope is None:
            return []
        clips: dict[int, str] = {}
        with self._reading() as connection:
            terms = _terms(connection, wanted, reach)
            numbers = _page(connection, terms, reach, survey, (0, limit))
            for first in range(0, len(numbers), NAMES_AT_ONCE):
                part = numbers[first : first + NAMES_AT_ONCE]
                query = select(_clip.c.seq, _clip.c.id).where(_clip.c.seq.in_(part))
                clips |= {row.seq: row.id for row in connection.execute(query)}
        return [clips[seq] for seq in numbers if seq in clips]

    def cards(
        self, wanted: Search, reach: Reach, survey: Survey, *, skip: int = 0, limit: int = 60
    ) -> list[ClipCard]:
        """A page of that survey, the latest admitted first."""
        if reach.scope is None:
            return []
        with self._reading() as connection:
            terms = _terms(connection, wanted, reach)
            found = _page(connection, terms, reach, survey, (skip, limit))
            made = cards_where(connection, _clip.c.seq.in_(found))
        by_seq = {card.clip.seq: card for card in made}
        return [by_seq[seq] for seq in found if seq in by_seq]

    def cards_of(self, clips: list[str]) -> list[ClipCard]:
        """The cards of some clips, in their order; those that are not there are left out."""
        with self._reading() as connection:
            made = cards_where(connection, _clip.c.id.in_(clips))
        by_id: dict[str, ClipCard] = {card.clip.id: card for card in made}
        return [by_id[clip] for clip in clips if clip in by_id]


_CARDS = (
    clip_rows()
    .add_columns(
        schema.collection.c.officer_name,
        schema.collection.c.unit,
        schema.media.c.has_thumbnail,
        clip_casework.c.state,
        destroyed.c.destruction_id,
    )
    .outerjoin(clip_casework, clip_casework.c.clip_id == _clip.c.id)
    .outerjoin(destroyed, destroyed.c.clip_id == _clip.c.id)
)


def cards_where(connection: Connection, which: ColumnElement[bool]) -> list[ClipCard]:
    """The cards of the clips of which this holds, in no order."""
    rows = connection.execute(_CARDS.where(which)).all()
    said = {row.id: row.state for row in rows if row.state}
    states = {clip: operations.clip_decoder.decode(state) for clip, state in said.items()}
    numbers = _case_numbers(connection, states.values())
    return [_card(row, states.get(row.id), numbers) for row in rows]


def _page(
    connection: Connection, terms: _Terms, reach: Reach, survey: Survey, part: tuple[int, int]
) -> list[int]:
    """Numbers of the clips of a page, in its order; ``part`` is what to skip and to take.

    The index is walked from whichever end is nearer.
    """
    skip, limit = part
    limit = max(0, min(limit, survey.total - skip))
    if terms.expression is None:
        first = survey.latest_seq - skip
        return list(range(first, max(0, first - limit), -1))
    query = select(_words.c.rowid).where(_MATCHES, _words.c.rowid <= survey.latest_seq)
    if terms.movers:
        stays = _clip.c.badge.is_(None) | _clip.c.badge.not_in(terms.movers)
        query = _beside_clips(query).where(or_(stays, reach_clause(reach)))
    is_far = skip > survey.total // 2
    order = _words.c.rowid.asc() if is_far else _words.c.rowid.desc()
    query = query.order_by(order).limit(limit)
    query = query.offset(survey.total - skip - limit if is_far else skip)
    found = list(connection.execute(query, {"expression": terms.expression}).scalars())
    return found[::-1] if is_far else found


def _count(connection: Connection, terms: _Terms, reach: Reach) -> int:
    query = select(func.count()).select_from(_words).where(_MATCHES)
    total = int(connection.execute(query, {"expression": terms.expression}).scalar_one())
    if not terms.movers:
        return total
    theirs = _any_of(index.BADGE, terms.movers)
    beyond = _beside_clips(query).where(~reach_clause(reach))
    asked = {"expression": f"({terms.expression}) AND {theirs}"}
    return total - int(connection.execute(beyond, asked).scalar_one())


def _beside_clips(query: Select[Any]) -> Select[Any]:
    return query.join_from(_words, _clip, _clip.c.seq == _words.c.rowid)


def _terms(connection: Connection, wanted: Search, reach: Reach) -> _Terms:
    """The question, narrowed to whose clips may be seen."""
    expression = search_expression(wanted)
    if reach.scope is Scope.STATION:
        return _Terms(expression)
    if reach.scope is Scope.OWN:
        own = _any_of(index.BADGE, {reach.badge or ""})
        return _Terms(own if expression is None else f"({expression}) AND {own}")
    inside, outside = _postings(connection, reach)
    outside -= {reach.badge or ""}
    movers = frozenset(inside & outside)
    if connection.execute(select(_clip.c.seq).where(_clip.c.badge.is_(None)).limit(1)).first():
        expression = expression or _EVERY_CLIP  # clips that are nobody's have no term of a badge
        strangers = outside - inside
        others = f" NOT {_any_of(index.BADGE, strangers)}" if strangers else ""
        return _Terms(f"({expression}){others}", movers)
    unknown = set(connection.execute(_BADGES).scalars()) - inside - outside
    seen = _any_of(index.BADGE, inside | unknown | {reach.badge or ""})
    return _Terms(seen if expression is None else f"({expression}) AND {seen}", movers)


def _postings(connection: Connection, reach: Reach) -> tuple[set[str], set[str]]:
    """Badge numbers of who was ever posted inside these units, and of who ever was outside."""
    rows = connection.execute(
        select(people.officer.c.badge, people.posting.c.unit_id)
        .join(people.posting, people.posting.c.officer_id == people.officer.c.id)
        .distinct()
    ).all()
    inside = {row.badge for row in rows if row.unit_id in reach.units}
    return inside, {row.badge for row in rows if row.unit_id not in reach.units}


def _any_of(kind: str, values: Iterable[str]) -> str:
    terms = " OR ".join(searching.facet(kind, value) for value in sorted(values))
    return f"facets : ({terms})"


def _case_numbers(connection: Connection, states: Iterable[ClipCasework]) -> dict[str, str]:
    wanted = {case for state in states for case in state.cases}
    query = select(case_file.c.id, case_file.c.number).where(case_file.c.id.in_(wanted))
    return {row.id: row.number for row in connection.execute(query)}


def _card(row: Row[Any], state: ClipCasework | None, numbers: dict[str, str]) -> ClipCard:
    said = state or ClipCasework(row.id)
    return ClipCard(
        clip=clip_of(row),
        officer_name=row.officer_name or "",
        unit=row.unit or "",
        has_thumbnail=bool(row.has_thumbnail),
        is_destroyed=row.destruction_id is not None,
        casework=said,
        cases=tuple(numbers.get(case, "") for case in said.cases),
    )
