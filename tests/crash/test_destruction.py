"""Die anywhere in a destruction; the next start ends it: nothing is gone without its entry."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.crash.children import KILLED
from tests.crash.harness import acts_of, ask, objects
from workstation.casework import annotating
from workstation.casework.annotating import Annotation
from workstation.catalog.reader import Catalog
from workstation.ledger.writer import Ledger
from workstation.platform.paths import StatePaths
from workstation.retention import holds
from workstation.retention.sweep import Sweep
from workstation.station import record
from workstation.station.verification import verify
from workstation.vault.store import Vault

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crash.cards import Card
    from tests.crash.children import Station


@dataclass(frozen=True, slots=True)
class YearsAhead:
    """A clock that runs ``days`` ahead."""

    days: float

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Destroying:
    """One step of a destruction, in a process of its own, so many days from now."""

    state: Path
    days: float
    step: str

    def __call__(self) -> int:
        paths = StatePaths(self.state)
        key = record.load_key(paths)
        ledger = Ledger(paths.ledger, record.load(paths).id, key, YearsAhead(self.days))
        catalog = Catalog.open(paths.ledger)
        sweep = Sweep(ledger, catalog, Vault(paths.vault, record.load_keyring(paths)), key)
        if self.step == "queue":
            assert sweep.queue("A") is not None
        elif self.step == "confirm":
            sweep.confirm(catalog.destructions()[0].id, "B")
        elif self.step == "hold":
            clip = catalog.clips()[1].id
            holds.place(ledger, clips=[clip], cases=[], reason="复议", by="C")
        elif self.step == "tag":
            annotating.annotate(ledger, [catalog.clips()[2].id], Annotation(importance=5), "C")
        else:
            sweep.finish_all()
        catalog.close()
        ledger.close()
        return 0


class Unheard:
    """Progress that nobody watches."""

    def lines(self, count: int) -> None: ...

    def objects(self, total: int, total_bytes: int) -> None: ...

    def checked_bytes(self, count: int) -> None: ...

    def checked_object(self) -> None: ...


YEARS = 12 * 366.0
DEATHS = [
    "destroy.confirmed=kill",
    "destroy.discarded@1=kill",
    "destroy.discarded@3=exit",
    "destroy.recorded@1=kill",
    "destroy.recorded@4=kill",
    "destroy.certified=kill",
]


def settled(state: Path, protected: set[str]) -> None:
    """Every clip is whole in the vault or destroyed with its entry; the protected are whole."""
    there = {name.rpartition(".")[2] for name in objects(state)}
    clips = {clip for (clip,) in ask(state, "SELECT id FROM clip")}
    gone = {clip for (clip,) in ask(state, "SELECT clip_id FROM destroyed")}
    assert there | gone == clips
    assert there & gone == set()
    assert protected <= there
    for clip in clips:
        assert acts_of(state, clip).count("destroyed") == int(clip in gone)
    (row,) = ask(state, "SELECT state, certificate FROM destruction")
    assert row[0] == "ended"
    assert {line["clip"] for line in json.loads(row[1])["destroyed"]} == gone
    report = verify(StatePaths(state), Unheard())
    assert report.is_whole, report.faults
    assert report.strangers == ()


@pytest.mark.parametrize("armed", DEATHS)
def test_destruction_that_was_cut_short_is_ended_at_the_next_start(
    station: Station, card: Card, armed: str
) -> None:
    assert station.collect(card).status == 0
    assert station.run(Destroying(station.state, YEARS, "queue")).status == 0
    died = station.run(Destroying(station.state, YEARS + 8, "confirm"), armed)
    assert died.status in {KILLED, 86}, died.errors
    ended = station.run(Destroying(station.state, YEARS + 9, "finish"))
    assert ended.status == 0, ended.errors
    settled(station.state, set())


@pytest.mark.parametrize("armed", ["destroy.confirmed=kill", "destroy.recorded@1=kill"])
def test_hold_and_tag_that_come_after_a_death_still_spare_their_clips(
    station: Station, card: Card, armed: str
) -> None:
    assert station.collect(card).status == 0
    assert station.run(Destroying(station.state, YEARS, "queue")).status == 0
    assert station.run(Destroying(station.state, YEARS + 8, "confirm"), armed).status == KILLED
    clips = [clip for (clip,) in ask(station.state, "SELECT id FROM clip ORDER BY seq")]
    protected = set(clips[1:3]) & {name.rpartition(".")[2] for name in objects(station.state)}
    for step in ("hold", "tag"):
        done = station.run(Destroying(station.state, YEARS + 8, step))
        assert done.status == 0, done.errors
    assert station.run(Destroying(station.state, YEARS + 9, "finish")).status == 0
    assert protected
    settled(station.state, protected)


def test_full_station_ends_what_was_confirmed_when_it_starts(station: Station, card: Card) -> None:
    """With today's clock the rules keep every clip again: all that is left is spared."""
    assert station.collect(card).status == 0
    assert station.run(Destroying(station.state, YEARS, "queue")).status == 0
    armed = "destroy.discarded@2=kill"
    assert station.run(Destroying(station.state, YEARS + 8, "confirm"), armed).status == KILLED
    settle = station.settle()
    assert settle.status == 0, settle.errors
    settled(station.state, set())
    assert len(ask(station.state, "SELECT 1 FROM destroyed")) == 2
