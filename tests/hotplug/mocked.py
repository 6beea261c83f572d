"""The USB dock before a made-up bus; ``test_usb_dock`` runs this under ``umockdev-run``."""

from __future__ import annotations

import queue
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.hotplug.testbed import Testbed, load_umockdev
from workstation.devices.api import Departure, Sighting
from workstation.devices.hotplug import UsbDock
from workstation.devices.profiles import ProfileSet

if TYPE_CHECKING:
    from collections.abc import Iterator

DEADLINE_S = 20.0
PROFILES = ProfileSet.load([Path(__file__).parents[2] / "resources" / "profiles"])
UMOCKDEV = load_umockdev()


class Docked:
    """A running dock and what it announced."""

    def __init__(self, mountinfo: Path, settle_s: float = 0.5) -> None:
        self._events: queue.SimpleQueue[Sighting | Departure] = queue.SimpleQueue()
        self.dock = UsbDock(
            PROFILES, own_paths=(Path("/var/lib/evidock"),), mountinfo=mountinfo, settle_s=settle_s
        )

    def start(self) -> None:
        self.dock.start(self._events.put)

    def next(self) -> Sighting | Departure:
        return self._events.get(timeout=DEADLINE_S)

    def sighting(self) -> Sighting:
        event = self.next()
        assert isinstance(event, Sighting), event
        return event

    def sighting_of(self, state_code: str) -> Sighting:
        """The next sighting in this state; states on the way there may be passed."""
        while (event := self.sighting()).state_code != state_code:
            assert not event.ready, event
        return event

    def is_quiet(self, seconds: float = 0.4) -> bool:
        try:
            return self._events.get(timeout=seconds) is None
        except queue.Empty:
            return True


@pytest.fixture
def mountinfo(tmp_path: Path) -> Path:
    return tmp_path / "mountinfo"


@pytest.fixture
def bed(mountinfo: Path) -> Testbed:
    assert UMOCKDEV is not None
    return Testbed(UMOCKDEV, mountinfo)


@pytest.fixture
def docked(bed: Testbed, mountinfo: Path) -> Iterator[Docked]:
    del bed  # only has to come first
    docked = Docked(mountinfo)
    docked.start()
    yield docked
    docked.dock.stop()


def test_a_recorder_is_ready_once_it_is_mounted(bed: Testbed, docked: Docked) -> None:
    bed.card("2.3", "sda")
    waiting = docked.sighting_of("slot.waiting_mount")
    assert (waiting.port, waiting.ready) == (bed.port("2.3"), False)
    bed.mount("/dev/sda1", "/media/a")
    while not (ready := docked.sighting()).ready:
        pass
    assert (ready.port, ready.source, ready.label) == (bed.port("2.3"), "/media/a", "A1B2C3D")
    assert (ready.vendor_id, ready.product_id) == (0x1209, 0xB0D2)
    assert docked.is_quiet()


def test_what_was_plugged_in_before_is_seen(bed: Testbed, mountinfo: Path) -> None:
    bed.card("1", "sda")
    bed.mount("/dev/sda1", "/media/a")
    docked = Docked(mountinfo)
    docked.start()
    assert docked.sighting().ready
    docked.dock.stop()


def ready_at(bed: Testbed, docked: Docked, chain: str, name: str) -> list[str]:
    """Plug in and mount, as it happens: the mount comes when udev has finished."""
    paths = bed.card(chain, name)
    docked.sighting_of("slot.waiting_mount")
    bed.mount(f"/dev/{name}1", f"/media/{name}")
    bed.again(paths[-1])
    while not docked.sighting().ready:
        pass
    return paths


def test_doubled_events_are_one_sighting(bed: Testbed, docked: Docked) -> None:
    paths = ready_at(bed, docked, "1", "sda")
    for path in paths:
        bed.again(path)
    assert docked.is_quiet()


