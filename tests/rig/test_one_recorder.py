"""One exFAT recorder from the plug to a verified vault."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.rig import recorders, station

if TYPE_CHECKING:
    from pathlib import Path

    from tests.rig.machine import Machine

# The full dock shows it with ten; alone it tells faster what is the matter.
pytestmark = [pytest.mark.rig, pytest.mark.nightly, pytest.mark.timeout(600)]

DONE_LIMIT_S = 180


def test_a_plugged_recorder_is_taken_in_byte_for_byte(
    machine: Machine, shelf: Path, tmp_path: Path
) -> None:
    recorder = recorders.card(shelf, tmp_path / "card.img", 1, "exfat")
    station.prepare(machine)
    watched = station.start(machine)
    machine.plug("1", recorder.image, serial=recorder.serial)
    watched.wait_done(["1"], DONE_LIMIT_S)
    assert machine.stats("1")["wr_bytes"] == 0
    machine.unplug("1")
    watched.wait(lambda: watched.at_port("1")["status"] == "empty", 30, "an empty slot")
    assert watched.stop() == 0

    held = {clip["source_path"]: clip["sha256"] for clip in station.clips(machine)}
    assert held == recorder.digests
    code, report = station.command(machine, "verify")
    assert code == 0, report
