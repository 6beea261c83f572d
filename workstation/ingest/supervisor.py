"""Who gets a lane, and how many may read from one hub at once."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workstation.devices.api import Departure
from workstation.devices.sightings import UNKNOWN_DEVICE
from workstation.devices.vendor_mode import candidates
from workstation.domain.dock import SlotPhase, SlotStatus
from workstation.domain.errors import RecorderNotBackError, UnknownRecorderError
from workstation.domain.ingest_state import CollectionState
from workstation.ingest.arrival import FOLDER
from workstation.ingest.lane import Lane, showable
from workstation.ingest.progress import SlotTracker
from workstation.ingest.unlocking import BACK_WITHIN_S, Unlocking
from workstation.ingest.watch import ReaderPermit

if TYPE_CHECKING:
    from workstation.devices.api import Sighting
    from workstation.devices.slots import SlotMap
    from workstation.domain.binding import Binding
    from workstation.domain.dock import SlotView
    from workstation.domain.errors import StationError
    from workstation.ingest.context import IngestContext
    from workstation.ingest.presence import Presence
    from workstation.ingest.unlocking import Prologue

logger = logging.getLogger(__name__)

STALL_S = 30.0  # no data for so long: the wall says so
# A pulled-out recorder's reads fail within 0.1 s; what hangs for longer will go on hanging.
GIVE_UP_S = 5.0
_SETTLED = frozenset({CollectionState.COMPLETE, CollectionState.PARTIAL})
_BY_HAND = "path:"
_KEPT_AFTER_DEPARTURE = frozenset({SlotStatus.ATTENTION, SlotStatus.FAULT})


@dataclass(slots=True)
class _Bay:
    """One slot: its face, and the lane that works there or worked there last."""

    tracker: SlotTracker
    lane: Lane | None = None
    waiting: Sighting | None = None  # plugged in while another lane was still at work here
    present: bool = field(default=False)
    serial: str = ""  # of the recorder that is docked, once it is known
    unlocking: Unlocking | None = None  # it is, or was, spoken to in vendor mode
    prologue: Prologue | None = None  # it was told to show its card, which is awaited

    @property
    def is_spoken_to(self) -> bool:
        """Whether it is being spoken to in vendor mode."""
        return self.unlocking is not None and self.unlocking.is_running

    @property
    def is_refused(self) -> bool:
        """Whether it was spoken to, and why it stays locked is shown."""
        error = self.unlocking.error if self.unlocking is not None else None
        return error is not None and not isinstance(error, UnknownRecorderError)


class Supervisor:
    """Turns sightings into lanes, one per slot. Safe to call from any thread."""

    def __init__(
        self,
        context: IngestContext,
        slots: SlotMap,
        readers_per_hub: int,
        stall_s: float = STALL_S,
    ) -> None:
        self._context = context
        self._stall_s = stall_s
        self._give_up_s = min(GIVE_UP_S, stall_s)
        self._quiet = threading.Event()  # set when the watchdog is to end
        self._watchdog = threading.Thread(target=self._watch, name="watchdog", daemon=True)
        self._watchdog.start()
        self._slots = slots
        self._readers_per_hub = readers_per_hub
        self._hubs: dict[str, threading.BoundedSemaphore] = {}
        self._bays: dict[int, _Bay] = {}
        self._where: dict[str, int] = {}  # the bay of each port that has something on it
        self._lock = threading.RLock()
        self._stopping = False

    def announce(self, news: Sighting | Departure, *, anew: bool = False) -> Lane | None:
        """Something was plugged in or pulled out; the new lane, if one was started.

        What was told already and has been taken in is not taken in again, unless ``anew``.
        """
        with self._lock:
            if isinstance(news, Departure):
                slot = self._where.pop(news.port, None)
                if slot is not None:
                    self._depart(self._bay(slot), news.port)
                return None
            # A map that is learned meanwhile is for what is plugged in afterwards.
            number = int(self._slots.number_for(news.port, news.twin))
            slot = self._where.setdefault(news.port, number)
            return self._arrive(self._bay(slot), news, anew=anew)

    def _bay(self, slot: int) -> _Bay:
        if slot not in self._bays:
            self._bays[slot] = _Bay(SlotTracker(slot, self._context.mailbox, self._slots.is_mapped))
        return self._bays[slot]

    def _arrive(self, bay: _Bay, sighting: Sighting, *, anew: bool) -> Lane | None:
        if self._stopping:
            return None
        was_present = bay.present
        bay.present = True
        if bay.is_spoken_to:
            bay.waiting = sighting
            return None
        if self._unlock(bay, sighting):
            return None
        if not sighting.ready:
            if not bay.is_refused and (bay.lane is None or not bay.lane.is_running):
                bay.tracker.reset(
                    status=SlotStatus.ATTENTION,
                    phase=SlotPhase.WAITING,
                    port=sighting.port,
                    label=sighting.label,
                    code=sighting.state_code,
                    facts=_facts_of(sighting),
                    started_at=self._context.clock.now(),
                )
            return None
        if bay.lane is not None and bay.lane.is_running:
            # The same recorder told twice is one sighting; after a yank it is the next docking.
            # One at another port of the same bay (its twin, or a map that is wrong) comes next.
            if bay.lane.departed or bay.lane.sighting.port != sighting.port:
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
            ReaderPermit(self._readers_of(sighting.port)),
        )
        bay.lane = lane
        bay.waiting = None
        bay.present = True
        lane.prologue, bay.prologue = bay.prologue, None
        bay.serial = ""
        lane.on_end = self._lane_ended
        lane.find_twins = self._find_twins
        lane.start()
        return lane

    def _find_twins(self, lane: Lane, serial: str) -> list[Presence]:
        """Recorders of this serial that are docked in other slots."""
        if lane.sighting.scheme == FOLDER:
            return []
        with self._lock:
            self._bay(lane.slot).serial = serial
            return [
                bay.lane.presence
                for slot, bay in self._bays.items()
                if slot != lane.slot
                and bay.serial == serial
                and bay.lane is not None
                and bay.lane.presence is not None
                and (bay.lane.is_running or _is_docked(bay))
            ]

    def officer_changed(self, serial: str, binding: Binding | None) -> None:
        """A recorder was bound or unbound: the slots that show it are told."""
        with self._lock:
            for bay in self._bays.values():
                if bay.serial == serial and bay.lane is not None and bay.lane.presence is not None:
                    bay.lane.presence.change_officer(binding)
                    if not bay.present and not bay.lane.is_running:
                        self._clear(bay)

    def _readers_of(self, port: str) -> threading.BoundedSemaphore:
        hub = port.rpartition(".")[0] if "." in port.rpartition(":")[2] else port
        if hub not in self._hubs:
            self._hubs[hub] = threading.BoundedSemaphore(self._readers_per_hub)
        return self._hubs[hub]

    def _depart(self, bay: _Bay, port: str) -> None:
        if bay.waiting is not None and bay.waiting.port == port:
            bay.waiting = None
        if bay.lane is not None and bay.lane.is_running and bay.lane.sighting.port != port:
            return
        bay.present = False
        if bay.is_spoken_to or bay.prologue is not None:
            return  # a recorder that was told to show its card leaves and comes back
        bay.unlocking = None
        if bay.lane is not None and bay.lane.is_running:
            bay.lane.stop(departed=True)
            return
        self._clear(bay)

    # -- recorders that hide their card at first -----------------------------------------

    def _unlock(self, bay: _Bay, sighting: Sighting) -> bool:
        """Speak to a recorder in vendor mode, once a plugging; whether that was begun."""
        is_busy = bay.lane is not None and bay.lane.is_running
        if is_busy or bay.unlocking is not None:
            return False
        drivers = candidates(self._context.locked, sighting)
        if not drivers:
            return False
        slot = bay.tracker.view.slot
        bay.unlocking = Unlocking(self._context, slot, sighting, bay.tracker, drivers)
        bay.unlocking.on_end = self._unlocked
        bay.unlocking.start()
        return True

    def _unlocked(self, done: Unlocking) -> None:
        """Called by the unlocking thread as its last act."""
        with self._lock:
            bay = self._bay(done.slot)
            next_one, bay.waiting = bay.waiting, None
            bay.prologue = done.prologue
            if self._stopping:
                return
            is_stranger = isinstance(done.error, UnknownRecorderError)
            if is_stranger or (done.error is not None and done.sighting.ready):
                # What can be read anyway is collected, whatever the command channel says.
                next_one = next_one or (done.sighting if bay.present else None)
            elif done.error is not None:
                self._refuse(bay, done.error)
                next_one = None
            if next_one is not None:
                self._arrive(bay, next_one, anew=False)
            elif not bay.present and bay.prologue is None:
                bay.unlocking = None
                bay.tracker.reset()

    def _refuse(self, bay: _Bay, error: StationError) -> None:
        bay.tracker.change(
            status=SlotStatus.ATTENTION,
            phase=SlotPhase.WAITING,
            code=error.code,
            facts=showable(error),
        )

    def _look_for_cards(self) -> None:
        """Say of recorders that were told to show their card that they did not."""
        for bay in self._bays.values():
            if bay.prologue is None or not bay.prologue.is_overdue():
                continue
            bay.prologue = None
            logger.warning("recorder did not come back slot=%d", bay.tracker.view.slot)
            self._refuse(bay, RecorderNotBackError(waited_s=int(BACK_WITHIN_S)))
            if not bay.present:
                bay.unlocking = None

    def _clear(self, bay: _Bay) -> None:
        view = bay.tracker.view
        if view.status not in _KEPT_AFTER_DEPARTURE or view.collection_id is None:
            bay.tracker.reset()
            bay.serial = ""

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
        """Whether any lane is at work, or a recorder is on its way to one."""
        with self._lock:
            return any(
                bay.is_spoken_to
                or bay.prologue is not None
                or (bay.lane is not None and bay.lane.is_running)
                for bay in self._bays.values()
            )

    def stop(self) -> None:
        """End all lanes and wait for them; their collections are closed as interrupted."""
        with self._lock:
            self._stopping = True
            spoken = [bay.unlocking for bay in self._bays.values() if bay.unlocking is not None]
            lanes = [bay.lane for bay in self._bays.values() if bay.lane is not None]
        for unlocking in spoken:
            unlocking.stop()
        for lane in lanes:
            lane.stop()
        for unlocking in spoken:
            unlocking.join()
        for lane in lanes:
            lane.join()  # the watchdog cuts off those that hang in their recorder
        self._quiet.set()
        self._watchdog.join()

    def _watch(self) -> None:
        """Look after lanes whose recorder does not answer; a thread beside theirs."""
        while not self._quiet.wait(min(1.0, self._stall_s / 4)):
            with self._lock:
                self._look_for_cards()
                lanes = [bay.lane for bay in self._bays.values() if bay.lane is not None]
            for lane in lanes:
                if not lane.is_running:
                    continue
                if lane.is_stopping:
                    lane.give_up(self._give_up_s)
                else:
                    lane.watch.stall(self._stall_s, lane.note_stall)


def _facts_of(sighting: Sighting) -> dict[str, str | int | float | None]:
    facts: dict[str, str | int | float | None] = {
        "node": sighting.device_node,
        "file_system": sighting.properties.get("ID_FS_TYPE", ""),
        "reason": sighting.properties.get("EVIDOCK_REASON", ""),
    }
    if sighting.state_code == UNKNOWN_DEVICE:
        facts["usb"] = f"{sighting.vendor_id:04x}:{sighting.product_id:04x}"
    return {name: value for name, value in facts.items() if value}


def _is_docked(bay: _Bay) -> bool:
    """Whether the recorder is there now; a path named by hand never tells that it went."""
    return bay.present and bay.lane is not None and not bay.lane.sighting.port.startswith(_BY_HAND)
