"""Everything about bays while the station runs: the map in force, lessons, forgetting."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from workstation.devices.slots import SlotMap
from workstation.devices.teaching import SlotTeacher
from workstation.domain.errors import UsageError
from workstation.ipc.messages_slots import LearnedBay, SlotLesson, SlotMapState
from workstation.station import slot_book

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from workstation.devices.api import Departure, Sighting
    from workstation.devices.hubs import HubSet
    from workstation.devices.teaching import Lesson
    from workstation.ipc.messages_slots import LearnSlots

logger = logging.getLogger(__name__)


class SlotDesk:
    """Owns ``slots.json``. May be called from any thread."""

    def __init__(
        self,
        path: Path,
        hubs: HubSet,
        docks: Mapping[str, int],
        settings: Mapping[str, int],
        count: int = 0,
    ) -> None:
        """Read what was learned.

        Args:
            path: ``slots.json``.
            hubs: known hubs.
            docks: ports whose bay a dock knows by itself.
            settings: ports whose bay the settings say; these have the word.
            count: how many bays there are; 0 where nobody knows.
        """
        self._path = path
        self._docks, self._settings = docks, settings
        self._lock = threading.RLock()
        self._bays = slot_book.load(path)
        self._teacher = SlotTeacher(hubs)
        self._announce: Callable[[Sighting | Departure], object] = lambda _: None
        self.map = SlotMap(self._ports(), count)

    def lead_to(self, announce: Callable[[Sighting | Departure], object]) -> None:
        """Where to announce what is not held back by a lesson."""
        self._announce = announce

    def announce(self, news: Sighting | Departure) -> None:
        """Something was plugged in or pulled out."""
        if not self._teacher.take(news):
            self._announce(news)

    def tick(self) -> None:
        """Close a lesson that nobody goes on with."""
        if self._teacher.is_forgotten():
            logger.warning("slot lesson forgotten")
            self._end(is_saved=False)

    def step(self, command: LearnSlots) -> SlotLesson:
        """One step of a lesson.

        Raises:
            UsageError: it does not fit how the lesson stands (fact ``reason``).
            StateUnusableError: what was learned can not be written down.
        """
        match command.step:
            case "begin":
                lesson = self._teacher.begin(command.slot, self._bays)
            case "observe":
                lesson = self._teacher.look()
            case "confirm":
                lesson = self._teacher.confirm(command.slot, whole_hub=command.whole_hub)
            case "save":
                return self._end(is_saved=True)
            case _:
                return self._end(is_saved=False)
        return _told(lesson)

    def _end(self, *, is_saved: bool) -> SlotLesson:
        bays, held = self._teacher.end()
        try:
            if is_saved:
                self._save(bays)
        finally:
            for sighting in held:
                self._announce(sighting)
        return SlotLesson(is_open=False, bays=_listed(bays))

    def forget(self, slots: tuple[int, ...]) -> SlotMapState:
        """Forget these bays, or with none named all that were learned.

        Raises:
            UsageError: one of them was never learned.
            StateUnusableError: it can not be written down.
        """
        with self._lock:
            if unknown := sorted(set(slots) - self._bays.keys()):
                raise UsageError(reason="not_learned", slots=", ".join(map(str, unknown)))
            kept = {n: ports for n, ports in self._bays.items() if slots and n not in slots}
            self._save(kept)
            return self.state()

    def state(self) -> SlotMapState:
        """The map in force."""
        with self._lock:
            sources = {
                **dict.fromkeys(self._docks, "dock"),
                **dict.fromkeys(slot_book.ports_of(self._bays), "learned"),
                **dict.fromkeys(self._settings, "settings"),
            }
            found: dict[tuple[int, str], list[str]] = {}
            for port, slot in self._ports().items():
                found.setdefault((slot, sources[port]), []).append(port)
        return SlotMapState(
            tuple(LearnedBay(slot, tuple(found[slot, by]), by) for slot, by in sorted(found))
        )

    def _save(self, bays: Mapping[int, tuple[str, ...]]) -> None:
        with self._lock:
            slot_book.save(self._path, bays)
            self._bays = dict(bays)
            self.map.learn(self._ports())
        logger.info("slots learned bays=%d path=%s", len(bays), self._path)

    def _ports(self) -> dict[str, int]:
        return {**self._docks, **slot_book.ports_of(self._bays), **self._settings}


def _listed(bays: Mapping[int, tuple[str, ...]]) -> tuple[LearnedBay, ...]:
    return tuple(LearnedBay(slot, tuple(ports)) for slot, ports in sorted(bays.items()))


def _told(lesson: Lesson) -> SlotLesson:
    filling = lesson.filling
    return SlotLesson(
        is_open=lesson.is_open,
        slot=lesson.slot,
        port=lesson.port,
        twin=lesson.twin,
        taken_by=lesson.taken_by,
        hub=filling.template if filling else "",
        hub_bays=_listed(filling.bays) if filling else (),
        bays=_listed(lesson.bays),
    )
