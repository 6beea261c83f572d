"""Which bay of the cabinet a port belongs to: USB port path to slot number."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from workstation.domain.clip import SlotNumber

if TYPE_CHECKING:
    from collections.abc import Mapping

_USB = "-usb"  # in the name of every USB port; other docks know their own bays


class SlotMap:
    """Answers from what was told first; an unknown port gets the lowest free number.

    Several ports may be one bay: a socket has one path at USB 2 speed and may have another
    one at USB 3 speed. May be asked from any thread.
    """

    def __init__(self, ports: Mapping[str, int], count: int) -> None:
        self._lock = threading.Lock()
        self._count = count
        self._configured = dict(ports)
        self._given: dict[str, int] = {}

    def number_for(self, port: str, twin: str = "") -> SlotNumber:
        """The number of ``port``; the same until ``learn`` says otherwise.

        A port beyond the last known bay gets the next number: a recorder is never turned
        away because somebody counted wrong.

        Args:
            port: where something was plugged in.
            twin: the same socket's port at the other speed, where it has one.
        """
        with self._lock:
            for name in (port, twin):
                for numbers in (self._configured, self._given):
                    if name in numbers:
                        return SlotNumber(numbers[name])
            number = self._lowest_free()
            self._given[port] = number
            return SlotNumber(number)

    def is_mapped(self, port: str, twin: str = "") -> bool:
        """Whether somebody said which bay this is; ports that are no sockets always are."""
        socket = port.partition("/")[0]  # a second file system of one recorder
        with self._lock:
            return _USB not in socket or bool({socket, twin} & self._configured.keys())

    def learn(self, ports: Mapping[str, int]) -> None:
        """Take another map; numbers given out by chance give way to it."""
        with self._lock:
            self._configured = dict(ports)
            taken = set(ports.values())
            self._given = {
                port: number
                for port, number in self._given.items()
                if port not in ports and number not in taken
            }

    def total(self) -> int:
        """How many bays to show: what the settings say, or the highest number given out."""
        with self._lock:
            return max(self._count, *self._configured.values(), *self._given.values(), 0)

    def _lowest_free(self) -> int:
        taken = set(self._configured.values()) | set(self._given.values())
        number = 1
        while number in taken:
            number += 1
        return number
