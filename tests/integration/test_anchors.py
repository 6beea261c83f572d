"""Every way to forge a ledger, by somebody who even has the station's key: all are found."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration import commands
from tests.unit.ingest.scripted import Bench, ScriptedFile, ScriptedRecorder
from workstation.ledger.custody import line_hash
from workstation.ledger.merkle import Frontier, leaf_hash
from workstation.ledger.notes import Checkpoint, sign
from workstation.platform.paths import StatePaths
from workstation.station import handin, record

if TYPE_CHECKING:
    from collections.abc import Callable

Lines = list[dict[str, Any]]

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A station with two dockings; the checkpoint and the receipt that left it after the first."""
    root = tmp_path_factory.mktemp("anchors") / "state"
    bench = Bench(root)
    bench.dock(ScriptedRecorder({f"{n}.MP4": ScriptedFile(os.urandom(5000)) for n in "AB"}))
    with closing(sqlite3.connect(root / "ledger.sqlite")) as db:
        (note,) = db.execute("SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1").fetchone()
        (collection,) = db.execute("SELECT id FROM collection").fetchone()
    receipt = handin.receipt_of(StatePaths(root), collection)
    bench.dock(ScriptedRecorder({"C.MP4": ScriptedFile(os.urandom(5000))}))
    bench.close()
    return root, note, receipt.text


def _rewrite(state: Path, change: Callable[[Lines], Lines]) -> None:
    """Change the lines, make the chain whole again and sign all of it with the stolen key."""
    paths = StatePaths(state)
    me, key = record.load(paths), record.load_key(paths)
    with closing(sqlite3.connect(paths.ledger)) as db:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall():
            db.execute(f"DROP TRIGGER {name}")
        stored = db.execute("SELECT line FROM custody_entry ORDER BY seq").fetchall()
        sizes = [size for (size,) in db.execute("SELECT size FROM checkpoint").fetchall()]
        lines = change([json.loads(line) for (line,) in stored])
        db.execute("PRAGMA foreign_keys=OFF")
        for table in ("custody_entry", "checkpoint", "merkle_block", "frontier"):
            db.execute(f"DELETE FROM {table}")
        frontier, previous = Frontier(), "0" * 64
        for seq, document in enumerate(lines, 1):
            document |= {"seq": seq, "prev": previous}
            text = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
            previous = line_hash(text)
            frontier.append(leaf_hash(text))
            row = (seq, text, previous, document["act"], document["clip"], document["collection"])
            db.execute("INSERT INTO custody_entry VALUES (?, ?, ?, ?, ?, ?)", row)
            if seq in sizes or seq == len(lines):
                point = Checkpoint(f"evidock/{me.id}", seq, frontier.root(), document["at"])
                values = (seq, sign(point, key), document["at"])
                db.execute("INSERT INTO checkpoint VALUES (?, ?, ?)", values)
        db.commit()


def _changed(lines: Lines) -> Lines:
    lines[1]["facts"]["recorder"] = "ANOTHER"
    return lines


def _removed(lines: Lines) -> Lines:
    return [line for nth, line in enumerate(lines) if nth != 1]


def _inserted(lines: Lines) -> Lines:
    extra = dict(lines[0], act="viewed", facts={})
    return [*lines[:2], extra, *lines[2:]]


def _reordered(lines: Lines) -> Lines:
    return [lines[0], lines[2], lines[1], *lines[3:]]


def _truncated(lines: Lines) -> Lines:
    return lines[:3]


def _untouched(lines: Lines) -> Lines:
    return lines


FORGERIES: dict[Callable[[Lines], Lines], str] = {
    _changed: "lines rewritten since the anchor",
    _removed: "lines rewritten since the anchor",
    _inserted: "lines rewritten since the anchor",
    _reordered: "lines rewritten since the anchor",
    _truncated: "lines cut off since the anchor",
}


