"""The database is lost, damaged or old: it comes back from the vault, and backups hold."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.integration import commands
from tests.unit.ingest.scripted import Bench, ScriptedFile, ScriptedRecorder
from workstation.domain.errors import LedgerBehindError
from workstation.platform.paths import StatePaths
from workstation.station import drill, rebuilding, record

TABLES = ("custody_entry", "checkpoint", "clip", "outbox")
CLIPS = {f"{name}.MP4": ScriptedFile(os.urandom(4000)) for name in "ABC"}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("rebuild") / "state"
    bench = Bench(root)
    bench.dock(ScriptedRecorder(CLIPS))
    bench.dock(ScriptedRecorder({"D.MP4": ScriptedFile(os.urandom(9))}))
    bench.close()
    assert commands.run("keys", "rotate", "--state", root).code == 0
    return root


@pytest.fixture
def paths(template: Path, tmp_path: Path) -> StatePaths:
    shutil.copytree(template, tmp_path / "state")
    return StatePaths(tmp_path / "state")


def _tables(ledger: Path, entry: int | None = None) -> dict[str, list[tuple[object, ...]]]:
    """Every row; without the line ``entry`` that tells of a rebuild, and the note over it."""
    with closing(sqlite3.connect(ledger)) as db:
        found = {name: db.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall() for name in TABLES}
        if entry is not None:
            lines, notes = found["custody_entry"], found["checkpoint"]
            assert (lines.pop()[0], notes.pop()[0]) == (entry, entry)
        return found


def _entries(ledger: Path) -> list[dict[str, Any]]:
    """The facts of all entries about a completed ledger."""
    with closing(sqlite3.connect(ledger)) as db:
        rows = db.execute("SELECT line FROM custody_entry WHERE act='ledger_completed'")
        return [json.loads(line)["facts"] for (line,) in rows]


def _lose(paths: StatePaths) -> None:
    for path in paths.root.glob("ledger.sqlite*"):
        path.unlink()


@pytest.mark.parametrize("harm", ["lost", "nonsense", "torn"])
def test_a_lost_ledger_comes_back_row_by_row(paths: StatePaths, tmp_path: Path, harm: str) -> None:
    before = _tables(paths.ledger)
    if harm == "lost":
        _lose(paths)
    elif harm == "nonsense":
        paths.ledger.write_bytes(b"nonsense" * 1000)
    else:
        os.truncate(paths.ledger, paths.ledger.stat().st_size // 2)
    ended = commands.run("rebuild", "--state", paths.root, "--json")
    assert ended.code == 0, ended.stderr
    report = ended.document
    assert (report["replayed"]["clips"], report["missing"], report["orphans"]) == (4, [], [])
    assert report["unsigned_lines"] == 0
    rowless = report["replayed"]["rowless"]
    assert len(report["not_rebuilt"]) == len(rebuilding.NEVER_IN_LINES) + len(rowless)
    assert (report["aside"] is None) == (harm == "lost")
    assert _tables(paths.ledger, report["entry"]) == before
    assert commands.verify(paths.root).code == 0
    card = tmp_path / "card"
    card.mkdir()
    for name, file in CLIPS.items():
        (card / name).write_bytes(file.content)
    (card / "NEW.MP4").write_bytes(b"new")
    collected = commands.collect(paths.root, card)
    assert collected.document["totals"]["duplicates"] == 3
    assert collected.document["totals"]["vaulted"] == 1
    assert commands.verify(paths.root).code == 0


def test_a_restored_backup_is_brought_up_to_date_with_all_its_rows(
    paths: StatePaths, tmp_path: Path
) -> None:
    backups = tmp_path / "backups"
    made = commands.run("backup", "--to", backups, "--state", paths.root, "--json")
    assert made.code == 0, made.stderr
    card = tmp_path / "card"
    card.mkdir()
    (card / "LATER.MP4").write_bytes(b"later")
    assert commands.collect(paths.root, card).code == 0
    newest = _tables(paths.ledger)
    _lose(paths)
    shutil.copy(made.document["backup"], paths.ledger)
    report = commands.run("rebuild", "--state", paths.root, "--json").document
    assert report["kept_lines"] > 0
    assert report["replayed"]["clips"] == 1
    assert _tables(paths.ledger, report["entry"]) == newest
    (told,) = _entries(paths.ledger)
    assert (told["kept"], told["from_copy"]) == (report["kept_lines"], report["replayed"]["lines"])
    assert told["aside"] == Path(report["aside"]).name
    with closing(sqlite3.connect(paths.ledger)) as db:
        kept = db.execute("SELECT count(*) FROM ingest_item WHERE mtime_ns > 0").fetchone()
    assert kept[0] >= 4, "rows that no line tells of survive from the backup"
    assert commands.verify(paths.root).code == 0


@pytest.fixture(scope="module")
def old_template(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger put back from a backup: since then a clip came in and the key was rotated."""
    paths = StatePaths(tmp_path_factory.mktemp("old") / "state")
    shutil.copytree(template, paths.root)
    backup = drill.back_up(paths, paths.backups, 2)
    bench = Bench(paths.root)
    bench.dock(ScriptedRecorder({"LATER.MP4": ScriptedFile(b"later")}))
    bench.close()
    record.rotate_key(paths)
    _lose(paths)
    shutil.copy(backup, paths.ledger)
    paths.ledger.chmod(0o640)
    return paths.root


