"""How files of one docking end: as clips, duplicates, or set aside with a reason."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING

from workstation.domain.binding import OFFICER_DIFFERS, is_named_otherwise, officer_of
from workstation.domain.clip import VerificationLevel
from workstation.domain.ingest_state import IngestState
from workstation.events.facts import ClipVaulted, ItemEnded
from workstation.ingest.admission import Candidate, staged_item
from workstation.ledger.erasing import EraseTarget, record_second_readings
from workstation.ledger.records import ItemEnd, NewClip
from workstation.platform import failpoints

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workstation.domain.clip import ClipId, Digest
    from workstation.domain.errors import EntryError, StationError
    from workstation.ingest.context import IngestContext
    from workstation.ingest.progress import SlotTracker
    from workstation.ledger.records import NewCollection, NewItem
    from workstation.vault.staging import Staged

MOVING = frozenset({"entry.grew", "entry.shrank", "entry.changed"})

Verified = tuple["NewItem", "ClipId", "Staged"]


class Endings:
    """Writes the end of each file down and tells it.

    Used by the lane's threads: the one that copies and the one that finishes; ``retry`` is read
    when the finisher is settled.
    """

    def __init__(
        self, context: IngestContext, collection: NewCollection, tracker: SlotTracker
    ) -> None:
        self._context = context
        self._collection = collection
        self._tracker = tracker
        self.retry: list[NewItem] = []  # moved under our hands: looked at again at the end

    def admit(self, verified: Sequence[Verified]) -> None:
        """Copies that passed V2 become clips, or are found to be duplicates."""
        failpoints.reach("stage.verified")
        if not verified:
            return
        with self._context.ledger.transaction() as tx:
            tx.stage_items([staged_item(item.id, clip, staged) for item, clip, staged in verified])
        failpoints.reach("stage.recorded")
        outcomes = self._context.admission.admit([self._candidate(*one) for one in verified])
        slot, collection = self._collection.slot, self._collection.id
        for outcome in outcomes:
            if outcome.state is IngestState.VAULTED:
                self._context.mailbox.post(ClipVaulted(slot, collection, outcome.clip_id))
            else:
                item_id = outcome.candidate.clip.staged.id
                self._context.mailbox.post(
                    ItemEnded(slot, collection, item_id, outcome.state.value, outcome.code)
                )
        for state, count in Counter(outcome.state for outcome in outcomes).items():
            self._tracker.ended(state, count)

    def _candidate(self, item: NewItem, clip_id: ClipId, staged: Staged) -> Candidate:
        identity, bearer = self._collection.identity, self._collection.bearer
        named = item.entry.badge
        badge, source = officer_of(named, bearer)
        differs = (OFFICER_DIFFERS,) if is_named_otherwise(named, bearer) else ()
        return Candidate(
            staged,
            NewClip(
                staged=staged_item(item.id, clip_id, staged),
                entry=item.entry,
                collection_id=self._collection.id,
                slot=self._collection.slot,
                recorder_serial=identity.serial,
                badge=badge,
                badge_source=source,
                findings=differs,
            ),
        )

    def duplicate(self, item: NewItem, clip_id: ClipId, found: Digest) -> None:
        """A file of an earlier docking, read once more, has the digest of its clip: V3.

        The first such reading of a clip is a custody entry, so that the level outlasts the rows.
        """
        end = ItemEnd(
            item.id,
            IngestState.DUPLICATE,
            "entry.duplicate",
            {"clip": clip_id},
            clip_id,
            found,
            VerificationLevel.V3,
        )
        is_first = self._context.catalog.clip(clip_id).level < VerificationLevel.V3
        with self._context.ledger.transaction() as tx:
            tx.end_items([end])
            if is_first:
                record_second_readings(tx, self._collection.id, [_read_again(item, clip_id, found)])
        self._tell(item, IngestState.DUPLICATE, end.code)

    def not_whole(
        self, item: NewItem, error: EntryError, staged: Staged | None, *, last_try: bool = False
    ) -> None:
        """A file that moved under our hands gets a second look; then it is set aside."""
        if error.code in MOVING and not last_try:
            if staged is not None:
                self._context.vault.discard_staged(staged.path)
            self.retry.append(item)
            return
        self.quarantine(item, error, staged)

    def quarantine(self, item: NewItem, error: StationError, staged: Staged | None) -> None:
        """A file that could not be taken whole; what could be read of it is kept, sealed."""
        context = self._context
        facts = {name: _plain(value) for name, value in error.facts.items()}
        if staged is not None and staged.size_bytes and context.keep_partial:
            facts["kept"] = context.vault.set_aside(staged, staged.path.name)
            facts["kept_bytes"] = staged.size_bytes
            facts["kept_sha256"] = staged.digest.sha256
        elif staged is not None:
            context.vault.discard_staged(staged.path)
        end = ItemEnd(item.id, IngestState.QUARANTINED, error.code, facts)
        with context.ledger.transaction() as tx:
            tx.quarantine_item(
                end, self._collection.id, item.entry.path, self._collection.bearer.badge
            )
        self._tell(item, IngestState.QUARANTINED, error.code)

    def _tell(self, item: NewItem, state: IngestState, code: str | None) -> None:
        self._tracker.ended(state)
        self._context.mailbox.post(
            ItemEnded(self._collection.slot, self._collection.id, item.id, state.value, code)
        )


def _read_again(item: NewItem, clip_id: ClipId, found: Digest) -> EraseTarget:
    entry = item.entry
    return EraseTarget(
        item.id,
        entry.path,
        entry.raw_path,
        entry.size_bytes,
        entry.mtime_ns,
        found.sha256,
        clip_id,
    )


def _plain(value: object) -> str | int | float | None:
    if value is None or isinstance(value, (str, int, float)):
        return value
    return os.fsdecode(value) if isinstance(value, bytes) else str(value)
