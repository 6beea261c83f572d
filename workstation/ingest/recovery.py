"""Bring the ledger and the staging area to rest after a stop that nobody planned.

Verified copies (``staged``) need no recorder: they are checked again and admitted. Everything
else that was under way is marked interrupted; the next docking offers it again.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workstation.domain.binding import officer_of
from workstation.domain.errors import IntegrityError
from workstation.domain.ingest_state import CollectionState, IngestState
from workstation.ingest.admission import Candidate
from workstation.ingest.halves import worth_keeping
from workstation.ledger.records import ItemEnd, NewClip
from workstation.vault.staging import Staged

if TYPE_CHECKING:
    from workstation.ingest.context import IngestContext
    from workstation.ledger.records import OpenItem, StagedItem

logger = logging.getLogger(__name__)

CODE = "collection.station_stopped"


@dataclass(frozen=True, slots=True)
class Recovered:
    """What a start found and settled."""

    admitted: int
    interrupted: int
    collections: int
    swept: int


def recover(context: IngestContext) -> Recovered:
    """Settle everything the last run left open. Runs before any lane; safe to run again.

    Raises:
        VaultFullError, VaultReadOnlyError, VaultIoError: the disk refuses; nothing is lost.
    """
    admitted = interrupted = 0
    for item in context.catalog.open_items():
        if item.staged is not None and _admit(context, item, item.staged):
            admitted += 1
            continue
        end = ItemEnd(item.id, IngestState.INTERRUPTED, CODE)
        with context.ledger.transaction() as tx:
            tx.interrupt_items([end])
        interrupted += 1
    open_collections = context.catalog.collections(state=CollectionState.RUNNING, limit=10_000)
    for collection in open_collections:
        with context.ledger.transaction() as tx:
            tx.close_collection(collection.id, CollectionState.INTERRUPTED, {"code": CODE})
    swept = context.vault.sweep_staging(worth_keeping(context.vault, context.catalog))
    if admitted or interrupted or open_collections:
        logger.info(
            "recovered admitted=%d interrupted=%d collections=%d swept=%d",
            admitted,
            interrupted,
            len(open_collections),
            swept,
        )
    return Recovered(admitted, interrupted, len(open_collections), swept)


def _admit(context: IngestContext, item: OpenItem, stored: StagedItem) -> bool:
    """Admit a copy that was verified before the stop, wherever it got to."""
    staged = Staged(
        path=context.vault.staging / stored.clip_id,
        header=stored.header,
        key_id=stored.key_id,
        size_bytes=stored.size_bytes,
        digest=stored.digest,
    )
    try:
        staged = context.vault.recall(staged, stored.clip_id)
        context.vault.verify_staged(staged, stored.clip_id)
    except IntegrityError as error:
        logger.info("staged copy not usable clip=%s error=%s", stored.clip_id, error)
        return False
    badge, source = officer_of(item.entry.badge, item.bearer)
    clip = NewClip(
        staged=stored,
        entry=item.entry,
        collection_id=item.collection_id,
        slot=item.slot,
        recorder_serial=item.collection_serial,
        badge=badge,
        badge_source=source,
    )
    context.admission.admit([Candidate(staged, clip)])
    return True
