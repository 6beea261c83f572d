"""The read side: pages, filters, prefixes, and what earlier dockings left."""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.unit.ingest.scripted import Bench, ScriptedFile, ScriptedRecorder
from workstation.catalog.reader import Catalog
from workstation.catalog.values import ClipFilter, Totals
from workstation.domain.clip import ClipKind
from workstation.domain.errors import (
    LedgerBrokenError,
    NotInitialisedError,
    RecorderGoneError,
    UnknownClipError,
)
from workstation.domain.ingest_state import CollectionState
from workstation.ledger.records import NewReceipt

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """Two recorders: seven clips, one of them a photo."""
    bench = Bench(tmp_path_factory.mktemp("catalog") / "state")
    videos = {f"DCIM/100%_A/{number}.MP4": ScriptedFile(b"v%d" % number) for number in range(5)}
    bench.dock(ScriptedRecorder({**videos, "skip": ScriptedFile(b"", skip_code="s")}), "port:1")
    others = {
        "photo.JPG": ScriptedFile(b"p", kind=ClipKind.PHOTO),
        "DCIM/100xxA/9.MP4": ScriptedFile(b"v9"),
    }
    bench.dock(ScriptedRecorder(others, serial="REC-2"), "port:2")
    yield bench
    bench.close()


@pytest.fixture
def catalog(filled: Bench) -> Catalog:
    return filled.engine.catalog


def test_pages_follow_one_another_without_gap_or_overlap(catalog: Catalog) -> None:
    seen: list[int] = []
    after = 0
    while page := catalog.clips(after_seq=after, limit=3):
        seen += [clip.seq for clip in page]
        after = page[-1].seq
    assert seen == list(range(1, 8))


NOW = datetime.now(UTC)


@pytest.mark.parametrize(
    ("which", "count"),
    [
        (ClipFilter(), 7),
        (ClipFilter(recorder_serial="REC-2"), 2),
        (ClipFilter(kind=ClipKind.PHOTO), 1),
        (ClipFilter(kind=ClipKind.VIDEO, recorder_serial="REC-2"), 1),
        (ClipFilter(path_contains="100%_A"), 5),
        (ClipFilter(path_contains="_"), 5),
        (ClipFilter(path_contains="none"), 0),
        (ClipFilter(important=False), 7),
        (ClipFilter(important=True), 0),
        (ClipFilter(badge="012345"), 0),
        (ClipFilter(collection_id="none"), 0),
        (ClipFilter(sha256="0" * 64), 0),
        (ClipFilter(transferred=False), 7),
        (ClipFilter(transferred=True), 0),
        (ClipFilter(vaulted_from=NOW - timedelta(days=1)), 7),
        (ClipFilter(vaulted_before=NOW - timedelta(days=1)), 0),
    ],
)
def test_filters_and_totals_agree(catalog: Catalog, which: ClipFilter, count: int) -> None:
    clips = catalog.clips(which)
    assert len(clips) == count
    assert catalog.totals(which) == Totals(count, sum(clip.size_bytes for clip in clips))


def test_a_clip_is_found_by_the_beginning_of_its_id_or_digest(catalog: Catalog) -> None:
    clip = catalog.clips()[0]
    for prefix in (clip.id, clip.id.lower(), clip.digest.sha256, clip.digest.sha256[:20].upper()):
        assert catalog.resolve(prefix) == clip.id


@pytest.mark.parametrize("prefix", ["", "%", "_", "0", "ZZZZ"])
def test_what_names_none_or_several_is_refused(catalog: Catalog, prefix: str) -> None:
    with pytest.raises(UnknownClipError):
        catalog.resolve(prefix)


def test_an_unknown_clip_is_named(catalog: Catalog) -> None:
    for ask in (catalog.clip, catalog.object_ref):
        with pytest.raises(UnknownClipError):
            ask("none")
    assert catalog.collection("none") is None
    assert catalog.has_thumbnail("none") is False


def test_reports_come_in_the_order_of_the_listing(catalog: Catalog) -> None:
    newest, oldest = catalog.collections()
    assert (newest.recorder_serial, oldest.recorder_serial) == ("REC-2", "REC-1")
    lines = catalog.items(oldest.id)
    assert [line.path for line in lines][-1] == "skip"
    assert catalog.items(oldest.id, after_place=3, limit=1) == lines[4:5]
    assert catalog.collections(state=CollectionState.RUNNING) == []
    assert catalog.collections(limit=1) == [newest]
    assert catalog.unfinished_items(oldest.id) == []
    assert catalog.open_items() == []