@pytest.mark.parametrize("forge", FORGERIES)
def test_what_was_printed_finds_what_was_forged_and_signed_with_the_stolen_key(
    handed_in: tuple[Path, str, str], tmp_path: Path, forge: Callable[[Lines], Lines]
) -> None:
    template, note, receipt = handed_in
    state = tmp_path / "state"
    shutil.copytree(template, state)
    _rewrite(state, forge)
    chain = commands.run("verify", "--ledger", "--state", state, "--json").document
    assert [f for f in chain["faults"] if f["kind"] in {"chain", "checkpoint"}] == []
    kept = tmp_path / "kept.note"
    kept.write_text(note)
    for held in (("--against", kept), ("--against", note), ("--receipt", receipt)):
        ended = commands.run("verify", *held, "--state", state, "--json")
        assert ended.code == 4
        faults = [f for f in ended.document["faults"] if f["kind"] == "anchor"]
        assert [fault["facts"]["reason"] for fault in faults] == [FORGERIES[forge]]


def test_an_honest_ledger_agrees_with_all_that_left_it(
    handed_in: tuple[Path, str, str], tmp_path: Path
) -> None:
    template, note, receipt = handed_in
    held = ("--against", note, "--receipt", receipt)
    ended = commands.run("verify", *held, "--state", template, "--json")
    assert ended.code == 0, ended.document
    assert [anchor["holds"] for anchor in ended.document["anchors"]] == [True, True]
    assert ended.document["objects"] == 0, "anchors alone do not read the vault"
    state = tmp_path / "state"
    shutil.copytree(template, state)
    _rewrite(state, _untouched)
    assert commands.run("verify", *held, "--state", state).code == 0


def test_a_receipt_with_other_counts_or_of_another_station_is_found(
    handed_in: tuple[Path, str, str], tmp_path: Path
) -> None:
    template, note, receipt = handed_in
    parts = receipt.split("/")
    parts[3] = str(int(parts[3]) + 1)
    ended = commands.run("verify", "--receipt", "/".join(parts), "--state", template, "--json")
    assert (ended.code, ended.document["faults"][0]["facts"]["reason"]) == (4, "signature")
    other = tmp_path / "other"
    assert commands.run("init", "--non-interactive", "--state", other).code == 0
    for held in (("--against", note), ("--receipt", receipt)):
        assert commands.run("verify", *held, "--state", other).code == 4


def test_a_text_that_is_no_receipt_is_wrong_use(handed_in: tuple[Path, str, str]) -> None:
    ended = commands.run("verify", "--receipt", "hello", "--state", handed_in[0], "--json")
    assert (ended.code, ended.document["error"]["code"]) == (2, "receipt.bad")


def test_receipt_command_prints_what_verify_takes(handed_in: tuple[Path, str, str]) -> None:
    template, _, receipt = handed_in
    collection = receipt.split("/")[2]
    assert (
        commands.run("receipt", collection, "--state", template).stdout.decode() == receipt + "\n"
    )
    document = commands.run("receipt", collection, "--state", template, "--json").document
    assert (document["text"], document["held"], document["open"]) == (receipt, 2, 0)
    assert commands.run("receipt", "ZZ", "--state", template).code == 2


def test_a_receipts_qr_code_is_read_back_by_a_reader(
    handed_in: tuple[Path, str, str], tmp_path: Path
) -> None:
    reader = shutil.which("zbarimg")
    if reader is None:
        pytest.skip("zbarimg is not installed: nobody here reads QR codes")
    root, _, text = handed_in
    collection = text.split("/")[2]
    picture = tmp_path / "receipt.png"
    command = [sys.executable, "main.py", "receipt", collection, "--state", str(root), "--qr"]
    subprocess.run([*command, str(picture)], check=True, cwd=ROOT)
    read = subprocess.run(
        [reader, "--quiet", "--raw", str(picture)], check=True, capture_output=True, text=True
    ).stdout.strip()
    assert read == text
    refused = subprocess.run([*command, str(tmp_path / "x.gif")], check=False, cwd=ROOT)
    assert refused.returncode == 2
