"""Let go of a clip's bytes here, once the central store has proved anew that it holds them.

The intent is durable before anything is removed, and each step judges anew in the transaction in
which it becomes true: a hold that came in between spares the clip. The ledger keeps everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from workstation.catalog.retention import facts_of
from workstation.domain.clip import ClipId, VerificationLevel
from workstation.domain.errors import DigestMismatchError, UnknownClipError
from workstation.domain.errors_casework import ClipProtectedError
from workstation.ledger import schema, words
from workstation.ledger.custody import Act
from workstation.ledger.schema_delivery import purged
from workstation.ledger.schema_proof import object_copy
from workstation.ledger.schema_retention import destroyed
from workstation.platform import failpoints
from workstation.platform.clock import from_text, to_text
from workstation.vault.store import ObjectRef

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from sqlalchemy import Row

    from workstation.ledger.custody import Fact
    from workstation.ledger.transaction import Transaction
    from workstation.ledger.writer import Ledger
    from workstation.vault.store import Vault

FRESH = timedelta(hours=1)  # how old the store's word may be


@dataclass(frozen=True, slots=True)
class StoreWord:
    """What the store said of a clip just now; ``how`` is ``locked`` or ``read_back``."""

    clip_id: str
    store_id: str
    size_bytes: int
    sha256: str
    how: str
    version: str
    locked_until: str | None
    checked_at: datetime


class Purge:
    """Purges of one station. Safe to call from any thread.

    ``after``: how long after its receipt a clip may go; None: never.
    """

    def __init__(self, ledger: Ledger, vault: Vault, after: timedelta | None) -> None:
        self._ledger = ledger
        self._vault = vault
        self._after = after

    def run(self, word: StoreWord) -> bool:
        """Purge one clip; False if it was purged or destroyed before, or a hold came in between.

        Raises:
            UnknownClipError: there is none, or it has no receipt of this store.
            DigestMismatchError: the store speaks of other bytes.
            ClipProtectedError: fact ``rule`` is ``purge_off``, ``purge_days`` (fact ``until``),
                ``stale``, ``hold`` or ``level``.
            VaultReadOnlyError, VaultIoError: the disk refuses; it is tried again at the next start.
        """
        with self._ledger.transaction() as tx:
            row = self._judged(tx, word)
            if row is None:
                return False
            facts: dict[str, Fact] = {
                "store": word.store_id,
                "object": row.object_key,
                "manifest": row.manifest_key,
                "sha256": word.sha256,
                "size_bytes": word.size_bytes,
                "checked": word.how,
                "version": word.version,
                "locked_until": word.locked_until,
                "checked_at": to_text(word.checked_at),
            }
            tx.append(Act.PURGE_INTENDED, clip=ClipId(word.clip_id), facts=facts)
            values = {"clip_id": word.clip_id, "store_id": word.store_id}
            values |= {"object_key": row.object_key, "intended_at": tx.at}
            tx.connection.execute(insert(purged).values(**values))
            words.index_clips(tx.connection, [word.clip_id])
        failpoints.reach("purge.intended")
        return self._finish(word.clip_id)

    def finish_all(self) -> int:
        """Carry out what was intended before the station stopped; how many were purged."""
        open_ones = select(purged.c.clip_id).where(purged.c.at.is_(None))
        with self._ledger.transaction() as tx:
            clips = [str(clip) for clip in tx.connection.execute(open_ones).scalars()]
        return sum(self._finish(clip) for clip in clips)

    def _judged(self, tx: Transaction, word: StoreWord) -> Row[Any] | None:
        clip, transfer = schema.clip, schema.transfer
        query = (
            select(clip.c.sha256, clip.c.size_bytes, clip.c.level, transfer)
            .join(transfer, transfer.c.clip_id == clip.c.id)
            .where(clip.c.id == word.clip_id, transfer.c.store_id == word.store_id)
        )
        row = tx.connection.execute(query).one_or_none()
        if row is None:
            raise UnknownClipError(clip=word.clip_id)
        for table in (purged, destroyed):
            known = select(table.c.clip_id).where(table.c.clip_id == word.clip_id)
            if tx.connection.execute(known).first() is not None:
                return None
        if (word.sha256, word.size_bytes) != (row.sha256, row.size_bytes):
            raise DigestMismatchError(clip=word.clip_id, expected=row.sha256, found=word.sha256)
        now = from_text(tx.at)
        if self._after is None:
            raise ClipProtectedError(clip=word.clip_id, rule="purge_off")
        due = from_text(row.stored_at) + self._after
        if now < due:
            raise ClipProtectedError(clip=word.clip_id, rule="purge_days", until=to_text(due))
        if abs(now - word.checked_at) > FRESH:
            raise ClipProtectedError(clip=word.clip_id, rule="stale")
        if row.level < VerificationLevel.V2:
            raise ClipProtectedError(clip=word.clip_id, rule="level")
        if _is_held(tx, word.clip_id):
            raise ClipProtectedError(clip=word.clip_id, rule="hold")
        return row

    def _finish(self, clip: str) -> bool:
        with self._ledger.transaction() as tx:
            row = tx.connection.execute(select(schema.clip).where(schema.clip.c.id == clip)).one()
            copy = _newest_copy(tx, clip) or row
            ref = ObjectRef(ClipId(clip), row.sha256, row.size_bytes, copy.key_id, copy.header)
            # Where a crash came after the removal, there is nothing left to spare.
            if self._vault.path_of(ref).exists() and _is_held(tx, clip):
                tx.connection.execute(delete(purged).where(purged.c.clip_id == clip))
                words.index_clips(tx.connection, [clip])
                tx.append(Act.PURGE_SPARED, clip=ClipId(clip), facts={"rule": "hold"})
                return False
            was_there = self._vault.discard_bytes(ref)
            failpoints.reach("purge.discarded")
            tx.append(Act.PURGED, clip=ClipId(clip), facts={"was_there": was_there})
            tx.connection.execute(update(purged).where(purged.c.clip_id == clip).values(at=tx.at))
        failpoints.reach("purge.recorded")
        return True


def _newest_copy(tx: Transaction, clip: str) -> Row[Any] | None:
    """The newest sealed copy that took a damaged object's place, if one did."""
    query = select(object_copy.c.key_id, object_copy.c.header).where(object_copy.c.clip_id == clip)
    newest = query.order_by(object_copy.c.custody_seq.desc()).limit(1)
    found: Row[Any] | None = tx.connection.execute(newest).one_or_none()  # type: ignore[assignment]
    return found


def _is_held(tx: Transaction, clip: str) -> bool:
    return any(
        facts.holds or any(case.holds for case in facts.cases)
        for facts in facts_of(tx.connection, [clip])
    )
