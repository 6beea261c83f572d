"""Writing facts: all or nothing, in one chain, by one writer."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.unit.ledger.lines import STATION, clip
from workstation.catalog.reader import Catalog
from workstation.domain.clip import ClipId
from workstation.domain.errors import (
    DigestMismatchError,
    LedgerBrokenError,
    LedgerBusyError,
    StateUnusableError,
    UnknownClipError,
    VaultFullError,
)
from workstation.domain.ingest_state import CollectionState
from workstation.ledger import database
from workstation.ledger.custody import GENESIS, Act, decode, line_hash
from workstation.ledger.records import NewReceipt
from workstation.ledger.signing import StationKey
from workstation.ledger.writer import Ledger

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.ledger.lines import Desk
    from workstation.ledger.records import NewClip


def _rows(desk: Desk, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(desk.path)) as db:
        return db.execute(query).fetchall()


def _receipt(new: NewClip, **other: str) -> NewReceipt:
    return NewReceipt(
        clip_id=ClipId(other.get("clip", new.staged.clip_id)),
        store_id=other.get("store", "central"),
        object_key="o",
        manifest_key="m",
        sha256=other.get("sha256", new.staged.digest.sha256),
        size_bytes=new.staged.size_bytes,
        stored_at=datetime(2026, 3, 2, tzinfo=UTC),
        proof={"etag": "x"},
    )


def test_lines_are_chained_by_the_hash_of_their_exact_bytes(desk: Desk) -> None:
    desk.clips(desk.collection(), 1, 2)
    previous = GENESIS
    rows = _rows(desk, "SELECT seq, line, hash FROM custody_entry ORDER BY seq")
    assert len(rows) == 3
    for number, (seq, line, stored) in enumerate(rows, start=1):
        assert isinstance(line, bytes)
        entry = decode(line, number)
        assert (seq, entry.seq, entry.prev, entry.station) == (number, number, previous, STATION)
        assert entry.at == "2026-03-01T08:00:00.123Z"
        assert stored == line_hash(line)
        previous = str(stored)
    assert desk.audit().faults == ()


def test_a_clip_comes_with_its_line_its_outbox_row_and_its_items_end(desk: Desk) -> None:
    (new,) = desk.clips(desk.collection(), 1)
    with closing(Catalog.open(desk.path)) as catalog:
        found = catalog.clip(new.staged.clip_id)
        assert (found.digest, found.seq) == (new.staged.digest, 1)
        assert [(row.kind, row.ref) for row in catalog.outbox()] == [("clip", found.id)]
        (item,) = catalog.items(new.collection_id)
        assert item.state.value == "vaulted"
        (line,) = catalog.custody_of(found.id)
    facts = decode(line, 0).facts
    assert facts["sha256"] == new.staged.digest.sha256
    assert facts["object_header"] == new.staged.header.hex()


def test_what_fails_in_the_middle_leaves_the_chain_as_it_was(desk: Desk) -> None:
    collection = desk.collection()
    before = _rows(desk, "SELECT * FROM custody_entry")

    def write_and_fail() -> None:
        with desk.ledger.transaction() as tx:
            tx.append(Act.VIEWED, facts={"purpose": "x"})
            tx.add_clips([clip(collection, 9)])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()
    assert _rows(desk, "SELECT * FROM custody_entry") == before
    assert _rows(desk, "SELECT * FROM clip") == []
    assert _rows(desk, "SELECT * FROM outbox") == []
    desk.clips(collection, 1)
    desk.ledger.checkpoint()
    assert desk.audit().faults == ()


def test_a_chain_goes_on_after_a_restart_with_or_without_its_cache(desk: Desk) -> None:
    collection = desk.collection()
    for number in range(1, 6):
        desk.clips(collection, number)
        desk.ledger.close()
        if number % 2:
            desk.tamper("DELETE FROM frontier")
        desk.ledger = Ledger(desk.path, STATION, desk.key)
    desk.ledger.checkpoint()
    report = desk.audit()
    assert (report.faults, report.lines, report.unsigned_lines) == ((), 6, 0)


@pytest.mark.parametrize("table", ["custody_entry", "checkpoint", "clip"])
@pytest.mark.parametrize("act", ["DELETE FROM {}", "UPDATE {} SET rowid = rowid"])
def test_protected_tables_refuse_update_and_delete(desk: Desk, table: str, act: str) -> None:
    desk.clips(desk.collection(), 1)
    desk.ledger.checkpoint()
    with (
        closing(sqlite3.connect(desk.path)) as db,
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
    ):
        db.execute(act.format(table))


def test_every_transaction_begins_immediately(desk: Desk) -> None:
    begun: list[str] = []
    with desk.ledger._engine.connect() as connection:
        raw: Any = connection.connection.dbapi_connection
        raw.set_trace_callback(begun.append)
    desk.collection()
    raw.set_trace_callback(None)
    assert begun[0] == "BEGIN IMMEDIATE"
    assert [word for word in begun if word.startswith("BEGIN")] == ["BEGIN IMMEDIATE"]


def test_the_disk_is_asked_to_be_sure(desk: Desk) -> None:
    with desk.ledger._engine.connect() as connection:
        found = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_the_readers_connection_can_not_write(desk: Desk) -> None:
    desk.collection()
    engine = database.reader_engine(desk.path)
    with engine.connect() as connection, pytest.raises(Exception, match="readonly"):
        connection.exec_driver_sql("DELETE FROM outbox")
    engine.dispose()


def test_many_threads_read_and_write_at_once(desk: Desk) -> None:
    """More threads than any connection pool is large."""
    collection = desk.collection()
    failures: list[BaseException] = []
    with closing(Catalog.open(desk.path)) as catalog:

        def work(number: int) -> None:
            try:
                for step in range(5):
                    desk.clips(collection, 10 * number + step)
                    assert catalog.totals().clips > 0
                    catalog.clips()
                    catalog.with_digest("0" * 64, 1)
            except BaseException as failure:  # noqa: BLE001 - shown below
                failures.append(failure)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(1, 17)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert catalog.totals().clips == 80
        assert [found.seq for found in catalog.clips()] == list(range(1, 81))
    desk.ledger.checkpoint()
    assert desk.audit().faults == ()


def test_another_writer_makes_us_wait_and_then_say_so(desk: Desk) -> None:
    with desk.ledger._engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=20")
    with closing(sqlite3.connect(desk.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerBusyError):
            desk.collection()
        other.execute("ROLLBACK")
    desk.collection()


def test_a_full_disk_is_named_and_nothing_is_written(desk: Desk) -> None:
    collection = desk.collection()
    with desk.ledger._engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    with pytest.raises(VaultFullError):
        desk.clips(collection, *range(1, 300))
    with desk.ledger._engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1073741823")
    desk.clips(collection, 1)
    desk.ledger.checkpoint()
    assert desk.audit().faults == ()


def test_equal_bytes_can_not_be_two_clips(desk: Desk) -> None:
    collection = desk.collection()
    desk.clips(collection, 1)
    with pytest.raises(IntegrityError), desk.ledger.transaction() as tx:
        tx.add_clips([clip(collection, 1)])
    assert desk.audit().faults == ()


def test_a_receipt_is_recorded_once(desk: Desk) -> None:
    (new,) = desk.clips(desk.collection(), 1)
    for is_new in (True, False):
        with desk.ledger.transaction() as tx:
            assert tx.record_receipt(_receipt(new)) is is_new
    with desk.ledger.transaction() as tx:
        assert tx.record_receipt(_receipt(new, store="second"))
    acts = [row[0] for row in _rows(desk, "SELECT act FROM custody_entry ORDER BY seq")]
    assert acts == ["collection_opened", "collected", "transferred", "transferred"]
    desk.ledger.checkpoint()
    assert desk.audit().faults == ()


def test_a_receipt_for_other_bytes_or_an_unknown_clip_is_refused(desk: Desk) -> None:
    (new,) = desk.clips(desk.collection(), 1)
    with pytest.raises(DigestMismatchError), desk.ledger.transaction() as tx:
        tx.record_receipt(_receipt(new, sha256="0" * 64))
    with pytest.raises(UnknownClipError), desk.ledger.transaction() as tx:
        tx.record_receipt(_receipt(new, clip="CLIP-404"))
    assert _rows(desk, "SELECT * FROM transfer") == []


def test_closing_a_collection_is_a_line_and_an_outbox_row(desk: Desk) -> None:
    collection = desk.collection()
    with desk.ledger.transaction() as tx:
        tx.close_collection(collection, CollectionState.PARTIAL, {"vaulted": 3, "code": "x.y"})
    ((act, line),) = _rows(desk, "SELECT act, line FROM custody_entry WHERE seq=2")
    assert act == "collection_closed"
    assert isinstance(line, bytes)
    assert decode(line, 2).facts == {"state": "partial", "vaulted": 3, "code": "x.y"}
    assert _rows(desk, "SELECT kind, ref FROM outbox") == [("collection", collection)]


def test_a_checkpoint_is_signed_only_when_there_is_something_new(desk: Desk) -> None:
    assert desk.ledger.checkpoint() is None
    desk.collection()
    assert desk.ledger.unsigned_lines == 1
    assert desk.ledger.checkpoint() is not None
    assert desk.ledger.checkpoint() is None
    assert desk.ledger.unsigned_lines == 0


def test_a_file_that_is_no_ledger_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(b"this is not a database, by far not one " * 100)
    with pytest.raises(LedgerBrokenError):
        Ledger(path, STATION, StationKey.generate())


def test_a_ledger_of_a_later_version_is_left_alone(desk: Desk) -> None:
    desk.ledger.close()
    desk.tamper("UPDATE alembic_version SET version_num='9999'")
    with pytest.raises(StateUnusableError):
        Ledger(desk.path, STATION, desk.key)
    desk.tamper(f"UPDATE alembic_version SET version_num='{database.HEAD}'")
    desk.ledger = Ledger(desk.path, STATION, desk.key)


def test_a_place_that_can_not_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(StateUnusableError):
        Ledger(tmp_path / "none" / "ledger.sqlite", STATION, StationKey.generate())
