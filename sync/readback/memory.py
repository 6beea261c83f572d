"""The rows of ``read_back_of``: how far each centre's receipts were heard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert as upsert

from sync.documents import NO_PREVIOUS
from sync.schema_exchange import read_back_of

if TYPE_CHECKING:
    from sync.database import SyncDatabase


@dataclass(frozen=True, slots=True)
class Heard:
    """A centre, and its last document that was taken. ``code`` is why the next one is not."""

    centre: str
    seq: int = 0
    head: str = NO_PREVIOUS
    clips: int = 0
    heard_at: str | None = None
    code: str | None = None
    facts: str = "{}"  # JSON, of ``code``


def heard(database: SyncDatabase, store_id: str) -> list[Heard]:
    """Every centre that reads a store."""
    table = read_back_of
    query = select(table).where(table.c.store_id == store_id).order_by(table.c.centre)
    with database.transaction() as db:
        rows = db.execute(query).all()
    return [
        Heard(row.centre, row.seq, row.head, row.clips, row.heard_at, row.code, row.facts)
        for row in rows
    ]


def keep(database: SyncDatabase, known: Heard) -> None:
    """Write how far a centre was heard."""
    values = {
        "store_id": database.store_id,
        "centre": known.centre,
        "seq": known.seq,
        "head": known.head,
        "clips": known.clips,
        "heard_at": known.heard_at,
        "code": known.code,
        "facts": known.facts,
    }
    done = upsert(read_back_of).values(**values)
    with database.transaction() as db:
        db.execute(done.on_conflict_do_update(index_elements=["store_id", "centre"], set_=values))
