"""Whoever changes rows by hand is found by ``verify --ledger``: every table, every column."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
from contextlib import closing, redirect_stdout
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration import commands, station_day
from ui.texts import say
from workstation.ledger import row_audit
from workstation.ledger.row_audit import COMPARED
from workstation.platform.paths import StatePaths
from workstation.station.cli import proving
from workstation.station.cli.output import Voice
from workstation.station.verification import Scope

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from workstation.ledger.row_audit import _Compared

every_table = pytest.mark.parametrize(
    "one", COMPARED, ids=lambda one: f"{one.table.name}-{one.where}"
)


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return station_day.live(tmp_path_factory.mktemp("day") / "state").root


@pytest.fixture
def state(day: Path, tmp_path: Path) -> Path:
    """What ``verify --ledger`` reads: the ledger, and who the station is."""
    for name in ("ledger.sqlite", "station.json"):
        shutil.copy(day / name, tmp_path / name)
    return tmp_path


def verify(state: Path) -> tuple[int, list[dict[str, Any]]]:
    """``verify --ledger --json`` without a new process: its code, its faults."""
    out = io.StringIO()
    with redirect_stdout(out):
        scope = Scope(vault=False)
        code = proving.check(StatePaths(state), Voice(say, as_json=True), scope)
    return code, json.loads(out.getvalue())["faults"]


def tamper(state: Path, act: Callable[[sqlite3.Connection], object]) -> None:
    """Change the ledger as somebody with full access to the file would."""
    with closing(sqlite3.connect(state / "ledger.sqlite")) as db:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall():
            db.execute(f"DROP TRIGGER {name}")
        db.row_factory = sqlite3.Row
        act(db)
        db.commit()


def other(value: object) -> object:
    """Anything else of the same kind."""
    if isinstance(value, bytes):
        return value + b"\1"
    if isinstance(value, int):
        return value + 1
    return "another" if value is None else f"{value}x"


def a_row(db: sqlite3.Connection, one: _Compared) -> sqlite3.Row:
    query = f"SELECT rowid AS place_of_row, * FROM {one.table.name} WHERE {one.where}"
    row = db.execute(query).fetchone()
    assert row is not None, f"the day left nothing in {one.table.name}"
    assert isinstance(row, sqlite3.Row)
    return row


def found_in(faults: list[dict[str, Any]], one: _Compared, reason: str) -> dict[str, Any]:
    """The one fault about this table; others may follow from it."""
    named = [
        fault["facts"]
        for fault in faults
        if (fault["kind"], fault["code"]) == ("catalog", "ledger.broken")
        and fault["facts"].get("table") == one.table.name
        and fault["facts"]["reason"] == reason
    ]
    assert named, faults
    return dict(named[0])


def test_an_honest_day_has_no_fault(state: Path) -> None:
    assert verify(state) == (0, [])


@every_table
def test_each_changed_column_is_named(state: Path, one: _Compared) -> None:
    missed = []
    for column in one.columns:
        honest = (state / "ledger.sqlite").read_bytes()

        def change(db: sqlite3.Connection, column: str = column) -> None:
            row = a_row(db, one)
            statement = f'UPDATE {one.table.name} SET "{column}"=? WHERE rowid=?'
            db.execute(statement, (other(row[column]), row["place_of_row"]))

        tamper(state, change)
        code, faults = verify(state)
        named = [fault["facts"] for fault in faults if fault["facts"].get("table")]
        if code != 4 or not any(
            fact["table"] == one.table.name and column in fact.get("columns", "").split(", ")
            for fact in named
        ):
            missed.append(column)
        (state / "ledger.sqlite").write_bytes(honest)
    # Taken out of the rows that are compared by it, a state is a row that is not there.
    assert set(missed) <= {"state"}


@every_table
def test_a_removed_row_is_named(state: Path, one: _Compared) -> None:
    def remove(db: sqlite3.Connection) -> None:
        place = a_row(db, one)["place_of_row"]
        db.execute(f"DELETE FROM {one.table.name} WHERE rowid=?", (place,))

    tamper(state, remove)
    code, faults = verify(state)
    assert code == 4
    assert found_in(faults, one, "line without its row")["row"]


@every_table
def test_an_inserted_row_is_named(state: Path, one: _Compared) -> None:
    def insert(db: sqlite3.Connection) -> None:
        row = dict(a_row(db, one))
        del row["place_of_row"]
        for column in one.table.columns:
            value = row[column.name]
            if isinstance(value, str) and column.name != "state":
                row[column.name] = f"{value}x"
            elif (isinstance(value, int) and column.primary_key) or column.name == "bound_seq":
                row[column.name] = value + 1_000_000
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" * len(row))
        db.execute(f"INSERT INTO {one.table.name} ({names}) VALUES ({marks})", tuple(row.values()))

    tamper(state, insert)
    code, faults = verify(state)
    assert code == 4
    assert found_in(faults, one, "row without a line")["row"]


OTHERWISE = {
    "a PIN nobody set": "UPDATE pin SET set_at='2020-01-01T00:00:00.000Z'",
    "a PIN that must not be changed": "UPDATE pin SET must_change=0",
    "a planted PIN": "INSERT INTO pin SELECT id, 'x', 'x', 0, added_at FROM officer "
    "WHERE id NOT IN (SELECT officer_id FROM pin)",
    "a planted card": "INSERT INTO card SELECT 'mine', officer_id, key_check, bound_at FROM card",
    "somebody else's card": "UPDATE card SET officer_id=(SELECT id FROM officer WHERE id NOT IN "
    "(SELECT officer_id FROM card))",
    "words of a note": "UPDATE operation SET line=CAST(replace(CAST(line AS TEXT), '李某', '王某') "
    "AS BLOB)",
    "a note gone": "DELETE FROM operation WHERE CAST(line AS TEXT) LIKE '%证人李某%'",
    "a tag gone": "DELETE FROM operation WHERE seq=(SELECT max(seq) FROM operation)",
    "an operation on another clip": "UPDATE operation SET clip_id='other' WHERE seq=3",
    "an operation nobody said": "INSERT INTO operation SELECT 999, 'mine', clip_id, case_id, "
    "line, 1 FROM operation WHERE seq=2",
    "a certificate": "UPDATE destruction SET certificate=CAST(certificate || ' ' AS BLOB)",
    "a certificate gone": "UPDATE destruction SET certificate=NULL",
}


@pytest.mark.parametrize("statement", OTHERWISE.values(), ids=OTHERWISE)
def test_what_can_not_be_made_from_lines_is_held_against_them(state: Path, statement: str) -> None:
    def run(db: sqlite3.Connection) -> None:
        assert db.execute(statement).rowcount > 0

    tamper(state, run)
    code, faults = verify(state)
    assert code == 4
    assert {fault["kind"] for fault in faults} == {"catalog"}
    table = statement.replace("DELETE FROM", "").replace("INSERT INTO", "").split()
    assert faults[0]["facts"]["table"] == (table[1] if table[0] == "UPDATE" else table[0])


def test_every_table_is_compared_or_said_not_to_be(day: Path) -> None:
    with closing(sqlite3.connect(day / "ledger.sqlite")) as db:
        names = {
            name
            for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type='table'")
            if not name.startswith(("clip_words_", "sqlite_")) and name != "alembic_version"
        }
    compared = {one.table.name for one in COMPARED}
    assert compared | row_audit.OTHERWISE.keys() | row_audit.UNCOMPARED.keys() == names
    assert not compared & row_audit.UNCOMPARED.keys()


def test_the_command_names_a_role_that_nobody_gave(state: Path) -> None:
    tamper(state, lambda db: db.execute("UPDATE officer SET role='admin' WHERE badge='012345'"))
    ended = commands.run("verify", "--ledger", "--state", state)
    assert ended.code == 4
    assert "officer" in ended.stderr
    assert "role" in ended.stderr
