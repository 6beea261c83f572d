"""What somebody with full access to the file may do to it, and what the audit says."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.unit.ledger.lines import STATION
from workstation.domain.errors import CheckpointBadError, LedgerBrokenError
from workstation.ledger.audit import check_ledger
from workstation.ledger.custody import line_hash
from workstation.ledger.notes import Checkpoint, sign
from workstation.ledger.signing import StationKey

if TYPE_CHECKING:
    from tests.unit.ledger.lines import Desk
    from workstation.ledger.audit import LedgerReport

CHAIN, CHECKPOINT = LedgerBrokenError.code, CheckpointBadError.code


@pytest.fixture
def signed(desk: Desk) -> Desk:
    """One docking, three clips; signed after the second clip and at the end: 4 lines."""
    collection = desk.collection()
    desk.clips(collection, 1, 2)
    desk.ledger.checkpoint()
    desk.clips(collection, 3)
    desk.ledger.checkpoint()
    assert desk.audit().faults == ()
    return desk


def _found(report: LedgerReport) -> list[tuple[str, str, object, object]]:
    return [
        (f.kind, f.code, f.facts.get("seq") or f.facts.get("size"), f.facts.get("reason"))
        for f in report.faults
    ]


def _relink(desk: Desk, first: int, old: str, new: str) -> None:
    """Change a line and make the whole chain behind it consistent again, as an insider would."""
    with closing(sqlite3.connect(desk.path)) as db:
        rows = db.execute("SELECT seq, line FROM custody_entry ORDER BY seq").fetchall()
    previous = None
    statements = []
    for seq, line in rows:
        document = json.loads(line)
        if seq == first:
            document = json.loads(line.decode().replace(old, new))
        if previous is not None and seq > first:
            document["prev"] = previous
        text = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
        previous = line_hash(text)
        statements.append(
            f"UPDATE custody_entry SET line=x'{text.hex()}', hash='{previous}' WHERE seq={seq}"
        )
    desk.tamper(*statements)


def test_a_changed_line_is_found_at_its_place(signed: Desk) -> None:
    signed.tamper(
        "UPDATE custody_entry SET line=cast(replace(line, '012345', '012346') AS BLOB) WHERE seq=3"
    )
    assert _found(signed.audit()) == [("chain", CHAIN, 3, "line changed")]


def test_a_line_rewritten_with_its_hash_breaks_the_next(signed: Desk) -> None:
    with closing(sqlite3.connect(signed.path)) as db:
        ((line,),) = db.execute("SELECT line FROM custody_entry WHERE seq=2").fetchall()
    other = line.replace(b"012345", b"012346")
    signed.tamper(
        f"UPDATE custody_entry SET line=x'{other.hex()}', hash='{line_hash(other)}' WHERE seq=2"
    )
    assert _found(signed.audit()) == [("chain", CHAIN, 3, "does not follow from the line before")]


def test_a_chain_rewritten_to_its_end_does_not_match_its_signed_root(signed: Desk) -> None:
    _relink(signed, 2, "012345", "012346")
    assert _found(signed.audit())[0] == ("checkpoint", CHECKPOINT, 3, "root differs from the chain")


def test_a_removed_line_is_found(signed: Desk) -> None:
    signed.tamper("DELETE FROM custody_entry WHERE seq=2")
    assert _found(signed.audit()) == [("chain", CHAIN, 2, "line missing")]


def test_the_first_line_removed_is_found(signed: Desk) -> None:
    signed.tamper("DELETE FROM custody_entry WHERE seq=1")
    assert _found(signed.audit()) == [("chain", CHAIN, 1, "line missing")]


def test_an_inserted_line_is_found(signed: Desk) -> None:
    signed.tamper(
        "UPDATE custody_entry SET seq=-seq WHERE seq > 2",
        "UPDATE custody_entry SET seq=1-seq WHERE seq < 0",
        "INSERT INTO custody_entry SELECT 3, line, hash, act, clip_id, collection_id "
        "FROM custody_entry WHERE seq=2",
    )
    assert _found(signed.audit())[0][:3] == ("chain", CHAIN, 3)


def test_reordered_lines_are_found(signed: Desk) -> None:
    signed.tamper(
        "UPDATE custody_entry SET seq=-2 WHERE seq=2",
        "UPDATE custody_entry SET seq=2 WHERE seq=3",
        "UPDATE custody_entry SET seq=3 WHERE seq=-2",
    )
    assert _found(signed.audit()) == [("chain", CHAIN, 2, "does not follow from the line before")]


def test_a_chain_cut_off_behind_its_last_signature_is_found(signed: Desk) -> None:
    signed.tamper("DELETE FROM custody_entry WHERE seq=4", "DELETE FROM clip WHERE seq=3")
    assert _found(signed.audit()) == [("chain", CHAIN, 4, "chain cut off")]


def test_a_chain_of_another_station_is_found(signed: Desk) -> None:
    report = check_ledger(signed.path, "01OTHER", signed.key, lambda _: None)
    assert {fault.kind for fault in report.faults} == {"chain", "checkpoint"}


def test_a_line_that_is_no_custody_line_is_found(signed: Desk) -> None:
    signed.tamper(f"UPDATE custody_entry SET line=x'7b7d', hash='{line_hash(b'{}')}' WHERE seq=2")
    assert _found(signed.audit()) == [("chain", CHAIN, 2, "not a custody line")]


@pytest.mark.parametrize("change", ["clip_id='CLIP-9'", "clip_id=NULL", "act='viewed'"])
def test_a_line_filed_under_something_else_is_found(signed: Desk, change: str) -> None:
    """Readers find lines by these columns: a line must not be hidden by changing them."""
    signed.tamper(f"UPDATE custody_entry SET {change} WHERE seq=2")
    found = _found(signed.audit())
    assert found == [("chain", CHAIN, 2, "filed under another act, clip or collection")]


@pytest.mark.parametrize(
    "change",
    [
        f"sha256='{'0' * 64}'",
        f"sm3='{'0' * 64}'",
        "sm3=NULL",
        "size_bytes=size_bytes+1",
        "source_path='DCIM/other.MP4'",
        "recorder_serial='REC-2'",
        "header=zeroblob(40)",
        "key_id=8",
        "badge='012346'",
        "badge=NULL",
        "level=3",
        "vaulted_at='2026-03-01T08:00:00.124Z'",
        "id='CLIP-9'",
    ],
)
def test_a_clip_that_differs_from_its_line_is_found(signed: Desk, change: str) -> None:
    signed.tamper(f"UPDATE clip SET {change} WHERE seq=2")
    report = signed.audit()
    assert report.faults
    assert {fault.kind for fault in report.faults} == {"catalog"}
    named = {fault.facts["clip"] for fault in report.faults}
    assert named <= {"CLIP-2", "CLIP-9"}


def test_an_inserted_clip_and_a_removed_one_are_found(signed: Desk) -> None:
    columns = "sha256, sm3, size_bytes+1, kind, source_path, collection_id, recorder_serial, badge"
    rest = "recorded_at, sequence, important, vaulted_at, level, key_id, header, badge_source"
    signed.tamper(
        f"INSERT INTO clip SELECT 4, 'CLIP-4', {columns}, {rest} FROM clip WHERE seq=1",
        "DELETE FROM clip WHERE seq=2",
    )
    found = {(fault.facts["clip"], fault.facts["reason"]) for fault in signed.audit().faults}
    assert found == {("CLIP-4", "clip without line"), ("CLIP-2", "line without clip")}


def test_an_altered_signature_is_found(signed: Desk) -> None:
    with closing(sqlite3.connect(signed.path)) as db:
        ((note,),) = db.execute("SELECT note FROM checkpoint WHERE size=3").fetchall()
    swapped = note[:-10] + ("A" if note[-10] != "A" else "B") + note[-9:]
    signed.tamper(f"UPDATE checkpoint SET note='{swapped}' WHERE size=3")
    assert _found(signed.audit()) == [("checkpoint", CHECKPOINT, 3, "signature")]


def test_a_note_of_another_key_is_found(signed: Desk) -> None:
    point = Checkpoint(f"evidock/{STATION}", 4, bytes(32), "2026-03-01T08:00:00.000Z")
    note = sign(point, StationKey.generate())
    signed.tamper(f"UPDATE checkpoint SET note='{note}' WHERE size=4")
    assert _found(signed.audit()) == [("checkpoint", CHECKPOINT, 4, "no signature of this key")]


def test_a_note_filed_under_another_size_is_found(signed: Desk) -> None:
    signed.tamper("UPDATE checkpoint SET size=2 WHERE size=3")
    assert _found(signed.audit()) == [("checkpoint", CHECKPOINT, 2, "filed under another size")]


def test_unsigned_lines_are_counted(signed: Desk) -> None:
    signed.tamper("DELETE FROM checkpoint WHERE size=4")
    report = signed.audit()
    assert (report.faults, report.lines, report.unsigned_lines) == ((), 4, 1)


def test_a_file_that_is_no_database_is_a_broken_chain(signed: Desk) -> None:
    signed.ledger.close()
    for name in ("ledger.sqlite-wal", "ledger.sqlite-shm"):
        signed.path.with_name(name).unlink(missing_ok=True)
    whole = signed.path.read_bytes()
    for text in (b"nonsense " * 1000, whole[:5000], b""):
        signed.path.write_bytes(text)
        assert {fault.kind for fault in signed.audit().faults} == {"chain"}
    signed.path.write_bytes(whole)
    assert signed.audit().faults == ()


def test_a_missing_file_is_a_broken_chain(signed: Desk) -> None:
    report = check_ledger(signed.path.with_name("none"), STATION, signed.key, lambda _: None)
    assert {fault.kind for fault in report.faults} == {"chain"}


def test_progress_counts_every_line_once(signed: Desk) -> None:
    told: list[int] = []
    check_ledger(signed.path, STATION, signed.key, told.append)
    assert sum(told) == 4
