"""What people and hardware do to a dock, one after the other, on one running station."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING, Protocol, cast

import pytest

from tests.rig import recorders, station
from tests.rig.machine import part
from workstation.domain.errors import RecorderLockedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.rig.machine import Device, Machine
    from tests.rig.recorders import Recorder
    from tests.rig.station import Station

pytestmark = [pytest.mark.rig, pytest.mark.timeout(900)]

SETTINGS = "[vault]\nsm3 = false\n[media]\nprobe = false\n"
SIGHT_LIMIT_S = 60
DONE_LIMIT_S = 200
STALL_LIMIT_S = 90  # the station calls it one after 30 s; both clocks run under emulation
SLOW_BPS = 700_000
NTFS_BYTES = 32 << 20
OURS = {"vid": 0x1209, "pid": 0xB0D2}  # a test id of pid.codes
_PATIENT = "echo 300 > /sys/block/{}/device/timeout"


class _Transport(Protocol):
    """The bus's end of a device written in Python."""

    def replace(self, device: Device) -> None: ...


@pytest.fixture(scope="module")
def watched(machine: Machine) -> Iterator[Station]:
    station.prepare(machine, SETTINGS)
    running = station.start(machine)
    yield running
    assert running.stop() == 0
    code, report = station.command(machine, "verify")
    assert code == 0, report


@pytest.fixture
def unplugs(machine: Machine) -> Iterator[list[str]]:
    """The sockets a test used; whatever still sticks there afterwards is pulled."""
    used: list[str] = []
    yield used
    for port in used:
        if port in cast("dict[str, object]", getattr(machine, "plugged")):  # noqa: B009 - the rig's own
            machine.unplug(port)


def _state(watched: Station, port: str) -> tuple[str, str | None]:
    try:
        view = watched.at_port(port)
    except KeyError:
        return "unseen", None
    return view["status"], view["code"]


def _wait_state(watched: Station, port: str, state: tuple[str, str | None], limit_s: float) -> None:
    watched.wait(lambda: _state(watched, port) == state, limit_s, f"{state} at {port}")


def _bytes(watched: Station, port: str) -> int:
    try:
        return watched.at_port(port)["bytes_done"]
    except KeyError:
        return 0


def _held(machine: Machine, *wanted: Recorder) -> list[dict[str, str]]:
    """Digest by path of what is held of each recorder, while the station runs."""
    held: dict[str, dict[str, str]] = {}
    for clip in station.clips(machine):
        held.setdefault(clip["recorder_serial"], {})[clip["source_path"]] = clip["sha256"]
    return [held.get(recorder.serial, {}) for recorder in wanted]


def test_things_without_footage_end_in_a_right_state(
    machine: Machine, watched: Station, unplugs: list[str], tmp_path: Path
) -> None:
    noise = tmp_path / "noise.img"
    noise.write_bytes(bytes(range(256)) * (16 << 12))
    machine.plug("1", noise, serial="NOISE")
    machine.plug("2", cast("Path", None), serial="READER", **OURS)
    machine.hub("3")
    machine.qmp("device_add", driver="usb-kbd", id="keys", bus="xhci.0", port="3.1")
    unplugs += ["1", "2", "3"]
    _wait_state(watched, "1", ("attention", "slot.unknown_medium"), SIGHT_LIMIT_S)
    _wait_state(watched, "2", ("attention", "slot.no_medium"), SIGHT_LIMIT_S)
    assert _state(watched, "3") == ("unseen", None)
    assert _state(watched, "3.1") == ("unseen", None)
    machine.unplug("1")
    machine.unplug("2")
    _wait_state(watched, "1", ("empty", None), SIGHT_LIMIT_S)
    _wait_state(watched, "2", ("empty", None), SIGHT_LIMIT_S)


