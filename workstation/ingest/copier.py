"""Take single files of one docking into the vault: large ones alone, small ones in batches."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workstation.domain.clip import ClipId, VerificationLevel
from workstation.domain.dock import SlotPhase, SlotStatus
from workstation.domain.errors import EntryError, IntegrityError
from workstation.domain.ingest_state import IngestState
from workstation.events.facts import ClipVaulted, ItemEnded
from workstation.ingest.admission import Candidate, staged_item
from workstation.ingest.guard import GuardedSource, open_entry
from workstation.ledger.records import ItemEnd, NewClip, NewItem
from workstation.platform import failpoints
from workstation.platform.ids import new_id
from workstation.vault.digesting import digest_of
from workstation.vault.diskfile import aligned_buffer
from workstation.vault.sealed import Geometry
from workstation.vault.staging import fill, stage, stage_small

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Future

    from workstation.devices.api import RecorderSession
    from workstation.domain.clip import Digest
    from workstation.domain.errors import StationError
    from workstation.ingest.admission import Outcome
    from workstation.ingest.context import IngestContext
    from workstation.ingest.halves import Half, Halves
    from workstation.ingest.progress import SlotTracker
    from workstation.ledger.records import NewCollection
    from workstation.vault.staging import Staged

BATCH_FILES = 512
BATCH_BYTES = 96 << 20
BATCH_S = 2.0  # a batch is closed after so long, so that clips appear while one watches
SEALERS = 2


@dataclass(frozen=True, slots=True)
class _Pending:
    """A small file handed to a sealing thread."""

    item: NewItem
    clip_id: ClipId
    failure: EntryError | None
    staged: Future[Staged]


class Copier:
    """Copies files of one open recorder. Used by the slot's lane thread only."""

    def __init__(
        self,
        context: IngestContext,
        session: RecorderSession,
        collection: NewCollection,
        tracker: SlotTracker,
        check_stop: Callable[[], None],
    ) -> None:
        self._context = context
        self._session = session
        self._collection = collection
        self._tracker = tracker
        self._check_stop = check_stop
        self._geometry = Geometry(context.vault.keyring.primary.segment_bytes)
        self.small_bytes = self._geometry.block_plain_bytes(first=True)
        self.retry: list[NewItem] = []

    # -- large files ---------------------------------------------------------------------

    def take(self, item: NewItem, halves: Halves, *, last_try: bool = False) -> None:
        """Copy one file by itself, resuming an earlier half where that is proven right.

        Raises:
            RecorderGoneError, CollectionStoppedError: the docking ends here.
            VaultFullError, VaultReadOnlyError, VaultIoError: the station can not go on.
        """
        context, entry = self._context, item.entry
        clip_id = ClipId(new_id())
        context.vault.require_room(self._geometry.sealed_bytes(entry.size_bytes))
        self._tracker.change(current=entry.name, status=SlotStatus.IMPORTING)
        with context.ledger.transaction() as tx:
            tx.begin_copy(item.id, clip_id)
        failpoints.reach("copy.begun")
        half = halves.find(entry)
        try:
            staged, failure = self._stage(item, clip_id, half)
        except EntryError as error:
            context.vault.discard_staged(context.vault.staging / clip_id)
            self._not_whole(item, error, None, last_try=last_try)
            return
        finally:
            halves.close(half)
        failpoints.reach("stage.synced")
        if failure is not None:
            self._not_whole(item, failure, staged, last_try=last_try)
            return
        self._verify_and_admit(item, clip_id, staged)
        halves.discard(half)

    def _stage(
        self, item: NewItem, clip_id: ClipId, half: Half | None
    ) -> tuple[Staged, EntryError | None]:
        plan = self._context.vault.plan(clip_id, with_sm3=self._context.with_sm3)

        def on_bytes(count: int) -> None:
            self._check_stop()
            self._tracker.advance(count)

        prefix, length = (half.reader, half.size_bytes) if half else (None, 0)
        with open_entry(self._session, item.entry, prefix, length) as source:
            staged = stage(source, plan, on_bytes)
            return staged, source.judge(self._session)

    def _verify_and_admit(self, item: NewItem, clip_id: ClipId, staged: Staged) -> None:
        self._tracker.change(status=SlotStatus.VERIFYING, phase=SlotPhase.VERIFYING)
        try:
            self._context.vault.verify_staged(staged, clip_id)
        except IntegrityError as error:
            self._quarantine(item, error, None)
            return
        failpoints.reach("stage.verified")
        with self._context.ledger.transaction() as tx:
            tx.stage_items([staged_item(item.id, clip_id, staged)])
        failpoints.reach("stage.recorded")
        self._settle(self._context.admission.admit([self._candidate(item, clip_id, staged)]))
        self._tracker.change(status=SlotStatus.IMPORTING, phase=SlotPhase.COPYING)

    def probably_known(self, item: NewItem, sha256: str, size_bytes: int) -> bool:
        """Hash a file that a former docking took in; True if it is settled as a duplicate.

        Only the digest decides. If it differs the file is copied like any other.
        """
        entry = item.entry
        clip_id = self._context.catalog.with_digest(sha256, size_bytes)
        if clip_id is None or size_bytes != entry.size_bytes:
            return False
        try:
            self._context.vault.open(self._context.catalog.object_ref(clip_id)).close()
        except IntegrityError:
            return False
        self._tracker.change(current=entry.name)
        before = self._tracker.view.bytes_done

        def on_bytes(count: int) -> None:
            self._check_stop()
            self._tracker.advance(count)

        with self._session.read(entry) as source:
            guarded = GuardedSource(source, entry)
            found = digest_of(guarded, with_sm3=self._context.with_sm3, on_bytes=on_bytes)
            whole = guarded.judge(self._session) is None
        if not whole or found.sha256 != sha256:
            self._tracker.advance(before - self._tracker.view.bytes_done)
            return False
        self._end_duplicate(item, clip_id, found)
        return True

    def _end_duplicate(self, item: NewItem, clip_id: ClipId, found: Digest) -> None:
        with self._context.ledger.transaction() as tx:
            tx.end_items(
                [
                    ItemEnd(
                        item.id,
                        IngestState.DUPLICATE,
                        "entry.duplicate",
                        {"clip": clip_id},
                        clip_id,
                        found,
                        VerificationLevel.V2,
                    )
                ]
            )
        self._tell(item, IngestState.DUPLICATE, "entry.duplicate")

    # -- small files ---------------------------------------------------------------------

    def take_batch(self, items: Sequence[NewItem]) -> None:
        """Copy small files with one flush and one transaction for many of them.

        Raises: as ``take``.
        """
        start = 0
        with ThreadPoolExecutor(SEALERS, thread_name_prefix="seal") as sealers:
            while start < len(items):
                start += self._one_batch(items[start:], sealers)

    def _one_batch(self, items: Sequence[NewItem], sealers: ThreadPoolExecutor) -> int:
        began, size = time.monotonic(), 0
        pending: list[_Pending] = []
        taken = 0
        try:
            for item in items[:BATCH_FILES]:
                if size >= BATCH_BYTES or (pending and time.monotonic() - began > BATCH_S):
                    break
                taken += 1
                self._check_stop()
                size += item.entry.size_bytes
                self._context.vault.require_room(size)
                if one := self._read_small(item, sealers):
                    pending.append(one)
        finally:
            # Whatever ends the docking, nothing of ours may still be writing behind its back.
            for one in pending:
                one.staged.exception()
        self._finish_batch(pending, sealers)
        return taken

    def _read_small(self, item: NewItem, sealers: ThreadPoolExecutor) -> _Pending | None:
        entry = item.entry
        content = memoryview(bytearray(entry.size_bytes))
        try:
            with self._session.read(entry) as source:
                guarded = GuardedSource(source, entry)
                content = content[: fill(guarded, content)]
                guarded.readinto(memoryview(bytearray(1)))  # looks past the end
                failure = guarded.judge(self._session)
        except EntryError as error:
            self._not_whole(item, error, None)
            return None
        self._tracker.advance(len(content))
        clip_id = ClipId(new_id())
        plan = self._context.vault.plan(clip_id, with_sm3=self._context.with_sm3)

        def seal() -> Staged:
            out = memoryview(aligned_buffer(plan_bytes))
            return stage_small(content, plan, out)

        plan_bytes = self._geometry.sealed_bytes(len(content))
        return _Pending(item, clip_id, failure, sealers.submit(seal))

    def _finish_batch(self, pending: list[_Pending], sealers: ThreadPoolExecutor) -> None:
        vault = self._context.vault
        written = [(one, one.staged.result()) for one in pending]
        failpoints.reach("copy.written")
        vault.flush()
        failpoints.reach("stage.synced")
        checks = [
            (one, staged, sealers.submit(vault.verify_staged, staged, one.clip_id))
            for one, staged in written
        ]
        whole: list[tuple[_Pending, Staged]] = []
        for one, staged, check in checks:
            error = check.exception()
            if isinstance(error, IntegrityError):
                self._quarantine(one.item, error, None)
            elif error is not None:
                raise error
            elif one.failure is not None:
                self._not_whole(one.item, one.failure, staged)
            else:
                whole.append((one, staged))
        failpoints.reach("stage.verified")
        if not whole:
            return
        with self._context.ledger.transaction() as tx:
            tx.stage_items([staged_item(o.item.id, o.clip_id, staged) for o, staged in whole])
        failpoints.reach("stage.recorded")
        candidates = [self._candidate(o.item, o.clip_id, staged) for o, staged in whole]
        self._settle(self._context.admission.admit(candidates))

    # -- ends ----------------------------------------------------------------------------

    def _candidate(self, item: NewItem, clip_id: ClipId, staged: Staged) -> Candidate:
        identity = self._collection.identity
        return Candidate(
            staged,
            NewClip(
                staged=staged_item(item.id, clip_id, staged),
                entry=item.entry,
                collection_id=self._collection.id,
                slot=self._collection.slot,
                recorder_serial=identity.serial,
                badge=item.entry.badge or identity.badge,
            ),
        )

    def _settle(self, outcomes: Sequence[Outcome]) -> None:
        slot, collection = self._collection.slot, self._collection.id
        for outcome in outcomes:
            self._tracker.ended(outcome.state)
            if outcome.state is IngestState.VAULTED:
                event = ClipVaulted(slot, collection, outcome.clip_id)
                self._context.mailbox.post(event)
            else:
                item_id = outcome.candidate.clip.staged.id
                self._context.mailbox.post(
                    ItemEnded(slot, collection, item_id, outcome.state.value, outcome.code)
                )

    def _not_whole(
        self, item: NewItem, error: EntryError, staged: Staged | None, *, last_try: bool = False
    ) -> None:
        """A file that moved under our hands gets a second look; then it is set aside."""
        moving = error.code in {"entry.grew", "entry.shrank", "entry.changed"}
        if moving and not last_try:
            if staged is not None:
                self._context.vault.discard_staged(staged.path)
            self.retry.append(item)
            return
        self._quarantine(item, error, staged)

    def _quarantine(self, item: NewItem, error: StationError, staged: Staged | None) -> None:
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
                end, self._collection.id, item.entry.path, self._collection.identity.badge
            )
        self._tell(item, IngestState.QUARANTINED, error.code)

    def look_again(self, item: NewItem) -> NewItem | None:
        """The file as it is now, for its second try; None if it can not be had.

        Raises:
            RecorderGoneError: the recorder left.
        """
        try:
            now = self._session.stat(item.entry)
        except EntryError as error:
            self._quarantine(item, error, None)
            return None
        entry = replace(
            item.entry,
            size_bytes=now.size_bytes,
            mtime_ns=now.mtime_ns,
            findings=(*item.entry.findings, "entry.changed"),
        )
        return NewItem(item.id, entry)

    def _tell(self, item: NewItem, state: IngestState, code: str | None) -> None:
        self._tracker.ended(state)
        self._context.mailbox.post(
            ItemEnded(self._collection.slot, self._collection.id, item.id, state.value, code)
        )


def _plain(value: object) -> str | int | float | None:
    if value is None or isinstance(value, (str, int, float)):
        return value
    return os.fsdecode(value) if isinstance(value, bytes) else str(value)
