"""One docking from the first sight of a recorder to its closed collection: one thread."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from workstation.devices.api import ReadsClock, ReportsBattery
from workstation.domain.clip import CollectionId, ItemId
from workstation.domain.dock import SlotPhase, SlotStatus
from workstation.domain.errors import (
    CollectionStoppedError,
    EntryError,
    RecorderGoneError,
    StationError,
    TransientError,
)
from workstation.domain.ingest_state import CollectionState, IngestState
from workstation.events.facts import CollectionEnded, CollectionStarted
from workstation.ingest.batch import BatchCopier
from workstation.ingest.copier import Copier
from workstation.ingest.docking import Docking
from workstation.ingest.endings import Endings
from workstation.ingest.halves import Halves
from workstation.ledger.records import ItemEnd, NewCollection, NewItem
from workstation.platform import failpoints
from workstation.platform.ids import new_id
from workstation.vault.diskfile import translated

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from workstation.catalog.reader import FileKey
    from workstation.devices.api import RecorderSession, Sighting
    from workstation.ingest.context import IngestContext
    from workstation.ingest.progress import SlotTracker
    from workstation.ledger.custody import Fact

logger = logging.getLogger(__name__)

LIST_PAGE = 1000

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
        readers: AbstractContextManager[object],
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
        self._readers = readers
        self._stop = threading.Event()
        self._departed = False
        self._ended = False
        self.on_end: Callable[[Lane], None] = lambda _: None
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
        self._thread.join(timeout_s)

    @property
    def is_running(self) -> bool:
        """Whether the docking is still open."""
        return not self._ended

    @property
    def departed(self) -> bool:
        """Whether the recorder was pulled out while the lane was at work."""
        return self._departed

    # -- the thread ----------------------------------------------------------------------

    def _run(self) -> None:
        self.tracker.reset(
            status=SlotStatus.IMPORTING,
            phase=SlotPhase.WAITING,
            port=self.sighting.port,
            started_at=self._context.clock.now(),
        )
        error: StationError | None = None
        try:
            # Drivers and vault name their errors; what is still bare here is the station's disk.
            with translated("station"), self._readers:
                self._collect()
        except StationError as reason:
            error = reason
        except Exception as reason:
            logger.exception("lane failed slot=%d", self.slot)
            error = StationError(reason=f"{type(reason).__name__}: {reason}")
        try:
            self._close(error)
        finally:
            self.opened.set()
            self._ended = True
            self.on_end(self)

    def _check_stop(self) -> None:
        if self._stop.is_set():
            if self._departed:
                raise RecorderGoneError(port=self.sighting.port)
            raise CollectionStoppedError(port=self.sighting.port)

    def _collect(self) -> None:
        context = self._context
        self._check_stop()
        self.tracker.change(phase=SlotPhase.IDENTIFYING)
        driver = context.registry.match(self.sighting)
        with driver.open(self.sighting) as session:
            collection = self._open(driver.name, session)
            failpoints.reach("collection.opened")
            items = self._list(session, collection)
            failpoints.reach("items.listed")
            self.tracker.change(phase=SlotPhase.COPYING)
            self._copy_all(session, collection, items)

    def _open(self, driver: str, session: RecorderSession) -> NewCollection:
        identity = session.identity
        clock = None
        if isinstance(session, ReadsClock):
            clock = session.read_clock(self._context.clock.now())
        collection = NewCollection(
            id=CollectionId(new_id()),
            slot=self.slot,
            port=self.sighting.port,
            source=self.sighting.source,
            driver=driver,
            identity=identity,
            clock_offset_s=clock.offset_s if clock else None,
            clock_uncertainty_s=clock.uncertainty_s if clock else None,
        )
        with self._context.ledger.transaction() as tx:
            tx.open_collection(collection)
        self.collection_id = collection.id
        self.tracker.change(
            phase=SlotPhase.LISTING,
            collection_id=collection.id,
            driver=driver,
            profile=identity.profile,
            recorder_serial=identity.serial,
            label=identity.label or "",
            badge=identity.badge,
            officer_name=identity.officer_name,
            unit=identity.unit,
            clock_offset_s=collection.clock_offset_s,
            clock_uncertainty_s=collection.clock_uncertainty_s,
            battery_percent=(
                session.battery_percent() if isinstance(session, ReportsBattery) else None
            ),
        )
        self.opened.set()
        self._context.mailbox.post(CollectionStarted(self.slot, collection.id))
        return collection

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
        self, session: RecorderSession, collection: NewCollection, items: list[NewItem]
    ) -> None:
        context = self._context
        endings = Endings(context, collection, self.tracker)
        docking = Docking(context, session, endings, self.tracker, self._check_stop)
        copier, batches = Copier(docking), BatchCopier(docking)
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
            for item in list(endings.retry):
                self._take_again(copier, item, halves)
            self.tracker.change(
                status=SlotStatus.VERIFYING, phase=SlotPhase.VERIFYING, current="", eta_s=None
            )
            copier.settle()
        finally:
            copier.close()

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
        code = self.error.code if self.error else self._first_code(state)
        self.tracker.change(
            status=_FACES[state],
            phase=SlotPhase.IDLE,
            current="",
            rate_bps=0.0,
            eta_s=None,
            code=code,
            facts=_showable(self.error),
            ended_at=self._context.clock.now(),
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


def _showable(error: StationError | None) -> dict[str, str | int | float | None]:
    if error is None:
        return {}
    return {
        name: value if isinstance(value, (int, float, str)) else str(value)
        for name, value in error.facts.items()
    }
