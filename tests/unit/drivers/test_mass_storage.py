"""The driver for plain disks knows how sure it may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from drivers.mass_storage import MassStorageDriver
from workstation.devices.api import Match, Sighting
from workstation.devices.profiles import ProfileSet
from workstation.domain.errors import RecorderGoneError

if TYPE_CHECKING:
    from pathlib import Path

PROFILE = """
[profile]
key = "jieli"
vendor = "x"
fallback = true
[match]
usb = ["4c4a:0001"]
inquiry = ["dv16devicev1.00"]
label = 'DSJ-[0-9]{4}'
"""
INQUIRY = {"ID_VENDOR": "DV16", "ID_MODEL": "DEVICE_V1.00"}


@pytest.fixture
def driver(tmp_path: Path) -> MassStorageDriver:
    (tmp_path / "jieli.toml").write_text(PROFILE, encoding="utf-8")
    return MassStorageDriver(ProfileSet.load([tmp_path]))


@pytest.mark.parametrize(
    ("usb", "inquiry", "label", "match"),
    [
        (0, {}, "", Match.GENERIC),
        (0x4C4A, {}, "", Match.FAMILY),
        (0, INQUIRY, "", Match.FAMILY),
        (0, {}, "DSJ-0017", Match.FAMILY),
        (0, {}, "HOLIDAY", Match.GENERIC),
        (0x4C4A, INQUIRY, "", Match.EXACT),
    ],
)
def test_the_more_is_known_the_surer(
    driver: MassStorageDriver, usb: int, inquiry: dict[str, str], label: str, match: Match
) -> None:
    sighting = Sighting(
        "usb-0:1", "/media/a", vendor_id=usb, product_id=1, label=label, properties=inquiry
    )
    assert driver.match(sighting) is match


@pytest.mark.parametrize(
    "sighting",
    [
        Sighting("usb-0:1", "", ready=False, state_code="slot.waiting_mount"),
        Sighting("usb-0:1", "/media/a", ready=False),
        Sighting("usb-0:1", "/media/a", scheme="usb"),
        Sighting("x", "/media/a", scheme="folder"),
    ],
)
def test_what_is_no_mounted_card_is_none_of_ours(
    driver: MassStorageDriver, sighting: Sighting
) -> None:
    assert driver.match(sighting) is Match.NO


def test_what_is_not_ready_can_not_be_opened(driver: MassStorageDriver) -> None:
    sighting = Sighting("usb-0:1", "", ready=False, state_code="slot.no_medium")
    with pytest.raises(RecorderGoneError) as caught, driver.open(sighting):
        pass
    assert caught.value.facts["state"] == "slot.no_medium"
