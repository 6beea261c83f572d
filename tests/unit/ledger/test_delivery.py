"""Where clips are: on their way, in the store and locked, read back by the centre."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.unit.ingest.scripted import Bench, ScriptedFile, ScriptedRecorder
from workstation.catalog.values import Search
from workstation.domain.errors import DigestMismatchError, UnknownClipError
from workstation.domain.upload import UploadState
from workstation.ledger.custody import Act, decode
from workstation.ledger.delivery import keep_on_its_way, record_read_back
from workstation.ledger.records import NewReadBack, NewReceipt
from workstation.ledger.row_audit import check_rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from workstation.domain.clip import Clip

AT = datetime(2026, 3, 1, tzinfo=UTC)
UNTIL = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with closing(Bench(tmp_path / "state")) as made:
        files = {f"{name}.MP4": ScriptedFile(name.encode()) for name in "ABCD"}
        made.dock(ScriptedRecorder(files))
        yield made


def clips(bench: Bench) -> list[Clip]:
    return bench.engine.catalog.clips()


def deliver(bench: Bench, clip: Clip) -> None:
    receipt = NewReceipt(clip.id, "central", "o", "m", clip.digest.sha256, 1, AT, UNTIL)
    with bench.engine.ledger.transaction() as tx:
        assert tx.record_receipt(receipt)


def word_on(clip: Clip) -> NewReadBack:
    digest = clip.digest.sha256
    return NewReadBack(clip.id, digest, "city", "central", "2026-03-02T00:00:00.000Z", "r", "00")


def read_back(bench: Bench, found: NewReadBack) -> bool:
    with bench.engine.ledger.transaction() as tx:
        return record_read_back(tx, found)


def test_each_state_is_told_and_found(bench: Bench) -> None:
    here, moving, stored, read = clips(bench)
    with bench.engine.ledger.transaction() as tx:
        keep_on_its_way(tx, (moving.id, stored.id, "no clip of ours"))
    deliver(bench, stored)
    deliver(bench, read)
    assert read_back(bench, word_on(read))
    states = list(UploadState)[:4]  # what is purged: tests/integration/sync/test_purge.py
    assert [clip.upload for clip in clips(bench)] == states
    catalog = bench.engine.catalog
    for expected, state in zip((here, moving, stored, read), states, strict=True):
        assert [found.id for found in catalog.search(Search(uploads=(state,)))] == [expected.id]
    both = Search(uploads=(UploadState.HERE, UploadState.READ_BACK))
    assert {found.id for found in catalog.search(both)} == {here.id, read.id}
    last = catalog.clip(read.id)
    assert (last.locked_until, last.read_back_at) == (UNTIL, datetime(2026, 3, 2, tzinfo=UTC))


def test_what_is_no_longer_on_its_way_is_here_again_and_no_line_tells_of_it(bench: Bench) -> None:
    one, two, *_ = clips(bench)
    lines = bench.engine.ledger.unsigned_lines
    for moving in ((one.id, two.id), (two.id,), ()):
        with bench.engine.ledger.transaction() as tx:
            keep_on_its_way(tx, moving)
        told = {clip.id for clip in clips(bench) if clip.upload is UploadState.ON_ITS_WAY}
        assert told == set(moving)
        found = bench.engine.catalog.search(Search(uploads=(UploadState.ON_ITS_WAY,)))
        assert {clip.id for clip in found} == set(moving)
    assert bench.engine.ledger.unsigned_lines == lines


def test_a_reading_back_is_one_entry_for_each_centre(bench: Bench) -> None:
    clip, *_ = clips(bench)
    said = word_on(clip)
    assert [read_back(bench, said) for _ in range(2)] == [True, False]
    assert read_back(bench, replace(said, centre="province"))
    acts = [decode(line, 0) for line in bench.engine.catalog.custody_of(clip.id)]
    entries = [entry for entry in acts if entry.act == Act.READ_BACK.value]
    assert [entry.facts["centre"] for entry in entries] == ["city", "province"]


def test_a_word_on_other_bytes_or_on_no_clip_of_ours_is_refused(bench: Bench) -> None:
    clip, *_ = clips(bench)
    with pytest.raises(DigestMismatchError):
        read_back(bench, replace(word_on(clip), sha256="0" * 64))
    with pytest.raises(UnknownClipError):
        read_back(bench, replace(word_on(clip), clip_id=type(clip.id)("none")))
    assert clips(bench)[0].upload is UploadState.HERE


def test_a_reading_back_without_its_line_is_a_fault(bench: Bench) -> None:
    clip, *_ = clips(bench)
    read_back(bench, word_on(clip))
    engine = bench.engine
    engine.ledger.checkpoint()

    def faults() -> list[object]:
        return [fault.facts.get("reason") for fault in check_rows(bench.paths.ledger)]

    assert faults() == []
    with closing(sqlite3.connect(bench.paths.ledger)) as db, db:
        db.execute("UPDATE read_back SET centre='somebody'")
    assert faults() == ["line without its row", "row without a line"]
