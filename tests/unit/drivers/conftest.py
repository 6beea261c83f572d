"""What tests of drivers and docks share."""

from __future__ import annotations

import queue
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from workstation.devices.profiles import ProfileSet

if TYPE_CHECKING:
    from workstation.devices.api import Departure, Sighting

SHIPPED = Path(__file__).parents[3] / "resources" / "profiles"
DEADLINE_S = 20.0


@pytest.fixture(scope="session")
def profiles() -> ProfileSet:
    """The profiles as they are shipped."""
    return ProfileSet.load([SHIPPED])


class Announced:
    """What a dock announced, in order; waits for the next one."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Sighting | Departure] = queue.SimpleQueue()

    def __call__(self, event: Sighting | Departure) -> None:
        self._queue.put(event)

    def next(self) -> Sighting | Departure:
        return self._queue.get(timeout=DEADLINE_S)

    def nothing_for(self, seconds: float) -> bool:
        """Whether nothing is announced for that long; for asserting a silence."""
        try:
            self._queue.get(timeout=seconds)
        except queue.Empty:
            return True
        return False


@pytest.fixture
def announced() -> Announced:
    return Announced()
