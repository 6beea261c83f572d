"""Delivery with a real ledger, a real vault, a real socket and a directory as the store."""

from __future__ import annotations

import shutil
import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from sync.daemon import SyncOptions, run
from tests.fakes.filled_station import FilledStation, LedgerStation, content_of
from tests.integration.sync.rig import (
    SIZES,
    check_complete,
    check_published,
    check_with_public_tools,
    damage,
    deliver,
    files_of,
    manifests_of,
)
from workstation.catalog.reader import Catalog
from workstation.domain.errors import NotInitialisedError, StateLockedError, UsageError
from workstation.ledger.custody import Act
from workstation.ledger.notes import open_note
from workstation.platform import failpoints
from workstation.platform.lock import single_instance

if TYPE_CHECKING:
    from pathlib import Path


def journal(filled: FilledStation) -> list[str]:
    with closing(sqlite3.connect(filled.paths.sync)) as db:
        return [row[0] for row in db.execute("SELECT what FROM journal ORDER BY id")]


def test_everything_collected_is_delivered_and_acknowledged(
    filled: FilledStation, served: LedgerStation, store: Path
) -> None:
    assert deliver(filled, store) == 0
    check_complete(store, filled)
    assert served.fresh_receipts == len(SIZES)
    receipt = served.receipts[0]
    assert (store / receipt.object_key).read_bytes() == filled.clips[receipt.clip_id]
    assert (store / receipt.manifest_key).exists()
    assert receipt.proof["read_back"] is True


def test_a_second_run_changes_nothing(
    filled: FilledStation, served: LedgerStation, store: Path
) -> None:
    assert deliver(filled, store) == 0
    before = files_of(store)
    assert deliver(filled, store) == 0
    assert files_of(store) == before
    assert len(served.receipts) == len(SIZES)


@pytest.mark.usefixtures("served")
def test_a_stranger_can_check_the_store_with_public_tools(
    filled: FilledStation, store: Path
) -> None:
    assert deliver(filled, store) == 0
    checked = check_with_public_tools(store)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert f"{filled.record.id}: 5 manifests, 13 ledger lines, head " in checked.stdout


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("what", ["clip", "manifest", "gap", "line", "key", "segment"])
def test_a_stranger_sees_what_was_tampered_with(
    filled: FilledStation, store: Path, what: str
) -> None:
    assert deliver(filled, store) == 0
    targets = {
        "clip": next(path for path in store.glob("clips/*/*/*/*/*/*") if path.stat().st_size > 50),
        "manifest": manifests_of(store)[2],
        "gap": manifests_of(store)[2],
        "line": min(store.glob("ledger/*/*.jsonl")),
        "key": min(store.glob("keys/*.json.sig")),
        "segment": min(store.glob("ledger/*/*.jsonl")),
    }
    if what in {"gap", "segment"}:
        targets[what].unlink()
    else:
        damage(targets[what])
    checked = check_with_public_tools(store)
    assert checked.returncode == 4
    assert "FAIL" in checked.stdout