@pytest.fixture
def restored(old_template: Path, tmp_path: Path) -> StatePaths:
    shutil.copytree(old_template, tmp_path / "state")
    return StatePaths(tmp_path / "state")


def _bring(paths: StatePaths, folder: Path, name: str = "NEW.MP4") -> commands.Ended:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(name.encode())
    return commands.collect(paths.root, folder)


def test_a_restored_backup_does_not_stop_intake(restored: StatePaths, tmp_path: Path) -> None:
    found = _bring(restored, tmp_path / "card")
    assert (found.code, found.document["totals"]["vaulted"]) == (0, 1), found.stderr
    (told,) = _entries(restored.ledger)
    assert told["from_copy"] > 0
    assert restored.ledger.with_name(told["aside"]).exists()
    with closing(sqlite3.connect(restored.ledger)) as db:
        assert db.execute("SELECT count(*) FROM clip").fetchone() == (6,)
        kept = db.execute("SELECT count(*) FROM ingest_item WHERE mtime_ns > 0").fetchone()
    assert kept[0] >= 5, "rows that no line tells of survive from the backup"
    assert commands.verify(restored.root).code == 0
    assert _bring(restored, tmp_path / "card", "NEXT.MP4").code == 0
    assert len(_entries(restored.ledger)) == 1


