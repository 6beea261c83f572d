"""The simulated dock plugs, pulls and replugs recorders as its URL says."""

from __future__ import annotations

import queue
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from drivers.simulated import SimulatedDock, SimulatedDriver
from workstation.devices.api import Departure, Match, Sighting
from workstation.devices.profiles import ProfileSet
from workstation.domain.errors import (
    BadDockUrlError,
    RecorderGoneError,
    RecorderUnreadableError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Announcements = queue.Queue[Sighting | Departure]
    StartDock = Callable[[str], tuple[SimulatedDock, Announcements]]

TINY = "clips=1&seconds=1&seed=3"
LIMIT_S = 30


@pytest.fixture(scope="module")
def driver() -> SimulatedDriver:
    shipped = Path(__file__).parents[3] / "resources" / "profiles"
    return SimulatedDriver(ProfileSet.load([shipped]))


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def start(cache: Path) -> Iterator[StartDock]:
    started: list[SimulatedDock] = []

    def start_dock(query: str) -> tuple[SimulatedDock, Announcements]:
        dock = SimulatedDock(f"simulated:?{query}", cache)
        heard: Announcements = queue.Queue()
        started.append(dock)
        dock.start(heard.put)
        return dock, heard

    yield start_dock
    for dock in started:
        dock.stop()


def _sighting(heard: Announcements) -> Sighting:
    found = heard.get(timeout=LIMIT_S)
    assert isinstance(found, Sighting)
    return found


def _read_all(driver: SimulatedDriver, sighting: Sighting) -> dict[bytes, int]:
    """Size of every file that can be taken."""
    buffer = memoryview(bytearray(1 << 20))
    sizes: dict[bytes, int] = {}
    with driver.open(sighting) as session:
        for entry in session.entries():
            if entry.skip_code is None:
                sizes[entry.raw_path] = 0
                with session.read(entry) as source:
                    while count := source.readinto(buffer):
                        sizes[entry.raw_path] += count
                assert sizes[entry.raw_path] == entry.size_bytes
    return sizes


def test_start_returns_at_once_and_each_recorder_is_sighted(
    start: StartDock, driver: SimulatedDriver
) -> None:
    began_s = time.monotonic()
    dock, heard = start(f"slots=2&{TINY}")
    assert time.monotonic() - began_s < 0.5
    assert dock.slots == 2
    assert dock.ports == {"simulated:1": 1, "simulated:2": 2}
    found = sorted((_sighting(heard) for _ in range(2)), key=lambda each: each.port)
    assert [each.port for each in found] == ["simulated:1", "simulated:2"]
    for sighting in found:
        assert sighting.source.startswith(dock.url)
        assert driver.match(sighting) is Match.EXACT
        assert _read_all(driver, sighting)


def test_second_start_finds_its_cards_made(start: StartDock, driver: SimulatedDriver) -> None:
    first_dock, heard = start(f"slots=1&{TINY}")
    first = _sighting(heard)
    first_dock.stop()
    began_s = time.monotonic()
    _, heard = start(f"slots=1&{TINY}")
    second = _sighting(heard)
    assert time.monotonic() - began_s < 1
    assert _read_all(driver, first) == _read_all(driver, second)


def test_driver_is_blind_to_other_schemes(driver: SimulatedDriver) -> None:
    for scheme in ("card", "folder", "usb"):
        assert driver.match(Sighting(port="usb-1", source="/", scheme=scheme)) is Match.NO


def test_yanked_recorder_departs_and_comes_back_with_everything(
    start: StartDock, driver: SimulatedDriver
) -> None:
    _, heard = start(f"slots=1&{TINY}&yank_at=20%&replug_s=0")
    first = _sighting(heard)
    with pytest.raises(RecorderGoneError):
        _read_all(driver, first)
    assert heard.get(timeout=LIMIT_S) == Departure(port="simulated:1")
    again = _sighting(heard)
    assert (again.port, again.label) == (first.port, first.label)
    assert len(_read_all(driver, again)) >= 4
    with pytest.raises(RecorderGoneError), driver.open(first):
        pass


def test_recorder_pulled_by_hand_comes_back_with_the_same(
    start: StartDock, driver: SimulatedDriver
) -> None:
    dock, heard = start(f"slots=1&{TINY}&replug_s=0")
    before = _read_all(driver, _sighting(heard))
    dock.pull(1)
    assert heard.get(timeout=LIMIT_S) == Departure(port="simulated:1")
    assert _read_all(driver, _sighting(heard)) == before


def test_cycling_dock_brings_fresh_footage_from_the_same_recorder(
    start: StartDock, driver: SimulatedDriver
) -> None:
    _, heard = start(f"slots=1&{TINY}&cycle_s=1&replug_s=0")
    first = _sighting(heard)
    with driver.open(first) as session:
        before = {entry.raw_path for entry in session.entries()}
    assert heard.get(timeout=LIMIT_S) == Departure(port="simulated:1")
    second = _sighting(heard)
    assert second.label == first.label
    with driver.open(second) as session:
        after = {entry.raw_path for entry in session.entries()}
    assert before != after
    assert second.source != first.source


def test_empty_unknown_and_failing_slots_act_as_documented(
    start: StartDock, driver: SimulatedDriver
) -> None:
    _, heard = start(f"slots=3&{TINY}&empty=1&unknown=2&fail_slot=3")
    found = {each.port: each for each in (_sighting(heard) for _ in range(2))}
    assert found.keys() == {"simulated:2", "simulated:3"}
    charging = found["simulated:2"]
    assert (charging.scheme, charging.ready) == ("usb", False)
    assert charging.state_code == "slot.charge_only"
    assert driver.match(charging) is Match.NO
    with pytest.raises(RecorderUnreadableError), driver.open(found["simulated:3"]):
        pass


def test_recorders_are_plugged_one_after_the_other(start: StartDock) -> None:
    _, heard = start(f"slots=2&{TINY}&unknown=1,2&stagger_s=0.5")
    _sighting(heard)
    first_s = time.monotonic()
    assert _sighting(heard).port == "simulated:2"
    assert time.monotonic() - first_s >= 0.3


def test_stopped_dock_is_prompt_and_silent(cache: Path) -> None:
    dock = SimulatedDock("simulated:?slots=4&clips=50&seconds=9&seed=99", cache)
    heard: list[object] = []
    dock.start(heard.append)
    began_s = time.monotonic()
    dock.stop()
    assert time.monotonic() - began_s < 5
    assert heard == []
    assert not [each for each in threading.enumerate() if each.name.startswith("simulated")]


def test_prepared_dock_has_all_its_cards(cache: Path) -> None:
    url = f"simulated:?slots=2&{TINY}&fail_slot=2"
    SimulatedDock(url, cache).prepare()
    began_s = time.monotonic()
    SimulatedDock(url, cache).prepare()
    assert time.monotonic() - began_s < 0.5


def test_card_that_can_not_be_made_leaves_its_slot_empty(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "cards").touch()  # a file where the directory should be
    dock = SimulatedDock(f"simulated:?slots=2&{TINY}&unknown=2", tmp_path)
    heard: Announcements = queue.Queue()
    dock.start(heard.put)
    assert _sighting(heard).port == "simulated:2"
    dock.stop()
    assert "card not made slot=1" in caplog.text


def test_leftovers_of_dead_processes_are_dropped(cache: Path, start: StartDock) -> None:
    dead = cache / "bays" / "4194304999-01ARZ3NDEKTSV4RRFFQ69G5FAV"
    dead.mkdir(parents=True)
    _, heard = start(f"slots=1&{TINY}&unknown=1")
    _sighting(heard)
    assert not dead.exists()


def test_wrong_url_is_refused_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(BadDockUrlError):
        SimulatedDock("simulated:?slots=many", tmp_path)


def test_yesterday_counts_from_the_clock_given(tmp_path: Path) -> None:
    class Noon:
        def now(self) -> datetime:
            return datetime(2026, 3, 2, 12, tzinfo=UTC)

    assert "day=2026-03-01" in SimulatedDock("simulated:", tmp_path, Noon()).url


def test_sighting_without_a_bay_is_a_recorder_that_left(driver: SimulatedDriver) -> None:
    sighting = Sighting(port="simulated:1", source="simulated:?slots=1#1", scheme="simulated")
    with pytest.raises(RecorderGoneError), driver.open(sighting):
        pass


def test_a_recorder_that_resets_is_back_at_its_port_after_a_second(
    start: StartDock, driver: SimulatedDriver
) -> None:
    _, heard = start(f"slots=1&{TINY}&reset_at=20%&replug_s=600")
    first = _sighting(heard)
    with pytest.raises(RecorderGoneError):
        _read_all(driver, first)
    left_s = time.monotonic()
    assert heard.get(timeout=LIMIT_S) == Departure(port="simulated:1")
    again = _sighting(heard)
    assert time.monotonic() - left_s < LIMIT_S
    assert again.port == first.port
    assert len(_read_all(driver, again)) >= 4


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("unknown", "slot.charge_only"),
        ("no_card", "slot.no_medium"),
        ("locked", "slot.waiting_unlock"),
        ("encrypted", "slot.encrypted_medium"),
        ("corrupt", "slot.corrupt_medium"),
        ("foreign", "slot.foreign_medium"),
        ("unformatted", "slot.unknown_medium"),
    ],
)
def test_what_can_not_be_read_says_why(start: StartDock, fault: str, code: str) -> None:
    _, heard = start(f"slots=1&{TINY}&{fault}=1")
    sighting = _sighting(heard)
    assert (sighting.ready, sighting.state_code) == (False, code)


