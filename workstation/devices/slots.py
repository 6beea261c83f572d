"""Which bay of the cabinet a port belongs to: USB port path to slot number."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from workstation.domain.clip import SlotNumber

if TYPE_CHECKING:
    from collections.abc import Mapping


class SlotMap:
    """Answers from the settings first; an unknown port gets the lowest free number and keeps it.

    Several ports may be one bay: a socket has one path at USB 2 speed and may have another
    one at USB 3 speed. May be asked from any thread.
    """

    def __init__(self, ports: Mapping[str, int], count: int) -> None:
        self._lock = threading.Lock()
        self._count = count
        self._configured = frozenset(ports.values())
        self._numbers = dict(ports)

    def number_for(self, port: str) -> SlotNumber:
        """The number of ``port``; the same for as long as the process lives.

        A port beyond the last known bay gets the next number: a recorder is never turned
        away because somebody counted wrong.
        """
        with self._lock:
            number = self._numbers.get(port)
            if number is None:
                number = self._lowest_free()
                self._numbers[port] = number
            return SlotNumber(number)

    def total(self) -> int:
        """How many bays to show: what the settings say, or the highest number given out."""
        with self._lock:
            return max(self._count, *self._numbers.values(), 0)

    def _lowest_free(self) -> int:
        taken = self._configured | set(self._numbers.values())
        number = 1
        while number in taken:
            number += 1
        return number
