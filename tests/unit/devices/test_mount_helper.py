"""The privileged helper refuses everything that is no card of a recorder, and says so."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING

import pytest

from workstation.devices import mount_helper
from workstation.devices.mount_helper import Places, RefusedError, attempts, check, findings, run
from workstation.devices.mounter import Mounter

if TYPE_CHECKING:
    from pathlib import Path

USB = "devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/host0/target0:0:0/0:0:0:0/block/sdb"
ATA = "devices/pci0000:00/0000:00:17.0/ata1/host1/target1:0:0/1:0:0:0/block/sda"


class Machine:
    """A made-up /sys, /run/udev and /etc/fstab: a system disk, and a card with a partition."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.places = Places(
            dev=root / "dev",
            sys=root / "class",
            udev=root / "udev",
            run=root / "run",
            fstab=root / "fstab",
            mounts=root / "mountinfo",
        )
        for folder in (self.places.dev, self.places.sys, self.places.udev):
            folder.mkdir()
        self.places.mounts.write_text("20 1 8:1 / / rw - ext4 /dev/none rw\n", encoding="utf-8")
        self.add(ATA, "8:0")
        self.add(USB, "8:16")
        self.add(f"{USB}/sdb1", "8:17", "E:ID_FS_TYPE=vfat\nE:ID_FS_UUID=1A2B-3C4D\n")

    def add(self, path: str, number: str, properties: str = "") -> None:
        top = self.root / "sys" / path
        (top / "holders").mkdir(parents=True)
        (top / "dev").write_text(f"{number}\n", encoding="ascii")
        if properties:
            (top / "partition").write_text("1\n", encoding="ascii")
        (self.places.udev / f"b{number}").write_text(properties or "E:X=1\n", encoding="utf-8")
        (self.places.sys / top.name).symlink_to(top)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def refusal(name: str, machine: Machine) -> str:
    with pytest.raises(RefusedError) as caught:
        check(name, machine.places)
    return str(caught.value)


def test_a_partition_of_a_card_may_be_mounted(machine: Machine) -> None:
    assert check("sdb1", machine.places)["ID_FS_TYPE"] == "vfat"


@pytest.mark.parametrize(
    "name", ["", "sda;reboot", "../sda", "sda1\n", "loop0", "nvme0n1", "-a", "SDA"]
)
def test_a_name_that_is_none_is_refused(machine: Machine, name: str) -> None:
    assert refusal(name, machine) == "no name of a disk"
    assert run("mount", name, machine.places) == mount_helper.REFUSED
    assert not machine.places.run.exists()


def test_what_is_not_there_or_not_on_the_usb_bus_is_refused(machine: Machine) -> None:
    assert refusal("sdz1", machine) == "no such device"
    assert refusal("sda", machine) == "not on the USB bus"


def test_a_disk_with_partitions_is_refused_as_a_whole(machine: Machine) -> None:
    assert refusal("sdb", machine) == "has partitions"


def test_what_another_device_uses_is_refused(machine: Machine) -> None:
    (machine.root / "sys" / USB / "sdb1/holders/dm-0").mkdir()
    assert refusal("sdb1", machine) == "in use by another device"


def test_what_udev_does_not_know_is_refused(machine: Machine) -> None:
    (machine.places.udev / "b8:17").unlink()
    assert refusal("sdb1", machine) == "unknown to udev"


def test_a_disk_that_somebody_mounted_is_refused(machine: Machine) -> None:
    line = f"30 1 8:18 / /srv/vault rw - ext4 {machine.places.dev}/sdb1 rw\n"
    machine.places.mounts.write_text(line, encoding="utf-8")
    assert refusal("sdb1", machine) == "mounted at /srv/vault"
    ours = line.replace("/srv/vault", f"{machine.places.run}/mounts/sdb1")
    machine.places.mounts.write_text(ours, encoding="utf-8")
    assert check("sdb1", machine.places)


@pytest.mark.parametrize("source", ["UUID=1A2B-3C4D", 'UUID="1A2B-3C4D"', "/dev/sdb1", "/dev/sdb"])
def test_a_disk_of_the_machines_own_is_refused(machine: Machine, source: str) -> None:
    machine.places.fstab.write_text(f"# disks\n\n{source} /srv ext4 rw 0 0\n", encoding="utf-8")
    assert refusal("sdb1", machine) == "listed in fstab"


def test_a_refusal_is_left_for_the_station_to_read(machine: Machine) -> None:
    assert run("mount", "sda", machine.places) == mount_helper.REFUSED
    left = json.loads((machine.places.run / "sda.json").read_text(encoding="utf-8"))
    assert (left["state"], left["reason"]) == ("refused", "not on the USB bus")
    note = Mounter(run=machine.places.run).note("/dev/sda")
    assert note is not None
    assert (note.code, note.reason) == ("slot.mount_failed", "not on the USB bus")
    assert run("unmount", "sda", machine.places) == mount_helper.OK
    assert not (machine.places.run / "sda.json").exists()


def test_another_verb_is_refused(machine: Machine) -> None:
    assert run("format", "sdb1", machine.places) == mount_helper.REFUSED


