"""Send up what somebody at the station changed of the directory, for the centre to decide.

Each change is a document of its own, named after the ledger line that tells of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import func, select
from sqlalchemy.dialects.sqlite import insert

from sync.feed.keys import proposal_key
from sync.layout import signature_key
from sync.schema_exchange import proposed
from workstation.domain.errors import StoreDamagedError
from workstation.ledger.custody import Fact, decode  # noqa: TC001 - msgspec reads it
from workstation.ledger.sshsig import Namespace, sign

if TYPE_CHECKING:
    from sync.database import SyncDatabase
    from sync.identity import Identity
    from sync.source import Source
    from sync.stores.api import Store

FORMAT = 1
_PAGE = 100


class Proposal(msgspec.Struct, frozen=True, tag="evidock-proposal", tag_field="document"):
    """A change that somebody made at a station; ``facts`` are those of line ``seq``."""

    format: int
    station: str
    seq: int
    at: str
    by: str | None
    act: str
    facts: dict[str, Fact]


def read_proposal(written: bytes, key: str) -> Proposal:
    """Read what ``Proposing`` wrote.

    Raises:
        StoreDamagedError: it is none.
    """
    try:
        found = msgspec.json.decode(written, type=Proposal)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise StoreDamagedError(key=key, reason="document_form") from error
    if found.format != FORMAT:
        raise StoreDamagedError(key=key, reason="document_format", format=found.format)
    return found


class Proposing:
    """Sends each proposal once; an interrupted one is sent again, the same bytes."""

    def __init__(self, identity: Identity, source: Source, database: SyncDatabase) -> None:
        self._identity = identity
        self._source = source
        self._database = database

    def run(self, store: Store) -> None:
        """Send what was not sent; nothing where no agency keeps the directory.

        Raises:
            TransientError, StoreRefusedError: as the store says.
        """
        if not self._source.is_governed():
            return
        while page := self._source.proposals(self._sent(), _PAGE):
            for one in page:
                self._send(store, one.line)
                self._remember(one.seq)

    def _send(self, store: Store, line: bytes) -> None:
        entry = decode(line, 0)
        document = Proposal(
            FORMAT, entry.station, entry.seq, entry.at, entry.by, entry.act, entry.facts
        )
        body = msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"
        key = proposal_key(self._identity.station, entry.seq)
        if store.stat(key) is not None:
            return  # of an earlier memory, and maybe under an earlier key
        store.put_document(signature_key(key), sign(body, Namespace.EVENTS, self._identity.key))
        store.put_document(key, body)

    def _sent(self) -> int:
        query = select(func.max(proposed.c.outbox_seq)).where(
            proposed.c.store_id == self._database.store_id
        )
        with self._database.transaction() as db:
            return int(db.execute(query).scalar_one() or 0)

    def _remember(self, seq: int) -> None:
        row = {"store_id": self._database.store_id, "outbox_seq": seq}
        with self._database.transaction() as db:
            db.execute(
                insert(proposed).values(**row).on_conflict_do_update(set_={"outbox_seq": seq})
            )
            self._database.note(db, None, "proposal stored", str(seq))
