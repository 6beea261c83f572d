"""Queries about retention: what the rules look at, what waits, what is gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from workstation.catalog.reading import NAMES_AT_ONCE, Reading
from workstation.catalog.values import DestructionLine
from workstation.domain.casework import Field
from workstation.domain.casework_state import ClipCasework
from workstation.domain.retention import CaseFacts, ClipFacts
from workstation.ledger import operations, schema
from workstation.ledger.schema_casework import case_file, clip_case, clip_casework
from workstation.ledger.schema_retention import destroyed, destruction, destruction_item
from workstation.platform.clock import from_text, to_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Row, Select
    from sqlalchemy.engine import Connection

_clip = schema.clip
_HELD = ("vaulted", "duplicate")  # states of a file whose bytes are a clip


class RetentionQueries(Reading):
    """What is known of keeping and destroying."""

    def clip_facts(self, clips: Sequence[str] | None = None) -> list[ClipFacts]:
        """What the rules look at, of these clips or of all; not of those destroyed."""
        with self._reading() as connection:
            return list(facts_of(connection, clips))

    def policy_text(self) -> bytes | None:
        """The policy adopted last, as it was written; None where none was."""
        query = "SELECT text FROM retention_policy ORDER BY seq DESC LIMIT 1"
        with self._reading() as connection:
            found = connection.exec_driver_sql(query).scalar_one_or_none()
        return None if found is None else bytes(found)

    def destructions(self, limit: int = 100) -> list[DestructionLine]:
        """The latest destructions with how many clips each has in which state."""
        query = select(destruction).order_by(destruction.c.id.desc()).limit(limit)
        counts = select(
            destruction_item.c.destruction_id, destruction_item.c.state, func.count()
        ).group_by(destruction_item.c.destruction_id, destruction_item.c.state)
        with self._reading() as connection:
            rows = connection.execute(query).all()
            items: dict[str, dict[str, int]] = {}
            for name, state, count in connection.execute(counts):
                items.setdefault(name, {})[state] = count
        return [_line(row, items.get(row.id, {})) for row in rows]

    def destruction_clips(self, name: str) -> list[tuple[str, str, str]]:
        """A destruction's clips: id, state, and the rule that spared it."""
        query = (
            select(destruction_item)
            .where(destruction_item.c.destruction_id == name)
            .order_by(destruction_item.c.clip_id)
        )
        with self._reading() as connection:
            return [(row.clip_id, row.state, row.reason) for row in connection.execute(query)]

    def certificate(self, name: str) -> tuple[bytes, bytes] | None:
        """A destruction's certificate and its detached signature, once it is over."""
        query = select(destruction.c.certificate, destruction.c.signature).where(
            destruction.c.id == name
        )
        with self._reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None or row.certificate is None:
            return None
        return bytes(row.certificate), bytes(row.signature)

    def vaulted_since(self, moment: datetime) -> int:
        """Bytes taken in since a moment."""
        query = select(func.coalesce(func.sum(_clip.c.size_bytes), 0)).where(
            _clip.c.vaulted_at >= to_text(moment)
        )
        with self._reading() as connection:
            return int(connection.execute(query).scalar_one())

    def first_vaulted_at(self) -> datetime | None:
        """When the first clip came in."""
        with self._reading() as connection:
            found = connection.execute(select(func.min(_clip.c.vaulted_at))).scalar_one()
        return from_text(found) if found else None


def facts_of(connection: Connection, clips: Sequence[str] | None = None) -> Iterator[ClipFacts]:
    """What the rules look at, in the order of admission; clips destroyed are left out.

    A sidecar comes with the facts of the clips it came with, also of those destroyed.
    """
    beside = _came_beside(connection, clips)
    wanted = sorted({main for mains in beside.values() for main in mains})
    mains = {one.id: one for one in _own_facts(connection, _WITH_STATE, wanted)}
    for one in _own_facts(connection, _STILL_HERE, clips):
        found = [mains[main] for main in beside.get(one.id, ()) if main in mains]
        yield replace(one, beside=tuple(found)) if found else one