@pytest.mark.parametrize("file_system", ["vfat", "exfat", "ntfs", "ext2", "ext3", "ext4"])
def test_no_driver_is_asked_to_write(file_system: str) -> None:
    asked = attempts(file_system, 990, 991)
    assert asked
    for driver, options in asked:
        assert "rw" not in options.split(",")
        if driver.startswith("ext") and driver != "ext2":
            assert options == "noload"
        elif not driver.startswith("ext"):
            assert "uid=990,gid=991" in options


def test_what_no_driver_is_for_is_tried_with_none() -> None:
    assert attempts("crypto_LUKS", 0, 0) == []


def _head(changes: dict[int, int], texts: dict[int, bytes]) -> bytes:
    head = bytearray(4096)
    for offset, text in texts.items():
        head[offset : offset + len(text)] = text
    for offset, value in changes.items():
        head[offset] = value
    return bytes(head)


@pytest.mark.parametrize(
    ("file_system", "head", "expected"),
    [
        ("vfat", _head({65: 1}, {82: b"FAT32   "}), ["medium.dirty"]),
        ("vfat", _head({65: 3}, {82: b"FAT32   "}), ["medium.dirty", "medium.failing"]),
        ("vfat", _head({37: 1}, {54: b"FAT16   "}), ["medium.dirty"]),
        ("vfat", _head({37: 0x80}, {82: b"FAT32   "}), []),
        ("exfat", _head({106: 2}, {3: b"EXFAT   "}), ["medium.dirty"]),
        ("exfat", _head({106: 5}, {3: b"EXFAT   "}), ["medium.failing"]),
        ("ext4", _head({1024 + 58: 1}, {}), []),
        ("ext4", _head({1024 + 58: 1, 1024 + 96: 4}, {}), ["medium.dirty"]),
        ("ext2", _head({1024 + 58: 0}, {}), ["medium.dirty"]),
        ("vfat", b"short", []),
    ],
)
def test_a_card_says_how_it_was_left(
    tmp_path: Path, file_system: str, head: bytes, expected: list[str]
) -> None:
    (tmp_path / "disk").write_bytes(head)
    assert findings(tmp_path / "disk", file_system) == expected


def test_a_helper_that_hangs_is_not_waited_for(tmp_path: Path) -> None:
    hangs = (sys.executable, "-c", "import time; time.sleep(60)")
    mounter = Mounter(hangs, run=tmp_path, timeout_s=0.2)
    began = time.monotonic()
    assert mounter.want("/dev/sdb1", "first") is None
    while (note := mounter.want("/dev/sdb1", "first")) is None:
        assert time.monotonic() - began < 10
        time.sleep(0.01)
    assert (note.code, note.reason) == ("slot.mount_failed", "timeout")
    mounter._helper = (sys.executable, "-c", "")
    mounter.close()
    assert time.monotonic() - began < 10


def test_each_docking_is_asked_for_once(tmp_path: Path) -> None:
    count = tmp_path / "count"
    script = f"open({str(count)!r}, 'a').write('x')"
    mounter = Mounter((sys.executable, "-c", script), run=tmp_path)
    until_s = time.monotonic() + 20
    for generation, asked in (("first", "x"), ("first", "x"), ("second", "xx")):
        mounter.want("/dev/sdb1", generation)
        while not count.exists() or count.read_text(encoding="ascii") != asked:
            assert time.monotonic() < until_s
            time.sleep(0.01)
    mounter.close()
    assert count.read_text(encoding="ascii") == "xxx"  # and the end


@pytest.mark.parametrize("bad", ["a link", "mounts is a link", "writable by others"])
def test_a_place_that_is_not_roots_alone_leads_no_mount_elsewhere(
    machine: Machine, capsys: pytest.CaptureFixture[str], bad: str
) -> None:
    elsewhere = machine.root / "etc"
    (elsewhere / "sdb1").mkdir(parents=True)
    (elsewhere / "sdb1.json").write_text("theirs", encoding="utf-8")
    if bad == "a link":
        machine.places.run.symlink_to(elsewhere)
    else:
        machine.places.run.mkdir(mode=0o755)
        if bad == "mounts is a link":
            (machine.places.run / "mounts").symlink_to(elsewhere)
        else:
            machine.places.run.chmod(0o777)
    for verb in ("mount", "unmount", "writable", "readonly"):
        assert run(verb, "sdb1", machine.places) == mount_helper.REFUSED
    assert "root's alone" in capsys.readouterr().err
    assert (elsewhere / "sdb1.json").read_text(encoding="utf-8") == "theirs"


def test_a_disk_that_fstab_names_by_a_link_is_the_machines(machine: Machine) -> None:
    node = machine.places.dev / "sdb1"
    node.touch()
    link = machine.root / "by-id" / "usb-Backup_Disk-part1"
    link.parent.mkdir()
    link.symlink_to(node)
    machine.places.fstab.write_text(f"{link} /backup ext4 noauto 0 0\n", encoding="utf-8")
    assert refusal("sdb1", machine) == "listed in fstab"