def test_a_yanked_recorder_departs_once(bed: Testbed, docked: Docked) -> None:
    paths = ready_at(bed, docked, "1", "sda")
    bed.remove(paths)
    assert docked.next() == Departure(bed.port("1"))
    assert docked.is_quiet()


def test_yanked_and_plugged_again_at_once_is_a_new_docking(bed: Testbed, docked: Docked) -> None:
    paths = ready_at(bed, docked, "1", "sda")
    bed.remove(paths)
    bed.card("1", "sda")  # the mount of before still stands
    assert docked.next() == Departure(bed.port("1"))
    while not docked.sighting().ready:
        pass
    assert docked.is_quiet()


def test_properties_that_come_late_are_waited_for(bed: Testbed, docked: Docked) -> None:
    usb = bed.usb("1")
    assert docked.sighting().state_code == "slot.waiting_mount"
    partition = bed.partition(bed.disk(usb, "1", "sda"), "1", "sda1", fs="")
    unknown = docked.sighting_of("slot.unknown_medium")
    assert unknown.port == bed.port("1")
    bed.set_property(partition, "ID_FS_USAGE", "filesystem")
    assert docked.sighting_of("slot.waiting_mount").port == bed.port("1")


def test_an_empty_reader_has_no_medium(bed: Testbed, docked: Docked) -> None:
    bed.disk(bed.usb("1"), "1", "sda", size=0)
    assert docked.sighting_of("slot.no_medium").port == bed.port("1")


def test_a_phone_is_charged(bed: Testbed, docked: Docked) -> None:
    bed.usb("4", interfaces=":060101:ff4201:", usb="18d1:4ee7")
    sighting = docked.sighting()
    assert (sighting.state_code, sighting.ready) == ("slot.charge_only", False)
    assert sighting.scheme == "usb"


def test_hubs_and_keyboards_are_nothing(bed: Testbed, docked: Docked) -> None:
    bed.usb("1", interfaces=":090000:", usb="1d6b:0002")
    bed.usb("2", interfaces=":030101:", usb="046d:c31c")
    bed.usb("3", interfaces="garbage", usb=":")
    assert docked.is_quiet()


def test_unmounting_is_a_departure_and_a_wait(bed: Testbed, docked: Docked) -> None:
    paths = ready_at(bed, docked, "1", "sda")
    bed.mount("/dev/sda1", None)
    bed.again(paths[0])
    assert docked.next() == Departure(bed.port("1"))
    assert docked.sighting().state_code == "slot.waiting_mount"


def test_the_stations_own_disk_is_no_recorder(bed: Testbed, docked: Docked) -> None:
    bed.mount("/dev/sda1", "/var/lib/evidock")
    bed.card("1", "sda")
    while docked.is_quiet(0.6) is False:
        pass  # before the mount was seen together with the disk, it was a disk like any other
    assert docked.is_quiet()


def test_thirty_recorders_are_thirty_slots(bed: Testbed, mountinfo: Path) -> None:
    """All are there when the station starts, and are pulled out one after the other.

    The made-up bus holds no more than ten events, so they can not all come or go at once.
    """
    names = [f"sd{first}{second}" for first in "ab" for second in "abcdefghijklmno"]
    plugged = {}
    for number, name in enumerate(names, 1):
        bed.mount(f"/dev/{name}1", f"/media/{name}")
        plugged[bed.port(f"1.{number}")] = bed.card(f"1.{number}", name)
    docked = Docked(mountinfo)
    docked.start()
    ready = [docked.sighting() for _ in names]
    assert {event.port: event.source for event in ready} == {
        port: f"/media/{name}" for port, name in zip(plugged, names, strict=True)
    }
    for port, paths in plugged.items():
        bed.remove(paths)
        assert docked.next() == Departure(port)
    assert docked.is_quiet()
    docked.dock.stop()


def test_after_stop_nothing_is_announced(bed: Testbed, mountinfo: Path) -> None:
    docked = Docked(mountinfo)
    docked.start()
    docked.dock.stop()
    bed.card("1", "sda")
    assert docked.is_quiet()
