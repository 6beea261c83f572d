"""Die while the last death is being settled, and while other lanes are at work."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from tests.crash.cards import make_card
from tests.crash.children import KILLED
from tests.crash.harness import ask, at_rest, invariants, nothing_believed_by_halves

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crash.cards import Card
    from tests.crash.children import Station

# Seven photos are staged, or placed already; the seventh equals the first.
STAGED, PLACED = "stage.recorded@1", "record.before_commit@1"
ALWAYS = {
    (STAGED, "admit.renamed@1"),
    (STAGED, "record.committed@7"),
    (PLACED, "admit.synced@3"),
    (PLACED, "record.before_commit@6"),
    (PLACED, "checkpoint.before@1"),
}
SECOND_DEATHS = [second for _, second in sorted(ALWAYS)]
DEATHS = [
    pytest.param(*pair, marks=() if pair in ALWAYS else pytest.mark.nightly)
    for pair in itertools.product((STAGED, PLACED), SECOND_DEATHS)
]


@pytest.fixture
def other_card(scratch: Path) -> Card:
    """A second card with contents of its own."""
    return make_card(scratch / "other", 8, small=3, large_bytes=(1_500_000, 2_600_000))


@pytest.mark.parametrize(("first", "second"), DEATHS)
def test_death_during_recovery_is_settled_by_the_next_start(
    first: str, second: str, station: Station, card: Card
) -> None:
    assert station.collect(card, armed=f"{first}=kill").status == KILLED
    assert station.settle(armed=f"{second}=kill").status == KILLED
    nothing_believed_by_halves(station.state)
    settled = station.settle()
    assert settled.status == 0, settled.errors
    at_rest(station.state)
    assert ask(station.state, "SELECT count(*) FROM clip") == [(6,)]
    again = station.collect(card)
    assert again.status == 0, again.errors
    invariants(station.state, card)


def test_station_that_dies_at_every_start_gets_through_in_the_end(
    station: Station, card: Card
) -> None:
    station.collect(card, armed="stage.recorded@1=kill")
    deaths = 0
    while station.settle(armed="record.committed@1=kill").status == KILLED:
        deaths += 1
        nothing_believed_by_halves(station.state)
        assert deaths <= 7, "recovery makes no headway"
    assert deaths == 7  # one photo a start
    at_rest(station.state)


@pytest.mark.parametrize("refusal", ["admit.renamed@2=enospc", "admit.synced@1=eio"])
def test_disk_that_refuses_recovery_is_named_and_nothing_is_lost(
    refusal: str, station: Station, card: Card
) -> None:
    station.collect(card, armed="stage.recorded@1=kill")
    refused = station.collect(card, armed=refusal)
    assert refused.status == 3
    assert "Traceback" not in refused.errors
    nothing_believed_by_halves(station.state)
    assert station.settle().status == 0
    at_rest(station.state)
    assert ask(station.state, "SELECT count(*) FROM clip") == [(6,)]


@pytest.mark.parametrize(
    "armed",
    [
        "copy.half@6",
        "admit.renamed@3",
        pytest.param("stage.synced@3", marks=pytest.mark.nightly),
        pytest.param("record.committed@5", marks=pytest.mark.nightly),
    ],
)
def test_death_in_one_lane_takes_nothing_from_another(
    armed: str, station: Station, card: Card, other_card: Card
) -> None:
    assert station.collect(card, other_card, armed=f"{armed}=kill").status == KILLED
    nothing_believed_by_halves(station.state)
    again = station.collect(other_card, card)
    assert again.status == 0, again.errors
    invariants(station.state, card, other_card)


@pytest.mark.parametrize("armed", ["copy.half@5=eio", "admit.renamed@3=enospc"])
def test_lane_that_fails_leaves_the_other_at_work(
    armed: str, station: Station, card: Card, other_card: Card
) -> None:
    failed = station.collect(card, other_card, armed=armed)
    assert failed.status == 3
    states = ask(station.state, "SELECT state FROM collection ORDER BY state")
    assert states == [("complete",), ("failed",)]
    again = station.collect(card, other_card)
    assert again.status == 0, again.errors
    invariants(station.state, card, other_card)