def test_without_the_station_bytes_are_delivered_and_receipts_wait(
    filled: FilledStation, store: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert deliver(filled, store) == 5
    assert "something waits" in caplog.text
    check_complete(store, filled)
    before = files_of(store)
    with LedgerStation(filled) as served:
        assert deliver(filled, store) == 0
        assert served.fresh_receipts == len(SIZES)
    assert before.items() <= files_of(store).items()


@pytest.mark.parametrize("how", ["damaged", "missing"])
def test_a_clip_the_vault_can_not_give_is_held_and_the_others_go(
    filled: FilledStation,
    served: LedgerStation,
    store: Path,
    how: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    bad = list(filled.clips)[3]
    path = filled.object_path(bad)
    if how == "damaged":
        damage(path)
    else:
        path.rename(path.with_suffix(".away"))
    assert deliver(filled, store) == 4
    assert "clip held" in caplog.text
    good = [clip for clip in filled.clips if clip != bad]
    assert check_published(store, filled.clips) == good
    assert deliver(filled, store) == 4
    if how == "missing":
        path.with_suffix(".away").rename(path)
        assert deliver(filled, store) == 0
        assert check_published(store, filled.clips) == [*good, bad]
    assert served.fresh_receipts == len(check_published(store, filled.clips))


def test_a_store_that_is_not_mounted_gets_nothing_in_its_empty_place(
    filled: FilledStation, served: LedgerStation, store: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert deliver(filled, store) == 0
    away = store.rename(store.with_name("unplugged"))
    assert deliver(filled, store) == 5
    assert not store.exists()
    store.mkdir()
    filled.collect([b"later"])
    assert deliver(filled, store) == 5
    assert list(store.iterdir()) == []
    assert "store.unavailable" in caplog.text
    store.rmdir()
    away.rename(store)
    assert deliver(filled, store) == 0
    check_complete(store, filled)
    assert served.fresh_receipts == len(filled.clips)


def test_another_store_in_the_place_of_ours_gets_nothing(
    filled: FilledStation,
    served: LedgerStation,
    store: Path,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert deliver(filled, store) == 0
    with closing(FilledStation(tmp_path / "other")) as other, LedgerStation(other):
        assert deliver(other, tmp_path / "foreign") == 0
    store.rename(store.with_name("ours"))
    (tmp_path / "foreign").rename(store)
    before = files_of(store)
    filled.collect([b"later"])
    assert deliver(filled, store) == 5
    assert "another_store" in caplog.text
    assert files_of(store) == before
    assert served.fresh_receipts == len(SIZES)


@pytest.mark.usefixtures("served")
def test_two_stations_share_a_store(filled: FilledStation, store: Path, tmp_path: Path) -> None:
    assert deliver(filled, store) == 0
    with closing(FilledStation(tmp_path / "second")) as second, LedgerStation(second):
        second.collect([content_of(0, 5000), b"theirs"])
        assert deliver(second, store) == 0
        assert check_with_public_tools(store).returncode == 0
    checked = check_with_public_tools(store)
    assert checked.returncode == 0
    assert len(list(store.glob("manifests/*"))) == 2


def test_a_lost_memory_is_rebuilt_from_the_store(
    filled: FilledStation, served: LedgerStation, store: Path
) -> None:
    assert deliver(filled, store) == 0
    before = files_of(store)
    for name in ("", "-wal", "-shm"):
        path = filled.paths.sync
        path.with_name(path.name + name).unlink(missing_ok=True)
    filled.collect([b"later"])
    assert deliver(filled, store) == 0
    assert before.items() <= files_of(store).items()
    check_complete(store, filled)
    assert served.fresh_receipts == len(filled.clips)
    assert check_with_public_tools(store).returncode == 0


def test_an_older_memory_catches_up_with_the_store(
    filled: FilledStation, served: LedgerStation, store: Path
) -> None:
    assert deliver(filled, store) == 0
    shutil.copy(filled.paths.sync, filled.paths.root / "backup")
    filled.collect([b"six", b"seven"])
    assert deliver(filled, store) == 0
    (filled.paths.root / "backup").replace(filled.paths.sync)
    filled.collect([b"eight"])
    assert deliver(filled, store) == 0
    check_complete(store, filled)
    assert served.fresh_receipts == len(filled.clips)


@pytest.mark.parametrize(
    ("action", "code"),
    [("enospc", "store.full"), ("eio", "store.unavailable"), ("erofs", "store.read_only")],
)
@pytest.mark.parametrize(
    "name", ["object_half", "object_written", "object_published", "manifest_written"]
)
def test_a_store_that_fails_for_a_moment_costs_only_time(
    filled: FilledStation,
    served: LedgerStation,
    store: Path,
    name: str,
    action: str,
    code: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    failpoints.arm(f"sync.{name}@2={action}")
    assert deliver(filled, store) == 5
    assert code in caplog.text
    check_published(store, filled.clips)
    failpoints.arm("")
    assert deliver(filled, store) == 0
    check_complete(store, filled)
    assert served.fresh_receipts == len(SIZES)


def test_an_unfinished_upload_that_rotted_is_sent_again(
    filled: FilledStation, served: LedgerStation, store: Path, caplog: pytest.LogCaptureFixture
) -> None:
    filled.collect([content_of(9, 5_000_000)])
    failpoints.arm("sync.object_half@5=eio")
    assert deliver(filled, store) == 5
    failpoints.arm("")
    (part,) = (store / ".incoming").glob("*.part")
    assert part.stat().st_size > 0
    damage(part)
    assert deliver(filled, store) == 0
    assert "put back" in caplog.text
    assert "committing → queued" in journal(filled)
    check_complete(store, filled)
    assert served.fresh_receipts == len(filled.clips)


def test_a_resumed_upload_sends_only_what_is_missing(
    filled: FilledStation, served: LedgerStation, store: Path, caplog: pytest.LogCaptureFixture
) -> None:
    filled.collect([content_of(9, 8 << 20)])
    failpoints.arm("sync.object_half@5=eio")
    assert deliver(filled, store) == 5
    assert deliver(filled, store) == 0
    assert "store.unavailable" in caplog.text
    with closing(sqlite3.connect(filled.paths.sync)) as db:
        rows = db.execute("SELECT from_bytes, to_bytes FROM upload_session ORDER BY id").fetchall()
    assert rows[-2:] == [(0, 4 << 20), (4 << 20, 8 << 20)]
    check_complete(store, filled)
    assert served.fresh_receipts == len(filled.clips)


def test_many_ledger_lines_go_in_whole_segments(
    filled: FilledStation, served: LedgerStation, store: Path
) -> None:
    with filled.ledger.transaction() as tx:
        for number in range(2500):
            tx.append(Act.VIEWED, facts={"n": number})
    filled.ledger.checkpoint()
    assert deliver(filled, store) == 0
    segments = sorted(store.glob("ledger/*/*.jsonl"))
    assert [int(path.stem) for path in segments[:3]] == [1, 1001, 2001]
    lines = b"".join(path.read_bytes() for path in segments).splitlines()
    with closing(Catalog.open(filled.paths.ledger)) as catalog:
        assert lines == catalog.custody_lines(limit=10_000)
    (note,) = store.glob("ledger/*/*.checkpoint")
    opened = open_note(note.read_text("utf-8"), filled.ledger.origin, filled.key)
    assert opened.size == int(note.stem)
    assert served.fresh_receipts == len(SIZES)


def test_a_limit_on_the_rate_is_kept(
    filled: FilledStation, served: LedgerStation, store: Path
) -> None:
    filled.paths.settings.write_text("[sync]\nrate_limit_mb_s = 1.5\n", "utf-8")
    begun = time.monotonic()
    assert deliver(filled, store) == 0
    took_s = time.monotonic() - begun
    assert took_s >= (sum(SIZES) - 1_500_000) / 1_500_000
    assert served.fresh_receipts == len(SIZES)


def test_what_can_not_begin_says_why(filled: FilledStation, store: Path, tmp_path: Path) -> None:
    with pytest.raises(NotInitialisedError):
        run(SyncOptions(tmp_path / "nowhere", once=True, to=str(store)))
    with pytest.raises(UsageError):
        run(SyncOptions(filled.paths.root, once=True))
    with pytest.raises(UsageError):
        run(SyncOptions(filled.paths.root, once=True, to="ftp://somewhere"))
    with single_instance(filled.paths.root / "sync.lock"), pytest.raises(StateLockedError):
        deliver(filled, store)
