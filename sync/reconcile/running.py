"""Reconcile once a day, remember the outcome, and tell the station until it has it."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING
from zlib import crc32

import msgspec
from sqlalchemy import insert, select, update

from sync import schema
from sync.chains import Segments
from sync.exchange.portions import Portions
from sync.reconcile.comparing import Comparing
from sync.reconcile.values import Difference, Reconciliation
from sync.schema_exchange import reconciliation
from workstation.ipc.messages_delivery import RecordReconciliation
from workstation.platform.clock import from_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Row

    from sync.database import SyncDatabase
    from sync.identity import Identity
    from sync.source import Source
    from sync.stores.api import Store

logger = logging.getLogger(__name__)

PERIOD = timedelta(days=1)
ROUNDS = 30  # days in which every object is read and hashed once
NAMED = 20  # differences that the ledger names; ``sync reconcile`` shows all
_differences = msgspec.json.Decoder(tuple[Difference, ...])


class Reconciling:
    """Reconciliations of the pinned store."""

    def __init__(self, identity: Identity, source: Source, database: SyncDatabase) -> None:
        self._identity = identity
        self._source = source
        self._database = database

    def is_due(self, now: datetime) -> bool:
        """Whether a day has gone since the last one, or since the store was first seen."""
        last = self.last()
        since = self._first_seen() if last is None else last.at
        return not (timedelta() <= now - from_text(since) < PERIOD)

    def _first_seen(self) -> str:
        table = schema.store
        query = select(table.c.first_seen_at).where(table.c.store_id == self._database.store_id)
        with self._database.transaction() as db:
            return str(db.execute(query).scalar_one())

    def run(
        self, store: Store, *, deep: bool = False, on_block: Callable[[], None] = lambda: None
    ) -> Reconciliation:
        """Compare now, and remember it; ``deep`` reads every object.

        Raises:
            TransientError: the store, or the station's database; nothing was found out.
        """
        at = self._database.now()
        stored = (Segments(self._database).last_line(), Portions(self._database).last_stored()[0])
        turn = from_text(at).toordinal() % ROUNDS
        comparing = Comparing(self._identity, self._source, store, stored, on_block)
        found = comparing.run(
            self._database.store_id,
            at,
            lambda clip: deep or crc32(clip.encode()) % ROUNDS == turn,
        )
        self._keep(found)
        log = logger.warning if found.differences else logger.info
        log("reconciled clips=%d differences=%d", found.clips, len(found.differences))
        for one in found.differences:
            logger.warning("difference kind=%s key=%s %s", one.kind.value, one.key, one.detail)
        return found

    def _keep(self, found: Reconciliation) -> None:
        row = {
            "store_id": found.store_id,
            "at": found.at,
            "clips": found.clips,
            "size_bytes": found.size_bytes,
            "lines": found.lines,
            "operations": found.operations,
            "read_objects": found.read_objects,
            "differences": msgspec.json.encode(found.differences).decode(),
            "is_told": 0,
        }
        with self._database.transaction() as db:
            db.execute(insert(reconciliation).values(**row))
            said = f"{found.clips} clips, {len(found.differences)} differences"
            self._database.note(db, None, "reconciled", said)

    def last(self) -> Reconciliation | None:
        """The newest outcome."""
        return last_of(self._database, self._database.store_id)

    def tell(self, give: Callable[[RecordReconciliation], object]) -> None:
        """Give the station every outcome that it has not entered; it takes each once.

        Raises: whatever ``give`` does; the rest is told next time.
        """
        table = reconciliation
        query = select(table).where(table.c.is_told == 0).order_by(table.c.id)
        with self._database.transaction() as db:
            rows = db.execute(query).all()
        for row in rows:
            found = _value(row)
            give(message_of(found))
            with self._database.transaction() as db:
                db.execute(update(table).where(table.c.id == row.id).values(is_told=1))


def last_of(database: SyncDatabase, store_id: str) -> Reconciliation | None:
    """The newest outcome of a store."""
    query = select(reconciliation).where(reconciliation.c.store_id == store_id)
    with database.transaction() as db:
        row = db.execute(query.order_by(reconciliation.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else _value(row)


def message_of(found: Reconciliation) -> RecordReconciliation:
    """What becomes a custody entry."""
    named = [f"{one.kind.value} {one.clip or one.key}" for one in found.differences[:NAMED]]
    return RecordReconciliation(
        store_id=found.store_id,
        at=found.at,
        clips=found.clips,
        size_bytes=found.size_bytes,
        lines=found.lines,
        operations=found.operations,
        read_objects=found.read_objects,
        differences=len(found.differences),
        named=tuple(named),
    )


def _value(row: Row[tuple[object, ...]]) -> Reconciliation:
    return Reconciliation(
        store_id=row.store_id,
        at=row.at,
        clips=row.clips,
        size_bytes=row.size_bytes,
        lines=row.lines,
        operations=row.operations,
        read_objects=row.read_objects,
        differences=_differences.decode(row.differences),
    )
