"""SIGKILL at a random moment of a busy station, again and again."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.crash.cards import MIB, make_card
from tests.crash.children import KILLED, Command
from tests.crash.harness import at_rest, invariants, nothing_believed_by_halves

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crash.children import Station

CARDS = 2
# A fork is at work after some 30 ms and through with two such cards in about a quarter of a
# second; with what is recorded meanwhile the load lasts through all kills of a life.
LARGE_BYTES = (1_500_000, 17 * MIB)
LATEST_S = 0.3
KILLS_A_LIFE = 10
LIVES = 2
NIGHTLY_LIVES = 25


def live(station: Station, folder: Path, seed: int) -> int:
    """One station's life: killed ten times, then left in peace. How many kills met it at work."""
    rng = random.Random(seed)
    cards = [
        make_card(folder / f"card{number}", seed * 100 + number, small=4, large_bytes=LARGE_BYTES)
        for number in range(CARDS)
    ]
    died = 0
    for nth in range(KILLS_A_LIFE):
        child = station.begin(station.collecting(cards))
        run = child.wait(rng.uniform(0.02, LATEST_S)) or child.kill()
        died += run.status == KILLED
        assert run.status in {0, KILLED}, run.errors
        nothing_believed_by_halves(station.state)
        if nth % 4 == 3:
            settled = station.settle()
            assert settled.status == 0, settled.errors
            at_rest(station.state)
        for card in cards:  # the officer goes on recording
            card.put(f"NEW_{nth:04d}.MP4", rng.randbytes(rng.randrange(MIB, 4 * MIB)))
    last = station.collect(*cards)
    assert last.status == 0, last.errors
    invariants(station.state, *cards)
    verified = station.run(Command(("verify", "--state", str(station.state))))
    assert verified.status == 0, verified.errors
    return died


@pytest.mark.parametrize("seed", range(LIVES))
def test_station_killed_at_random_loses_and_doubles_nothing(
    seed: int, station: Station, scratch: Path
) -> None:
    assert live(station, scratch, seed) >= KILLS_A_LIFE // 3


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(1000, 1000 + NIGHTLY_LIVES))
def test_many_stations_killed_at_random_lose_and_double_nothing(
    seed: int, station: Station, scratch: Path
) -> None:
    live(station, scratch, seed)
