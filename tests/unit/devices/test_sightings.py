"""What is announced for a USB port, case by case."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from workstation.devices.mounts import Mount, mount_of, read_mounts
from workstation.devices.sightings import Port, is_own, sightings_at
from workstation.devices.usb_bus import Gadget, Volume, port_of

if TYPE_CHECKING:
    from pathlib import Path

    from workstation.devices.sightings import Shown

PORT = "pci-0000:00:14.0-usb-0:2.3"
PROPERTIES = {
    "ID_VENDOR_ID": "1209",
    "ID_MODEL_ID": "b0d2",
    "ID_SERIAL_SHORT": "BWC0001",
    "ID_FS_LABEL": "A_1",
    "ID_FS_LABEL_ENC": "A\\x201",
}
GADGET = Gadget(
    port=PORT,
    sys_path="/sys/1-2.3",
    usb="1209:b0d2",
    plugging="1:7",
    is_storage=True,
    is_mtp=False,
    may_be_recorder=False,
    properties=PROPERTIES,
)
DISK = Volume(
    port=PORT,
    sys_path="/sys/1-2.3/block/sda",
    node="/dev/sda",
    number=0x800,
    is_partition=False,
    size_bytes=1 << 30,
    has_file_system=False,
    generation="sda",
    properties=PROPERTIES,
)
PARTITION = replace(
    DISK,
    sys_path="/sys/1-2.3/block/sda/sda1",
    node="/dev/sda1",
    number=0x801,
    is_partition=True,
    has_file_system=True,
    generation="sda1",
)
MOUNT = Mount(number=0x801, source="/dev/sda1", mount_point="/media/a", mount_id=9, options="ro")


def shown(
    *volumes: Volume,
    gadget: Gadget | None = GADGET,
    mounts: tuple[Mount, ...] = (),
    is_settled: bool = True,
    known: tuple[str, ...] = (),
) -> list[Shown]:
    return sightings_at(Port(PORT, gadget, volumes, is_settled), list(mounts), known)


def states(*volumes: Volume, gadget: Gadget | None = GADGET, is_settled: bool = True) -> list[str]:
    found = shown(*volumes, gadget=gadget, is_settled=is_settled)
    assert all(not one.sighting.ready for one in found)
    return [one.sighting.state_code for one in found]


def test_a_mounted_card_is_ready() -> None:
    (one,) = shown(DISK, PARTITION, mounts=(MOUNT,))
    sighting = one.sighting
    assert (sighting.port, sighting.source, sighting.scheme) == (PORT, "/media/a", "card")
    assert (sighting.vendor_id, sighting.product_id) == (0x1209, 0xB0D2)
    assert (sighting.serial, sighting.label, sighting.ready) == ("BWC0001", "A 1", True)


def test_a_card_that_nobody_mounted_waits() -> None:
    assert states(DISK, PARTITION) == ["slot.waiting_mount"]


def test_a_disk_without_partitions_may_be_mounted_itself() -> None:
    whole = replace(DISK, has_file_system=True)
    mount = replace(MOUNT, number=0, source="/dev/sda")
    assert shown(whole, mounts=(mount,))[0].sighting.source == "/media/a"


def test_an_empty_reader_has_no_medium() -> None:
    assert states(replace(DISK, size_bytes=0)) == ["slot.no_medium"]


def test_a_disk_is_given_time_to_show_what_is_on_it() -> None:
    assert states(DISK, is_settled=False) == ["slot.waiting_mount"]
    assert states(DISK, is_settled=True) == ["slot.unknown_medium"]


def test_a_reader_whose_disk_does_not_come_has_no_medium() -> None:
    assert states(is_settled=False) == ["slot.waiting_mount"]
    assert states(is_settled=True) == ["slot.no_medium"]


def test_a_phone_in_charge_mode_is_charged() -> None:
    phone = replace(GADGET, is_storage=False, may_be_recorder=True)
    assert states(gadget=phone) == ["slot.charge_only"]


def test_a_phone_that_shows_files_is_ready_for_its_driver() -> None:
    properties = {**GADGET.properties, "DEVNAME": "/dev/bus/usb/001/007"}
    phone = replace(GADGET, is_storage=False, is_mtp=True, properties=properties)
    (one,) = shown(gadget=phone)
    assert (one.sighting.scheme, one.sighting.ready) == ("mtp", True)
    assert one.sighting.source == "/dev/bus/usb/001/007"
    assert (one.sighting.twin, one.sighting.hubs) == ("", ())
    (other,) = shown(gadget=replace(phone, twin="pci-1-usb-0:7"))
    assert other.sighting.twin == "pci-1-usb-0:7"  # the same bay at the other speed
    (again,) = shown(gadget=replace(phone, plugging="1:8"))
    assert again.generation != one.generation


def test_what_is_a_disk_is_read_as_a_disk() -> None:
    both = replace(GADGET, is_mtp=True)
    assert states(DISK, gadget=both, is_settled=False) == ["slot.waiting_mount"]
    (one,) = shown(PARTITION, gadget=replace(both, is_storage=False), mounts=(MOUNT,))
    assert one.sighting.scheme == "card"


def test_what_speaks_only_a_language_of_its_own_is_called_unknown() -> None:
    stranger = replace(GADGET, is_storage=False, is_stranger=True)
    assert states(gadget=stranger) == ["slot.unknown_device"]
    assert states(gadget=replace(stranger, may_be_recorder=True)) == ["slot.charge_only"]


def test_a_keyboard_or_a_hub_is_nothing() -> None:
    assert states(gadget=replace(GADGET, is_storage=False)) == []
    assert states(gadget=None) == []


def test_a_locked_recorder_that_a_profile_knows_is_charged() -> None:
    locked = replace(GADGET, is_storage=False)
    (one,) = shown(gadget=locked, known=("1209:b0d2",))
    assert one.sighting.state_code == "slot.charge_only"


def test_inner_memory_and_card_are_two_sightings() -> None:
    other = replace(PARTITION, sys_path="/sys/1-2.3/block/sdb/sdb1", node="/dev/sdb1", number=0x811)
    mounts = (
        MOUNT,
        replace(MOUNT, number=0x811, source="/dev/sdb1", mount_point="/media/b", mount_id=10),
    )
    found = shown(PARTITION, other, mounts=mounts)
    assert [one.sighting.port for one in found] == [PORT, f"{PORT}/2"]
    assert [one.sighting.source for one in found] == ["/media/a", "/media/b"]


def test_plugging_again_and_mounting_again_are_other_generations() -> None:
    (first,) = shown(PARTITION, mounts=(MOUNT,))
    (again,) = shown(PARTITION, gadget=replace(GADGET, plugging="1:8"), mounts=(MOUNT,))
    (moved,) = shown(PARTITION, mounts=(replace(MOUNT, mount_id=10),))
    assert len({first.generation, again.generation, moved.generation}) == 3


def test_a_label_in_gbk_is_read() -> None:
    encoded = "".join(f"\\x{byte:02x}" for byte in "执法".encode("gbk"))
    volume = replace(PARTITION, properties={**PROPERTIES, "ID_FS_LABEL_ENC": encoded})
    assert shown(volume, mounts=(MOUNT,))[0].sighting.label == "执法"


@pytest.mark.parametrize("mount_point", ["/", "/var/lib", "/var/lib/evidock"])
def test_the_disk_the_station_lives_on_is_its_own(mount_point: str) -> None:
    mounts = [replace(MOUNT, mount_point=mount_point)]
    assert is_own([DISK, PARTITION], mounts, ["/var/lib/evidock/cache"])
    assert not is_own([DISK, PARTITION], [MOUNT], ["/var/lib/evidock/cache"])


@pytest.mark.parametrize(
    ("id_path", "port"),
    [
        ("pci-0000:00:14.0-usb-0:2.3:1.0-scsi-0:0:0:0", PORT),
        ("pci-0000:00:14.0-usb-0:2.3", PORT),
        ("pci-0000:00:14.0-usbv2-0:2.3:1.0-scsi-0:0:0:1-part1", "pci-0000:00:14.0-usbv2-0:2.3"),
        ("platform-vhci_hcd.0-usb-0:5:1.0", "platform-vhci_hcd.0-usb-0:5"),
        ("pci-0000:00:17.0-ata-1", ""),
        ("", ""),
    ],
)
def test_a_port_is_the_path_up_to_the_socket(id_path: str, port: str) -> None:
    assert port_of(id_path) == port


def test_mounts_are_read_as_the_kernel_writes_them(tmp_path: Path) -> None:
    file = tmp_path / "mountinfo"
    file.write_text(
        "36 35 8:1 / /media/my\\040card ro,nosuid shared:7 master:1 - vfat /dev/sda1 ro\n"
        "37 35 8:1 /sub /elsewhere ro - vfat /dev/sda1 ro\n"
        "38 35 0:40 / /media/fuse rw - fuseblk /dev/sdb1 rw\n"
        "garbage\n",
        encoding="ascii",
    )
    mounts = read_mounts(file)
    assert [mount.mount_point for mount in mounts] == ["/media/my card", "/media/fuse"]
    assert mount_of(mounts, 0x801, "") == mounts[0]
    assert mount_of(mounts, 0, "/dev/sdb1") == mounts[1]
    assert mount_of(mounts, 0x999, "/dev/sdz") is None


def test_the_mounts_of_this_machine_are_read() -> None:
    assert any(mount.mount_point == "/proc" for mount in read_mounts())
