"""Die, or lose the recorder, at every step of an erase: nothing is lost, nothing goes unproven.

A file that is no longer on the card must be whole in the vault, read twice, and have been on an
exact list before it went. ``pytest -m nightly`` injects more than a thousand deaths.
"""

from __future__ import annotations

import hashlib
import json
import random
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.crash.cards import MIB, make_card
from tests.crash.children import KILLED, Census, Command
from tests.crash.harness import ask, at_rest, nothing_believed_by_halves
from workstation.catalog.reader import Catalog
from workstation.domain.clip import VerificationLevel
from workstation.platform import failpoints
from workstation.platform.paths import StatePaths

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crash.cards import Card
    from tests.crash.children import Station

RULE = '[vault]\nmin_free_mb = 0\n[erase]\npolicy = "{policy}"\ncool_down_h = {hours}\n'
SMALL, LARGE = 6, (1_300_000,)  # with their doubles: nine files
FILES = SMALL + 1 + len(LARGE) + 1
ONCE = ("second.recorded", "erase.intended", "erase.relisted")
EACH = ("erase.before_one", "erase.after_one", "erase.recorded_one")
NIGHTLY_FILES = 60
NIGHTLY_KILLS = 850


def rule(station: Station, policy: str = "after_local", hours: float = 0) -> None:
    text = RULE.format(policy=policy, hours=hours)
    (station.state / "evidock.toml").write_text(text, "utf-8")


@pytest.fixture
def own(scratch: Path) -> Card:
    """A card that this test may lose."""
    return make_card(scratch / "card", 11, small=SMALL, large_bytes=LARGE)


@pytest.fixture(autouse=True)
def _erasing(station: Station) -> None:
    rule(station)


