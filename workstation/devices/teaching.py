"""Learn which port is which bay: plug a recorder into bay 1, 2, 3 …, and say yes each time."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workstation.devices.api import Departure
from workstation.domain.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workstation.devices.api import Sighting
    from workstation.devices.hubs import Filling, HubSet

# A lesson that nobody goes on with must not keep recorders waiting.
FORGET_S = 120.0

Bays = dict[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Lesson:
    """How a lesson stands.

    Attributes:
        slot: The bay that a recorder is to be plugged into now.
        port: Where something was plugged in that has not been confirmed yet; or empty.
        taken_by: The bay that ``port`` already is, by this lesson; 0 for none.
        filling: What a known hub says of the other bays, if ``port`` is ``slot``.
        bays: What is confirmed so far: the ports of each bay.
    """

    is_open: bool = False
    slot: int = 0
    port: str = ""
    twin: str = ""
    taken_by: int = 0
    filling: Filling | None = None
    bays: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


class SlotTeacher:
    """One lesson at a time; may be called from any thread.

    While a lesson is open, what is plugged in is held back, so that nothing is collected from a
    recorder that is only carried from bay to bay; it is given back at the end.
    """

    def __init__(self, hubs: HubSet, forget_s: float = FORGET_S) -> None:
        self._hubs = hubs
        self._forget_s = forget_s
        self._lock = threading.RLock()
        self._close()

    def _close(self) -> None:
        self._is_open = False
        self._slot = 0
        self._bays: Bays = {}
        self._confirmed: set[int] = set()  # bays of this lesson; those before may be replaced
        self._candidate: Sighting | None = None
        self._held: dict[str, Sighting] = {}
        self._touched_s = 0.0

    def begin(self, slot: int, known: Mapping[int, tuple[str, ...]]) -> Lesson:
        """Open a lesson at bay ``slot``; bays of ``known`` are kept until they are met anew.

        Raises:
            UsageError: one is open already.
        """
        with self._lock:
            if self._is_open:
                raise UsageError(reason="lesson_open")
            self._is_open = True
            self._slot = slot
            self._bays = dict(known)
            return self.look()

    def take(self, news: Sighting | Departure) -> bool:
        """Hear what the dock announces; whether it is held back."""
        with self._lock:
            if not self._is_open:
                return False
            if isinstance(news, Departure):
                return self._held.pop(news.port, None) is not None
            self._held[news.port] = news
            self._candidate = news
            return True

    def look(self) -> Lesson:
        """How the lesson stands; keeps it open.

        Raises:
            UsageError: none is open.
        """
        with self._lock:
            self._require_open()
            self._touched_s = time.monotonic()
            seen = self._candidate
            port = seen.port.partition("/")[0] if seen else ""
            return Lesson(
                is_open=True,
                slot=self._slot,
                port=port,
                twin=seen.twin if seen else "",
                taken_by=self._bay_of(port),
                filling=self._hubs.fill(seen, self._slot) if seen else None,
                bays=dict(self._bays),
            )

    def confirm(self, slot: int, *, whole_hub: bool = False) -> Lesson:
        """What was plugged in last is bay ``slot``; go on with the bay after it.

        A port that was another bay's is that bay's no more; a bay confirmed twice has both
        ports (the two speeds of one socket). With ``whole_hub`` the other bays
        are filled as the known hub says.

        Raises:
            UsageError: no lesson is open, nothing was plugged in, or no known hub was met.
        """
        with self._lock:
            self._require_open()
            seen = self._candidate
            if seen is None:
                raise UsageError(reason="nothing_plugged")
            self._slot = slot
            lesson = self.look()
            if whole_hub:
                if lesson.filling is None:
                    raise UsageError(reason="no_known_hub", port=lesson.port)
                for number, ports in lesson.filling.bays.items():
                    self._assign(number, ports)
                self._slot = max(lesson.filling.bays)
            self._assign(slot, tuple(filter(None, (lesson.port, lesson.twin))))
            self._candidate = None
            self._slot += 1
            return self.look()

    def end(self) -> tuple[Bays, tuple[Sighting, ...]]:
        """Close the lesson: what was learned, and what was held back.

        Raises:
            UsageError: none is open.
        """
        with self._lock:
            self._require_open()
            ended = self._bays, tuple(self._held.values())
            self._close()
            return ended

    def is_forgotten(self) -> bool:
        """Whether a lesson is open that nobody has looked at for long."""
        with self._lock:
            return self._is_open and time.monotonic() - self._touched_s > self._forget_s

    def _require_open(self) -> None:
        if not self._is_open:
            raise UsageError(reason="no_lesson")

    def _bay_of(self, port: str) -> int:
        return next((number for number in self._confirmed if port in self._bays[number]), 0)

    def _assign(self, slot: int, ports: tuple[str, ...]) -> None:
        for number, had in list(self._bays.items()):
            left = tuple(port for port in had if port not in ports)
            if number != slot and left != had:
                self._bays[number] = left
                if not left:
                    del self._bays[number]
                    self._confirmed.discard(number)
        mine = self._bays.get(slot, ()) if slot in self._confirmed else ()
        self._confirmed.add(slot)
        self._bays[slot] = (*mine, *(port for port in ports if port not in mine))
