"""Queries of an auditor: the custody entries newest first, and which checkpoint covers one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Text, cast, func, select

from workstation.catalog.reading import Reading
from workstation.catalog.values import SignedSize
from workstation.ledger import schema

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

_entry = schema.custody_entry


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries; an empty field leaves out nothing.

    ``since`` and ``until`` are moments as entries carry them (ISO 8601 UTC, ``Z``), the second
    one no longer included.
    """

    acts: tuple[str, ...] = ()
    by: str = ""
    since: str = ""
    until: str = ""
    clip: str = ""


@dataclass(frozen=True, slots=True)
class EntryRow:
    """A custody entry: the exact bytes of its line and their SHA-256 in hex."""

    seq: int
    line: bytes
    hash: str


class AuditQueries(Reading):
    """The ledger as an auditor reads it."""

    def entries(self, asked: EntryFilter, before_seq: int, limit: int) -> list[EntryRow]:
        """At most ``limit`` entries with numbers below ``before_seq``, the newest first.

        ``before_seq`` 0 stands for the end of the ledger.
        """
        query = select(_entry.c.seq, _entry.c.line, _entry.c.hash).where(*_wanted(asked))
        if before_seq:
            query = query.where(_entry.c.seq < before_seq)
        query = query.order_by(_entry.c.seq.desc()).limit(limit)
        with self._reading() as connection:
            return [
                EntryRow(row.seq, bytes(row.line), row.hash) for row in connection.execute(query)
            ]

    def covering(self, seq: int) -> SignedSize | None:
        """The first checkpoint signed over line ``seq``; None: it is not signed yet."""
        point = schema.checkpoint
        query = select(point).where(point.c.size >= seq).order_by(point.c.size).limit(1)
        with self._reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else SignedSize(row.size, row.note)


def _wanted(asked: EntryFilter) -> list[ColumnElement[bool]]:
    """Author and time stand in the line only; a line is JSON that we wrote."""

    def told(name: str) -> ColumnElement[str]:
        return func.json_extract(cast(_entry.c.line, Text), f"$.{name}")

    wanted: list[ColumnElement[bool]] = []
    if asked.acts:
        wanted.append(_entry.c.act.in_(asked.acts))
    if asked.clip:
        wanted.append(_entry.c.clip_id == asked.clip)
    if asked.by:
        wanted.append(told("by") == asked.by)
    if asked.since:
        wanted.append(told("at") >= asked.since)
    if asked.until:
        wanted.append(told("at") < asked.until)
    return wanted
