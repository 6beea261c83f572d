"""From a verified copy to a fact: duplicates found, objects placed, the ledger written.

One lane at a time: the look for an equal clip and the transaction that adds one must not
interleave with another lane's.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workstation.catalog.values import Totals
from workstation.domain.clip import ItemId, VerificationLevel
from workstation.domain.errors import IntegrityError
from workstation.domain.errors_casework import ClipDestroyedError
from workstation.domain.ingest_state import IngestState
from workstation.ingest.mending import Mender
from workstation.ledger.records import ItemEnd, StagedItem
from workstation.platform import failpoints

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workstation.catalog.clips import FileIdentity
    from workstation.catalog.reader import Catalog
    from workstation.domain.clip import ClipId
    from workstation.ledger.records import NewClip
    from workstation.ledger.writer import Ledger
    from workstation.vault.staging import Staged
    from workstation.vault.store import Vault


@dataclass(frozen=True, slots=True)
class Candidate:
    """A verified copy in staging and the clip it would become."""

    staged: Staged
    clip: NewClip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a candidate: vaulted, duplicate (of ``clip_id``) or quarantined."""

    candidate: Candidate
    state: IngestState
    clip_id: ClipId
    code: str | None = None
    kept: str | None = None  # where a quarantined copy lies in the vault


class Admission:
    """The gate into vault and ledger, shared by all lanes."""

    def __init__(self, vault: Vault, ledger: Ledger, catalog: Catalog) -> None:
        self._vault = vault
        self._ledger = ledger
        self._catalog = catalog
        self._lock = threading.Lock()
        self.mender = Mender(vault, ledger, catalog)
        self.admitted = Totals(0, 0)  # since the station was started

    def admit(self, batch: Sequence[Candidate]) -> list[Outcome]:
        """Make each candidate a clip, or find it to be one we have already.

        Raises:
            VaultFullError, VaultReadOnlyError, VaultIoError, LedgerBusyError: nothing of the
                batch is recorded; its staging files or objects are settled by recovery.
        """
        with self._lock:
            fresh, outcomes = self._sort(batch)
            if fresh:
                self._place(fresh)
                failpoints.reach("record.before_commit")
            with self._ledger.transaction() as tx:
                if fresh:
                    tx.add_clips([candidate.clip for candidate in fresh])
                tx.end_items([_end(o) for o in outcomes if o.state is IngestState.DUPLICATE])
                for outcome in outcomes:
                    if outcome.state is IngestState.QUARANTINED:
                        clip = outcome.candidate.clip
                        tx.quarantine_item(
                            _end(outcome), clip.collection_id, clip.entry.path, clip.badge
                        )
            failpoints.reach("record.committed")
            self.admitted = Totals(
                self.admitted.clips + len(fresh),
                self.admitted.size_bytes + sum(c.staged.size_bytes for c in fresh),
            )
        for outcome in outcomes:
            if outcome.state is IngestState.DUPLICATE:
                self._vault.discard_staged(outcome.candidate.staged.path)
        admitted = [
            Outcome(candidate, IngestState.VAULTED, candidate.clip.staged.clip_id)
            for candidate in fresh
        ]
        return [*admitted, *outcomes]

    def _sort(self, batch: Sequence[Candidate]) -> tuple[list[Candidate], list[Outcome]]:
        fresh: list[Candidate] = []
        outcomes: list[Outcome] = []
        within: dict[FileIdentity, ClipId] = {}
        in_ledger = self._catalog.with_digests(_identity(candidate) for candidate in batch)
        for candidate in batch:
            identity = _identity(candidate)
            known = within.get(identity) or in_ledger.get(identity)
            if known is None:
                within[identity] = candidate.clip.staged.clip_id
                fresh.append(candidate)
            elif identity in within:
                outcomes.append(Outcome(candidate, IngestState.DUPLICATE, known))
            else:
                outcomes.append(self._duplicate(candidate, known))
        return fresh, outcomes

    def _duplicate(self, candidate: Candidate, known: ClipId) -> Outcome:
        """An equal clip is in the ledger; if its object is not whole, this copy mends it."""
        try:
            if self.mender.is_whole(known):
                return Outcome(candidate, IngestState.DUPLICATE, known)
        except ClipDestroyedError as error:  # its retention was over: it does not come back
            return Outcome(candidate, IngestState.DUPLICATE, known, error.code)
        fresh = candidate.clip.staged.clip_id
        try:
            self.mender.mend_from_copy(known, candidate.staged, fresh, candidate.clip.badge)
        except IntegrityError as error:
            # The copy in hand may be the only whole one: it is kept, sealed, in quarantine.
            kept = self._vault.set_aside(candidate.staged, fresh)
            return Outcome(candidate, IngestState.QUARANTINED, known, error.code, kept)
        return Outcome(candidate, IngestState.DUPLICATE, known, "clip.mended")

    def _place(self, fresh: Sequence[Candidate]) -> None:
        if len(fresh) == 1:
            self._vault.admit(fresh[0].staged, fresh[0].clip.staged.clip_id)
        else:
            self._vault.admit_batch([(c.staged, c.clip.staged.clip_id) for c in fresh])


def _identity(candidate: Candidate) -> FileIdentity:
    return (candidate.staged.digest.sha256, candidate.staged.size_bytes)


def staged_item(item_id: str, clip_id: ClipId, staged: Staged) -> StagedItem:
    """The ledger's view of a verified staging file."""
    return StagedItem(
        id=ItemId(item_id),
        clip_id=clip_id,
        digest=staged.digest,
        size_bytes=staged.size_bytes,
        key_id=staged.key_id,
        header=staged.header,
        level=VerificationLevel.V2,
    )


def _end(outcome: Outcome) -> ItemEnd:
    is_held = outcome.state is IngestState.DUPLICATE and outcome.code is None
    return ItemEnd(
        id=outcome.candidate.clip.staged.id,
        state=outcome.state,
        code=outcome.code or "entry.duplicate",
        facts={"clip": outcome.clip_id, **({"kept": outcome.kept} if outcome.kept else {})},
        clip_id=outcome.clip_id,
        digest=outcome.candidate.staged.digest,
        level=VerificationLevel.V2 if is_held else None,
    )
