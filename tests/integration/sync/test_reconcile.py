"""Station and store are compared: nothing is found where nothing is wrong, and all that is."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from sync.database import SyncDatabase
from sync.identity import Identity
from sync.reconcile.running import Reconciling
from sync.reconcile.values import Kind
from sync.source import StationSource
from sync.stores.directory import DirectoryStore
from tests.fakes.filled_station import content_of
from tests.integration import commands
from tests.integration.sync import bucket as buckets
from tests.integration.sync.rig import damage, deliver, eventually, start
from workstation.casework import annotating
from workstation.casework.annotating import Annotation
from workstation.catalog.reader import Catalog
from workstation.ledger.custody import decode
from workstation.platform.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sync.reconcile.values import Reconciliation
    from sync.stores.api import Store
    from tests.fakes.filled_station import FilledStation, LedgerStation

pytestmark = pytest.mark.usefixtures("caplog")  # differences are logged


def compare(filled: FilledStation, store: Store, *, deep: bool = True) -> Reconciliation:
    with (
        closing(StationSource.of(filled.paths)) as source,
        closing(SyncDatabase(filled.paths.sync, SystemClock())) as database,
        closing(store),
    ):
        database.pin(store.url, store.describe())
        return Reconciling(Identity.of(filled.paths), source, database).run(store, deep=deep)


def found(filled: FilledStation, store: Path) -> list[tuple[Kind, str]]:
    """Kinds and keys, a station's name left out."""
    outcome = compare(filled, DirectoryStore(store))
    return [(one.kind, one.key.replace(filled.record.id, "*")) for one in outcome.differences]


@pytest.fixture
def delivered(filled: FilledStation, served: LedgerStation, store: Path) -> Path:
    """Everything is in the store, in several segments of lines and of what people said."""
    assert served.station_id == filled.record.id
    for tag in ("一", "二"):
        annotating.annotate(filled.ledger, list(filled.clips)[:1], Annotation(add_tags=[tag]), "1")
        assert deliver(filled, store) == 0
    return store


def documents(store: Path, kind: str) -> list[Path]:
    return sorted(path for path in store.glob(f"{kind}/*/*") if path.suffix in {".json", ".jsonl"})


def test_where_nothing_is_wrong_nothing_differs(filled: FilledStation, delivered: Path) -> None:
    outcome = compare(filled, DirectoryStore(delivered))
    assert outcome.differences == ()
    assert (outcome.clips, outcome.read_objects) == (5, 5)
    assert outcome.size_bytes == sum(map(len, filled.clips.values()))
    assert (outcome.operations, outcome.lines > 10) == (2, True)


def _object(store: Path) -> Path:
    return max(store.glob("clips/*/*/*/*/*/*"), key=lambda path: path.stat().st_size)


def _cut(path: Path) -> None:
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-5])


def _drop(*paths: Path) -> None:
    for path in paths:
        path.unlink()
        path.with_name(path.name + ".sig").unlink(missing_ok=True)


def _stranger(store: Path) -> None:
    folder = _object(store).parent
    (folder / "0123456789ab-STRANGER.MP4").write_bytes(b"?")


def _strange_document(store: Path) -> None:
    shutil.copy(documents(store, "ledger")[0], documents(store, "ledger")[0].parent / "notes.txt")


def _swapped(store: Path) -> None:
    """A true document of ours, with its signature, under another number."""
    first, second = documents(store, "manifests")[:2]
    for ending in ("", ".sig"):
        target = second.with_name(second.name + ending)
        target.chmod(0o600)
        target.write_bytes(first.with_name(first.name + ending).read_bytes())


