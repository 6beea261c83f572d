"""Other stations, and whose signatures count for them.

A station's first key is taken at first sight and never changes; each later one must be handed
over by a line of its ledger that both keys signed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from sync.centre.keys import published_key, with_heirs
from sync.schema_exchange import peer
from workstation.ledger.sshsig import public_line, public_of

if TYPE_CHECKING:
    from sync.database import SyncDatabase
    from sync.stores.api import Store
    from workstation.ledger.signing import VerifyKey


@dataclass(frozen=True, slots=True)
class Peer:
    """A row of ``peer``."""

    station: str
    keys: tuple[VerifyKey, ...]
    line: int = 0
    head: str = ""
    operations: int = 0
    code: str | None = None


class Peers:
    """The rows of ``peer``."""

    def __init__(self, database: SyncDatabase) -> None:
        self._database = database

    def get(self, store: Store, station: str) -> Peer:
        """A station, with all the keys that the store holds for it by now.

        Raises:
            CentreKeyError, CentreSignatureError, StoreDamagedError: a key does not hold.
            StoreRefusedError: it has none.
        """
        known = self._known(station)
        if known is None:
            known = Peer(station, (published_key(store, station, 1),))
            self._insert(known)
        keys = with_heirs(store, station, known.keys)
        if keys != known.keys:
            known = replace(known, keys=keys)
            self.put(known)
        return known

    def put(self, known: Peer) -> None:
        """Write a station's row."""
        values = {
            "keys": "\n".join(public_line(key.public) for key in known.keys),
            "line": known.line,
            "head": known.head,
            "operations": known.operations,
            "code": known.code,
        }
        where = (peer.c.store_id == self._database.store_id) & (peer.c.station == known.station)
        with self._database.transaction() as db:
            db.execute(update(peer).where(where).values(**values))

    def _insert(self, new: Peer) -> None:
        row = {"store_id": self._database.store_id, "station": new.station}
        keys = public_line(new.keys[0].public)
        with self._database.transaction() as db:
            db.execute(insert(peer).values(**row, keys=keys, line=0, head="", operations=0))
            self._database.note(db, None, "station first seen", new.station)

    def _known(self, station: str) -> Peer | None:
        query = select(peer).where(
            peer.c.store_id == self._database.store_id, peer.c.station == station
        )
        with self._database.transaction() as db:
            row = db.execute(query).one_or_none()
        if row is None:
            return None
        keys = tuple(public_of(line) for line in row.keys.splitlines())
        return Peer(row.station, keys, row.line, row.head, row.operations, row.code)
