"""One docking: what becomes of files that do not hold still or can not be read."""

from __future__ import annotations

import hashlib
import os
import threading
from typing import TYPE_CHECKING

import pytest

from tests.unit.ingest.scripted import ScriptedFile, ScriptedRecorder, until
from workstation.devices.api import Sighting
from workstation.domain.dock import SlotPhase, SlotStatus
from workstation.domain.errors import EntryUnreadableError
from workstation.domain.ingest_state import CollectionState, IngestState
from workstation.ingest import lane as lane_module
from workstation.vault.sealed import SealedReader
from workstation.vault.store import associated_data

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.ingest.scripted import Bench

SMALL = 1000
LARGE = 3 << 20
SIZES = pytest.mark.parametrize("size", [SMALL, LARGE], ids=["small", "large"])


def _once(act: Callable[[], None], *, at: int = 0) -> Callable[[int], None]:
    """An ``on_read`` that acts on the first read from ``at`` bytes on."""
    done = threading.Event()

    def on_read(offset: int) -> None:
        if offset >= at and not done.is_set():
            done.set()
            act()

    return on_read


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@SIZES
def test_a_docked_recorder_is_taken_whole_and_its_slot_shows_it(bench: Bench, size: int) -> None:
    content = os.urandom(size)
    files = {
        "A.MP4": ScriptedFile(content),
        "B.MP4": ScriptedFile(content),
        "C.TMP": ScriptedFile(b"x", skip_code="entry.in_progress"),
    }
    done = bench.dock(ScriptedRecorder(files))
    assert (done.state, done.code) == (CollectionState.COMPLETE, None)
    lines = bench.items(done)
    states = [lines[name].state for name in files]
    assert states == [IngestState.VAULTED, IngestState.DUPLICATE, IngestState.SKIPPED]
    assert lines["A.MP4"].sha256 == _sha256(content)
    assert bench.content(lines["A.MP4"].clip_id or "") == content
    view = bench.view()
    assert (view.status, view.phase) == (SlotStatus.DONE, SlotPhase.IDLE)
    counts = (view.entries_total, view.entries_done, view.vaulted, view.duplicates, view.skipped)
    assert counts == (3, 3, 1, 1, 1)
    assert view.bytes_done == view.bytes_total == 2 * size
    assert bench.staging() == []


@SIZES
def test_a_file_that_grew_is_taken_at_its_second_look(bench: Bench, size: int) -> None:
    file = ScriptedFile(os.urandom(size))
    final = file.content + b"more"

    def grow() -> None:
        file.content = final

    file.on_read = _once(grow)
    done = bench.dock(ScriptedRecorder({"A.MP4": file}))
    line = bench.items(done)["A.MP4"]
    assert (done.state, line.state) == (CollectionState.COMPLETE, IngestState.VAULTED)
    assert line.sha256 == _sha256(final)
    assert "entry.changed" in line.findings
    assert bench.content(line.clip_id or "") == final
    assert bench.staging() == []


@SIZES
def test_a_file_written_to_while_read_is_taken_at_its_second_look(bench: Bench, size: int) -> None:
    file = ScriptedFile(os.urandom(size))

    def touch() -> None:
        file.mtime_ns += 1

    file.on_read = _once(touch)
    line = bench.items(bench.dock(ScriptedRecorder({"A.MP4": file})))["A.MP4"]
    assert line.state is IngestState.VAULTED
    assert "entry.changed" in line.findings
    assert bench.staging() == []


@SIZES
def test_a_file_that_never_holds_still_is_set_aside_with_what_could_be_read(
    bench: Bench, size: int
) -> None:
    file = ScriptedFile(b"a" * size)

    def grow(_: int) -> None:
        file.content += b"b"

    file.on_read = grow
    done = bench.dock(ScriptedRecorder({"A.MP4": file}))
    line = bench.items(done)["A.MP4"]
    assert (done.state, bench.view().code) == (CollectionState.PARTIAL, "entry.grew")
    assert (line.state, line.code) == (IngestState.QUARANTINED, "entry.grew")
    assert bench.view().status is SlotStatus.ATTENTION
    assert bench.view().quarantined == 1


