"""Find clips of all stations in the index: a page at a time, the latest vaulted first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, text

from sync.centre.index import schema
from sync.centre.index.wording import STATION
from workstation.domain import searching
from workstation.ledger import words as letters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ColumnElement, Row
    from sqlalchemy.engine import Connection

    from sync.centre.index.database import CentreIndex

COUNTED = 10_000  # beyond that a count says "or more": nobody turns so many pages
_FIRST_DAY, _LAST_DAY = date(1980, 1, 1), date(2199, 12, 31)
_NOTHING = "facets : fnothing"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; empty means anything. Days are the recorder's, both included."""

    words: str = ""
    stations: tuple[str, ...] = ()
    badges: tuple[str, ...] = ()
    recorders: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()  # ids
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class FoundClip:
    """A clip of some station, as its manifest tells. ``place`` is where the next page begins."""

    place: int
    store_id: str
    clip: str
    station: str
    seq: int
    manifest_sha256: str
    kind: str
    size_bytes: int
    sha256: str
    recorded_at: str | None
    vaulted_at: str
    recorder: str
    badge: str | None
    source_path: str


def search(
    index: CentreIndex, wanted: Wanted, *, before: int | None = None, limit: int = 60
) -> list[FoundClip]:
    """A page, from just before ``before``."""
    expression = _expression(wanted)
    table = schema.clip
    query = select(table).order_by(table.c.id.desc()).limit(limit)
    last = before if before is not None else 2**62
    with index.transaction() as db:
        if expression is None:
            query = query.where(table.c.id < last)
        else:
            # The words give the page's numbers in their own order; only those rows are read.
            page = text(
                "SELECT rowid FROM clip_words WHERE clip_words MATCH :expression "
                "AND rowid < :last ORDER BY rowid DESC LIMIT :page"
            ).bindparams(expression=expression, last=last, page=limit)
            query = query.where(table.c.id.in_(list(db.execute(page).scalars())))
        return [_found(row) for row in db.execute(query)]


def count(index: CentreIndex, wanted: Wanted) -> int:
    """How many there are; ``COUNTED`` means that there may be more."""
    expression = _expression(wanted)
    source = "clip" if expression is None else "clip_words WHERE clip_words MATCH :expression"
    inner = f"SELECT 1 FROM {source} LIMIT {COUNTED}"  # noqa: S608 - our own words
    query = text(f"SELECT count(*) FROM ({inner})")  # noqa: S608
    if expression is not None:
        query = query.bindparams(expression=expression)
    with index.transaction() as db:
        return int(db.execute(query).scalar_one())


def clips_named(index: CentreIndex, store_id: str, name: str) -> list[FoundClip]:
    """Clips of a store by id or SHA-256, or by the beginning of one; two at most."""
    table = schema.clip
    with index.transaction() as db:
        for column, beginning in ((table.c.clip_id, name.upper()), (table.c.sha256, name.lower())):
            query = select(table).where(table.c.store_id == store_id, _begins(column, beginning))
            if found := db.execute(query.limit(2)).all():
                return [_found(row) for row in found]
    return []


def cases_named(index: CentreIndex, name: str) -> list[str]:
    """Ids of the cases that somebody gave this number, else of those whose id begins so."""
    table = schema.case_file
    with index.transaction() as db:
        for condition in (
            table.c.number == name,
            _begins(table.c.id, name.upper()),
        ):
            query = select(table.c.id).distinct().where(condition).order_by(table.c.id).limit(100)
            if found := db.execute(query).scalars().all():
                return list(found)
    return []


def _begins(column: ColumnElement[str], beginning: str) -> ColumnElement[bool]:
    """A range, which an index answers; ids and digests hold nothing behind ``~``."""
    return (column >= beginning) & (column < beginning + "~")


def clips_of_case(index: CentreIndex, store_id: str, case: str) -> list[FoundClip]:
    """The clips of a store that are linked to a case, the earliest vaulted first."""
    table, link = schema.clip, schema.clip_case
    linked = select(link.c.clip_id).where(link.c.case_id == case)
    query = select(table).where(table.c.store_id == store_id, table.c.clip_id.in_(linked))
    with index.transaction() as db:
        return [_found(row) for row in db.execute(query.order_by(table.c.id))]


def tags_of(index: CentreIndex, clips: list[str]) -> dict[str, list[str]]:
    """What people said of the clips of a page, by clip."""
    found: dict[str, list[str]] = {name: [] for name in clips}
    with index.transaction() as db:
        _add_tags(db, found)
    return found


def _add_tags(db: Connection, found: dict[str, list[str]]) -> None:
    table = schema.clip_tag
    query = select(table).where(table.c.clip_id.in_(found)).order_by(table.c.tag)
    for row in db.execute(query):
        found[row.clip_id].append(row.tag)


def _found(row: Row[Any]) -> FoundClip:
    return FoundClip(
        place=row.id,
        store_id=row.store_id,
        clip=row.clip_id,
        station=row.station,
        seq=row.seq,
        manifest_sha256=row.manifest_sha256,
        kind=row.kind,
        size_bytes=row.size_bytes,
        sha256=row.sha256,
        recorded_at=row.recorded_at,
        vaulted_at=row.vaulted_at,
        recorder=row.recorder,
        badge=row.badge,
        source_path=row.source_path,
    )


def _expression(wanted: Wanted) -> str | None:
    said = searching.words_expression(wanted.words)
    if wanted.words.strip() and said is None:
        return _NOTHING  # punctuation alone
    parts = (said, searching.facets_expression(_groups(wanted)))
    return " AND ".join(filter(None, parts)) or None


def _groups(wanted: Wanted) -> Iterator[list[str]]:
    for kind, values in (
        (STATION, wanted.stations),
        (letters.BADGE, wanted.badges),
        (letters.RECORDER, wanted.recorders),
        (letters.KIND, wanted.kinds),
        (letters.TAG, wanted.tags),
        (letters.CASE, wanted.cases),
    ):
        if values:
            yield [searching.facet(kind, value) for value in values]
    if wanted.first_day is not None or wanted.last_day is not None:
        yield searching.days_between(wanted.first_day or _FIRST_DAY, wanted.last_day or _LAST_DAY)
