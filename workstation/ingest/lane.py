"""One docking from the first sight of a recorder to its closed collection: one thread."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from workstation.devices.api import ErasesClips
from workstation.domain.clip import CollectionId, ItemId
from workstation.domain.dock import SlotPhase, SlotStatus
from workstation.domain.errors import (
    CollectionStoppedError,
    EntryError,
    RecorderGoneError,
    RecorderLockedError,
    RecorderStalledError,
    StationError,
    TransientError,
)
from workstation.domain.ingest_state import CollectionState, IngestState
from workstation.events.facts import CollectionEnded, CollectionStarted
from workstation.ingest.aftercare import look_after
from workstation.ingest.arrival import ask
from workstation.ingest.batch import BatchCopier
from workstation.ingest.clock_setting import set_at_the_end
from workstation.ingest.copier import Copier
from workstation.ingest.docking import AfterDocking, Docking
from workstation.ingest.endings import Endings
from workstation.ingest.finisher import Finisher
from workstation.ingest.halves import Halves
from workstation.ingest.presence import begin
from workstation.ingest.watch import RecorderWatch, WatchedSession
from workstation.ledger.records import ItemEnd, NewItem
from workstation.platform import failpoints
from workstation.platform.ids import new_id
from workstation.vault.diskfile import translated

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from workstation.catalog.collections import FileKey
    from workstation.devices.api import RecorderSession, Sighting
    from workstation.domain.clip import CollectionId
    from workstation.ingest.context import IngestContext
    from workstation.ingest.presence import Presence
    from workstation.ingest.progress import SlotTracker
    from workstation.ingest.unlocking import Prologue
    from workstation.ingest.watch import ReaderPermit
    from workstation.ledger.custody import Fact
    from workstation.ledger.records import NewCollection

logger = logging.getLogger(__name__)

LIST_PAGE = 1000
UNLOCK_LOOK_S = 3.0  # a person looks at the screen of a phone about this long after unlocking it

_FACES = {
    CollectionState.COMPLETE: SlotStatus.DONE,
    CollectionState.PARTIAL: SlotStatus.ATTENTION,
    CollectionState.INTERRUPTED: SlotStatus.ATTENTION,
    CollectionState.FAILED: SlotStatus.FAULT,
}


class Lane:
    """Collects one recorder. Ends by itself; ``stop`` makes it end at the next block."""

    def __init__(
        self,
        context: IngestContext,
        slot: int,
        sighting: Sighting,
        tracker: SlotTracker,
        permit: ReaderPermit,
    ) -> None:
        self.sighting = sighting
        self.slot = slot
        self.tracker = tracker
        self.collection_id: CollectionId | None = None
        self.final: CollectionState | None = None
        self.error: StationError | None = None
        self.left_open = False  # the ledger could not even be told of the end
        self.opened = threading.Event()  # set when collection_id is known, or never will be
        self._context = context
        self._permit = permit
        self.watch = RecorderWatch(self._answered)
        self._phase_before = SlotPhase.WAITING
        self._finisher: Finisher | None = None
        self._stop = threading.Event()
        self._departed = False
        self._ended = False
        self.prologue: Prologue | None = None  # what it said before it showed its card
        self._over = threading.Event()
        self.presence: Presence | None = None  # once the recorder is known
        self.on_end: Callable[[Lane], None] = lambda _: None
        # Recorders of this serial that are docked in other slots.
        self.find_twins: Callable[[Lane, str], Sequence[Presence]] = lambda _, __: ()
        self._thread = threading.Thread(target=self._run, name=f"lane-{slot}", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, *, departed: bool = False) -> None:
        """End soon: the recorder left (``departed``) or the station goes down."""
        self._departed = self._departed or departed
        self._stop.set()

    def join(self, timeout_s: float | None = None) -> None:
        """Wait until the collection is closed."""
        self._over.wait(timeout_s)

    @property
    def is_running(self) -> bool:
        """Whether the docking is still open."""
        return not self._ended

    @property
    def departed(self) -> bool:
        """Whether the recorder was pulled out while the lane was at work."""
        return self._departed

    @property
    def is_stopping(self) -> bool:
        """Whether it was told to end."""
        return self._stop.is_set()

    # -- a recorder that does not answer -------------------------------------------------

    def note_stall(self, waited_s: float) -> None:
        """Say that nothing comes, and let others read meanwhile. The watchdog calls this."""
        view = self.tracker.view
        if view.code != RecorderStalledError.code:
            self._phase_before = view.phase
            logger.warning("recorder stalled slot=%d port=%s", self.slot, self.sighting.port)
        self._permit.give_back()
        self.tracker.change(
            status=SlotStatus.ATTENTION,
            phase=SlotPhase.WAITING,
            code=RecorderStalledError.code,
            facts={"waited_s": int(waited_s)},
            rate_bps=0.0,
            eta_s=None,
        )

    def _answered(self) -> None:
        logger.info("recorder answers again slot=%d", self.slot)
        self.tracker.change(
            status=SlotStatus.IMPORTING,
            phase=self._phase_before,
            code=self.sighting.state_code or None,
            facts={},
        )

    def give_up(self, after_s: float) -> bool:
        """Close the collection over the head of a thread that hangs in its recorder.

        Does nothing (and is False) unless it has hung for ``after_s`` seconds. The thread ends
        by itself when the kernel lets it go, without another word.
        """
        if not self.watch.cut(after_s):
            return False
        logger.warning("lane given up slot=%d port=%s", self.slot, self.sighting.port)
        if self._finisher is not None:
            try:
                self._finisher.settle()  # files before are whole, and only wait for our disk
            except StationError as refusal:
                logger.warning("last files not settled slot=%d error=%s", self.slot, refusal)
        waited = RecorderStalledError(port=self.sighting.port)
        self._end(self._stop_reason() or waited)
        return True

    # -- the thread ----------------------------------------------------------------------

    def _run(self) -> None:
        self.tracker.reset(
            status=SlotStatus.IMPORTING,
            phase=SlotPhase.WAITING,
            port=self.sighting.port,
            started_at=self._context.clock.now(),
            code=self.sighting.state_code or None,
        )
        error: StationError | None = None
        try:
            # Drivers and vault name their errors; what is still bare here is the station's disk.
            with translated("station"):
                self._collect_when_unlocked()
        except StationError as reason:
            error = reason
        except Exception as reason:
            logger.exception("lane failed slot=%d", self.slot)
            error = StationError(reason=f"{type(reason).__name__}: {reason}")
        if not self.watch.is_cut:
            self._end(error)

    def _end(self, error: StationError | None) -> None:
        self._permit.give_back()
        try:
            if self.final is None:
                self._close(error)
            elif error is not None:
                logger.warning("recorder not looked after slot=%d: %s", self.slot, error)
                self.tracker.change(status=SlotStatus.ATTENTION, code=error.code)
            self._sign()
        finally:
            self.opened.set()
            self._ended = True
            self.on_end(self)
            self._over.set()

    def _stop_reason(self) -> StationError | None:
        if not self._stop.is_set():
            return None
        if self._departed:
            return RecorderGoneError(port=self.sighting.port)
        return CollectionStoppedError(port=self.sighting.port)

    def _check_stop(self) -> None:
        if (reason := self._stop_reason()) is not None:
            raise reason

    def _collect_when_unlocked(self) -> None:
        """Wait for as long as a person has to unlock the recorder; the reader is free meanwhile."""
        while True:
            try:
                self._permit.take(self._check_stop)
                self._collect()
                return
            except RecorderLockedError as locked:
                self._permit.give_back()
                self.tracker.change(
                    status=SlotStatus.ATTENTION,
                    phase=SlotPhase.WAITING,
                    code=locked.code,
                    facts=showable(locked),
                )
                self._stop.wait(UNLOCK_LOOK_S)

    def _collect(self) -> None:
        context = self._context
        self._check_stop()
        self.tracker.change(phase=SlotPhase.IDENTIFYING)
        driver = context.registry.match(self.sighting)
        with self.watch.opened(driver.open(self.sighting)) as session:
            collection = self._open(driver.name, session)
            failpoints.reach("collection.opened")
            watched = WatchedSession(session, self.watch)
            items = self._list(watched, collection)
            failpoints.reach("items.listed")
            self.tracker.change(phase=SlotPhase.COPYING)
            self._copy_all(watched, collection, items)
            self.tracker.change(phase=SlotPhase.CLOSING)
            if self.presence is not None and self.prologue is None:
                set_at_the_end(context, session, self.presence, self.watch.asking)
            self._permit.give_back()
            self._close(None)  # over and told; what follows may break off at any time
            self._look_after(session, watched, collection, items)

    def _look_after(
        self,
        session: RecorderSession,
        watched: WatchedSession,
        collection: NewCollection,
        items: list[NewItem],
    ) -> None:
        docking = AfterDocking(
            context=self._context,
            session=watched,
            eraser=session if isinstance(session, ErasesClips) else None,
            watch=self.watch,
            permit=self._permit,
            collection=collection,
            tracker=self.tracker,
            check_stop=self._check_stop,
        )
        look_after(docking, {item.id: item.entry for item in items})

    def _open(self, driver: str, session: RecorderSession) -> NewCollection:
        with self.watch.asking():
            told = ask(session, self._context.clock)
        if self.prologue is not None:
            told = self.prologue.continued(told)
        twins = self.find_twins(self, told.identity.serial)
        presence = begin(
            self._context, self.sighting, self.tracker, told, driver=driver, twins=twins
        )
        self.presence = presence
        self.collection_id = presence.collection.id
        self.opened.set()
        self._context.mailbox.post(CollectionStarted(self.slot, presence.collection.id))
        return presence.collection

    def _list(self, session: RecorderSession, collection: NewCollection) -> list[NewItem]:
        """Write down everything the recorder offers before the first byte is copied."""
        to_copy: list[NewItem] = []
        page: list[NewItem] = []
        total = skipped = size = 0

        def write() -> None:
            with self._context.ledger.transaction() as tx:
                tx.list_items(collection.id, total - len(page), page)
            page.clear()

        for entry in session.entries():
            self._check_stop()
            item = NewItem(ItemId(new_id()), entry)
            page.append(item)
            total += 1
            if entry.skip_code is None:
                to_copy.append(item)
                size += entry.size_bytes
            else:
                skipped += 1
            if len(page) == LIST_PAGE:
                write()
        write()
        self.tracker.change(
            entries_total=total, entries_done=skipped, skipped=skipped, bytes_total=size
        )
        return to_copy

    def _copy_all(
        self, session: WatchedSession, collection: NewCollection, items: list[NewItem]
    ) -> None:
        context = self._context
        endings = Endings(context, collection, self.tracker)
        docking = Docking(context, session, endings, self.tracker, self._check_stop)
        finisher = Finisher()
        copier, batches = Copier(docking, finisher), BatchCopier(docking, finisher)
        self._finisher = finisher
        serial = collection.identity.serial
        halves = Halves(context.vault, context.catalog.half_files(serial))
        known = context.catalog.known_files(serial)
        try:
            fresh = [item for item in items if not self._is_known(copier, item, known)]
            batches.take([item for item in fresh if item.entry.size_bytes <= batches.small_bytes])
            for item in fresh:
                if item.entry.size_bytes > batches.small_bytes:
                    self._check_stop()
                    copier.take(item, halves)
            finisher.settle()
            for item in list(endings.retry):
                self._take_again(copier, item, halves)
            self.tracker.change(
                status=SlotStatus.VERIFYING, phase=SlotPhase.VERIFYING, current="", eta_s=None
            )
            finisher.settle()
        finally:
            finisher.close()

    def _take_again(self, copier: Copier, item: NewItem, halves: Halves) -> None:
        again = copier.look_again(item)
        if again is not None:
            total = self.tracker.view.bytes_total + again.entry.size_bytes
            self.tracker.change(bytes_total=total)
            copier.take(again, halves, last_try=True)

    def _is_known(self, copier: Copier, item: NewItem, known: dict[FileKey, str]) -> bool:
        """Whether an earlier docking took this file in and its digest is still the same."""
        entry = item.entry
        sha256 = known.get((entry.path, entry.size_bytes, entry.mtime_ns))
        try:
            return sha256 is not None and copier.probably_known(item, sha256)
        except EntryError:
            return False  # the full copy meets it again and says what is the matter

    # -- the end -------------------------------------------------------------------------

    def _close(self, error: StationError | None) -> None:
        self.error = error
        state = self._final_state(error)
        try:
            with translated("ledger"):
                self._close_in_ledger(state, error)
            self._sign()
        except StationError as refusal:
            # A full or failing disk may refuse this too: recovery closes it at the next start.
            logger.warning("collection left open slot=%d error=%s", self.slot, refusal)
            self.error = error or refusal
            self.left_open = True
            state = CollectionState.FAILED
        self.final = state
        remark = self.sighting.state_code or None
        code = self.error.code if self.error else self._first_code(state) or remark
        face: dict[str, Any] = {
            "status": _FACES[state],
            "code": code,
            "facts": showable(self.error),
        }
        if state is CollectionState.COMPLETE and self.presence is not None:
            face = self.presence.face()
            face["code"] = face["code"] or remark
        self.tracker.change(
            phase=SlotPhase.IDLE,
            current="",
            rate_bps=0.0,
            eta_s=None,
            ended_at=self._context.clock.now(),
            **face,
        )
        if self.collection_id is not None:
            self._context.mailbox.post(CollectionEnded(self.slot, self.collection_id, state.value))
        logger.info(
            "collection ended slot=%d collection=%s state=%s code=%s",
            self.slot,
            self.collection_id,
            state.value,
            code,
        )

    def _final_state(self, error: StationError | None) -> CollectionState:
        if error is None:
            doubtful = self.tracker.view.quarantined
            return CollectionState.PARTIAL if doubtful else CollectionState.COMPLETE
        if isinstance(error, TransientError):
            return CollectionState.INTERRUPTED
        return CollectionState.FAILED

    def _first_code(self, state: CollectionState) -> str | None:
        if state is not CollectionState.PARTIAL or self.collection_id is None:
            return None
        return self._context.catalog.first_quarantine(self.collection_id)

    def _close_in_ledger(self, state: CollectionState, error: StationError | None) -> None:
        if self.collection_id is None:
            return
        failpoints.reach("collection.closing")
        view = self.tracker.view
        facts: dict[str, Fact] = {
            "entries": view.entries_total,
            "vaulted": view.vaulted,
            "duplicates": view.duplicates,
            "skipped": view.skipped,
            "quarantined": view.quarantined,
        }
        if error is not None:
            facts["code"] = error.code
        unfinished = [
            ItemEnd(ItemId(open_id), IngestState.INTERRUPTED, error.code if error else None)
            for open_id in self._context.catalog.unfinished_items(self.collection_id)
        ]
        facts["interrupted"] = len(unfinished)
        with self._context.ledger.transaction() as tx:
            tx.interrupt_items(unfinished)
            tx.close_collection(self.collection_id, state, facts)

    def _sign(self) -> None:
        """Sign what was added; if the disk refuses, the ticker or the next start does it."""
        try:
            self._context.ledger.checkpoint()
        except StationError as refusal:
            logger.warning("collection not signed yet slot=%d error=%s", self.slot, refusal)


def showable(error: StationError | None) -> dict[str, str | int | float | None]:
    if error is None:
        return {}
    return {
        name: value if isinstance(value, (int, float, str)) else str(value)
        for name, value in error.facts.items()
    }
