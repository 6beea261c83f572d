"""Eight storage recorders, some of them ill, and two by MTP, at once, yanked at random."""

from __future__ import annotations

import os
import random
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from tests.rig import recorders, station
from tests.rig.machine import ENVIRONMENT, MAIN, booted, part
from tests.rig.station import STATE

if TYPE_CHECKING:
    from pathlib import Path

    from tests.rig.machine import Disks, Machine
    from tests.rig.recorders import Recorder
    from tests.rig.station import ClipDocument, Station

pytestmark = [pytest.mark.rig, pytest.mark.timeout(900)]

HUBS = ("8", "9")
BAD_SECTORS, UNREADABLE = "9.2", "entry.unreadable"
FULL = "5"  # it says that 1 GiB of its 32 is left
CARD_BYTES = 60_000_000_000
THROTTLED_BPS = 1_500_000
SETTINGS = "[vault]\nsm3 = false\n[media]\nprobe = false\n"
YANKS = 5
DONE_LIMIT_S = 420
LESSON_LIMIT_S = 60
# Which bay each socket is: as a fitter plugs them, in no order that the bus would give.
SLOTS = {
    "1": 7,
    "2": 3,
    "3": 5,
    "4": 1,
    "5": 9,
    "8.1": 8,
    "8.2": 2,
    "8.3": 10,
    "9.1": 4,
    "9.2": 6,
}
DIRTY = ("4", "9.1")
# What MTP offers for reading: sessions, storages, handles, properties, objects and their parts
# (PIMA 15740 and MTP 1.1). Anything else would change the recorder.
MTP_READS = frozenset(
    f"{code:04x}"
    for code in (*range(0x1001, 0x100A), 0x1014, 0x1015, 0x101B, *range(0x9801, 0x9804))
)


@dataclass
class Plugged:
    """A recorder, and how it is plugged."""

    recorder: Recorder
    options: dict[str, object] = field(default_factory=dict)
    speaks: str = "storage"  # or "mtp" (a device of the rig's), "qemu-mtp"


@dataclass
class Day:
    """What happened to a dock."""

    plugged: dict[str, Plugged]
    seed: int
    yanked: list[str] = field(default_factory=list)
    written_bytes: dict[str, int] = field(default_factory=dict)
    mtp_commands: set[str] = field(default_factory=set)
    numbers: list[dict[str, int]] = field(default_factory=list)  # of the slots, boot by boot
    codes: list[dict[str, str]] = field(default_factory=list)  # what slots show, boot by boot
    clips: list[list[ClipDocument]] = field(default_factory=list)  # held after each boot
    verified: tuple[int, str] = (-1, "")


