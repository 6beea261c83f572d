"""A locked recorder on a real bus: the station itself speaks to it, and it becomes a disk."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.fakes.jieli_recorder import JieliRecorder
from tests.fakes.recorder_state import OWNER, RecorderState
from tests.rig import recorders, station
from tests.rig.jieli import OnTheBus
from workstation.domain.clip import BadgeNumber

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.rig.machine import Machine
    from tests.rig.station import Station

pytestmark = [pytest.mark.rig, pytest.mark.timeout(900)]

# The clock of these can not be read, so it is set where the site says always, and not otherwise.
SETTINGS = """[vault]
sm3 = false
[media]
probe = false
[clock]
set = "always"
needs_synced_station = false
"""
DONE_LIMIT_S = 300
CLOCK_TOLERANCE = timedelta(seconds=60)  # the guest's clock follows the host's moods
# What the driver sends in the end, by sub-command: GET_RETURN_STATUS follows what is written.
CLOCK, STATUS, CARD, SHOW = 0x05, 0x0E, 0x0C, 0x06


@pytest.fixture(scope="module")
def watched(machine: Machine) -> Iterator[Station]:
    station.prepare(machine, SETTINGS)
    machine.check("test -d /sys/module/sg")
    password = RecorderState().password
    code, out = station.command(machine, "secrets", "set", "recorder.jieli", says=password)
    assert code == 0, out
    running = station.start(machine)
    yield running
    assert running.stop() == 0
    code, report = station.command(machine, "verify")
    assert code == 0, report


def _acts(machine: Machine, serial: str) -> list[tuple[str, str]]:
    """What the ledger says was written to a recorder: the intent and the act, in order."""
    lines = station.ledger_lines(machine)
    return [
        (str(line["act"]), str(facts["write"]))
        for line in lines
        if str(line["act"]).startswith("recorder_writ")
        for facts in [line["facts"]]
        if isinstance(facts, dict) and facts.get("recorder") == serial
    ]


@pytest.mark.parametrize(("stays", "port"), [(False, "1"), (True, "2")], ids=["returns", "stays"])
def test_the_station_unlocks_a_locked_recorder_and_takes_it_in(
    machine: Machine, watched: Station, shelf: Path, tmp_path: Path, *, stays: bool, port: str
) -> None:
    number = 30 + stays
    recorder = recorders.card(shelf, tmp_path / "card.img", number, "fat32", clips=2, mb=0.5)
    badge = recorders.owner(number).badge
    written = replace(OWNER, serial=recorder.serial, badge=BadgeNumber(badge))
    state = RecorderState(written=written, clock_ahead=timedelta(hours=-7))
    bus = OnTheBus(JieliRecorder(state), recorder.image, recorder.serial, stays=stays)

    machine.plug_emulated(port, bus.device)

    watched.wait_done([port], DONE_LIMIT_S)
    view = watched.at_port(port)
    assert (view["driver"], view["recorder_serial"]) == ("mass-storage", recorder.serial)
    assert (view["badge"], view["officer_name"]) == (badge, OWNER.officer_name)
    assert (view["code"], view["battery_percent"]) == (None, state.battery)
    # On the bus: every command once, the clock before the word after which nobody answers.
    assert state.writes == ["clock", "card"]
    sent = [int(block[10:12], 16) for block, _ in bus.wire.blocks if block[:2] in {"fd", "fb"}]
    assert sent[-4:] == [CLOCK, STATUS, CARD, SHOW]
    assert abs(state.clock_ahead) < CLOCK_TOLERANCE
    # In the ledger: each write with its intent before it, and one docking.
    assert _acts(machine, recorder.serial) == [
        ("recorder_writing", "clock_set"),
        ("recorder_written", "clock_set"),
        ("recorder_writing", "storage_unlocked"),
        ("recorder_written", "storage_unlocked"),
    ]
    code, out = station.command(machine, "recorders", "show", recorder.serial, "--json")
    assert code == 0, out
    (docking,) = json.loads(out)["dockings"]
    assert (docking["state"], docking["slot"]) == ("complete", view["slot"])
    assert docking["provenance"]["serial"] == "device"
    assert docking["clock_set_at"]
    held = {
        clip["source_path"]: clip["sha256"]
        for clip in station.clips(machine)
        if clip["recorder_serial"] == recorder.serial
    }
    assert held == recorder.digests
    assert machine.stats(port)["wr_bytes"] == 0
    machine.unplug(port)
    bus.card.close()
