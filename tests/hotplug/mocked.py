"""The USB dock before a made-up bus; ``test_usb_dock`` runs this under ``umockdev-run``."""

from __future__ import annotations

import json
import queue
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.hotplug.testbed import Testbed, load_umockdev
from workstation.devices.api import Departure, HubAbove, Sighting
from workstation.devices.hotplug import UsbDock
from workstation.devices.mounter import Mounter
from workstation.devices.profiles import ProfileSet

if TYPE_CHECKING:
    from collections.abc import Iterator

DEADLINE_S = 20.0
PROFILES = ProfileSet.load([Path(__file__).parents[2] / "resources" / "profiles"])
UMOCKDEV = load_umockdev()


class Docked:
    """A running dock and what it announced."""

    def __init__(
        self, mountinfo: Path, settle_s: float = 0.5, mounter: Mounter | None = None
    ) -> None:
        self._events: queue.SimpleQueue[Sighting | Departure] = queue.SimpleQueue()
        self.dock = UsbDock(
            PROFILES,
            own_paths=(Path("/var/lib/evidock"),),
            mountinfo=mountinfo,
            settle_s=settle_s,
            mounter=mounter,
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


def test_a_phone_that_shows_no_files_is_charged(bed: Testbed, docked: Docked) -> None:
    bed.usb("4", interfaces=":ff4201:", usb="18d1:4ee7")
    sighting = docked.sighting()
    assert (sighting.state_code, sighting.ready) == ("slot.charge_only", False)
    assert sighting.scheme == "usb"


def test_what_has_an_mtp_interface_is_ready(bed: Testbed, docked: Docked) -> None:
    bed.usb("4", interfaces=":060101:ff4201:", usb="18d1:4ee7")
    sighting = docked.sighting()
    assert (sighting.scheme, sighting.ready) == ("mtp", True)
    assert sighting.source.startswith("/dev/bus/usb/001/")


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


def test_a_partition_that_comes_after_all_patience_is_taken(bed: Testbed, docked: Docked) -> None:
    disk = bed.disk(bed.usb("1"), "1", "sda")
    assert docked.sighting_of("slot.unknown_medium").port == bed.port("1")
    bed.partition(disk, "1", "sda1")
    assert docked.sighting_of("slot.waiting_mount").port == bed.port("1")
    bed.mount("/dev/sda1", "/media/a")
    while not (ready := docked.sighting()).ready:
        pass
    assert ready.source == "/media/a"


def test_a_card_without_a_partition_table_is_a_card(bed: Testbed, docked: Docked) -> None:
    disk = bed.disk(bed.usb("1"), "1", "sda")
    bed.mount("/dev/sda", "/media/whole")
    bed.set_property(disk, "ID_FS_USAGE", "filesystem")
    while not (ready := docked.sighting()).ready:
        pass
    assert (ready.source, ready.device_node) == ("/media/whole", "/dev/sda")


def test_several_partitions_are_all_taken(bed: Testbed, docked: Docked) -> None:
    disk = bed.disk(bed.usb("1"), "1", "sda")
    for number in (1, 2):
        bed.mount(f"/dev/sda{number}", f"/media/{number}")
        bed.partition(disk, "1", f"sda{number}")
    ready: dict[str, str] = {}
    while len(ready) < 2:
        event = docked.next()
        if isinstance(event, Sighting) and event.ready:
            ready[event.port] = event.source
    assert ready == {bed.port("1"): "/media/1", f"{bed.port('1')}/2": "/media/2"}


def test_of_a_reader_with_four_slots_the_one_with_a_card_counts(
    bed: Testbed, docked: Docked
) -> None:
    reader = bed.usb("1")
    for name in ("sda", "sdb", "sdd"):
        bed.disk(reader, "1", name, size=0)
    bed.mount("/dev/sdc1", "/media/c")
    bed.partition(bed.disk(reader, "1", "sdc"), "1", "sdc1")
    while not (ready := docked.sighting()).ready:
        pass
    assert (ready.port, ready.source) == (bed.port("1"), "/media/c")
    assert docked.is_quiet()


def test_a_card_put_into_an_empty_reader_is_taken(bed: Testbed, docked: Docked) -> None:
    disk = bed.disk(bed.usb("1"), "1", "sda", size=0)
    docked.sighting_of("slot.no_medium")
    bed.mount("/dev/sda1", "/media/a")
    bed.partition(disk, "1", "sda1")
    while not (ready := docked.sighting()).ready:
        pass
    assert ready.source == "/media/a"


def test_an_encrypted_card_says_so(bed: Testbed, docked: Docked) -> None:
    bed.partition(bed.disk(bed.usb("1"), "1", "sda"), "1", "sda1", fs="crypto_LUKS")
    assert docked.sighting_of("slot.encrypted_medium").port == bed.port("1")


def test_two_hundred_events_a_second_are_no_sighting_and_hide_none(
    bed: Testbed, docked: Docked
) -> None:
    room = int(Path("/proc/sys/net/unix/max_dgram_qlen").read_text(encoding="ascii"))
    if room < 100:
        pytest.skip(f"the made-up bus holds only {room} events; a storm would end it")
    paths = ready_at(bed, docked, "1", "sda")
    quiet = ready_at(bed, docked, "2", "sdb")
    began = time.monotonic()
    for number in range(600):
        bed.event(quiet[number % 3], "change" if number % 2 else "add")
        if number == 300:
            bed.remove(paths)
        while time.monotonic() < began + number / 200:
            time.sleep(0.001)
    took = time.monotonic() - began
    assert took < 4, f"the storm was no storm: {600 / took:.0f} events a second"
    assert docked.next() == Departure(bed.port("1"))
    assert docked.is_quiet()


def test_a_hub_that_vanishes_takes_its_eight_recorders_with_it(
    bed: Testbed, mountinfo: Path
) -> None:
    hub = bed.hub("3")
    plugged = {}
    for number in range(1, 9):
        name = f"sd{'abcdefgh'[number - 1]}"
        bed.mount(f"/dev/{name}1", f"/media/{name}")
        plugged[bed.port(f"3.{number}")] = bed.card(f"3.{number}", name)
    docked = Docked(mountinfo)
    docked.start()
    assert {docked.sighting().port for _ in plugged} == set(plugged)
    for paths in plugged.values():
        bed.remove(paths)
    bed.remove([hub])
    gone = [docked.next() for _ in plugged]
    assert sorted(event.port for event in gone) == sorted(plugged)
    assert all(isinstance(event, Departure) for event in gone)
    assert docked.is_quiet()
    for port in plugged:  # and comes back
        bed.card(port.rpartition(":")[2], f"sd{'abcdefgh'[int(port[-1]) - 1]}")
    back: set[str] = set()
    while back != set(plugged):
        event = docked.next()
        if isinstance(event, Sighting) and event.ready:
            back.add(event.port)
    docked.dock.stop()


def test_hubs_above_and_the_twin_of_a_socket_are_told(bed: Testbed, mountinfo: Path) -> None:
    hub = bed.hub("2")
    bed.pair(hub, "usb2-port7")
    inner = bed.hub("2.4", usb="05e3:0610")
    bed.pair(inner, "2-7-port4")
    paths = bed.card("2.4.1", "sda")
    bed.pair(paths[2], "2-7.4-port1")
    bed.mount("/dev/sda1", "/media/a")
    docked = Docked(mountinfo)
    docked.start()
    ready = docked.sighting()
    assert (ready.port, ready.twin) == (bed.port("2.4.1"), bed.fast_port("7.4.1"))
    assert ready.hubs == (
        HubAbove(bed.port("2"), "1a40:0201", bed.fast_port("7")),
        HubAbove(bed.port("2.4"), "05e3:0610", bed.fast_port("7.4")),
    )
    docked.dock.stop()


def test_a_socket_has_one_name_at_both_speeds_and_two_sockets_of_one_number_are_two(
    bed: Testbed, mountinfo: Path
) -> None:
    """As an Intel controller counts: its USB 3 port 1 is the other half of its USB 2 port 3."""
    slow = bed.card("1", "sda")  # a USB 2 recorder in the first socket
    bed.pair(slow[2], "usb2-port5")
    fast = bed.card("1", "sdb", bus=2)  # a USB 3 recorder in the third, and udev calls both "1"
    bed.pair(fast[2], "usb1-port3")
    alone = bed.card("4", "sdc", bus=2)  # the kernel does not tell its other half
    for letter in "abc":
        bed.mount(f"/dev/sd{letter}1", f"/media/{letter}")
    docked = Docked(mountinfo)
    docked.start()
    found = {one.source: (one.port, one.twin) for one in (docked.sighting() for _ in range(3))}
    assert found == {
        "/media/a": (bed.port("1"), bed.fast_port("5")),
        "/media/b": (bed.port("3"), bed.fast_port("1")),
        "/media/c": (bed.fast_port("4"), ""),
    }
    # The same recorder in the same socket, now as a USB 2 one.
    bed.remove(fast)
    assert docked.next() == Departure(bed.port("3"))
    again = bed.card("3", "sdd")
    bed.pair(again[2], "usb2-port1")
    bed.mount("/dev/sdd1", "/media/d")
    ready = docked.sighting()
    while not ready.ready:
        ready = docked.sighting()
    assert (ready.port, ready.twin) == (bed.port("3"), bed.fast_port("1"))
    assert alone
    docked.dock.stop()


def test_a_card_that_the_helper_can_not_mount_says_why(
    bed: Testbed, mountinfo: Path, tmp_path: Path
) -> None:
    note = {"node": "/dev/sda1", "state": "corrupt", "reason": "Structure needs cleaning"}
    says = (
        f"import sys; open('{tmp_path}/' + sys.argv[2] + '.json', 'w').write({json.dumps(note)!r})"
    )
    docked = Docked(mountinfo, mounter=Mounter((sys.executable, "-c", says), run=tmp_path))
    docked.start()
    bed.card("1", "sda")
    broken = docked.sighting_of("slot.corrupt_medium")
    assert broken.properties["EVIDOCK_REASON"] == "Structure needs cleaning"
    docked.dock.stop()
    docked.dock.let_go()


def test_a_card_that_was_not_closed_properly_is_ready_with_a_remark(
    bed: Testbed, mountinfo: Path, tmp_path: Path
) -> None:
    note = {"node": "/dev/sda1", "state": "mounted", "mount_point": "/run/evidock/mounts/sda1"}
    found = json.dumps({**note, "findings": ["medium.dirty"]})
    (tmp_path / "sda1.json").write_text(found, encoding="utf-8")
    bed.card("1", "sda")
    bed.mount("/dev/sda1", "/run/evidock/mounts/sda1")
    docked = Docked(mountinfo, mounter=Mounter(run=tmp_path))
    docked.start()
    ready = docked.sighting()
    assert (ready.ready, ready.state_code) == (True, "medium.dirty")
    docked.dock.stop()