PLANTED: dict[str, tuple[Callable[[Path], None], set[Kind]]] = {
    "object gone": (lambda store: _object(store).unlink(), {Kind.MISSING}),
    "object altered": (lambda store: damage(_object(store)), {Kind.ALTERED}),
    "object truncated": (lambda store: _cut(_object(store)), {Kind.ALTERED}),
    "object extra": (_stranger, {Kind.EXTRA}),
    "document extra": (_strange_document, {Kind.EXTRA}),
    "manifest gone": (
        lambda store: _drop(documents(store, "manifests")[1]),
        {Kind.MISSING, Kind.STORE_CUT},
    ),
    "last manifest gone": (lambda store: _drop(documents(store, "manifests")[-1]), {Kind.MISSING}),
    "manifest altered": (
        lambda store: damage(documents(store, "manifests")[-1]),
        {Kind.UNSIGNED, Kind.ALTERED},
    ),
    "manifest swapped": (_swapped, {Kind.ALTERED, Kind.EXTRA}),
    "ledger gone in the middle": (
        lambda store: _drop(documents(store, "ledger")[1]),
        {Kind.STORE_CUT},
    ),
    "ledger cut off": (lambda store: _drop(documents(store, "ledger")[-1]), {Kind.STORE_CUT}),
    "ledger truncated": (
        lambda store: _cut(documents(store, "ledger")[-1]),
        {Kind.UNSIGNED, Kind.ALTERED},
    ),
    "operations cut off": (lambda store: _drop(documents(store, "events")[-1]), {Kind.STORE_CUT}),
    "operations altered": (
        lambda store: damage(documents(store, "events")[0]),
        {Kind.UNSIGNED, Kind.ALTERED},
    ),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_what_is_planted_in_the_store_is_found(
    planted: str, filled: FilledStation, delivered: Path
) -> None:
    plant, kinds = PLANTED[planted]
    plant(delivered)
    outcome = {kind for kind, _ in found(filled, delivered)}
    assert outcome & kinds
    assert outcome <= kinds | {Kind.ALTERED}  # what follows a break does not chain either


def test_a_station_whose_ledger_is_shorter_is_told_so(
    filled: FilledStation, delivered: Path
) -> None:
    last = list(filled.clips)[-1]
    with closing(sqlite3.connect(filled.paths.ledger)) as db:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall():
            db.execute(f'DROP TRIGGER "{name}"')
        db.execute("DELETE FROM transfer WHERE clip_id=?", (last,))
        db.execute("DELETE FROM ingest_item WHERE clip_id=?", (last,))
        db.execute("DELETE FROM clip WHERE id=?", (last,))
        db.execute("DELETE FROM custody_entry WHERE seq > (SELECT max(seq) - 3 FROM custody_entry)")
        db.commit()
    differences = found(filled, delivered)
    kinds = {kind for kind, _ in differences}
    assert Kind.STATION_CUT in kinds
    assert any(key.startswith("ledger/") for kind, key in differences if kind is Kind.STATION_CUT)
    assert any(key.startswith("manifests/") for kind, key in differences)
    assert any(key.startswith("clips/") for kind, key in differences if kind is Kind.EXTRA)


def test_a_file_that_is_gone_from_the_vault_is_named(
    filled: FilledStation, delivered: Path
) -> None:
    clip = list(filled.clips)[2]
    filled.object_path(clip).unlink()
    outcome = compare(filled, DirectoryStore(delivered))
    assert [(one.kind, one.clip) for one in outcome.differences] == [(Kind.NOT_HERE, clip)]


def test_what_is_delivered_meanwhile_is_no_difference(
    filled: FilledStation, delivered: Path
) -> None:
    filled.collect([content_of(77, 5000)])
    assert compare(filled, DirectoryStore(delivered)).differences == ()


def test_in_an_object_store_too(filled: FilledStation, served: LedgerStation) -> None:
    assert served.fresh_receipts == 0
    bucket = buckets.Bucket.for_station(filled)
    assert buckets.deliver(filled, bucket.url) == 0
    from sync.stores.urls import open_store

    def differences() -> list[Kind]:
        opened = open_store(bucket.url, filled.paths.keys / "store.json")
        return [one.kind for one in compare(filled, opened).differences]

    assert differences() == []
    (key,) = (name for name in bucket.names("clips/") if list(filled.clips)[3] in name)
    bucket.cluster.spoil(bucket.name, key)
    assert differences() == [Kind.ALTERED]
    (other,) = (name for name in bucket.names("clips/") if list(filled.clips)[2] in name)
    bucket.admin.put_object(Bucket=bucket.name, Key=other, Body=b"newer")
    assert differences() == [Kind.ALTERED]  # the oldest version counts
    bucket.admin.put_object(Bucket=bucket.name, Key=f"{key}-extra", Body=b"?")
    assert sorted(differences()) == [Kind.ALTERED, Kind.EXTRA]


def test_the_command_names_it_and_the_ledger_has_it(filled: FilledStation, delivered: Path) -> None:
    at = ("--to", f"directory:{delivered}", "--state", filled.paths.root)
    ended = commands.run("sync", "reconcile", "--json", *at)
    assert (ended.code, ended.document["is_equal"]) == (0, True), ended.stderr
    gone = _object(delivered)
    gone.unlink()
    ended = commands.run("sync", "reconcile", *at)
    assert ended.code == 4
    assert gone.name in ended.stdout.decode()
    status = commands.run("sync", "status", "--json", "--state", filled.paths.root).document
    assert len(status["stores"][0]["reconciliation"]["differences"]) == 1
    assert _told(filled) == [0, 1]


def test_the_daemon_does_it_once_a_day_and_tells(filled: FilledStation, delivered: Path) -> None:
    gone = _object(delivered)
    gone.unlink()
    with closing(sqlite3.connect(filled.paths.sync)) as db:  # the store was met long ago
        db.execute("UPDATE store SET first_seen_at='2026-01-01T00:00:00.000Z'")
        db.commit()
    with start(filled.paths.root, f"directory:{delivered}", "for_ever") as daemon:
        try:
            eventually(lambda: bool(_told(filled)), "the station has it in its ledger")
            eventually(lambda: daemon.poll() is None, "the daemon goes on")
        finally:
            daemon.terminate()
            daemon.wait()
    assert _told(filled) == [1]  # and not again before tomorrow


def _told(filled: FilledStation) -> list[object]:
    with closing(Catalog.open(filled.paths.ledger)) as catalog:
        lines = [decode(line, 0) for line in catalog.custody_lines(0, 10_000)]
    return [line.facts["differences"] for line in lines if line.act == "reconciled"]
