"""Who gets a lane, and how many may read from one hub at once."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workstation.devices.api import Departure
from workstation.domain.dock import SlotPhase, SlotStatus
from workstation.domain.ingest_state import CollectionState
from workstation.ingest.lane import Lane
from workstation.ingest.progress import SlotTracker

if TYPE_CHECKING:
    from workstation.devices.api import Sighting
    from workstation.devices.slots import SlotMap
    from workstation.domain.dock import SlotView
    from workstation.ingest.context import IngestContext

logger = logging.getLogger(__name__)

_SETTLED = frozenset({CollectionState.COMPLETE, CollectionState.PARTIAL})
_KEPT_AFTER_DEPARTURE = frozenset({SlotStatus.ATTENTION, SlotStatus.FAULT})


@dataclass(slots=True)
class _Bay:
    """One slot: its face, and the lane that works there or worked there last."""

    tracker: SlotTracker
    lane: Lane | None = None
    waiting: Sighting | None = None  # plugged in while the last lane was still ending
    present: bool = field(default=False)


class Supervisor:
    """Turns sightings into lanes, one per slot. Safe to call from any thread."""

    def __init__(self, context: IngestContext, slots: SlotMap, readers_per_hub: int) -> None:
        self._context = context
        self._slots = slots
        self._readers_per_hub = readers_per_hub
        self._hubs: dict[str, threading.BoundedSemaphore] = {}
        self._bays: dict[int, _Bay] = {}
        self._lock = threading.RLock()
        self._stopping = False

    def announce(self, news: Sighting | Departure, *, anew: bool = False) -> Lane | None:
        """Something was plugged in or pulled out; the new lane, if one was started.

        What was told already and has been taken in is not taken in again, unless ``anew``.
        """
        with self._lock:
            bay = self._bay(int(self._slots.number_for(news.port)))
            if isinstance(news, Departure):
                self._depart(bay)
                return None
            return self._arrive(bay, news, anew=anew)

    def _bay(self, slot: int) -> _Bay:
        if slot not in self._bays:
            self._bays[slot] = _Bay(SlotTracker(slot, self._context.mailbox))
        return self._bays[slot]

    def _arrive(self, bay: _Bay, sighting: Sighting, *, anew: bool) -> Lane | None:
        if self._stopping:
            return None
        was_present = bay.present
        bay.present = True
        if not sighting.ready:
            if bay.lane is None or not bay.lane.is_running:
                bay.tracker.reset(
                    status=SlotStatus.ATTENTION,
                    phase=SlotPhase.WAITING,
                    port=sighting.port,
                    label=sighting.label,
                    code=sighting.state_code,
                    started_at=self._context.clock.now(),
                )
            return None
        if bay.lane is not None and bay.lane.is_running:
            # The same recorder told twice is one sighting; after a yank it is the next docking.
            if bay.lane.departed:
                bay.waiting = sighting
            return None
        lane = bay.lane
        is_told_twice = (
            was_present
            and lane is not None
            and lane.final in _SETTLED
            and lane.sighting == sighting
        )
        return None if is_told_twice and not anew else self._start(bay, sighting)

    def _start(self, bay: _Bay, sighting: Sighting) -> Lane:
        lane = Lane(
            self._context,
            bay.tracker.view.slot,
            sighting,
            bay.tracker,
            self._readers_of(sighting.port),
        )
        bay.lane = lane
        bay.waiting = None
        lane.on_end = self._lane_ended
        lane.start()
        return lane

    def _readers_of(self, port: str) -> threading.BoundedSemaphore:
        hub = port.rpartition(".")[0] if "." in port.rpartition(":")[2] else port
        if hub not in self._hubs:
            self._hubs[hub] = threading.BoundedSemaphore(self._readers_per_hub)
        return self._hubs[hub]

    def _depart(self, bay: _Bay) -> None:
        bay.present = False
        bay.waiting = None
        if bay.lane is not None and bay.lane.is_running:
            bay.lane.stop(departed=True)
            return
        self._clear(bay)

    def _clear(self, bay: _Bay) -> None:
        view = bay.tracker.view
        if view.status not in _KEPT_AFTER_DEPARTURE or view.collection_id is None:
            bay.tracker.reset()

    def _lane_ended(self, lane: Lane) -> None:
        """Called by the lane's thread as its last act."""
        with self._lock:
            bay = self._bay(lane.slot)
            if bay.waiting is not None and not self._stopping:
                self._start(bay, bay.waiting)
            elif not bay.present:
                self._clear(bay)

    def views(self) -> tuple[SlotView, ...]:
        """All slots, by number, empty ones included."""
        with self._lock:
            for slot in range(1, self._slots.total() + 1):
                self._bay(slot)
            return tuple(self._bays[slot].tracker.view for slot in sorted(self._bays))

    @property
    def is_busy(self) -> bool:
        """Whether any lane is at work."""
        with self._lock:
            return any(bay.lane is not None and bay.lane.is_running for bay in self._bays.values())

    def stop(self) -> None:
        """End all lanes and wait for them; their collections are closed as interrupted."""
        with self._lock:
            self._stopping = True
            lanes = [bay.lane for bay in self._bays.values() if bay.lane is not None]
        for lane in lanes:
            lane.stop()
        for lane in lanes:
            lane.join()
