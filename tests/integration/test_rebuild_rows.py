"""After a whole day at a station its rows come back from the lines, or the report names them."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.integration import station_day
from tests.unit.ingest.scripted import Bench, ScriptedFile, ScriptedRecorder
from workstation.catalog.reader import Catalog
from workstation.ledger.row_audit import check_rows
from workstation.ledger.second_copy import SecondCopy
from workstation.platform.paths import StatePaths
from workstation.station.rebuilding import NEVER_IN_LINES, rebuild

if TYPE_CHECKING:
    from pathlib import Path

    from workstation.station.rebuilding import RebuildReport

Row = dict[str, object]
Tables = dict[str, list[Row]]

# Tables with the lines themselves, their caches, and the entry that a rebuild adds to them.
CHAIN = {"custody_entry", "checkpoint", "frontier", "merkle_block", "alembic_version"}
# Rows as a whole that are lost by their state; all others of these tables must come back.
LOST_ITEMS = {"skipped", "duplicate", "interrupted"}


def tables(ledger: Path) -> Tables:
    with closing(sqlite3.connect(ledger)) as db:
        db.row_factory = sqlite3.Row
        names = db.execute("SELECT name FROM sqlite_master WHERE type='table'").fetchall()
        found = {
            name: [dict(row) for row in db.execute(f"SELECT * FROM {name}")]
            for (name,) in names
            if not name.startswith(("clip_words_", "sqlite_")) and name not in CHAIN
        }
        assert found.keys() >= {"clip", "officer", "recorder_binding", "erase_item", "read_back"}
        return found


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return station_day.live(tmp_path_factory.mktemp("day") / "state").root


@pytest.fixture(scope="module")
def rebuilt(
    day: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Tables, Tables, RebuildReport, StatePaths]:
    """All rows before the ledger was lost and after it was rebuilt, and the report."""
    paths = StatePaths(tmp_path_factory.mktemp("rebuilt") / "state")
    shutil.copytree(day, paths.root)
    before = tables(paths.ledger)
    for path in paths.root.glob("ledger.sqlite*"):
        path.unlink()
    report = rebuild(paths)
    return before, tables(paths.ledger), report, paths


def without(rows: list[Row], columns: set[str]) -> list[Row]:
    left = [{name: value for name, value in row.items() if name not in columns} for row in rows]
    return sorted(left, key=repr)


def test_every_row_comes_back_or_is_named(
    rebuilt: tuple[Tables, Tables, RebuildReport, StatePaths],
) -> None:
    before, after, report, _ = rebuilt
    rows = {lost.table for lost in NEVER_IN_LINES if not lost.columns}
    unnamed = {}
    for table, was in before.items():
        columns = {
            name for lost in NEVER_IN_LINES if lost.table == table for name in lost.columns.split()
        }
        left, came = without(was, columns), without(after[table], columns)
        is_named = all(row in left for row in came) if table in rows else left == came
        if not is_named:
            unnamed[table] = (left, came)
    assert not unnamed
    assert all(str(lost) in report.not_rebuilt for lost in NEVER_IN_LINES)
    assert report.is_whole
    assert report.missing == (), "a destroyed clip is not missing"


def test_what_the_report_calls_lost_is_no_more_than_that(
    rebuilt: tuple[Tables, Tables, RebuildReport, StatePaths],
) -> None:
    before, after, report, _ = rebuilt
    said = {row["id"] for row in before["operation"]} - {row["id"] for row in after["operation"]}
    assert len(said) == report.replayed.rowless["noted"] == 1
    came = {row["id"]: row for row in after["ingest_item"]}
    for item in before["ingest_item"]:
        back = came.pop(item["id"], None)
        if back is None:
            assert item["state"] in LOST_ITEMS
        elif item["state"] == "vaulted":
            told = ("path", "clip_id", "sha256", "sm3", "level", "state", "code", "size_bytes")
            assert [back[name] for name in told] == [item[name] for name in told]
        elif item["state"] == "duplicate":
            assert (back["clip_id"], back["level"]) == (item["clip_id"], 3)
        else:
            assert back["code"] == item["code"]
            told_of, facts = json.loads(str(back["facts"])), json.loads(str(item["facts"]))
            assert facts.items() <= told_of.items()
    assert not came
    assert {"quarantined", "duplicate", "vaulted"} <= {row["state"] for row in after["ingest_item"]}
    erased = {(row["path"], row["state"], row["mtime_ns"]) for row in before["erase_item"]}
    assert erased == {(row["path"], row["state"], row["mtime_ns"]) for row in after["erase_item"]}
    assert [row["until"] is None for row in after["recorder_binding"]] == [True, False]
    assert report.replayed.rowless.keys() <= {
        *("noted", "destruction_ended", "pin_set", "card_bound", "scrubbed")
    }


def test_the_rebuilt_ledger_passes_every_check_of_rows(
    rebuilt: tuple[Tables, Tables, RebuildReport, StatePaths],
) -> None:
    assert check_rows(rebuilt[3].ledger) == ()


def test_a_second_reading_by_a_later_docking_outlasts_the_rows(tmp_path: Path) -> None:
    files = {f"DCIM/{n}.MP4": ScriptedFile(b"%d" % n * 99) for n in range(3)}
    bench = Bench(tmp_path / "state")
    bench.dock(ScriptedRecorder(files))
    assert levels(bench.paths.ledger) == [2, 2, 2]
    bench.dock(ScriptedRecorder(files))
    assert len(bench.acts("verified")) == 3
    bench.dock(ScriptedRecorder(files))
    assert len(bench.acts("verified")) == 3, "a third reading says nothing new"
    bench.close()
    assert levels(bench.paths.ledger) == [3, 3, 3]
    with closing(sqlite3.connect(bench.paths.ledger)) as db:
        SecondCopy(bench.paths.second_copy).attach(db)
    for path in bench.paths.root.glob("ledger.sqlite*"):
        path.unlink()
    assert rebuild(bench.paths).is_whole
    assert levels(bench.paths.ledger) == [3, 3, 3]
    assert check_rows(bench.paths.ledger) == ()


def levels(ledger: Path) -> list[int]:
    """How far each clip was checked, as people are shown it."""
    with closing(Catalog.open(ledger)) as catalog:
        return [int(clip.level) for clip in catalog.clips()]
