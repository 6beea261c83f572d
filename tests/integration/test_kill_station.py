"""SIGKILL the station itself, its docks and children with it, while recorders are read."""

from __future__ import annotations

import hashlib
import random
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from drivers.simulated import SimulatedDock
from tests.crash.cards import make_card
from tests.crash.children import KILLED, Command, Station
from tests.crash.harness import (
    ask,
    at_rest,
    make_template,
    nothing_believed_by_halves,
    staged,
)
from workstation.devices.simulation.cards import card_of
from workstation.devices.simulation.shelf import Shelf
from workstation.devices.simulation.url import parse_slot
from workstation.station.cli.demo import footage_cache

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crash.children import Child

SLOTS = 2
# Two videos of 3 MB each and what goes with them, at a rate that makes it last a second.
DOCK = f"simulated:?slots={SLOTS}&clips=2&seconds=1&mb=3&seed=11&mb_s=8&duplicate=2&zero=1"
PATIENCE_S = 60.0
DONE = "SELECT count(DISTINCT port) FROM collection WHERE state='complete' AND id > ?"
LAST = "SELECT source, max(id) FROM collection WHERE state='complete' GROUP BY port"


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    """The cards of the dock, made before anything is measured or killed."""
    SimulatedDock(DOCK, footage_cache()).prepare()
    return Shelf(footage_cache() / "cards")


@pytest.fixture
def station(tmp_path: Path) -> Station:
    """A station fresh from the ceremony."""
    make_template(tmp_path / "state")
    return Station(tmp_path / "state")


def _start(station: Station) -> Child:
    return station.begin(Command(("station", "--state", str(station.state), "--dock", DOCK)))


def _last_collection(state: Path) -> str:
    return str(ask(state, "SELECT coalesce(max(id), '') FROM collection")[0][0])


def _collect_in_peace(station: Station) -> None:
    before = _last_collection(station.state)
    child = _start(station)
    until = time.monotonic() + PATIENCE_S
    while ask(station.state, DONE, before) != [(SLOTS,)]:
        if (over := child.wait(0.05)) is not None:
            pytest.fail(over.errors)
        if time.monotonic() > until:
            pytest.fail(child.kill().errors)
    ended = child.terminate()
    assert ended.status == 0, ended.errors


def _everything_on_the_cards_is_in_the_vault(state: Path, shelf: Shelf) -> None:
    distinct = set()
    for source, collection in ask(state, LAST):
        tree = shelf.find(card_of(parse_slot(source)))
        assert tree is not None
        lines = ask(
            state,
            "SELECT path, sha256, state FROM ingest_item WHERE collection_id=? ORDER BY path",
            collection,
        )
        taken = {path: sha for path, sha, how in lines if how in {"vaulted", "duplicate"}}
        assert len(taken) == sum(how != "skipped" for _, _, how in lines) > 0
        for path, sha in taken.items():
            with closing((tree / path).open("rb")) as file:
                assert hashlib.file_digest(file, "sha256").hexdigest() == sha
        distinct |= set(taken.values())
    assert {sha for (sha,) in ask(state, "SELECT sha256 FROM clip")} == distinct


def _live(station: Station, shelf: Shelf, kills: int, rng: random.Random) -> int:
    died = 0
    for _ in range(kills):
        child = _start(station)
        run = child.wait(rng.uniform(0.05, 1.5)) or child.kill()
        assert run.status == KILLED, run.errors
        nothing_believed_by_halves(station.state)
        died += bool(ask(station.state, "SELECT id FROM collection WHERE state='running'"))
    _collect_in_peace(station)
    at_rest(station.state)
    assert staged(station.state) == set()
    _everything_on_the_cards_is_in_the_vault(station.state, shelf)
    return died


def test_station_killed_with_full_docks_loses_and_doubles_nothing(
    station: Station, shelf: Shelf
) -> None:
    assert _live(station, shelf, 5, random.Random(1)) >= 1


def test_collect_works_where_a_killed_station_left_its_socket(
    station: Station, shelf: Shelf, tmp_path: Path
) -> None:
    assert shelf.directory.exists()
    child = _start(station)
    socket = station.state / "station.sock"
    until = time.monotonic() + PATIENCE_S
    while not socket.exists():
        assert child.wait(0.02) is None
        assert time.monotonic() < until
    child.kill()
    assert socket.exists()
    card = make_card(tmp_path / "card", 9, small=2, large_bytes=())
    run = station.collect(card)
    assert run.status == 0, run.errors
    at_rest(station.state)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(5))
def test_stations_killed_with_full_docks_lose_and_double_nothing(
    seed: int, station: Station, shelf: Shelf
) -> None:
    _live(station, shelf, 12, random.Random(seed))