def on_card(card: Card) -> dict[str, str]:
    """SHA-256 by path of what is there now, without the empty file that is never taken."""
    return {
        str(path.relative_to(card.path)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in card.path.rglob("*")
        if path.is_file() and path.stat().st_size
    }


def lines(state: Path, act: str) -> list[dict[str, object]]:
    found = ask(state, "SELECT line FROM custody_entry WHERE act=? ORDER BY seq", act)
    return [json.loads(line) for (line,) in found]


def nothing_gone_unproven(state: Path, card: Card) -> set[str]:
    """True at any instant; the paths that are gone."""
    there = on_card(card)
    assert there.items() <= card.digests.items(), "a file on the card was changed"
    gone = card.digests.keys() - there.keys()
    intended = {
        (line["facts"]["path"], line["facts"]["sha256"]): line["seq"]  # type: ignore[index]
        for line in lines(state, "erase_intended")
    }
    twice = {
        line["facts"]["sha256"]: line["seq"]  # type: ignore[index]
        for line in reversed(lines(state, "verified"))
        if line["facts"]["level"] == "V3"  # type: ignore[index]
    }
    clips = {sha for (sha,) in ask(state, "SELECT sha256 FROM clip")}
    for path in gone:
        sha256 = card.digests[path]
        assert sha256 in clips, f"{path} is gone and not in the ledger"
        assert (path, sha256) in intended, f"{path} went without being on a list"
        second = twice.get(sha256, 0)
        earlier = ask(state, "SELECT count(*) FROM ingest_item WHERE sha256=? AND level=3", sha256)
        assert second or earlier[0][0], f"{path} went after one reading"
    nothing_believed_by_halves(state)
    return set(gone)


def all_settled(station: Station, card: Card) -> None:
    """After an undisturbed docking: everything is in the vault, told, and off the card."""
    run = station.collect(card)
    assert run.status == 0, run.errors
    at_rest(station.state)  # runs the same check as main.py verify: every object is whole
    assert nothing_gone_unproven(station.state, card) == card.digests.keys()
    assert {sha for (sha,) in ask(station.state, "SELECT sha256 FROM clip")} == card.contents
    assert ask(station.state, "SELECT id FROM erase_intent WHERE state='open'") == []
    assert ask(station.state, "SELECT path FROM erase_item WHERE state='intended'") == []
    told = {line["facts"]["path"] for line in lines(station.state, "erased_from_recorder")}  # type: ignore[index]
    assert told == card.digests.keys()
    assert all(not line["facts"]["lost"] for line in lines(station.state, "erase_ended"))  # type: ignore[index]


def test_what_is_proven_goes_and_nothing_else(station: Station, own: Card) -> None:
    run = station.run(Census(station.collecting([own]).arguments))
    assert run.status == 0, run.errors
    passed = json.loads(run.errors.splitlines()[-1])
    assert {name: passed.get(name) for name in EACH} == dict.fromkeys(EACH, FILES)
    assert nothing_gone_unproven(station.state, own) == own.digests.keys()
    left = [path.name for path in own.path.rglob("*") if path.is_file()]
    assert left == ["MOV_9999.MP4"], "the empty file was never taken and must stay"
    ended = lines(station.state, "erase_ended")
    assert [line["facts"]["erased"] for line in ended] == [FILES]  # type: ignore[index]
    with closing(Catalog.open(StatePaths(station.state).ledger)) as catalog:
        levels = {clip.level for clip in catalog.clips()}
    assert levels == {VerificationLevel.V3}
    all_settled(station, own)


@pytest.mark.parametrize(
    ("policy", "hours"), [("never", 0), ("after_local", 1), ("after_central", 0)]
)
def test_a_rule_that_is_not_met_keeps_everything(
    policy: str, hours: float, station: Station, own: Card
) -> None:
    rule(station, policy, hours)
    for _ in range(2):
        assert station.collect(own).status == 0
    assert on_card(own) == own.digests
    assert lines(station.state, "erase_intended") == []


def test_a_file_whose_object_is_damaged_stays(station: Station, own: Card) -> None:
    rule(station, "never")
    assert station.collect(own).status == 0
    sha256 = own.digests["DCIM/100MEDIA/IMG_0003.JPG"]
    (sealed,) = (station.state / "vault" / "objects").glob(f"*/{sha256}.*")
    content = bytearray(sealed.read_bytes())
    content[len(content) // 2] ^= 1
    sealed.chmod(0o600)
    sealed.write_bytes(content)
    rule(station)
    run = station.collect(own)
    there = on_card(own)
    assert "DCIM/100MEDIA/IMG_0003.JPG" in there or run.status == 0
    # Either it stayed on the card, or this docking healed the object before it let it go.
    if "DCIM/100MEDIA/IMG_0003.JPG" not in there:
        verified = station.run(Command(("verify", "--state", str(station.state))))
        assert verified.status == 0, verified.errors


def test_a_file_written_to_after_it_was_read_stays(station: Station, own: Card) -> None:
    child = station.begin(station.collecting([own]), "erase.intended=sleep:1.5")
    name = "DCIM/100MEDIA/IMG_0002.JPG"
    while not ask(station.state, "SELECT id FROM erase_intent"):
        assert child.wait(0.02) is None
    own.put("IMG_0002.JPG", b"recorded meanwhile" * 1000)
    run = child.wait()
    assert run is not None
    assert on_card(own) == {name: own.digests[name]}
    (kept,) = lines(station.state, "erase_kept")
    assert kept["facts"]["code"] == "entry.changed"  # type: ignore[index]


DEATHS = [f"{name}@1=kill" for name in ONCE] + [
    pytest.param(f"{name}@{nth}=kill", marks=() if nth in {1, FILES} else pytest.mark.nightly)
    for name in EACH
    for nth in range(1, FILES + 1)
]


@pytest.mark.parametrize("armed", [*DEATHS, "erase.after_one@2=exit", "erase.relisted=exit"])
def test_death_at_any_step_leaves_what_the_next_docking_finishes(
    armed: str, station: Station, own: Card
) -> None:
    died = station.collect(own, armed=armed)
    assert died.status in {KILLED, failpoints.DIED_STATUS}, died.errors
    nothing_gone_unproven(station.state, own)
    all_settled(station, own)


@pytest.mark.parametrize("armed", ["erase.before_one@3=eio", "erase.recorded_one@2=enospc"])
def test_a_disk_that_refuses_in_the_middle_is_settled_later(
    armed: str, station: Station, own: Card
) -> None:
    station.collect(own, armed=armed)
    nothing_gone_unproven(station.state, own)
    all_settled(station, own)


@pytest.mark.parametrize("nth", [1, 4])
def test_a_recorder_yanked_while_it_is_erased_is_settled_when_it_returns(
    nth: int, station: Station, own: Card
) -> None:
    child = station.begin(station.collecting([own]), f"erase.recorded_one@{nth}=sleep:1.0")
    while len(lines(station.state, "erased_from_recorder")) < nth:
        assert child.wait(0.01) is None
    away = own.path.with_name("pocket")
    own.path.rename(away)
    run = child.wait()
    assert run is not None
    away.rename(own.path)
    assert 0 < len(nothing_gone_unproven(station.state, own)) < FILES
    assert ask(station.state, "SELECT count(*) FROM erase_intent WHERE state='open'") == [(1,)]
    all_settled(station, own)


def test_another_station_collects_what_an_interrupted_erase_left(
    station: Station, own: Card, template: Path, scratch: Path
) -> None:
    from tests.crash.harness import station_from

    station.collect(own, armed="erase.after_one@4=kill")
    gone = nothing_gone_unproven(station.state, own)
    other = station_from(template, scratch / "other")
    rule(other)
    run = other.collect(own)
    assert run.status == 0, run.errors
    left = {sha for path, sha in own.digests.items() if path not in gone}
    assert {sha for (sha,) in ask(other.state, "SELECT sha256 FROM clip")} == left
    assert on_card(own) == {}
    all_held = left | {sha for (sha,) in ask(station.state, "SELECT sha256 FROM clip")}
    assert all_held == own.contents


def killed_at_random(station: Station, folder: Path, seed: int, kills: int) -> int:
    """Kills over the life of cards that are filled, docked, killed and erased again and again."""
    rng = random.Random(seed)
    died, round_nr = 0, 0
    while died < kills:
        round_nr += 1
        card = make_card(folder / f"c{round_nr}", seed + round_nr, small=12, large_bytes=(2 * MIB,))
        for _ in range(20):
            child = station.begin(station.collecting([card]))
            run = child.wait(rng.uniform(0.05, 0.6)) or child.kill()
            died += run.status == KILLED
            nothing_gone_unproven(station.state, card)
            if not on_card(card):
                break
        all_settled_of(station, card)
    return died


def all_settled_of(station: Station, card: Card) -> None:
    """As ``all_settled``, where the ledger holds other cards as well."""
    run = station.collect(card)
    assert run.status == 0, run.errors
    assert nothing_gone_unproven(station.state, card) == card.digests.keys()
    assert ask(station.state, "SELECT id FROM erase_intent WHERE state='open'") == []


def test_kills_at_random_while_erasing(station: Station, scratch: Path) -> None:
    assert killed_at_random(station, scratch, 1000, 8) >= 8
    at_rest(station.state)


@pytest.mark.nightly
def test_many_kills_at_random_while_erasing(station: Station, scratch: Path) -> None:
    for life in range(NIGHTLY_KILLS // 50):
        assert killed_at_random(station, scratch / str(life), 5000 + 100 * life, 50) >= 50
    at_rest(station.state)


@pytest.mark.nightly
@pytest.mark.parametrize("name", EACH)
@pytest.mark.parametrize("nth", range(1, NIGHTLY_FILES + 1))
def test_death_at_each_file_of_a_long_list(
    name: str, nth: int, station: Station, scratch: Path
) -> None:
    card = make_card(scratch / "long", 3, small=NIGHTLY_FILES - 1, large_bytes=())
    died = station.collect(card, armed=f"{name}@{nth}=kill")
    assert died.status == KILLED, died.errors
    nothing_gone_unproven(station.state, card)
    all_settled(station, card)
