"""A power cut takes what was never flushed: files end early, hold zeros, or are not there.

A killed process leaves everything it wrote in the page cache, so what a power cut would have
taken is taken here by hand, from files that were not fsynced when the process died.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.crash.cards import MIB, Card
from tests.crash.children import KILLED
from tests.crash.harness import ask, at_rest, invariants, objects, staged

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.crash.children import Station

LONG_BYTES = 26 * MIB  # from 16 MiB on, an unfinished copy is worth resuming
BLOCKS_DONE = 22


def _truncate(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size * 19 // 20)


def _zero_the_tail(path: Path) -> None:
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.truncate(size - 3 * MIB if size > 4 * MIB else size // 3)
        file.truncate(size)


def _zero_all(path: Path) -> None:
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.truncate(0)
        file.truncate(size)


def _empty(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(0)


def _zero_a_page_within(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2 & ~4095)
        file.write(bytes(4096))


def _lose(path: Path) -> None:
    path.unlink()


def _flip_one_bit(path: Path) -> None:
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size * 2 // 3)
        flipped = bytes(byte ^ 0x10 for byte in file.read(1))
        file.seek(size * 2 // 3)
        file.write(flipped)


USUAL = (_truncate, _zero_a_page_within, _flip_one_bit)
RARER = (_zero_the_tail, _zero_all, _empty, _lose)
every_loss = pytest.mark.parametrize(
    "loss",
    [
        *(pytest.param(loss, id=loss.__name__) for loss in USUAL),
        *(pytest.param(loss, id=loss.__name__, marks=pytest.mark.nightly) for loss in RARER),
    ],
)


def _staging(station: Station) -> list[Path]:
    return sorted((station.state / "vault" / "staging").iterdir())


@pytest.fixture(scope="module")
def long_card(tmp_path_factory: pytest.TempPathFactory) -> Card:
    """A card with one video that is long enough to be resumed."""
    card = Card(tmp_path_factory.mktemp("long"))
    card.put("MOV_0001.MP4", random.Random(3).randbytes(LONG_BYTES))
    return card


@every_loss
def test_half_of_a_long_copy_is_believed_no_further_than_it_holds(
    loss: Callable[[Path], None], station: Station, long_card: Card
) -> None:
    died = station.collect(long_card, armed=f"copy.half@{BLOCKS_DONE}=kill")
    assert died.status == KILLED
    (half,) = _staging(station)
    assert half.stat().st_size > 16 * MIB
    half.chmod(0o600)
    loss(half)
    again = station.collect(long_card)
    assert again.status == 0, again.errors
    invariants(station.state, long_card)


def test_half_without_loss_is_kept_until_its_file_is_in_the_vault(
    station: Station, long_card: Card
) -> None:
    station.collect(long_card, armed=f"copy.half@{BLOCKS_DONE}=kill")
    (half,) = _staging(station)
    assert station.settle().status == 0
    at_rest(station.state)
    assert staged(station.state) == {half.name}
    station.collect(long_card, armed=f"copy.half@{BLOCKS_DONE + 2}=kill")
    assert station.settle().status == 0
    assert len(staged(station.state)) == 1, "of two halves of a file one is enough"
    again = station.collect(long_card)
    assert again.status == 0, again.errors
    invariants(station.state, long_card)


def test_half_of_a_file_that_recovery_finished_is_swept(station: Station, long_card: Card) -> None:
    station.collect(long_card, armed=f"copy.half@{BLOCKS_DONE}=kill")
    station.collect(long_card, armed="stage.recorded@1=kill")
    assert len(staged(station.state)) == 2
    assert station.settle().status == 0
    invariants_without_card(station)
    assert ask(station.state, "SELECT count(*) FROM clip") == [(1,)]


def invariants_without_card(station: Station) -> None:
    """At rest, and not a byte in staging."""
    at_rest(station.state)
    assert staged(station.state) == set()


@every_loss
@pytest.mark.parametrize(
    "armed", ["copy.written@1", pytest.param("copy.half@3", marks=pytest.mark.nightly)]
)
def test_short_copies_that_were_never_flushed_are_worth_nothing(
    armed: str, loss: Callable[[Path], None], station: Station, card: Card
) -> None:
    assert station.collect(card, armed=f"{armed}=kill").status == KILLED
    found = _staging(station)
    assert found
    for path in found:
        path.chmod(0o600)
        loss(path)
    again = station.collect(card)
    assert again.status == 0, again.errors
    invariants(station.state, card)


@every_loss
@pytest.mark.parametrize("armed", ["stage.recorded@2", "record.before_commit@2"])
def test_damaged_copy_is_not_admitted_however_far_it_got(
    armed: str, loss: Callable[[Path], None], station: Station, card: Card
) -> None:
    assert station.collect(card, armed=f"{armed}=kill").status == KILLED
    ((clip, sha256),) = ask(
        station.state, "SELECT clip_id, sha256 FROM ingest_item WHERE state='staged'"
    )
    (path,) = (station.state / "vault").glob(f"*/**/*{clip}")
    assert path.name in {clip, f"{sha256}.{clip}"}
    path.chmod(0o600)
    loss(path)
    settled = station.settle()
    assert settled.status == 0, settled.errors
    at_rest(station.state)
    assert ask(station.state, "SELECT id FROM clip WHERE id=?", clip) == []
    assert not any(clip in name for name in objects(station.state))
    again = station.collect(card)
    assert again.status == 0, again.errors
    invariants(station.state, card)


def test_torn_end_of_the_write_ahead_log_is_ignored(station: Station, card: Card) -> None:
    station.collect(card, armed="record.committed@2=kill")
    before = ask(station.state, "SELECT count(*) FROM custody_entry")
    log = station.state / "ledger.sqlite-wal"
    assert log.stat().st_size
    with log.open("ab") as file:
        file.write(random.Random(5).randbytes(5000))
    settled = station.settle()
    assert settled.status == 0, settled.errors
    at_rest(station.state)
    assert ask(station.state, "SELECT count(*) FROM custody_entry")[0] > before[0]
    assert station.collect(card).status == 0
    invariants(station.state, card)