@SIZES
def test_a_file_that_shrank_is_taken_at_its_second_look(bench: Bench, size: int) -> None:
    file = ScriptedFile(os.urandom(size))
    short = file.content[: size // 2]

    def cut() -> None:
        file.content = short

    file.on_read = _once(cut)
    line = bench.items(bench.dock(ScriptedRecorder({"A.MP4": file})))["A.MP4"]
    assert (line.state, line.sha256) == (IngestState.VAULTED, _sha256(short))


@SIZES
def test_a_file_that_vanished_is_quarantined_and_the_rest_is_taken(bench: Bench, size: int) -> None:
    gone = ScriptedFile(b"x" * size, present=False)
    done = bench.dock(ScriptedRecorder({"A.MP4": gone, "B.MP4": ScriptedFile(b"y" * size)}))
    lines = bench.items(done)
    assert done.state is CollectionState.PARTIAL
    assert (lines["A.MP4"].state, lines["A.MP4"].code) == (
        IngestState.QUARANTINED,
        "entry.vanished",
    )
    assert lines["B.MP4"].state is IngestState.VAULTED


@SIZES
def test_the_readable_part_of_a_bad_file_is_kept_sealed_and_can_be_read(
    bench: Bench, size: int
) -> None:
    content = os.urandom(size)
    bad_from = size * 2 // 3
    file = ScriptedFile(content[:bad_from] + b"?" * (size - bad_from))

    def fail(offset: int) -> None:
        if offset >= bad_from:
            raise EntryUnreadableError(path="A.MP4", offset=offset, errno=5)
        file.content = content[:bad_from] if offset + (256 << 10) >= bad_from else file.content

    file.on_read = fail
    done = bench.dock(ScriptedRecorder({"A.MP4": file}))
    line = bench.items(done)["A.MP4"]
    assert (line.state, line.code) == (IngestState.QUARANTINED, "entry.unreadable")
    assert line.facts["kept_bytes"] == bad_from
    assert line.facts["kept_sha256"] == _sha256(content[:bad_from])
    kept = bench.engine.vault.root / str(line.facts["kept"])
    key = bench.engine.vault.keyring.primary
    with SealedReader(kept, key, associated_data(kept.name)) as reader:  # type: ignore[arg-type]
        assert reader.read_at(0, size) == content[:bad_from]
    assert bench.staging() == []


def test_an_unknown_recorder_is_a_fault_with_its_reason(bench: Bench) -> None:
    lane = bench.engine.supervisor.announce(Sighting("port:1", "x", scheme="martian"))
    assert lane is not None
    lane.join(10)
    view = bench.view()
    assert (view.status, view.code) == (SlotStatus.FAULT, "recorder.unknown")
    assert view.collection_id is None
    assert bench.engine.catalog.collections() == []


def test_a_recorder_that_can_not_be_listed_is_a_failed_collection(bench: Bench) -> None:
    done = bench.dock(ScriptedRecorder({}, listing_fails=True))
    assert (done.state, done.code) == (CollectionState.FAILED, "recorder.unreadable")
    assert bench.view().status is SlotStatus.FAULT


def test_an_empty_recorder_is_a_complete_collection(bench: Bench) -> None:
    done = bench.dock(ScriptedRecorder({}))
    assert (done.state, bench.view().status) == (CollectionState.COMPLETE, SlotStatus.DONE)


def test_a_locked_recorder_is_waited_for_and_then_taken(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane_module, "UNLOCK_LOOK_S", 0.02)
    recorder = ScriptedRecorder({"a.mp4": ScriptedFile(b"x" * SMALL)}, is_locked=True)
    lane = bench.plug(recorder)
    assert lane is not None
    until(lambda: bench.view().code == "slot.waiting_unlock", "the slot says what to do")
    assert bench.view().status is SlotStatus.ATTENTION
    assert bench.engine.catalog.collections() == []
    recorder.is_locked = False
    lane.join(10)
    view = bench.view()
    assert (view.status, view.code, view.vaulted) == (SlotStatus.DONE, None, 1)
    assert len(bench.engine.catalog.collections()) == 1


def test_a_locked_recorder_that_is_pulled_out_leaves_an_empty_slot(bench: Bench) -> None:
    lane = bench.plug(ScriptedRecorder({}, is_locked=True))
    assert lane is not None
    until(lambda: bench.view().code == "slot.waiting_unlock", "the slot says what to do")
    bench.pull()
    lane.join(10)
    until(lambda: bench.view().status is SlotStatus.EMPTY, "nothing is kept on the wall")
    assert bench.engine.catalog.collections() == []
