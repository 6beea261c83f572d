"""Remove from a recorder what is proven to be held, and nothing else (proof.md §4).

The order makes every crash harmless: the exact list first, durably; then one file after the
other, each looked at again just before; then a new listing. Whatever a crash, a yank or a
refusal leaves, the next docking finds an open intent and says what became of each file.
"""

from __future__ import annotations

import logging
from contextlib import ExitStack
from typing import TYPE_CHECKING

from workstation.devices.api import OpensForErasing
from workstation.domain.dock import SlotPhase, SlotStatus
from workstation.domain.erasing import why_kept
from workstation.domain.errors import (
    EntryChangedError,
    EntryError,
    IntegrityError,
    RecorderReadOnlyError,
)
from workstation.ledger.erasing import (
    EraseIntent,
    begin_erase,
    end_erase,
    record_erased,
    record_kept,
)
from workstation.platform import failpoints
from workstation.platform.ids import new_id
from workstation.vault.staging import fill

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workstation.catalog.erasing import HeldFile
    from workstation.devices.api import ErasesClips
    from workstation.domain.clip import ClipEntry
    from workstation.domain.erasing import EraseRule
    from workstation.ingest.docking import AfterDocking
    from workstation.ledger.erasing import EraseTarget

logger = logging.getLogger(__name__)

EDGE_BYTES = 1 << 20  # of each end compared with the vault just before a file goes

_Place = tuple[bytes, int, int]  # path, size and time: what makes two listings name one file


