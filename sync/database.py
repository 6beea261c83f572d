"""``sync.sqlite``: what sync remembers, and of which store. One transaction for every step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select, update

from sync import schema, schema_exchange
from sync.own_file import OwnFile, version_of
from workstation.domain.errors import StoreUnavailableError
from workstation.platform.clock import to_text

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.engine import Connection

    from sync.stores.api import StoreDescriptor
    from workstation.platform.clock import Clock

JOURNAL_ROWS = 100_000  # the newest are kept: months of an ordinary station

_store, _journal = schema.store, schema.journal


class SyncDatabase(OwnFile):
    """The file and its journal. Sync is its only writer but for wishes, and uses one thread.

    After ``pin`` everything is about that store.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        """Open or create the database.

        Raises:
            StateUnusableError: it can not be opened, or is of another version.
        """
        self._clock = clock
        self.store_id = ""
        super().__init__(path, _prepare)

    def now(self) -> str:
        """The time that goes into rows."""
        return to_text(self._clock.now())

    def note(self, db: Connection, clip_id: str | None, what: str, detail: str = "") -> None:
        """A line of the journal, for people, within a transaction."""
        row = {"at": self.now(), "store_id": self.store_id, "clip_id": clip_id}
        db.execute(insert(_journal).values(**row, what=what, detail=detail))

    def tell(self, what: str, detail: str = "") -> None:
        """A line of the journal on its own."""
        with self.transaction() as db:
            self.note(db, None, what, detail)

    def recall(self, url: str) -> bool:
        """Turn to the store that was at this place before, if there was one."""
        with self.transaction() as db:
            found = db.execute(select(_store.c.store_id).where(_store.c.url == url))
            known = found.scalar_one_or_none()
        self.store_id = known or self.store_id
        return known is not None

    def pin(self, url: str, found: StoreDescriptor) -> None:
        """Remember a store at first sight; later it must be the same one at the same place.

        Raises:
            StoreUnavailableError: another store answers where we knew one.
        """
        with self.transaction() as db:
            here = db.execute(select(_store).where(_store.c.url == url)).one_or_none()
            known = db.execute(
                select(_store).where(_store.c.store_id == found.store_id)
            ).one_or_none()
            expected = here or known
            if expected is not None and (
                (expected.store_id, expected.ssh) != (found.store_id, found.document.ssh)
            ):
                raise StoreUnavailableError(
                    place=url, reason="another_store", expected=expected.store_id
                )
            self.store_id = found.store_id
            if known is None:
                row = {"store_id": found.store_id, "url": url, "ssh": found.document.ssh}
                row |= {"first_seen_at": self.now()}
                db.execute(insert(_store).values(**row, outbox_seq=0, checkpoint_size=0))
                self.note(db, None, "store first seen", url)
            elif known.url != url:
                db.execute(
                    update(_store).where(_store.c.store_id == found.store_id).values(url=url)
                )
                self.note(db, None, "store moved", url)

    def cursor(self, name: str) -> int:
        """How far something of the store's row has come."""
        with self.transaction() as db:
            query = select(_store.c[name]).where(_store.c.store_id == self.store_id)
            return int(db.execute(query).scalar_one())

    def advance(self, db: Connection, name: str, value: int) -> None:
        """Move a cursor of the store's row, within a transaction."""
        db.execute(update(_store).where(_store.c.store_id == self.store_id).values(**{name: value}))


def _prepare(db: Connection, path: Path) -> None:
    version = version_of(db, path, {schema.VERSION, *schema.UPGRADES})
    for step in range(version or schema.VERSION, schema.VERSION):
        for statement in schema.UPGRADES[step]:
            db.exec_driver_sql(statement)
    schema_exchange.metadata.create_all(db)
    db.exec_driver_sql(f"PRAGMA user_version={schema.VERSION}")
    newest = db.execute(select(func.max(_journal.c.id))).scalar_one() or 0
    db.execute(delete(_journal).where(_journal.c.id <= newest - JOURNAL_ROWS))
