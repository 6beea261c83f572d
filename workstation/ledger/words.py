"""The search index: what of a clip is found by words, and what it is filtered by.

It is made from other tables and written with them, in the same transaction. A ledger from
before there was an index gets it at the next start.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import select

from workstation.domain import searching
from workstation.domain.casework_state import ClipCasework
from workstation.domain.upload import UploadState
from workstation.ledger import schema
from workstation.ledger.schema_casework import case_file, clip_casework
from workstation.ledger.schema_delivery import on_its_way, purged, read_back
from workstation.platform.clock import from_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Row
    from sqlalchemy.engine import Connection

AT_ONCE = 500  # clips in one query

KIND, RECORDER, BADGE, UNIT, MARKED = "k", "r", "b", "u", "x"
CASE, CATEGORY, TAG, IMPORTANCE = "c", "g", "t", "i"
TAGGING, LINKING, UPLOAD, HOLDING, WHERE = "n", "l", "p", "h", "w"

_clip_decoder = msgspec.json.Decoder(ClipCasework)


def index_clips(connection: Connection, clip_ids: Iterable[str]) -> None:
    """Write what is found of these clips anew, after whatever it is made from."""
    left = list(dict.fromkeys(clip_ids))
    cases: dict[str, str] = {}
    while left:
        page, left = left[:AT_ONCE], left[AT_ONCE:]
        rows = connection.execute(_CLIPS.where(schema.clip.c.id.in_(page))).all()
        states = {row.id: _clip_decoder.decode(row.state) for row in rows if row.state}
        wanted = {case for state in states.values() for case in state.cases} - cases.keys()
        cases |= _case_words(connection, wanted)
        if rows:
            connection.exec_driver_sql(
                "INSERT OR REPLACE INTO clip_words (rowid, words, facets) VALUES (?, ?, ?)",
                [_indexed(row, states.get(row.id, ClipCasework(row.id)), cases) for row in rows],
            )


def catch_up(connection: Connection) -> int:
    """Index clips that an earlier version took in; how many."""
    last = connection.exec_driver_sql(
        "SELECT rowid FROM clip_words ORDER BY rowid DESC LIMIT 1"
    ).scalar()
    clip = schema.clip
    missing = connection.execute(
        select(clip.c.id).where(clip.c.seq > int(last or 0)).order_by(clip.c.seq)
    ).scalars()
    names = list(missing)
    index_clips(connection, names)
    return len(names)


_CLIPS = (
    select(
        schema.clip,
        schema.collection.c.officer_name,
        schema.collection.c.unit,
        schema.collection.c.label,
        clip_casework.c.state,
        *(
            select(table.c.clip_id).where(table.c.clip_id == schema.clip.c.id).exists().label(name)
            for name, table in (
                ("is_delivered", schema.transfer),
                ("is_read_back", read_back),
                ("is_on_its_way", on_its_way),
                ("is_purged", purged),
            )
        ),
    )
    .join(schema.collection, schema.collection.c.id == schema.clip.c.collection_id)
    .outerjoin(clip_casework, clip_casework.c.clip_id == schema.clip.c.id)
)


def _case_words(connection: Connection, cases: Iterable[str]) -> dict[str, str]:
    left = sorted(cases)
    found: dict[str, str] = {}
    while left:
        page, left = left[:AT_ONCE], left[AT_ONCE:]
        query = select(case_file.c.id, case_file.c.words).where(case_file.c.id.in_(page))
        found |= {row.id: row.words for row in connection.execute(query)}
    return found


def _indexed(row: Row[Any], state: ClipCasework, cases: dict[str, str]) -> tuple[int, str, str]:
    words = (
        row.badge,
        row.officer_name,
        row.unit,
        row.label,
        row.recorder_serial,
        row.source_path,
        *state.tags,
        *state.categories,
        *(saying.value for saying in (*state.notes, *state.markers, *state.holds)),
        *(cases.get(case, "") for case in state.cases),
    )
    return (
        row.seq,
        searching.indexed(text for text in words if text),
        " ".join(_facets(row, state)),
    )


def _upload(row: Row[Any]) -> UploadState:
    return UploadState.of(
        is_read_back=row.is_read_back,
        is_stored=row.is_delivered,
        is_moving=row.is_on_its_way,
        is_purged=row.is_purged,
    )


def _facets(row: Row[Any], state: ClipCasework) -> Iterator[str]:
    """Every term that a filter may ask for."""
    singles = ((KIND, row.kind), (RECORDER, row.recorder_serial), (BADGE, row.badge))
    named = [*singles, (UNIT, row.unit), (MARKED, str(int(row.important)))]
    lists: Sequence[tuple[str, Iterable[str]]] = (
        (TAG, state.tags),
        (CATEGORY, state.categories),
        (CASE, state.cases),
        (IMPORTANCE, map(str, state.importances or (0,))),
    )
    for kind, values in lists:
        named += [(kind, value) for value in values]
    named += [
        (TAGGING, searching.TAGGED if state.is_tagged else searching.UNTAGGED),
        (LINKING, str(int(bool(state.links)))),
        (UPLOAD, searching.DELIVERED if row.is_delivered else searching.WAITING),
        (WHERE, _upload(row).value),
        (HOLDING, str(int(bool(state.holds)))),
    ]
    yield from (searching.facet(kind, value) for kind, value in named if value)
    yield from searching.day_facets(day_of(row.recorded_at, row.vaulted_at).date())


def day_of(recorded_at: str | None, vaulted_at: str) -> datetime:
    """The day a clip is looked for: by the recorder's clock, else when it came in (UTC)."""
    if recorded_at:
        return datetime.fromisoformat(recorded_at)
    return from_text(vaulted_at).astimezone(UTC)
