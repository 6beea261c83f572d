"""How soon after the kernel's announcement a plugged recorder is read and shown, on a real kernel.

In the virtual machine of ``tests/rig``, which is emulated: everything takes some ten times as
long as on a machine, so a goal met here is met, and one missed here says nothing yet.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.measure import Row
from tests.rig import recorders, station
from tests.rig.machine import (
    Disks,
    booted,
    build_app_disk,
    fresh_state_disk,
    sole_user,
    why_not,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.rig.machine import Machine
    from tests.rig.recorders import Recorder
    from tests.rig.station import Line, Station

FIRST_BYTE_GOAL_S = 3.0  # after the kernel has the disk
COUNT_GOAL_S = 5.0  # after the plug
ROUNDS = 4
IDLE_RECORDERS = 24
IDLE_S = 30.0
DONE_LIMIT_S = 600
SETTINGS = "[vault]\nsm3 = false\n[media]\nprobe = false\n"


def run(_work: Path) -> list[Row]:
    """Boot, measure, end; nothing where no machine can be had, said aloud."""
    reason = why_not()
    if reason:
        sys.stderr.write(f"rig: skipped: {reason}\n")
        return []
    with sole_user() as cache, tempfile.TemporaryDirectory() as place:
        disks = Disks(build_app_disk(cache), fresh_state_disk(cache))
        with booted(disks) as machine:
            station.prepare(machine, SETTINGS)
            watched = station.start(machine)
            rows = _plugging(machine, watched, cache / "evidock-footage", Path(place))
            rows += _idling(machine, watched, cache / "evidock-footage", Path(place))
            watched.stop()
    return rows


def _card(shelf: Path, place: Path, number: int) -> Recorder:
    image = place / f"{number}.img"
    return recorders.card(shelf, image, number, "exfat", clips=2, mb=0.5)


def _plugging(machine: Machine, watched: Station, shelf: Path, place: Path) -> list[Row]:
    """One recorder at a time, a new one each round: nothing of it is known yet."""
    first_bytes, counts = [], []
    for number in range(1, ROUNDS + 1):
        recorder = _card(shelf, place, number)
        before = len(watched.lines())
        machine.plug("1", recorder.image, serial=recorder.serial)
        watched.wait_done(["1"], DONE_LIMIT_S)
        lines = watched.lines()[before:]
        disk_s = _first(lines, lambda line: _is_added(line, "block", "disk"))
        plug_s = _first(lines, lambda line: _is_added(line, "usb", "usb_device"))
        first_bytes.append(_first(lines, _has_bytes) - disk_s)
        counts.append(_first(lines, _has_count) - plug_s)
        machine.unplug("1")
        watched.wait(lambda: watched.at_port("1")["status"] == "empty", 60, "an empty slot")
    return [
        _row("first byte after the disk", first_bytes, FIRST_BYTE_GOAL_S),
        _row("count of clips told to the wall, after the plug", counts, COUNT_GOAL_S),
    ]


def _idling(machine: Machine, watched: Station, shelf: Path, place: Path) -> list[Row]:
    """What a full cabinet costs when all is done: processor time of the station."""
    ports = []
    for number in range(IDLE_RECORDERS):
        hub, socket = str(2 + number // 8), number % 8 + 1
        if socket == 1:
            machine.hub(hub)
        port = f"{hub}.{socket}"
        recorder = _card(shelf, place, 10 + number)
        machine.plug(port, recorder.image, serial=recorder.serial)
        ports.append(port)
    watched.wait_done(ports, DONE_LIMIT_S)
    began, used = time.monotonic(), _station_s(machine)
    time.sleep(IDLE_S)
    used = _station_s(machine) - used
    percent = 100 * used / (time.monotonic() - began)
    return [Row("rig", f"processor, {IDLE_RECORDERS} idle recorders", percent, "% core")]


def _station_s(machine: Machine) -> float:
    """Processor seconds of the station and its children so far (proc(5), fields 14 to 17)."""
    out = machine.check("cat /proc/$(pgrep -of 'main.py station')/stat; getconf CLK_TCK")
    stat, ticks = out.rsplit(None, 1)
    return sum(map(int, stat.rpartition(")")[2].split()[11:15])) / int(ticks)


def _row(name: str, seconds: list[float], goal_s: float) -> Row:
    middle = statistics.median(seconds)
    return Row("rig", name, middle, "s", f"{goal_s:g} s", goal_s / middle, 1.0)


def _is_added(line: Line, subsystem: str, kind: str) -> bool:
    found = (line.get("action"), line.get("subsystem"), line.get("kind"))
    return found == ("add", subsystem, kind)


def _has_bytes(line: Line) -> bool:
    return "view" in line and line["view"]["bytes_done"] > 0


def _has_count(line: Line) -> bool:
    return "view" in line and line["view"]["entries_total"] > 0


def _first(lines: list[Line], wanted: Callable[[Line], bool]) -> float:
    return next(line["at_s"] for line in lines if wanted(line))
