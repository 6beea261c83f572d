"""Cards made once for all tests of this directory."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from workstation.devices.api import Sighting
from workstation.devices.card import open_card
from workstation.devices.simulation.cards import card_of
from workstation.devices.simulation.faults import Bay, SimulatedSession
from workstation.devices.simulation.shelf import Shelf
from workstation.devices.simulation.url import parse_slot
from workstation.devices.simulation.writing import CardWriter
from workstation.platform.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from workstation.devices.profiles import ProfileSet

    Open = Callable[[str], AbstractContextManager[tuple[SimulatedSession, Bay]]]


@pytest.fixture(scope="session")
def tree_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Writes the card of a slot URL, or finds it written."""
    shelf = Shelf(tmp_path_factory.mktemp("cards"))

    def tree(slot_url: str) -> Path:
        card = card_of(parse_slot(slot_url))
        return shelf.find(card) or shelf.make(card, CardWriter(card.seed).write)

    return tree


@pytest.fixture
def docked(tree_of: Callable[[str], Path], profiles: ProfileSet, tmp_path: Path) -> Open:
    """Opens a session on a slot URL; the bay can be pulled by hand."""

    @contextmanager
    def opened(slot_url: str) -> Iterator[tuple[SimulatedSession, Bay]]:
        bay = Bay(tmp_path / new_id())
        bay.plug(tree_of(slot_url))
        sighting = Sighting(port="simulated:1", source=str(bay.path))
        with open_card(sighting, profiles) as card:
            yield SimulatedSession(card, parse_slot(slot_url), bay), bay

    return opened
