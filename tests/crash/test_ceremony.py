"""Die anywhere in the first-start ceremony: held again, it keeps the keys and the id it had."""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.crash.cards import make_card
from tests.crash.children import KILLED, Command, Station
from tests.crash.harness import ask, invariants

if TYPE_CHECKING:
    from pathlib import Path

# What a process does to files, as CPython tells its audit hooks; each is a place to die at.
DEEDS = frozenset({"open", "os.link", "os.mkdir", "os.remove", "os.rename", "sqlite3.connect"})
MOST_DEEDS = 60


@dataclass(frozen=True, slots=True)
class Ceremony:
    """``main.py init``, killed just before its n-th deed in the state directory (0: never)."""

    state: Path
    dies_before: int

    def __call__(self) -> int:
        done = 0

        def watch(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal done
            if event not in DEEDS or not str(arguments[0]).startswith(str(self.state)):
                return
            if "/objects/" in str(arguments[0]):  # 256 directories: one death among them will do
                return
            done += 1
            if done == self.dies_before:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(watch)
        return Command(("init", "--non-interactive", "--state", str(self.state)))()


def _kept(state: Path) -> dict[str, bytes]:
    """What must never change once it is there."""
    names = ("keys/vault.json", "keys/station.key", "station.json.draft", "station.json")
    return {name: (state / name).read_bytes() for name in names if (state / name).exists()}


def _sound(station: Station, folder: Path) -> None:
    card = make_card(folder / "card", 5, small=2, large_bytes=())
    run = station.collect(card)
    assert run.status == 0, run.errors
    invariants(station.state, card)
    created = ask(station.state, "SELECT count(*) FROM custody_entry WHERE act='station_created'")
    assert created == [(1,)]


def test_ceremony_cut_short_again_and_again_keeps_what_it_made(scratch: Path) -> None:
    station = Station(scratch / "state")
    kept: dict[str, bytes] = {}
    deaths = 0
    while "station.json" not in kept:
        deaths += 1
        assert deaths < MOST_DEEDS
        run = station.run(Ceremony(station.state, deaths))
        assert run.status == KILLED, run.errors
        found = _kept(station.state)
        assert kept.items() <= found.items()
        kept = found
    assert kept["station.json"] == kept["station.json.draft"]  # it died before clearing up
    assert deaths >= 10
    _sound(station, scratch)
    now = _kept(station.state)
    assert {name: text for name, text in kept.items() if name in now} == now


@pytest.mark.nightly
@pytest.mark.parametrize("nth", range(1, MOST_DEEDS))
def test_ceremony_cut_short_there_is_held_to_its_end_by_the_next(nth: int, scratch: Path) -> None:
    station = Station(scratch / "state")
    first = station.run(Ceremony(station.state, nth))
    kept = _kept(station.state)
    if first.status == KILLED and "station.json" not in kept:
        again = station.run(Ceremony(station.state, 0))
        assert again.status == 0, again.errors
    now = _kept(station.state)
    for name in ("keys/vault.json", "keys/station.key"):
        assert kept.get(name, now[name]) == now[name]
    if "station.json.draft" in kept:
        assert now["station.json"] == kept["station.json.draft"]
    _sound(station, scratch)
