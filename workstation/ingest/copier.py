"""Take large files of one docking into the vault, one at a time.

While one file is read off the recorder, the one before it is read back from the disk and admitted
by a thread of its own: the recorder never waits for the disk.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from workstation.domain.clip import ClipId
from workstation.domain.errors import EntryError, IntegrityError, VaultFullError
from workstation.domain.errors_casework import ClipDestroyedError
from workstation.ingest.guard import GuardedSource, open_entry
from workstation.ledger.records import NewItem
from workstation.platform import failpoints
from workstation.platform.ids import new_id
from workstation.sealing.segments import Geometry
from workstation.vault.digesting import digest_of
from workstation.vault.staging import stage

if TYPE_CHECKING:
    from workstation.ingest.docking import Docking
    from workstation.ingest.finisher import Finisher
    from workstation.ingest.halves import Half, Halves
    from workstation.vault.staging import Staged


class Copier:
    """Copies files of one open recorder. Used by the slot's lane thread only.

    What was copied is verified and admitted by ``finisher``; settle it at the end.
    """

    def __init__(self, docking: Docking, finisher: Finisher) -> None:
        self._context = docking.context
        self._session = docking.session
        self._endings = docking.endings
        self._tracker = docking.tracker
        self._check_stop = docking.check_stop
        self._geometry = Geometry(docking.context.vault.keyring.primary.segment_bytes)
        self._finisher = finisher

    def _on_bytes(self, count: int) -> None:
        self._check_stop()
        self._tracker.advance(count)

    def take(self, item: NewItem, halves: Halves, *, last_try: bool = False) -> None:
        """Copy one file by itself, resuming an earlier half where that is proven right.

        Raises:
            RecorderGoneError, CollectionStoppedError: the docking ends here.
            VaultFullError, VaultReadOnlyError, VaultIoError: the station can not go on.
        """
        context, entry = self._context, item.entry
        clip_id = ClipId(new_id())
        context.vault.require_room(self._geometry.sealed_bytes(entry.size_bytes))
        self._tracker.change(current=entry.name)
        with context.ledger.transaction() as tx:
            tx.begin_copy(item.id, clip_id)
        failpoints.reach("copy.begun")
        half = halves.find(entry)
        try:
            item, staged, failure = self._stage(item, clip_id, half)
        except EntryError as error:
            context.vault.discard_staged(context.vault.staging / clip_id)
            self._endings.not_whole(item, error, None, last_try=last_try)
            return
        except VaultFullError:
            # A half would hold on to the room that the ledger needs to say what happened.
            context.vault.discard_staged(context.vault.staging / clip_id)
            raise
        finally:
            halves.close(half)
        failpoints.reach("stage.synced")
        if failure is not None:
            self._endings.not_whole(item, failure, staged, last_try=last_try)
            return
        self._finisher.submit(lambda: self._finish(item, clip_id, staged, halves))

    def _stage(
        self, item: NewItem, clip_id: ClipId, half: Half | None
    ) -> tuple[NewItem, Staged, EntryError | None]:
        plan = self._context.vault.plan(clip_id, with_sm3=self._context.with_sm3)
        prefix, length = (half.reader, half.size_bytes) if half else (None, 0)
        with open_entry(self._session, item.entry, prefix, length) as source:
            staged = stage(source, plan, self._on_bytes)
            if source.resumed:
                findings = (*item.entry.findings, "copy.resumed")
                item = NewItem(item.id, replace(item.entry, findings=findings))
            return item, staged, source.judge(self._session)

    def _finish(self, item: NewItem, clip_id: ClipId, staged: Staged, halves: Halves) -> None:
        """In the finishing thread: V2, then the vault and the ledger."""
        try:
            self._context.vault.verify_staged(staged, clip_id)
        except IntegrityError as error:
            self._context.vault.discard_staged(staged.path)
            self._endings.quarantine(item, error, None)
            return
        self._endings.admit([(item, clip_id, staged)])
        halves.discard(item.entry)

    def probably_known(self, item: NewItem, sha256: str) -> bool:
        """Hash a file that a former docking took in; True if it is settled as a duplicate.

        Only the digest decides. If it differs the file is copied like any other.
        """
        entry = item.entry
        clip_id = self._context.catalog.with_digest(sha256, entry.size_bytes)
        if clip_id is None:
            return False
        try:
            if not self._context.admission.mender.is_whole(clip_id):
                return False  # the full copy mends it
        except ClipDestroyedError:
            return False
        self._tracker.change(current=entry.name)
        before = self._tracker.view.bytes_done
        # From the medium itself: with the first reading, at another docking, this makes V3.
        with self._session.read_again(entry) as source:
            guarded = GuardedSource(source, entry)
            found = digest_of(guarded, with_sm3=self._context.with_sm3, on_bytes=self._on_bytes)
            whole = guarded.judge(self._session) is None
        if not whole or found.sha256 != sha256:
            self._tracker.advance(before - self._tracker.view.bytes_done)
            return False
        self._endings.duplicate(item, clip_id, found)
        return True

    def look_again(self, item: NewItem) -> NewItem | None:
        """The file as it is now, for its second try; None if it can not be had.

        Raises:
            RecorderGoneError: the recorder left.
        """
        try:
            now = self._session.stat(item.entry)
        except EntryError as error:
            self._endings.quarantine(item, error, None)
            return None
        entry = replace(
            item.entry,
            size_bytes=now.size_bytes,
            mtime_ns=now.mtime_ns,
            findings=(*item.entry.findings, "entry.changed"),
        )
        return NewItem(item.id, entry)
