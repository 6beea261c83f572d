"""Erase real cards on a real kernel: read-only until then, exactly the list, read-only again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.rig import recorders, station

if TYPE_CHECKING:
    from pathlib import Path

    from tests.rig.machine import Machine

pytestmark = [pytest.mark.rig, pytest.mark.timeout(600)]

LIMIT_S = 300
RULE = '[erase]\npolicy = "after_local"\ncool_down_h = 0\n'
FILE_SYSTEMS = {"1": "fat32", "2": "exfat"}  # by socket


def test_proven_cards_are_emptied_and_the_rest_of_them_stays(
    machine: Machine, shelf: Path, tmp_path: Path
) -> None:
    station.prepare(machine, RULE)
    watched = station.start(machine)
    docked = {}
    for number, (port, file_system) in enumerate(FILE_SYSTEMS.items(), 1):
        image = tmp_path / f"{file_system}.img"
        docked[port] = recorders.card(shelf, image, number, file_system)
        machine.plug(port, image, serial=docked[port].serial)
    watched.wait(
        lambda: watched.station.text().count("erase ended") == len(docked), LIMIT_S, "the erases"
    )
    watched.wait_done(docked, 30)
    listed = machine.check("find /run/evidock/mounts -type f").split()
    left = {path.split("/", 5)[5] for path in listed}
    for recorder in docked.values():
        assert not left & recorder.digests.keys(), "what is proven is gone"
    for line in machine.check("grep /run/evidock/mounts /proc/mounts").splitlines():
        node, _, _, options = line.split()[:4]
        assert {"ro", "nosuid", "nodev", "noexec"} <= set(options.split(","))
        assert machine.check(f"blockdev --getro {node}").strip() == "1"
    for port in docked:
        machine.unplug(port)
    assert watched.stop() == 0

    held = {clip["sha256"] for clip in station.clips(machine)}
    assert held == {digest for card in docked.values() for digest in card.digests.values()}
    code, report = station.command(machine, "verify")
    assert code == 0, report
