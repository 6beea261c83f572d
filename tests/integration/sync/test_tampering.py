"""What sync finds at the store, or in its ledger, that should not be there."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from sync.layout import clip_key
from tests.fakes.filled_station import content_of
from tests.integration.sync.rig import (
    SIZES,
    check_complete,
    damage,
    deliver,
    files_of,
    manifests_of,
)
from workstation.catalog.reader import Catalog
from workstation.ledger.signing import StationKey
from workstation.ledger.sshsig import public_line

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.filled_station import FilledStation, LedgerStation


def test_a_ledger_that_was_cut_is_found_out_by_the_store(
    filled: FilledStation,
    served: LedgerStation,
    store: Path,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    cut = tmp_path / "cut.sqlite"
    with closing(sqlite3.connect(filled.paths.ledger)) as db:
        db.execute("VACUUM INTO ?", (str(cut),))
    filled.collect([b"to be forgotten"])
    assert deliver(filled, store) == 0
    before = files_of(store)
    filled.close()
    for name in ("ledger.sqlite", "sync.sqlite"):
        for ending in ("", "-wal", "-shm"):
            (filled.paths.root / (name + ending)).unlink(missing_ok=True)
    cut.rename(filled.paths.ledger)
    assert deliver(filled, store) == 4
    assert "store_holds_other_lines" in caplog.text
    assert files_of(store) == before
    assert served.fresh_receipts == len(filled.clips)


def planned_key(filled: FilledStation, clip_id: str) -> str:
    with closing(Catalog.open(filled.paths.ledger)) as catalog:
        return clip_key(filled.record.id, catalog.clip(clip_id))


def test_a_good_object_that_is_there_already_is_read_back_and_not_sent_again(
    filled: FilledStation, served: LedgerStation, store: Path
) -> None:
    assert deliver(filled, store) == 0
    (clip_id,) = filled.collect([content_of(8, 100_000)])
    path = store / planned_key(filled, clip_id)
    path.parent.mkdir(parents=True)
    path.write_bytes(filled.clips[clip_id])
    assert deliver(filled, store) == 0
    check_complete(store, filled)
    assert served.fresh_receipts == len(filled.clips)
    with closing(sqlite3.connect(filled.paths.sync)) as db:
        query = "SELECT count(*) FROM upload_session WHERE clip_id=?"
        assert db.execute(query, (clip_id,)).fetchone() == (0,)


@pytest.mark.parametrize("planted", [b"x" * 100_000, b"x"])
def test_other_bytes_under_our_name_are_held_and_left_alone(
    filled: FilledStation,
    served: LedgerStation,
    store: Path,
    planted: bytes,
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert deliver(filled, store) == 0
    bad, good = filled.collect([content_of(8, 100_000), b"good"])
    path = store / planned_key(filled, bad)
    path.parent.mkdir(parents=True)
    path.write_bytes(planted)
    assert deliver(filled, store) == 4
    assert "store.damaged" in caplog.text
    assert path.read_bytes() == planted
    assert good in {receipt.clip_id for receipt in served.receipts}
    assert bad not in {receipt.clip_id for receipt in served.receipts}


def test_ledger_lines_that_change_after_they_were_cut_are_found_out(
    filled: FilledStation, served: LedgerStation, store: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert deliver(filled, store) == 0
    with closing(sqlite3.connect(filled.paths.sync)) as db, db:
        (store_id,) = db.execute("SELECT store_id FROM store").fetchone()
        (last,) = db.execute("SELECT max(last) FROM segment").fetchone()
        row = (store_id, last + 1, last + 2, "00" * 32)
        db.execute("INSERT INTO segment (store_id, first, last, sha256) VALUES (?,?,?,?)", row)
    filled.collect([b"later"])
    assert deliver(filled, store) == 4
    assert "changed_since_escrow" in caplog.text
    assert served.fresh_receipts == len(SIZES)


def test_another_key_under_our_name_stops_delivery(
    filled: FilledStation, served: LedgerStation, store: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert deliver(filled, store) == 0
    (path,) = store.glob("keys/*.json")
    document = json.loads(path.read_bytes())
    document["ssh"] = public_line(StationKey.generate().public)
    path.chmod(0o600)
    path.write_text(json.dumps(document), "utf-8")
    before = files_of(store)
    filled.collect([b"later"])
    assert deliver(filled, store) == 3
    assert "another_key" in caplog.text
    assert files_of(store) == before
    assert served.fresh_receipts == len(SIZES)


@pytest.mark.parametrize("what", ["bytes", "number", "signature"])
def test_manifests_in_the_store_that_are_not_ours_are_not_taken_in(
    filled: FilledStation,
    served: LedgerStation,
    store: Path,
    what: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert deliver(filled, store) == 0
    filled.paths.sync.unlink()
    if what == "bytes":
        damage(manifests_of(store)[2])
    elif what == "number":
        manifests_of(store)[2].unlink()
    else:
        manifests_of(store)[2].with_suffix(".json.sig").unlink()
    before = files_of(store)
    filled.collect([b"later"])
    assert deliver(filled, store) == 3
    assert "store.refused" in caplog.text
    manifests = {name for name in files_of(store) if name.startswith("manifests/")}
    assert manifests <= before.keys()
    assert served.fresh_receipts == len(SIZES)