def _dock(shelf: Path, place: Path) -> dict[str, Plugged]:
    """The eight, by their sockets."""

    def make(number: int, fs: str, **how: object) -> Recorder:
        return recorders.card(shelf, place / f"{number}.img", number, fs, **how)  # type: ignore[arg-type]

    found = {
        "1": Plugged(make(1, "fat32")),
        "2": Plugged(make(2, "exfat")),
        "3": Plugged(make(3, "fat32", partition=False)),
        "4": Plugged(make(4, "fat32")),
        "8.1": Plugged(make(5, "exfat", size_mb=CARD_BYTES >> 20)),
        "8.2": Plugged(make(6, "fat32"), {"bps": THROTTLED_BPS}),
        "9.1": Plugged(make(7, "exfat")),
        BAD_SECTORS: Plugged(make(8, "exfat")),
        FULL: Plugged(recorders.folder(shelf, place / "9", 9, mb=1), speaks="mtp"),
        "8.3": Plugged(recorders.folder(shelf, place / "10", 10, mb=1), speaks="qemu-mtp"),
    }
    recorders.make_dirty(found["4"].recorder.image, "fat32")
    recorders.make_dirty(found["9.1"].recorder.image, "exfat")
    ill = found[BAD_SECTORS]
    start = recorders.where_lies(ill.recorder.image, _victim(ill.recorder)[1])
    ill.options["bad"] = [((start + 600_000) // 4096 * 4096, 4096)]
    return found


def _victim(recorder: Recorder) -> tuple[str, bytes]:
    """The video in whose middle the sectors fail."""
    return next((path, data) for path, data in recorder.content.items() if path.endswith(".mp4"))


def _plug(machine: Machine, port: str, plugged: Plugged) -> None:
    recorder = plugged.recorder
    if plugged.speaks == "storage":
        machine.plug(port, recorder.image, serial=recorder.serial, **plugged.options)
    elif plugged.speaks == "mtp":
        make = part("usbemu").MtpDevice
        machine.plug_emulated(port, make(recorder.image, serial=recorder.serial))
    else:
        machine.plug_mtp(port, recorder.image, serial=recorder.serial)


def _unplug(machine: Machine, port: str, day: Day) -> None:
    speaks = day.plugged[port].speaks
    if speaks == "storage":
        written = machine.stats(port)["wr_bytes"]
        day.written_bytes[port] = day.written_bytes.get(port, 0) + written
    elif speaks == "mtp":
        day.mtp_commands |= machine.device(port).ops.keys()
    machine.unplug(port)


def _yank(machine: Machine, watched: Station, day: Day) -> None:
    """Pull recorders out while they are being read, and put them back a moment later."""
    chance = random.Random(day.seed)
    for _ in range(YANKS):
        busy = [
            port
            for port in day.plugged
            if watched.statuses([port])[port] in {"importing", "verifying"}
        ]
        if not busy:
            return
        port = chance.choice(busy)
        time.sleep(chance.uniform(0, 3))
        _unplug(machine, port, day)
        day.yanked.append(port)
        time.sleep(chance.uniform(0.1, 3))
        _plug(machine, port, day.plugged[port])


def _learn(machine: Machine, day: Day) -> None:
    """``slots learn``: one recorder into each bay, in the order of the bays."""
    lesson = machine.spawn(
        f"exec {MAIN} slots learn --to {len(SLOTS)} --wait {LESSON_LIMIT_S} --state {STATE}",
        env=ENVIRONMENT,
    )
    for port, slot in sorted(SLOTS.items(), key=lambda one: one[1]):
        lesson.wait_for(f"into bay {slot} ", LESSON_LIMIT_S)
        _plug(machine, port, day.plugged[port])
        lesson.wait_for(f"mapped: {slot}=" if slot == 1 else f" {slot}=", LESSON_LIMIT_S)
        _unplug(machine, port, day)
    assert lesson.wait(LESSON_LIMIT_S) == 0, lesson.text()


def _are_settled(watched: Station, day: Day) -> bool:
    """Whether all lanes ended as they should; a stall or a yank calls for attention too."""
    ill = watched.at_port(BAD_SECTORS)
    if (ill["status"], ill["phase"], ill["code"]) != ("attention", "idle", UNREADABLE):
        return False
    return all(
        watched.at_port(port)["status"] == "done" for port in day.plugged if port != BAD_SECTORS
    )


def _boot(disks: Disks, day: Day, *, first: bool) -> None:
    """One boot of the guest: plug, yank on the first one, take in, look."""
    with booted(disks, cold=not first) as machine:
        for hub in HUBS:
            machine.hub(hub)
        if first:
            station.prepare(machine, SETTINGS)
            _learn(machine, day)
        watched = station.start(machine)
        for port, plugged in day.plugged.items():
            _plug(machine, port, plugged)
        watched.wait(
            lambda: "unseen" not in watched.statuses(day.plugged).values(), 120, "all sightings"
        )
        if first:
            _yank(machine, watched, day)
        watched.wait(
            lambda: _are_settled(watched, day),
            DONE_LIMIT_S,
            f"the end of all (seed {day.seed}, yanked {day.yanked})",
        )
        views = {port: watched.at_port(port) for port in day.plugged}
        day.numbers.append({port: view["slot"] for port, view in views.items()})
        day.codes.append({port: view["code"] for port, view in views.items() if view["code"]})
        for port in day.plugged:
            _unplug(machine, port, day)
        assert watched.stop() == 0
        day.clips.append(list(station.clips(machine)))
        day.verified = station.command(machine, "verify")


@pytest.fixture(scope="module")
def day(disks: Disks, shelf: Path, tmp_path_factory: pytest.TempPathFactory) -> Day:
    """All of it, once; the tests look at what came of it."""
    seed = int(os.environ.get("EVIDOCK_RIG_SEED") or random.SystemRandom().randrange(1 << 32))
    sys.stdout.write(f"EVIDOCK_RIG_SEED={seed}\n")  # pytest shows it where a test failed
    lived = Day(_dock(shelf, tmp_path_factory.mktemp("cards")), seed)
    _boot(disks, lived, first=True)
    _boot(disks, lived, first=False)
    return lived


def _held(day: Day, boot: int) -> dict[str, dict[str, str]]:
    """Digest by path of what is held, by recorder."""
    held: dict[str, dict[str, str]] = {}
    for clip in day.clips[boot]:
        held.setdefault(clip["recorder_serial"], {})[clip["source_path"]] = clip["sha256"]
    return held


def test_every_digest_is_the_hosts(day: Day) -> None:
    expected = {
        plugged.recorder.serial: plugged.recorder.digests for plugged in day.plugged.values()
    }
    ill = day.plugged[BAD_SECTORS].recorder
    del expected[ill.serial][_victim(ill)[0]]
    assert _held(day, 0) == expected, f"seed {day.seed}, yanked {day.yanked}"


def test_recorders_were_yanked_while_they_were_read(day: Day) -> None:
    assert day.yanked


def test_nothing_was_written_to_any_recorder(day: Day) -> None:
    storage = [port for port, plugged in day.plugged.items() if plugged.speaks == "storage"]
    assert day.written_bytes == dict.fromkeys(storage, 0)
    assert day.mtp_commands <= MTP_READS
    for plugged in day.plugged.values():
        if plugged.recorder.image.is_dir():
            left = {
                path.relative_to(plugged.recorder.image).as_posix(): path.read_bytes()
                for path in plugged.recorder.image.rglob("*")
                if path.is_file()
            }
            assert left == plugged.recorder.content


def test_failing_sectors_and_dirty_cards_are_named(day: Day) -> None:
    named = {BAD_SECTORS: UNREADABLE, **dict.fromkeys(DIRTY, "medium.dirty")}
    named[FULL] = "recorder.card_full"
    assert day.codes == [named, named]


def test_each_socket_is_its_slot_after_replugging_and_after_a_reboot(day: Day) -> None:
    assert day.numbers == [SLOTS, SLOTS]


def test_a_recorder_that_comes_again_is_not_taken_in_twice(day: Day) -> None:
    assert _held(day, 1) == _held(day, 0)
    assert len(day.clips[1]) == len(day.clips[0])


def test_the_vault_is_whole(day: Day) -> None:
    code, report = day.verified
    assert code == 0, report
