"""Learning bays through a running station: the socket, the command line, the file."""

from __future__ import annotations

import json
import threading
from functools import partial
from typing import TYPE_CHECKING

import pytest

import main
from tests.unit.ingest.scripted import Bench, ScriptedFile, ScriptedRecorder, until
from workstation.devices.api import Departure, Sighting
from workstation.domain.dock import SlotStatus
from workstation.domain.errors import UsageError
from workstation.ipc.messages_slots import LearnSlots
from workstation.ipc.server import StationServer
from workstation.station import slot_book
from workstation.station.commands import Commands

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BUS = "pci-0000:00:14.0-usb-0:"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A station with its socket."""
    made = Bench(tmp_path / "state")
    server = StationServer(made.paths.socket, Commands(made.engine).handle, made.engine.mailbox)
    server.start()
    yield made
    server.stop()
    made.close()


def sighting(bench: Bench, chain: str) -> Sighting:
    recorder = ScriptedRecorder({f"{chain}.MP4": ScriptedFile(chain.encode())}, serial=chain)
    bench.driver.shelf[chain] = recorder
    return Sighting(BUS + chain, chain, scheme="scripted")


def test_bays_learned_by_the_command_line_are_those_of_the_wall(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = bench.engine.slots
    state = str(bench.paths.root)
    refusals: list[BaseException] = []

    def plug() -> None:
        try:
            for slot, chain in ((5, "2.1"), (6, "2.2")):
                until(partial(_is_at, bench, slot), f"the lesson is at bay {slot}")
                desk.announce(sighting(bench, chain))
        except BaseException as error:  # noqa: BLE001 - told by the test's own thread
            refusals.append(error)

    thread = threading.Thread(target=plug)
    thread.start()
    learning = ["slots", "learn", "--from", "5", "--to", "6", "--wait", "20", "--json"]
    ended = main.main([*learning, "--state", state])
    thread.join(20)
    assert (ended, refusals) == (0, [])
    learned = [
        {"slot": 5, "ports": [f"{BUS}2.1"], "source": "learned"},
        {"slot": 6, "ports": [f"{BUS}2.2"], "source": "learned"},
    ]
    assert json.loads(capsys.readouterr().out) == {"bays": learned}
    assert slot_book.load(bench.paths.slots) == {5: (f"{BUS}2.1",), 6: (f"{BUS}2.2",)}
    # What was held back is taken in now, in the bays that were learned.
    for slot in (5, 6):
        until(partial(_is_done, bench, slot), "it is collected")
        assert bench.view(slot).is_mapped
    assert main.main(["slots", "forget", "6", "--state", state, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"bays": learned[:1]}
    assert main.main(["slots", "forget", "6", "--state", state]) == 2


def _is_done(bench: Bench, slot: int) -> bool:
    return bench.view(slot).status is SlotStatus.DONE


def _is_at(bench: Bench, slot: int) -> bool:
    try:
        lesson = bench.engine.slots.step(LearnSlots("observe"))
    except UsageError:
        return False
    return lesson.slot == slot


def test_a_lesson_that_gets_nothing_is_cancelled_and_says_so(
    bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["slots", "learn", "--to", "2", "--wait", "1", "--state", str(bench.paths.root)]
    assert main.main(command) == 2
    assert "nothing_plugged" in capsys.readouterr().err
    assert not bench.paths.slots.exists()
    assert not _is_at(bench, 1)


def test_nothing_is_collected_while_a_lesson_is_open(bench: Bench) -> None:
    desk = bench.engine.slots
    desk.step(LearnSlots("begin"))
    one = sighting(bench, "3")
    desk.announce(one)
    assert bench.engine.catalog.collections() == []
    desk.announce(Departure(one.port))
    desk.announce(one)
    desk.step(LearnSlots("cancel"))
    until(lambda: bench.view(1).status is SlotStatus.DONE, "it is taken in after all")
    assert not bench.view(1).is_mapped
    assert not bench.paths.slots.exists()


def test_a_map_learned_while_a_recorder_is_docked_is_for_the_next_plug(bench: Bench) -> None:
    desk = bench.engine.slots
    one = sighting(bench, "3")
    desk.announce(one)
    until(lambda: bench.view(1).status is SlotStatus.DONE, "bay 1, by chance")
    desk.step(LearnSlots("begin", slot=4))
    desk.announce(Departure(one.port))
    until(lambda: bench.view(1).status is SlotStatus.EMPTY, "it left the bay it was in")
    desk.announce(one)
    desk.step(LearnSlots("confirm", slot=4))
    desk.step(LearnSlots("save"))
    until(lambda: bench.view(4).status is SlotStatus.DONE, "bay 4, as learned")
    desk.announce(Departure(one.port))
    until(lambda: bench.view(4).status is SlotStatus.EMPTY, "it left the bay it was in")


def test_a_map_outlives_the_station(tmp_path: Path) -> None:
    slot_book.save(tmp_path / "state/slots.json", {9: (f"{BUS}3",)})
    bench = Bench(tmp_path / "state")
    bench.engine.slots.announce(sighting(bench, "3"))
    until(lambda: bench.view(9).status is SlotStatus.DONE, "bay 9")
    bench.close()


def test_a_damaged_map_stops_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "slots.json"
    for text in ("{", '{"bays": {"0": ["x"]}}', '{"bays": {}, "format": 2}'):
        path.write_text(text, encoding="utf-8")
        assert slot_book.load(path) == {}
    assert "slots not read" in caplog.text
