"""A dock URL opens one kind of dock, or says what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from drivers import open_dock
from drivers.import_folder import FolderDock
from drivers.mass_storage import CardDock
from drivers.simulated import SimulatedDock
from workstation.devices.api import Sighting
from workstation.devices.hotplug import UsbDock
from workstation.domain.errors import BadDockUrlError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.drivers.conftest import Announced
    from workstation.devices.api import Dock
    from workstation.devices.profiles import ProfileSet


def test_each_scheme_has_its_dock(tmp_path: Path, profiles: ProfileSet) -> None:
    def kind(url: str) -> type[Dock]:
        dock = open_dock(url, profiles=profiles, cache_directory=tmp_path)
        assert dock.url.partition(":")[0] == url.partition(":")[0]
        return type(dock)

    assert kind("simulated:?slots=2") is SimulatedDock
    assert kind("usb:") is UsbDock
    assert kind(f"folder:{tmp_path}?settle_s=1.5") is FolderDock
    assert kind(f"card:{tmp_path}") is CardDock


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "unknown_scheme"),
        ("ftp://x", "unknown_scheme"),
        ("usb:1-2", "usb_takes_no_options"),
        ("folder:relative", "no_directory"),
        ("folder:/no/such/place", "no_directory"),
        ("folder://host/share", "form"),
        ("folder:/?settle=2", "unknown_option"),
        ("folder:/?settle_s=soon", "settle_s"),
        ("folder:/?settle_s", "form"),
        ("card:/no/such/place", "no_directory"),
        ("card:/?settle_s=2", "unknown_option"),
    ],
)
def test_a_bad_url_says_why(url: str, reason: str, tmp_path: Path, profiles: ProfileSet) -> None:
    with pytest.raises(BadDockUrlError) as caught:
        open_dock(url, profiles=profiles, cache_directory=tmp_path)
    assert caught.value.facts["reason"] == reason


def test_a_card_named_by_hand_is_announced_once(
    tmp_path: Path, profiles: ProfileSet, announced: Announced
) -> None:
    card = tmp_path / "a card"
    card.mkdir()
    url = f"card:{tmp_path}/a%20card"
    dock = open_dock(url, profiles=profiles, cache_directory=tmp_path)
    dock.start(announced)
    dock.stop()
    assert announced.next() == Sighting(port=f"path:{card}", source=str(card))
    assert dock.slots == 1
    assert announced.nothing_for(0.01)
