"""Take in many small files with one flush and one transaction for hundreds of them.

The lane thread reads; two sealing threads hash, seal and write; then a batch is flushed at once,
read back and recorded, while the lane reads the next one. "Collected" still means durable:
nothing is told before the transaction that follows the flush.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from queue import SimpleQueue
from typing import TYPE_CHECKING

from workstation.domain.clip import ClipId
from workstation.domain.errors import EntryError, IntegrityError
from workstation.ingest.guard import GuardedSource
from workstation.platform import failpoints
from workstation.platform.ids import new_id
from workstation.sealing.segments import Geometry
from workstation.vault.diskfile import aligned_buffer
from workstation.vault.staging import fill, stage_small

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from workstation.ingest.docking import Docking
    from workstation.ingest.endings import Verified
    from workstation.ingest.finisher import Finisher
    from workstation.ledger.records import NewItem
    from workstation.vault.staging import Staged

BATCH_FILES = 512
BATCH_BYTES = 96 << 20
BATCH_S = 2.0  # a batch is closed after so long, so that clips appear while one watches
SEALERS = 2  # hashing and sealing fill a core each
CHECKERS = 4  # short direct reads mostly wait for the disk


@dataclass(slots=True)
class _Small:
    """A small file on its way: read, then sealed, then checked."""

    item: NewItem
    clip_id: ClipId
    failure: EntryError | None  # why it is not whole, though something was read
    content: memoryview | None
    staged: Staged | None = None
    damage: IntegrityError | None = None


class _Workers:
    """Threads that each do one thing after the other; the first failure is kept."""

    def __init__(
        self, work: Callable[[_Small, memoryview], None], count: int, scratch_bytes: int = 1
    ) -> None:
        self._inbox: SimpleQueue[_Small | None] = SimpleQueue()
        self._work = work
        self._scratch_bytes = scratch_bytes
        self.failure: BaseException | None = None
        self._threads = [
            threading.Thread(target=self._run, name=f"seal-{nth}", daemon=True)
            for nth in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def _run(self) -> None:
        scratch = aligned_buffer(self._scratch_bytes)
        while (small := self._inbox.get()) is not None:
            if self.failure is None:
                try:
                    self._work(small, scratch)
                except BaseException as failure:  # noqa: BLE001 - handed to the lane thread
                    self.failure = failure

    def give(self, small: _Small) -> None:
        self._inbox.put(small)

    def join(self) -> None:
        """Wait until all that was given is done."""
        for _ in self._threads:
            self._inbox.put(None)
        for thread in self._threads:
            thread.join()


class BatchCopier:
    """Copies small files of one open recorder. Used by the slot's lane thread only."""

    def __init__(self, docking: Docking, finisher: Finisher) -> None:
        self._finisher = finisher
        self._context = docking.context
        self._session = docking.session
        self._endings = docking.endings
        self._tracker = docking.tracker
        self._check_stop = docking.check_stop
        self._geometry = Geometry(docking.context.vault.keyring.primary.segment_bytes)
        self.small_bytes = self._geometry.block_plain_bytes(first=True)

    def take(self, items: Sequence[NewItem]) -> None:
        """Copy all of them; the last batch is whole once the finisher is settled.

        Raises:
            RecorderGoneError, CollectionStoppedError: the docking ends here.
            VaultFullError, VaultReadOnlyError, VaultIoError: the station can not go on.
        """
        start = 0
        while start < len(items):
            start += self._one_batch(items[start : start + BATCH_FILES])

    def _one_batch(self, items: Sequence[NewItem]) -> int:
        vault = self._context.vault
        vault.require_room(min(BATCH_BYTES, sum(item.entry.size_bytes for item in items)))
        batch: list[_Small] = []
        sealers = _Workers(self._seal, SEALERS, self._geometry.block_bytes)
        try:
            taken = self._read(items, batch, sealers)
        except BaseException:
            sealers.join()
            self._drop(batch)
            raise
        sealers.join()
        if sealers.failure is not None:
            self._drop(batch)
            raise sealers.failure
        try:
            self._finisher.submit(lambda: self._finish(batch))
        except BaseException:  # of the batch before: this one has not begun to finish
            self._drop(batch)
            raise
        return taken

    def _read(self, items: Sequence[NewItem], batch: list[_Small], sealers: _Workers) -> int:
        began, size, taken = time.monotonic(), 0, 0
        for item in items:
            if size >= BATCH_BYTES or (batch and time.monotonic() - began > BATCH_S):
                break
            taken += 1
            self._check_stop()
            size += item.entry.size_bytes
            small = self._read_one(item)
            if small is not None:
                batch.append(small)
                sealers.give(small)
            if sealers.failure is not None:
                break
        return taken

    def _read_one(self, item: NewItem) -> _Small | None:
        entry = item.entry
        content = memoryview(bytearray(entry.size_bytes))
        try:
            with self._session.read(entry) as source:
                guarded = GuardedSource(source, entry)
                content = content[: fill(guarded, content)]
                guarded.readinto(memoryview(bytearray(1)))  # looks past the end
                failure = guarded.judge(self._session)
        except EntryError as error:
            self._endings.not_whole(item, error, None)
            return None
        self._tracker.advance(len(content))
        return _Small(item, ClipId(new_id()), failure, content)

    def _seal(self, small: _Small, scratch: memoryview) -> None:
        if small.content is None:
            return
        plan = self._context.vault.plan(small.clip_id, with_sm3=self._context.with_sm3)
        small.staged = stage_small(small.content, plan, scratch)
        small.content = None

    def _check(self, small: _Small, _: memoryview) -> None:
        if small.staged is None:
            return
        try:
            self._context.vault.verify_staged(small.staged, small.clip_id)
        except IntegrityError as error:
            small.damage = error

    def _drop(self, batch: Sequence[_Small]) -> None:
        """Whatever ends the docking: nothing of ours still writes, or lies about, behind it."""
        for small in batch:
            self._context.vault.discard_staged(self._context.vault.staging / small.clip_id)

    def _finish(self, batch: Sequence[_Small]) -> None:
        try:
            whole = self._verified(batch)
        except BaseException:
            self._drop(batch)
            raise
        self._endings.admit(whole)

    def _verified(self, batch: Sequence[_Small]) -> list[Verified]:
        """Flush and read back all; those that are whole, the others being settled."""
        failpoints.reach("copy.written")
        self._context.vault.flush()
        failpoints.reach("stage.synced")
        checkers = _Workers(self._check, CHECKERS)
        for small in batch:
            checkers.give(small)
        checkers.join()
        if checkers.failure is not None:
            raise checkers.failure
        whole: list[Verified] = []
        for small in batch:
            if small.damage is not None:
                self._drop([small])
                self._endings.quarantine(small.item, small.damage, None)
            elif small.failure is not None:
                self._endings.not_whole(small.item, small.failure, small.staged)
            elif small.staged is not None:
                whole.append((small.item, small.clip_id, small.staged))
        return whole
