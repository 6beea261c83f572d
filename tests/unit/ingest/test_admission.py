"""The gate into vault and ledger: one clip for equal bytes, and nothing lost when it is shut."""

from __future__ import annotations

import hashlib
import os
import threading
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.unit.ingest.scripted import Bench, ScriptedFile, ScriptedRecorder
from workstation.domain.ingest_state import CollectionState, IngestState
from workstation.ledger.audit import check_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from workstation.domain.clip import ClipId
    from workstation.vault.staging import Staged
    from workstation.vault.store import ObjectRef

LARGE = 3 << 20
SIZES = pytest.mark.parametrize("size", [1000, LARGE], ids=["small", "large"])


def _ref(bench: Bench, path: str = "A.MP4") -> ObjectRef:
    (clip,) = [clip for clip in bench.engine.catalog.clips() if clip.source_path == path]
    return bench.engine.catalog.object_ref(clip.id)


@contextmanager
def _full_ledger(bench: Bench) -> Iterator[None]:
    """As on a full disk: SQLite may not take one page more."""
    with bench.engine.ledger._engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    yield
    with bench.engine.ledger._engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1073741823")


@SIZES
def test_equal_bytes_in_many_slots_at_once_become_one_clip(bench: Bench, size: int) -> None:
    content = os.urandom(size)
    meet = threading.Barrier(6)

    def wait(offset: int) -> None:
        if offset == 0:
            meet.wait(20)

    ports = [f"port:{number}" for number in range(6)]
    lanes = [
        bench.plug(
            ScriptedRecorder({"A.MP4": ScriptedFile(content, on_read=wait)}, serial=port), port
        )
        for port in ports
    ]
    for lane in lanes:
        assert lane is not None
        lane.join(30)
        assert lane.final is CollectionState.COMPLETE
    (clip,) = bench.engine.catalog.clips()
    assert clip.digest.sha256 == hashlib.sha256(content).hexdigest()
    assert [path.name[65:] for path in bench.engine.vault.object_files()] == [clip.id]
    views = bench.engine.supervisor.views()
    assert (sum(v.vaulted for v in views), sum(v.duplicates for v in views)) == (1, 5)
    assert bench.staging() == []


@pytest.mark.parametrize("harm", ["missing", "cut", "another"])
@SIZES
def test_a_duplicate_of_a_lost_object_mends_it(bench: Bench, size: int, harm: str) -> None:
    files = {"A.MP4": ScriptedFile(b"a" * size), "B.MP4": ScriptedFile(b"b" * size)}
    bench.dock(ScriptedRecorder(files))
    path = bench.engine.vault.path_of(_ref(bench))
    path.chmod(0o600)
    if harm == "missing":
        path.unlink()
    elif harm == "cut":
        os.truncate(path, path.stat().st_size - 1)
    else:
        path.write_bytes(bench.engine.vault.path_of(_ref(bench, "B.MP4")).read_bytes())
    done = bench.dock(ScriptedRecorder(files, serial="REC-2"), "port:2")
    line = bench.items(done)["A.MP4"]
    assert (line.state, line.code) == (IngestState.DUPLICATE, "clip.mended")
    assert bench.items(done)["B.MP4"].code == "entry.duplicate"
    aside = [path.name[:34] for path in bench.engine.vault.quarantine.iterdir()]
    assert len(aside) == int(harm != "missing")
    assert bench.content(line.clip_id or "") == b"a" * size
    assert bench.staging() == []


@SIZES
def test_a_card_docked_again_after_its_object_was_lost_mends_it(bench: Bench, size: int) -> None:
    recorder = ScriptedRecorder({"A.MP4": ScriptedFile(b"a" * size)})
    bench.dock(recorder)
    bench.engine.vault.path_of(_ref(bench)).unlink()
    line = bench.items(bench.dock(recorder))["A.MP4"]
    assert (line.state, line.code) == (IngestState.DUPLICATE, "clip.mended")
    assert bench.content(line.clip_id or "") == b"a" * size


@pytest.mark.usefixtures("caplog")
def test_a_full_ledger_loses_nothing_and_recovery_admits_the_copies(tmp_path: Path) -> None:
    """The disk fills up between the placing of objects and the transaction that names them."""
    bench = Bench(tmp_path / "state")
    files = {f"{'x' * 200}{number}": ScriptedFile(b"%d" % number) for number in range(200)}
    vault = bench.engine.vault
    admit_batch = vault.admit_batch
    full = ExitStack()

    def full_from_now_on(batch: Sequence[tuple[Staged, ClipId]]) -> list[ObjectRef]:
        full.enter_context(_full_ledger(bench))
        return admit_batch(batch)

    vault.admit_batch = full_from_now_on  # type: ignore[method-assign]
    lane = bench.plug(ScriptedRecorder(files))
    assert lane is not None
    lane.join(30)
    assert (lane.final, lane.error and lane.error.code) == (CollectionState.FAILED, "vault.full")
    assert bench.engine.catalog.clips() == []
    full.close()
    bench.close()
    again = Bench(tmp_path / "state")
    clips = again.engine.catalog.clips(limit=1000)
    assert {again.content(clip.id) for clip in clips} == {f.content for f in files.values()}
    assert len(list(again.engine.vault.object_files())) == len(files)
    assert again.staging() == []
    engine = again.engine
    report = check_ledger(again.paths.ledger, engine.record.id, engine.record.key, lambda _: None)
    assert report.faults == ()
    again.close()


@pytest.mark.usefixtures("caplog")
def test_a_collection_the_ledger_could_not_close_is_closed_at_the_next_start(
    tmp_path: Path,
) -> None:
    bench = Bench(tmp_path / "state")
    with _full_ledger(bench):
        names = {f"{'x' * 200}{number}": ScriptedFile(b"x") for number in range(1500)}
        lane = bench.plug(ScriptedRecorder(names))
        assert lane is not None
        lane.join(30)
        assert lane.final is CollectionState.FAILED
    bench.close()
    again = Bench(tmp_path / "state")
    states = {found.state for found in again.engine.catalog.collections()}
    assert CollectionState.RUNNING not in states
    again.close()
