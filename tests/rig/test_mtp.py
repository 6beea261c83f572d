"""Recorders that speak MTP on a real bus, one of them yanked in the middle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.rig import recorders, station
from tests.rig.machine import part

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.rig.machine import Machine
    from tests.rig.station import Station

# Two by MTP are among the full dock's ten as well.
pytestmark = [pytest.mark.rig, pytest.mark.nightly, pytest.mark.timeout(900)]

SETTINGS = "[vault]\nsm3 = false\n[media]\nprobe = false\n"
DONE_LIMIT_S = 200
SLOW_BPS = 400_000


@pytest.fixture(scope="module")
def watched(machine: Machine) -> Iterator[Station]:
    station.prepare(machine, SETTINGS)
    running = station.start(machine)
    yield running
    assert running.stop() == 0
    code, report = station.command(machine, "verify")
    assert code == 0, report


def test_two_recorders_by_mtp_one_of_them_yanked(
    machine: Machine, watched: Station, shelf: Path, tmp_path: Path
) -> None:
    first = recorders.folder(shelf, tmp_path / "one", 40)
    second = recorders.folder(shelf, tmp_path / "two", 41, mb=1)
    make = part("usbemu").MtpDevice
    machine.hub("2")
    machine.plug_mtp("2.1", first.image, serial=first.serial)
    machine.plug_emulated("1", make(second.image, serial=second.serial, bps=SLOW_BPS))
    watched.wait(
        lambda: (
            watched.statuses(["1"])["1"] == "importing"
            and watched.at_port("1")["bytes_done"] > 300_000
        ),
        DONE_LIMIT_S,
        "a first part",
    )
    slot = watched.at_port("1")["slot"]
    machine.unplug("1")
    watched.wait(
        lambda: watched.statuses(["1"])["1"] in {"empty", "attention"}, DONE_LIMIT_S, "its end"
    )
    machine.plug_emulated("1", make(second.image, serial=second.serial))
    watched.wait_done(["1", "2.1"], DONE_LIMIT_S)
    assert watched.at_port("1")["slot"] == slot
    held = sorted(clip["sha256"] for clip in station.clips(machine))
    assert held == sorted([*first.digests.values(), *second.digests.values()])