@pytest.mark.parametrize("place", ["rebuild.aside", "rebuild.placed"])
def test_a_completion_that_was_killed_is_done_by_the_next_start(
    restored: StatePaths, tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVIDOCK_FAILPOINTS", f"{place}=kill")
    assert _bring(restored, tmp_path / "card").code == -signal.SIGKILL
    monkeypatch.delenv("EVIDOCK_FAILPOINTS")
    assert restored.ledger.exists()
    assert _bring(restored, tmp_path / "card").code == 0
    assert len(_entries(restored.ledger)) == 1
    assert commands.verify(restored.root).code == 0


@pytest.mark.parametrize("harm", ["copy", "unsigned", "ledger", "empty"])
def test_what_does_not_chain_on_is_left_to_a_person(restored: StatePaths, harm: str) -> None:
    (segment,) = restored.second_copy.glob("*.jsonl")
    if harm == "copy":
        segment.write_bytes(segment.read_bytes().replace(b"LATER.MP4", b"OTHER.MP4"))
    elif harm == "unsigned":
        for notes in restored.second_copy.glob("*.notes"):
            signed = re.compile("(— \\S+ )[A-Za-z0-9+/]{20}")
            notes.write_text(signed.sub("\\1" + "A" * 20, notes.read_text("utf-8")), "utf-8")
    elif harm == "ledger":
        with closing(sqlite3.connect(restored.ledger)) as db:
            db.execute("DROP TRIGGER custody_entry_no_update")
            db.execute("UPDATE custody_entry SET line=CAST(line || ' ' AS BLOB) WHERE seq=2")
            db.commit()
    else:
        _lose(restored)
    before = None if harm == "empty" else _tables(restored.ledger)
    with record.sole_owner(restored), pytest.raises(LedgerBehindError):
        rebuilding.open_ledger(restored)
    assert not list(restored.root.glob("*.lost-*"))
    if before is not None:
        assert _tables(restored.ledger) == before


def test_without_the_key_a_rebuild_says_that_it_left_no_entry(paths: StatePaths) -> None:
    _lose(paths)
    paths.station_key.unlink()
    ended = commands.run("rebuild", "--state", paths.root, "--json")
    assert (ended.code, ended.document["entry"]) == (0, None)
    assert "key.missing" in ended.document["not_rebuilt"][-1]


def test_what_no_line_tells_of_is_named(paths: StatePaths) -> None:
    clips = sorted(paths.objects.glob("??/*"))
    stranger = clips[0].with_name("0" * 64 + "." + clips[0].name[65:])
    shutil.copy(clips[0], stranger)
    clips[1].unlink()
    _lose(paths)
    ended = commands.run("rebuild", "--state", paths.root, "--json")
    assert ended.code == 4
    assert ended.document["orphans"] == [stranger.name]
    assert ended.document["missing"] == [clips[1].name[65:]]


def test_a_copy_that_was_tampered_with_is_not_put_in_place(paths: StatePaths) -> None:
    (segment,) = paths.second_copy.glob("*.jsonl")
    segment.write_bytes(segment.read_bytes().replace(b"A.MP4", b"Z.MP4"))
    _lose(paths)
    ended = commands.run("rebuild", "--state", paths.root, "--json")
    assert ended.code == 4
    assert ended.document["faults"][0]["kind"] in {"chain", "checkpoint"}
    assert not paths.ledger.exists()


def test_nothing_comes_from_nothing(paths: StatePaths) -> None:
    shutil.rmtree(paths.second_copy)
    _lose(paths)
    ended = commands.run("rebuild", "--state", paths.root, "--json")
    assert (ended.code, ended.document["error"]["code"]) == (3, "ledger.no_copy")


def test_backups_are_rotated_and_the_drill_opens_what_they_tell_of(
    paths: StatePaths, tmp_path: Path
) -> None:
    backups = tmp_path / "backups"
    for _ in range(3):
        keep = ("backup", "--to", backups, "--keep", "2", "--state", paths.root)
        assert commands.run(*keep).code == 0
    assert len(list(backups.glob("ledger-*.sqlite"))) == 2
    assert (backups / "station.json").read_bytes() == paths.station.read_bytes()
    drilled = commands.run("backup", "drill", "--to", backups, "--state", paths.root, "--json")
    assert drilled.code == 0, drilled.stderr
    report = drilled.document
    assert (report["clips"], report["opened"], report["lines_since"]) == (4, 4, 0)
    assert report["completed"] == 0


def test_the_drill_completes_an_old_backup_as_a_start_would(restored: StatePaths) -> None:
    report = drill.drill(restored, restored.backups)
    assert (report.faults, report.clips, report.opened) == ((), 5, 5)
    assert report.completed > 0
    (segment,) = restored.second_copy.glob("*.jsonl")
    segment.write_bytes(segment.read_bytes().replace(b"LATER.MP4", b"OTHER.MP4"))
    assert {fault.kind for fault in drill.drill(restored, restored.backups).faults} == {"chain"}


def test_the_drill_finds_a_backup_that_would_not_bring_it_back(
    paths: StatePaths, tmp_path: Path
) -> None:
    backups = tmp_path / "backups"
    drill = ("backup", "drill", "--to", backups, "--state", paths.root, "--json")
    assert commands.run(*drill).document["error"]["code"] == "backup.none"
    made = commands.run("backup", "--to", backups, "--state", paths.root, "--json")
    min(paths.objects.glob("??/*")).unlink()
    missing = commands.run(*drill)
    assert (missing.code, missing.document["faults"][0]["code"]) == (4, "object.missing")
    with closing(sqlite3.connect(made.document["backup"])) as db:
        db.execute("DROP TRIGGER custody_entry_no_delete")
        db.execute("DROP TRIGGER custody_entry_no_update")
        db.execute("UPDATE custody_entry SET line=cast(replace(line, 'A.MP4', 'Z.MP4') AS BLOB)")
        db.commit()
    assert {fault["kind"] for fault in commands.run(*drill).document["faults"]} >= {"chain"}