_WITH_STATE = (
    select(_clip, clip_casework.c.state)
    .outerjoin(clip_casework, clip_casework.c.clip_id == _clip.c.id)
    .order_by(_clip.c.seq)
)
_STILL_HERE = _WITH_STATE.where(_clip.c.id.not_in(select(destroyed.c.clip_id)))


def _came_beside(connection: Connection, clips: Sequence[str] | None) -> dict[str, tuple[str, ...]]:
    """The clips that each sidecar came with, by every docking that brought both."""
    side, main = schema.ingest_item.alias("side"), schema.ingest_item.alias("main")
    query = (
        select(side.c.clip_id, main.c.clip_id)
        .join(
            main,
            (main.c.collection_id == side.c.collection_id) & (main.c.path == side.c.sidecar_of),
        )
        .where(side.c.sidecar_of.isnot(None), side.c.state.in_(_HELD), main.c.state.in_(_HELD))
        .where(side.c.clip_id != main.c.clip_id)
        .distinct()
        .order_by(side.c.clip_id, main.c.clip_id)
    )
    pages = [query]
    if clips is not None:
        pages = [
            query.where(side.c.clip_id.in_(clips[first : first + NAMES_AT_ONCE]))
            for first in range(0, len(clips), NAMES_AT_ONCE)
        ]
    found: dict[str, tuple[str, ...]] = {}
    for page in pages:
        for sidecar, clip in connection.execute(page):
            found[sidecar] = (*found.get(sidecar, ()), clip)
    return found


def _own_facts(
    connection: Connection, query: Select[Any], clips: Sequence[str] | None
) -> Iterator[ClipFacts]:
    if clips is None:
        cases = _cases(connection, select(case_file.c.id, case_file.c.state))
        for row in connection.execute(query):
            yield _facts(row, cases)
        return
    left = list(clips)
    while left:
        page, left = left[:NAMES_AT_ONCE], left[NAMES_AT_ONCE:]
        linked = select(clip_case.c.case_id).where(clip_case.c.clip_id.in_(page))
        cases = _cases(
            connection,
            select(case_file.c.id, case_file.c.state).where(case_file.c.id.in_(linked)),
        )
        for row in connection.execute(query.where(_clip.c.id.in_(page))):
            yield _facts(row, cases)


def _cases(connection: Connection, query: Select[Any]) -> dict[str, CaseFacts]:
    found = {}
    for row in connection.execute(query):
        case = operations.case_decoder.decode(row.state)
        found[row.id] = CaseFacts(
            id=case.id,
            number=case.number,
            types=case.fields.get(Field.TYPE.value, ()),
            closed_at=case.closed_at if case.is_closed else None,
            holds=tuple(hold.value for hold in case.holds),
            released_at=case.released_at,
        )
    return found


def _facts(row: Row[Any], cases: dict[str, CaseFacts]) -> ClipFacts:
    said = operations.clip_decoder.decode(row.state) if row.state else ClipCasework(row.id)
    return ClipFacts(
        id=row.id,
        size_bytes=row.size_bytes,
        vaulted_at=from_text(row.vaulted_at),
        recorded_at=datetime.fromisoformat(row.recorded_at) if row.recorded_at else None,
        is_marked=bool(row.important),
        tags=said.tags,
        categories=said.categories,
        importances=said.importances,
        cases=tuple(cases.get(case, CaseFacts(case)) for case in said.cases),
        holds=tuple(hold.value for hold in said.holds),
        released_at=said.released_at,
    )


def _moment(text: str | None) -> datetime | None:
    return from_text(text).astimezone(UTC) if text else None


def _line(row: Row[Any], clips: dict[str, int]) -> DestructionLine:
    return DestructionLine(
        id=row.id,
        state=row.state,
        queued_at=from_text(row.queued_at),
        queued_by=row.queued_by,
        due_at=from_text(row.due_at),
        confirmed_at=_moment(row.confirmed_at),
        confirmed_by=row.confirmed_by,
        ended_at=_moment(row.ended_at),
        clips=clips,
    )