class Eraser:
    """Erases on one docked recorder. Used by the lane thread, after the second reading."""

    def __init__(
        self, docking: AfterDocking, entries: Mapping[str, ClipEntry], rule: EraseRule
    ) -> None:
        self._docking = docking
        self._context = docking.context
        self._entries = entries
        self._rule = rule

    # -- what an earlier docking left ---------------------------------------------------

    def settle_open(self) -> None:
        """End intents that a crash or a yank left open, by what the recorder lists now.

        Raises:
            VaultFullError, VaultIoError, LedgerBusyError: the ledger can not be written.
        """
        present = {entry.raw_path for entry in self._entries.values()}
        serial = self._docking.collection.identity.serial
        for intent in self._context.catalog.open_intents(serial):
            counts = self._context.catalog.intent_counts(intent.id)
            with self._context.ledger.transaction() as tx:
                for target in intent.targets:
                    if target.raw_path in present:
                        counts["kept"] += 1
                        record_kept(tx, intent, target, "erase.interrupted")
                    else:
                        counts["erased"] += 1
                        record_erased(tx, intent, target, found_gone=True)
                end_erase(tx, intent, erased=counts["erased"], kept=counts["kept"], lost=0)
            logger.warning("erase settled intent=%s", intent.id)

    # -- this docking -------------------------------------------------------------------

    def run(self, held: Sequence[HeldFile]) -> int:
        """Erase what may go; how many files went that were not on the list (must be none).

        Raises:
            RecorderGoneError, CollectionStoppedError: the docking is over; the intent stays open.
            VaultFullError, VaultIoError, LedgerBusyError: the ledger can not be written.
        """
        eraser = self._docking.eraser
        now = self._context.clock.now()
        wanted = [file for file in held if why_kept(file.copy, self._rule, now) is None]
        if eraser is None or not wanted:
            return 0
        targets = [file.target for file in wanted if self._is_proven(file.target)]
        if not targets:
            return 0
        intent = EraseIntent(
            id=new_id(),
            collection_id=self._docking.collection.id,
            recorder_serial=self._docking.collection.identity.serial,
            policy=self._rule.policy,
            targets=tuple(targets),
        )
        with self._context.ledger.transaction() as tx:
            begin_erase(tx, intent)
        failpoints.reach("erase.intended")
        self._docking.tracker.change(status=SlotStatus.VERIFYING, phase=SlotPhase.ERASING)
        with ExitStack() as stack:
            refusal = self._open_for_erasing(eraser, stack)
            gone = self._erase_all(eraser, intent, refusal)
        return self._end(intent, gone)

    def _open_for_erasing(self, eraser: ErasesClips, stack: ExitStack) -> str | None:
        """The code of why nothing can be erased, or None; read-only again when ``stack`` ends."""
        if not isinstance(eraser, OpensForErasing):
            return None
        try:
            with self._docking.watch.asking():
                stack.enter_context(eraser.erasing())
        except RecorderReadOnlyError as error:
            return error.code
        return None

    def _is_proven(self, target: EraseTarget) -> bool:
        """Whether the vault's object is whole *now*, every byte of it, on the disk."""
        self._docking.check_stop()
        try:
            self._context.vault.check_tags(self._context.catalog.object_ref(target.clip_id))
        except IntegrityError as error:
            logger.warning("clip not erased clip=%s: %s", target.clip_id, error)
            return False
        return True

    def _erase_all(
        self, eraser: ErasesClips, intent: EraseIntent, refusal: str | None
    ) -> list[EraseTarget]:
        gone: list[EraseTarget] = []
        for target in intent.targets:
            self._docking.check_stop()
            code = refusal or self._erase_one(eraser, target)
            if code == RecorderReadOnlyError.code:
                refusal = code  # the others need not be tried
            with self._context.ledger.transaction() as tx:
                if code is None:
                    record_erased(tx, intent, target)
                    gone.append(target)
                else:
                    record_kept(tx, intent, target, code)
            failpoints.reach("erase.recorded_one")
        return gone

    def _erase_one(self, eraser: ErasesClips, target: EraseTarget) -> str | None:
        """Remove one file; the code of what stood against it, or None."""
        entry = self._entries[target.item_id]
        try:
            if not self._is_still_the_same(entry, target):
                return EntryChangedError.code
            failpoints.reach("erase.before_one")
            with self._docking.watch.asking():
                eraser.erase_clip(entry)
        except (EntryError, IntegrityError, RecorderReadOnlyError) as error:
            logger.warning("clip not erased clip=%s: %s", target.clip_id, error)
            return error.code
        failpoints.reach("erase.after_one")
        return None

    def _is_still_the_same(self, entry: ClipEntry, target: EraseTarget) -> bool:
        """Size, time, and both ends of the file against the vault's object."""
        session = self._docking.session
        now = session.stat(entry)
        listed = (target.size_bytes, target.mtime_ns)
        if (now.size_bytes, now.mtime_ns) != listed or entry.size_bytes != target.size_bytes:
            return False
        with self._context.vault.open(self._context.catalog.object_ref(target.clip_id)) as held:
            last = max(0, target.size_bytes - EDGE_BYTES)
            for offset in sorted({0, last}):
                buffer = memoryview(bytearray(min(EDGE_BYTES, target.size_bytes - offset)))
                with session.read(entry, offset) as source:
                    found = bytes(buffer[: fill(source, buffer)])
                if found != held.read_at(offset, len(buffer)):
                    return False
        return True

    def _end(self, intent: EraseIntent, gone: Sequence[EraseTarget]) -> int:
        """List anew: exactly what is on the list went, and nothing else."""
        there = set(map(_place, self._docking.session.entries()))
        erased = {target.raw_path for target in gone}
        before = {_place(entry) for entry in self._entries.values()}
        lost = sum(place[0] not in erased for place in before - there)
        still = sum(place[0] in erased for place in there)
        failpoints.reach("erase.relisted")
        counts = self._context.catalog.intent_counts(intent.id)
        with self._context.ledger.transaction() as tx:
            end_erase(tx, intent, erased=counts["erased"], kept=counts["kept"], lost=lost)
        logger.info("erase ended intent=%s erased=%d", intent.id, counts["erased"])
        if lost or still:
            logger.error("erase not exact intent=%s lost=%d still_there=%d", intent.id, lost, still)
        return lost + still


def _place(entry: ClipEntry) -> _Place:
    return (entry.raw_path, entry.size_bytes, entry.mtime_ns)
