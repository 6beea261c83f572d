"""``cases``, ``tag``, ``find``, ``hold``, ``retention`` as people use them: real processes."""

from __future__ import annotations

import subprocess
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.integration import commands
from workstation.casework.directory import Directory
from workstation.casework.pins import load_seal
from workstation.catalog.reader import Catalog
from workstation.domain.people import Role
from workstation.platform.paths import StatePaths
from workstation.station import record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


PIN = "270914"


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A station that took in three files."""
    folder = tmp_path_factory.mktemp("casework")
    card = folder / "card" / "DCIM"
    card.mkdir(parents=True)
    for number in range(3):
        (card / f"{number}.MP4").write_bytes(b"clip %d" % number)
    assert commands.collect(folder / "state", card.parent).code == 0
    return folder / "state"


@pytest.fixture
def running(state: Path) -> Iterator[None]:
    """A station process that serves its socket meanwhile."""
    process = subprocess.Popen(
        commands.argv("station", "--state", state),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 60
    while not (state / "station.sock").exists():
        assert process.poll() is None, process.stderr and process.stderr.read()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    yield
    process.terminate()
    process.communicate(timeout=60)


def say(state: Path, *words: str, typed: str = "") -> commands.Ended:
    return commands.run(*words, "--state", state, "--json", typed=typed)


def settle_people(state: Path) -> None:
    """An administrator and a leader who have chosen PINs of their own."""
    paths = StatePaths(state)
    with (
        record.sole_owner(paths),
        closing(record.open_ledger(paths)) as ledger,
        closing(Catalog.open(paths.ledger)) as catalog,
    ):
        directory = Directory(ledger, catalog)
        directory.add_unit("3201", "分局", None, "uid:0")
        seal = load_seal(paths.people_key, catalog.people_key_checks())
        for badge, role in (("100001", Role.ADMINISTRATOR), ("200001", Role.LEADER)):
            directory.add(badge, f"人{badge}", "3201", role, "uid:0")
            directory.set_pin(badge, PIN, seal, 6, "uid:0", must_change=False)


def clip_ids(state: Path) -> list[str]:
    return [clip["clip_id"] for clip in say(state, "clips").document["clips"]]


def test_case_with_a_late_number_is_found_by_it(state: Path) -> None:
    clips = clip_ids(state)
    made = say(state, "cases", "add", "--title", "夜市巡查", "--party", "王某")
    case = made.document["case_id"]
    assert made.document["is_provisional"]
    tagged = say(
        state, "tag", clips[0], "--case", case, "--add", "占道经营", "--importance", "3",
        "--mark", "61000-75000:出示证件", "--note", "当事人配合",
    ).document["clips"][0]  # fmt: skip
    assert tagged["tags"] == ["占道经营"]
    assert tagged["markers"][0]["out_ms"] == 75000
    say(state, "cases", "change", case, "--number", "2026-0317")
    for words in (["0317"], ["占"], ["夜市"], ["--case", "2026-0317"], ["--tagged"]):
        found = say(state, "find", *words).document
        assert [clip["clip_id"] for clip in found["clips"]] == [clips[0]], words
    assert say(state, "cases", "add", "2026-0317").code == 3
    assert say(state, "cases", "show", "none").code == 2
    closed = say(state, "cases", "close", "2026-0317").document
    assert closed["state"] == "closed"
    assert say(state, "cases", "list", "--open").document["cases"] == []


def test_holds_and_reasons_are_told(state: Path) -> None:
    clips = clip_ids(state)
    (hold,) = say(state, "hold", "add", clips[1], "--reason", "复议").document["holds"]
    why = say(state, "retention", "why", clips[1]).document
    assert why["kept_until"] is None
    assert {reason["rule"] for reason in why["reasons"]} == {"hold", "unclassified", "floor"}
    assert why["earliest"] is not None
    assert say(state, "hold", "release", hold).document == {"released": 1}
    assert say(state, "hold", "list").document == {"holds": []}
    rules = {r["rule"] for r in say(state, "retention", "why", clips[1]).document["reasons"]}
    assert rules == {"grace", "unclassified", "floor"}


def test_policy_shows_its_dry_run_and_needs_two_people(state: Path, tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text("format = 1\n[categories]\n[importance]\n", encoding="utf-8")
    dry = say(state, "retention", "dry-run", "--policy", str(policy)).document
    assert len(dry["shortened"]) >= 1
    assert dry["may_go"] == []
    settle_people(state)
    adopt = ("retention", "adopt", "--policy", str(policy), "--by", "100001")
    alone = say(state, *adopt, typed=PIN)
    assert (alone.code, alone.document["error"]["code"]) == (3, "retention.second_person")
    unproved = say(state, *adopt, "--second", "200001", typed=f"{PIN}\n000000\n")
    assert unproved.document["error"]["code"] == "people.sign_in_refused"
    assert say(state, *adopt, "--second", "200001", typed=f"{PIN}\n{PIN}\n").code == 0
    swept = say(state, "retention", "sweep", "--by", "200001", typed=PIN).document
    assert swept == {"destruction": None, "queued": 0}
    outlook = say(state, "retention", "forecast").document
    assert outlook["kept"]["clips"] == 3
    assert outlook["is_floor_met"]


@pytest.mark.usefixtures("running")
def test_commands_go_through_a_running_station(state: Path) -> None:
    clip = clip_ids(state)[2]
    assert say(state, "tag", clip, "--add", "经站").document["clips"][0]["tags"] == ["经站"]
    made = say(state, "cases", "add", "2026-0400").document
    assert say(state, "tag", clip, "--case", "2026-0400").code == 0
    assert say(state, "cases", "show", "2026-0400").document["clip_ids"] == [clip]
    held = say(state, "hold", "add", "--case", made["case_id"], "--reason", "诉讼").document
    assert len(held["holds"]) == 1
    assert commands.check(state).code == 0