def test_the_outbox_and_the_chain_are_read_in_pages(catalog: Catalog) -> None:
    rows = catalog.outbox()
    assert [row.kind for row in rows].count("clip") == 7
    assert catalog.outbox(after_seq=rows[2].seq, limit=2) == rows[3:5]
    lines = catalog.custody_lines()
    assert catalog.custody_lines(after_seq=3, limit=2) == lines[3:5]
    sizes = [found.size for found in catalog.checkpoints()]
    assert sizes == sorted(sizes)
    assert catalog.checkpoints(after_size=sizes[-1]) == []


def test_many_identities_are_looked_up_at_once(catalog: Catalog) -> None:
    clips = catalog.clips()
    wanted = [(clip.digest.sha256, clip.size_bytes) for clip in clips]
    strangers = [(f"{number:064x}", 1) for number in range(1200)]
    other_size = [(sha256, size + 1) for sha256, size in wanted]
    found = catalog.with_digests([*strangers, *wanted, *other_size])
    assert {name: found[name] for name in wanted} == dict(
        zip(wanted, [clip.id for clip in clips], strict=True)
    )
    assert not found.keys() & {*strangers, *other_size}


def test_known_files_are_those_a_recorder_brought(catalog: Catalog) -> None:
    known = catalog.known_files("REC-2")
    assert {path for path, _, _ in known} == {"photo.JPG", "DCIM/100xxA/9.MP4"}
    assert catalog.known_files("REC-3") == {}


def test_a_change_by_another_process_is_noticed(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "state")
    catalog = Catalog.open(bench.paths.ledger)
    before = catalog.data_version()
    assert catalog.data_version() == before
    bench.dock(ScriptedRecorder({"A.MP4": ScriptedFile(b"a")}))
    assert catalog.data_version() != before
    assert catalog.totals() == Totals(1, 1)
    catalog.close()
    bench.close()


def test_a_delivered_clip_is_found_as_such(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "state")
    bench.dock(ScriptedRecorder({"A.MP4": ScriptedFile(b"a")}))
    (clip,) = bench.engine.catalog.clips()
    at = datetime(2026, 3, 1, tzinfo=UTC)
    receipt = NewReceipt(clip.id, "central", "o", "m", clip.digest.sha256, 1, at)
    with bench.engine.ledger.transaction() as tx:
        tx.record_receipt(receipt)
    (found,) = bench.engine.catalog.clips(ClipFilter(transferred=True))
    assert found.transferred_at == at
    assert bench.engine.catalog.clips(ClipFilter(transferred=False)) == []
    bench.close()


def test_halves_are_known_by_recorder_and_file(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "state")

    def gone(offset: int) -> None:
        if offset:
            raise RecorderGoneError(port="1")

    file = ScriptedFile(os.urandom(3 << 20), on_read=gone)
    bench.dock(ScriptedRecorder({"A.MP4": file}))
    key = ("A.MP4", 3 << 20, file.mtime_ns)
    halves = bench.engine.catalog.half_files("REC-1")
    assert list(halves) == [key]
    assert bench.engine.catalog.half_files("REC-2") == {}
    assert bench.engine.catalog.recorders_of_halves(halves[key]) == ["REC-1"]
    assert bench.engine.catalog.recorders_of_halves(["none"]) == []
    bench.close()


def test_one_catalog_serves_many_threads(catalog: Catalog) -> None:
    failures: list[BaseException] = []

    def ask() -> None:
        try:
            for _ in range(20):
                assert catalog.totals().clips == 7
                assert len(catalog.clips()) == 7
        except BaseException as failure:  # noqa: BLE001 - shown below
            failures.append(failure)

    threads = [threading.Thread(target=ask) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_without_a_ledger_there_is_no_catalog(tmp_path: Path) -> None:
    with pytest.raises(NotInitialisedError):
        Catalog.open(tmp_path / "ledger.sqlite")


def test_a_file_that_is_no_ledger_is_broken(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").write_bytes(b"nonsense " * 1000)
    catalog = Catalog.open(tmp_path / "ledger.sqlite")
    with pytest.raises(LedgerBrokenError):
        catalog.totals()
    catalog.close()
