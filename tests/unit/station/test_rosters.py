"""Lists of people that lie ready: looked at line by line, then taken whole or not at all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from workstation.domain.errors_people import BadRosterError, RosterMovedError
from workstation.ipc.messages_roster import ImportRoster, ListRosters, RosterFiles, RosterPreview
from workstation.ipc.peer import Peer
from workstation.ledger.custody import Act
from workstation.station.commands import Commands

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.ingest.scripted import Bench

ME = Peer(os.getpid(), os.getuid(), os.getgid())
HEAD = "badge,name,unit,unit_name\n"
GOOD = HEAD + "300001,赵一,3201,城东大队\n300002,钱二,3201,城东大队\n"


def _put(bench: Bench, name: str, text: str) -> Path:
    bench.paths.rosters.mkdir(exist_ok=True)
    place = bench.paths.rosters / name
    place.write_text(text, encoding="utf-8")
    return place


def _bring(bench: Bench, name: str, *, complete: bool = False, sha256: str = "") -> RosterPreview:
    found = Commands(bench.engine).handle(ImportRoster(name, complete, sha256), ME)
    assert isinstance(found, RosterPreview)
    return found


def _badges(bench: Bench) -> dict[str, bool]:
    return {line.officer.badge: line.officer.is_active for line in bench.engine.catalog.officers()}


def test_only_lists_in_the_directory_itself_are_offered(bench: Bench, tmp_path: Path) -> None:
    listed = Commands(bench.engine).handle(ListRosters(), ME)
    assert listed == RosterFiles(str(bench.paths.rosters), ())
    _put(bench, "b.csv", GOOD)
    _put(bench, "notes.txt", "x")
    secret = tmp_path / "secret.csv"
    secret.write_text(GOOD, encoding="utf-8")
    (bench.paths.rosters / "link.csv").symlink_to(secret)
    found = Commands(bench.engine).handle(ListRosters(), ME)
    assert isinstance(found, RosterFiles)
    assert found.files == ("b.csv",)
    for name in ("link.csv", "../evidock.toml", str(secret)):
        with pytest.raises(BadRosterError):
            _bring(bench, name)


def test_a_preview_changes_nothing_and_the_same_file_is_then_taken(bench: Bench) -> None:
    _put(bench, "a.csv", GOOD)
    seen = _bring(bench, "a.csv")
    assert [change.act for change in seen.changes] == [
        Act.UNIT_ADDED.value,
        Act.OFFICER_ADDED.value,
        Act.OFFICER_ADDED.value,
    ]
    assert not seen.is_applied
    assert _badges(bench) == {}
    done = _bring(bench, "a.csv", sha256=seen.sha256)
    assert done.is_applied
    assert done.changes == seen.changes
    assert _badges(bench) == {"300001": True, "300002": True}
    again = _bring(bench, "a.csv")
    assert (again.changes, again.unchanged, again.officers) == ((), 2, 2)


def test_a_file_that_was_changed_after_the_preview_is_not_taken(bench: Bench) -> None:
    _put(bench, "a.csv", GOOD)
    seen = _bring(bench, "a.csv")
    _put(bench, "a.csv", GOOD + "300003,孙三,3201,城东大队\n")
    with pytest.raises(RosterMovedError):
        _bring(bench, "a.csv", sha256=seen.sha256)
    assert _badges(bench) == {}


def test_every_bad_line_is_told_and_none_of_the_list_is_taken(bench: Bench) -> None:
    _put(bench, "a.csv", GOOD + ",无名,3201,城东大队\n300004,李四\n300005,周五,3201,城西大队\n")
    seen = _bring(bench, "a.csv")
    assert [line.facts["line"] for line in seen.refused] == [4, 5, 6]
    assert [line.facts.get("field") for line in seen.refused] == ["badge", None, "unit_name"]
    assert seen.changes == ()
    with pytest.raises(BadRosterError):
        _bring(bench, "a.csv", sha256=seen.sha256)
    assert _badges(bench) == {}


def test_whom_a_complete_list_no_longer_names_is_disabled(bench: Bench) -> None:
    _put(bench, "a.csv", GOOD)
    _bring(bench, "a.csv", sha256=_bring(bench, "a.csv").sha256)
    _put(bench, "a.csv", HEAD + "300001,赵一,3201,城东大队\n")
    assert _bring(bench, "a.csv").changes == ()
    seen = _bring(bench, "a.csv", complete=True)
    assert [(one.act, one.subject) for one in seen.changes] == [
        (Act.OFFICER_DISABLED.value, "300002")
    ]
    _bring(bench, "a.csv", complete=True, sha256=seen.sha256)
    assert _badges(bench) == {"300001": True, "300002": False}
