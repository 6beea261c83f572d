"""The rows of ``event_segment``: which portions of what people said are at the store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select, update

from sync.schema_exchange import event_segment

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.engine import Connection

    from sync.database import SyncDatabase


@dataclass(frozen=True, slots=True)
class Portion:
    """Operations ``first`` to ``last``; ``outbox_seq`` is the station's number of the last."""

    first: int
    last: int
    outbox_seq: int
    sha256: str


class Portions:
    """At most one, the last, is not stored."""

    def __init__(self, database: SyncDatabase) -> None:
        self._database = database

    def last_stored(self) -> tuple[int, int]:
        """Number and outbox number of the last operation known to be at the store."""
        table = event_segment
        query = select(
            func.coalesce(func.max(table.c.last), 0), func.coalesce(func.max(table.c.outbox_seq), 0)
        ).where(self._mine & table.c.stored_at.isnot(None))
        with self._database.transaction() as db:
            last, outbox_seq = db.execute(query).one()
        return int(last), int(outbox_seq)

    def unfinished(self) -> Portion | None:
        """The one that was cut but is not known to be at the store."""
        query = select(event_segment).where(self._mine & event_segment.c.stored_at.is_(None))
        with self._database.transaction() as db:
            row = db.execute(query).one_or_none()
        if row is None:
            return None
        return Portion(row.first, row.last, row.outbox_seq, row.sha256)

    def cut(self, new: Portion) -> None:
        """Fix where a portion ends, so that trying again sends the same bytes."""
        with self._database.transaction() as db:
            self._insert(db, new, None)

    def stored(self, one: Portion) -> None:
        """The portion is at the store and was read back."""
        done = update(event_segment).where(self._mine & (event_segment.c.first == one.first))
        with self._database.transaction() as db:
            db.execute(done.values(stored_at=self._database.now()))
            self._database.note(db, None, "operations stored", f"{one.first}-{one.last}")

    def adopt(self, found: Portion) -> None:
        """Take in a portion that the store holds though we did not remember it."""
        with self._database.transaction() as db:
            db.execute(
                event_segment.delete().where(self._mine & (event_segment.c.last >= found.first))
            )
            self._insert(db, found, self._database.now())
            self._database.note(db, None, "operations found", f"{found.first}-{found.last}")

    @property
    def _mine(self) -> ColumnElement[bool]:
        return event_segment.c.store_id == self._database.store_id

    def _insert(self, db: Connection, new: Portion, stored_at: str | None) -> None:
        row = {"store_id": self._database.store_id, "first": new.first, "last": new.last}
        row |= {"outbox_seq": new.outbox_seq, "sha256": new.sha256, "stored_at": stored_at}
        db.execute(insert(event_segment).values(**row))