def test_a_card_of_a_format_this_kernel_can_not_read_is_called_foreign(
    machine: Machine, watched: Station, unplugs: list[str], tmp_path: Path
) -> None:
    mkntfs = shutil.which("mkntfs", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    if mkntfs is None:
        pytest.skip("mkntfs is not installed (installer/packages.sh test)")
    if machine.run("modprobe --dry-run ntfs3")[0] == 0:
        pytest.skip("this guest's kernel reads NTFS")
    card = tmp_path / "ntfs.img"
    card.touch()
    os.truncate(card, NTFS_BYTES)
    subprocess.run([mkntfs, "-q", "-Q", "-F", str(card)], check=True, capture_output=True)
    machine.plug("1", card, serial="NTFS")
    unplugs.append("1")
    _wait_state(watched, "1", ("attention", "slot.foreign_medium"), SIGHT_LIMIT_S)
    assert machine.stats("1")["wr_bytes"] == 0


def test_short_names_in_gbk_are_read_as_they_were_meant(
    machine: Machine, watched: Station, unplugs: list[str], shelf: Path, tmp_path: Path
) -> None:
    serial, content = recorders.footage(shelf, 17, clips=1, mb=0.5)
    content["DCIM/ABCD.MP4"] = b"footage" * 4000
    card = tmp_path / "gbk.img"
    part("mkimg").make_image(card, content, "fat32", label=serial[:11])
    content["DCIM/录像.MP4"] = content.pop("DCIM/ABCD.MP4")
    recorders.rename_short(card, b"ABCD    MP4", "录像".encode("gbk") + b"    MP4")
    machine.plug("3", card, serial=serial)
    unplugs.append("3")
    watched.wait_done(["3"], DONE_LIMIT_S)
    recorder = recorders.Recorder(serial, card, content)
    assert _held(machine, recorder) == [recorder.digests]


def test_a_locked_phone_is_waited_for_and_taken_in_once_it_is_unlocked(
    machine: Machine, watched: Station, unplugs: list[str], shelf: Path, tmp_path: Path
) -> None:
    phone = recorders.folder(shelf, tmp_path / "phone", 18)
    device = part("usbemu").MtpDevice(phone.image, serial=phone.serial, locked=True)
    machine.plug_emulated("5", device)
    unplugs.append("5")
    _wait_state(watched, "5", ("attention", RecorderLockedError.code), SIGHT_LIMIT_S)
    device.locked = False
    watched.wait_done(["5"], DONE_LIMIT_S)
    assert _held(machine, phone) == [phone.digests]


def test_a_card_put_into_a_docked_reader_is_taken_in(
    machine: Machine, watched: Station, unplugs: list[str], shelf: Path, tmp_path: Path
) -> None:
    recorder = recorders.card(shelf, tmp_path / "card.img", 15, "exfat", clips=2, mb=0.5)
    make = part("usbemu").MassStorage
    reader = make(recorder.image, serial="READER2", vendor="ACME", product="Reader", **OURS)
    reader.no_medium = True
    machine.plug_emulated("2", reader)
    unplugs.append("2")
    _wait_state(watched, "2", ("attention", "slot.no_medium"), SIGHT_LIMIT_S)
    reader.no_medium = False
    watched.wait_done(["2"], DONE_LIMIT_S)
    assert _held(machine, recorder) == [recorder.digests]


def test_a_recorder_that_resets_in_the_middle_goes_on_at_the_same_socket(
    machine: Machine, watched: Station, unplugs: list[str], shelf: Path, tmp_path: Path
) -> None:
    recorder = recorders.card(shelf, tmp_path / "card.img", 11, "exfat")
    texts = {"vendor": "ACME", "product": "Bodycam X1", "serial": recorder.serial}
    make = part("usbemu").MassStorage
    first, again = (make(recorder.image, **texts, **OURS, bps=bps) for bps in (SLOW_BPS, 0))
    machine.plug_emulated("4", first)
    unplugs.append("4")
    watched.wait(lambda: _bytes(watched, "4") > 1_000_000, DONE_LIMIT_S, "half of it")
    slot = watched.at_port("4")["slot"]
    cast("_Transport", first.transport).replace(again)
    first.close()
    watched.wait_done(["4"], DONE_LIMIT_S)
    assert watched.at_port("4")["slot"] == slot
    assert _held(machine, recorder) == [recorder.digests]
    assert first.stats()["wr_bytes"] == again.stats()["wr_bytes"] == 0


def test_a_recorder_that_falls_silent_is_said_so_and_holds_up_nobody(
    machine: Machine, watched: Station, unplugs: list[str], shelf: Path, tmp_path: Path
) -> None:
    silent = recorders.card(shelf, tmp_path / "silent.img", 12, "fat32")
    other = recorders.card(shelf, tmp_path / "other.img", 13, "exfat")
    machine.plug("5", silent.image, serial=silent.serial, hang_after=2_500_000, **OURS)
    unplugs += ["5", "6"]
    machine.check(_PATIENT.format(machine.wait_block("5").rpartition("/")[2].rstrip("0123456789")))
    _wait_state(watched, "5", ("attention", "recorder.stalled"), STALL_LIMIT_S)
    machine.plug("6", other.image, serial=other.serial)
    watched.wait_done(["6"], DONE_LIMIT_S)
    machine.unplug("5")
    watched.wait(
        lambda: _state(watched, "5")[0] in {"attention", "empty"}, SIGHT_LIMIT_S, "its end"
    )
    machine.plug("5", silent.image, serial=silent.serial)
    watched.wait_done(["5"], DONE_LIMIT_S)
    assert _held(machine, silent) == [silent.digests]


def test_a_hub_that_vanishes_with_all_its_recorders_and_comes_back(
    machine: Machine, watched: Station, unplugs: list[str], shelf: Path, tmp_path: Path
) -> None:
    ports = [f"7.{socket}" for socket in range(1, 5)]
    cards = [
        recorders.card(shelf, tmp_path / f"{number}.img", number, "exfat", clips=2, mb=1)
        for number in range(20, 24)
    ]

    def plug(bps: int) -> None:
        machine.hub("7")
        for port, card in zip(ports, cards, strict=True):
            machine.plug(port, card.image, serial=card.serial, bps=bps)

    unplugs.append("7")
    plug(SLOW_BPS)
    watched.wait(lambda: _bytes(watched, ports[0]) > 0, DONE_LIMIT_S, "a first byte")
    machine.unplug("7")
    watched.wait(
        lambda: not set(watched.statuses(ports).values()) & {"importing", "verifying"},
        SIGHT_LIMIT_S,
        "the end of all lanes",
    )
    before = {port: watched.at_port(port)["slot"] for port in ports}
    plug(0)
    watched.wait_done(ports, DONE_LIMIT_S)
    assert {port: watched.at_port(port)["slot"] for port in ports} == before
    assert _held(machine, *cards) == [card.digests for card in cards]