@pytest.mark.parametrize("fault", ["locked", "no_card"])
def test_what_was_not_ready_can_be_read_later_without_having_left(
    start: StartDock, driver: SimulatedDriver, fault: str
) -> None:
    _, heard = start(f"slots=1&{TINY}&{fault}=1&ready_after=1:0.2")
    first = _sighting(heard)
    assert not first.ready
    again = _sighting(heard)
    assert (again.port, again.ready, again.state_code) == (first.port, True, "")
    assert _read_all(driver, again)


def test_a_hub_takes_its_recorders_along_once_and_they_come_back(start: StartDock) -> None:
    _, heard = start(f"slots=3&{TINY}&hub=1,2&hub_gone_s=0.5&replug_s=0")
    events = [heard.get(timeout=LIMIT_S) for _ in range(3 + 2 + 2)]
    gone = [event.port for event in events if isinstance(event, Departure)]
    assert sorted(gone) == ["simulated:1", "simulated:2"]
    came = [event.port for event in events if isinstance(event, Sighting)]
    assert sorted(came) == ["simulated:1"] * 2 + ["simulated:2"] * 2 + ["simulated:3"]


def test_a_dirty_card_is_read_and_called_so(start: StartDock, driver: SimulatedDriver) -> None:
    _, heard = start(f"slots=1&{TINY}&dirty=1")
    sighting = _sighting(heard)
    assert (sighting.ready, sighting.state_code) == (True, "medium.dirty")
    assert _read_all(driver, sighting)
