"""What a clip is found by: words of its manifest and of what people said, and its facets."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from sync.centre.index import schema
from workstation.domain import searching
from workstation.ledger import words as letters

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Row
    from sqlalchemy.engine import Connection

STATION = "s"  # beside the letters of a station's own index
AT_ONCE = 500  # clips in one query


def reword(db: Connection, clip_ids: Sequence[str]) -> None:
    """Write what is found of these clips anew, in the order of their rows.

    SQLite's full-text index writes itself out each time a row comes before its predecessor.
    """
    rows = _look_up(db, clip_ids)
    if not rows:
        return
    tags = _by_clip(db, schema.clip_tag.c.tag, schema.clip_tag.c.clip_id, clip_ids)
    cases = _by_clip(db, schema.clip_case.c.case_id, schema.clip_case.c.clip_id, clip_ids)
    said = _case_words(db, sorted({case for found in cases.values() for case in found}))
    db.exec_driver_sql(
        "INSERT OR REPLACE INTO clip_words (rowid, words, facets) VALUES (?, ?, ?)",
        [
            (
                row.id,
                _words(row, tags[row.clip_id], [said.get(case, "") for case in cases[row.clip_id]]),
                " ".join(_facets(row, tags[row.clip_id], cases[row.clip_id])),
            )
            for row in sorted(rows, key=lambda row: int(row.id))
        ],
    )


def pages(names: Sequence[str]) -> Iterator[Sequence[str]]:
    """As many names at a time as one query takes."""
    for first in range(0, len(names), AT_ONCE):
        yield names[first : first + AT_ONCE]


def _look_up(db: Connection, clip_ids: Sequence[str]) -> list[Row[Any]]:
    table = schema.clip
    return [
        row
        for page in pages(clip_ids)
        for row in db.execute(select(table).where(table.c.clip_id.in_(page)))
    ]


def _by_clip(db: Connection, value: Any, key: Any, clip_ids: Sequence[str]) -> dict[str, list[str]]:  # noqa: ANN401 - columns
    found: dict[str, list[str]] = defaultdict(list)
    for page in pages(clip_ids):
        for name, one in db.execute(select(key, value).where(key.in_(page))):
            found[name].append(one)
    return found


def _case_words(db: Connection, cases: Sequence[str]) -> dict[str, str]:
    table = schema.case_file
    return {
        row.id: row.words
        for page in pages(cases)
        for row in db.execute(select(table).where(table.c.id.in_(page)))
    }


def _words(row: Row[Any], tags: Sequence[str], cases: Sequence[str]) -> str:
    """Numbers of people and recorders are found by their last digits too; those of paths not."""
    found = searching.indexed(text for text in (row.badge, row.recorder, *tags, *cases) if text)
    return f"{found} 0a0 {' '.join(searching.terms(row.source_path))}"


def _facets(row: Row[Any], tags: Sequence[str], cases: Sequence[str]) -> Iterator[str]:
    named = [
        (letters.KIND, row.kind),
        (letters.RECORDER, row.recorder),
        (letters.BADGE, row.badge),
        (STATION, row.station),
        *((letters.TAG, tag) for tag in tags),
        *((letters.CASE, case) for case in cases),
    ]
    yield from (searching.facet(kind, value) for kind, value in named if value)
    yield from searching.day_facets(letters.day_of(row.recorded_at, row.vaulted_at).date())
