"""One docking: what becomes of files that do not hold still, and of recorders that leave."""

from __future__ import annotations

import hashlib
import os
import threading
from typing import TYPE_CHECKING

import pytest

from tests.unit.ingest.scripted import Bench, ScriptedFile, ScriptedRecorder, until
from workstation.devices.api import Sighting
from workstation.domain.dock import SlotPhase, SlotStatus
from workstation.domain.errors import EntryUnreadableError, RecorderGoneError
from workstation.domain.ingest_state import CollectionState, IngestState
from workstation.vault.sealed import SealedReader
from workstation.vault.store import associated_data

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

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


# -- leaving in the middle ---------------------------------------------------------------


def _yank(bytes_from: int) -> Callable[[int], None]:
    def on_read(offset: int) -> None:
        if offset >= bytes_from:
            raise RecorderGoneError(port="port:1")

    return on_read


@SIZES
def test_a_recorder_that_leaves_makes_an_interrupted_collection_and_no_clip(
    bench: Bench, size: int
) -> None:
    files = {"A.MP4": ScriptedFile(b"a" * size, on_read=_yank(size // 2)), "B": ScriptedFile(b"b")}
    if size == SMALL:
        files["A.MP4"].on_read = _yank(0)
    done = bench.dock(ScriptedRecorder(files))
    assert (done.state, done.code) == (CollectionState.INTERRUPTED, "recorder.gone")
    assert bench.items(done)["A.MP4"].state is IngestState.INTERRUPTED
    assert "A.MP4" not in {clip.source_path for clip in bench.engine.catalog.clips()}
    assert bench.view().status is SlotStatus.ATTENTION


def test_the_next_docking_resumes_from_the_half_and_the_digest_is_right(bench: Bench) -> None:
    content = os.urandom(24 << 20)
    file = ScriptedFile(content, on_read=_yank(22 << 20))
    bench.dock(ScriptedRecorder({"A.MP4": file}))
    assert len(bench.staging()) == 1
    file.on_read, file.bytes_read = None, 0
    done = bench.dock(ScriptedRecorder({"A.MP4": file}))
    line = bench.items(done)["A.MP4"]
    assert (line.state, line.sha256) == (IngestState.VAULTED, _sha256(content))
    assert bench.content(line.clip_id or "") == content
    assert file.bytes_read < 10 << 20  # the rest and the overlaps, not the file again
    assert bench.staging() == []


def test_a_half_of_other_content_is_not_trusted(bench: Bench) -> None:
    file = ScriptedFile(os.urandom(20 << 20), on_read=_yank(19 << 20))
    bench.dock(ScriptedRecorder({"A.MP4": file}))
    other = os.urandom(20 << 20)  # same name, size and time
    done = bench.dock(ScriptedRecorder({"A.MP4": ScriptedFile(other)}))
    line = bench.items(done)["A.MP4"]
    assert (line.state, line.sha256) == (IngestState.VAULTED, _sha256(other))
    assert bench.content(line.clip_id or "") == other


def test_a_damaged_half_is_used_only_up_to_its_damage(bench: Bench) -> None:
    content = os.urandom(24 << 20)
    file = ScriptedFile(content, on_read=_yank(23 << 20))
    bench.dock(ScriptedRecorder({"A.MP4": file}))
    (name,) = bench.staging()
    with (bench.engine.vault.staging / name).open("r+b") as half:
        half.seek(18 << 20)
        half.write(b"damage")
    file.on_read = None
    line = bench.items(bench.dock(ScriptedRecorder({"A.MP4": file})))["A.MP4"]
    assert (line.state, line.sha256) == (IngestState.VAULTED, _sha256(content))


def test_halves_do_not_pile_up(tmp_path: Path) -> None:
    """However often a recorder is pulled out, in the end nothing is left in staging."""
    bench = Bench(tmp_path / "state")
    content = os.urandom(20 << 20)
    for reached in (17, 18, 19):
        file = ScriptedFile(content, on_read=_yank(reached << 20))
        bench.dock(ScriptedRecorder({"A.MP4": file, "B.MP4": ScriptedFile(b"b" * LARGE)}))
    small = ScriptedFile(os.urandom(LARGE), on_read=_yank(2 << 20))
    bench.dock(ScriptedRecorder({"S.MP4": small}))
    bench.dock(ScriptedRecorder({"A.MP4": ScriptedFile(content)}))
    bench.close()
    again = Bench(tmp_path / "state")
    assert again.staging() == []
    again.close()


def test_a_stop_in_the_middle_ends_the_collection_as_interrupted(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "state")
    reading, go_on = threading.Event(), threading.Event()

    def wait() -> None:
        reading.set()
        assert go_on.wait(20)

    file = ScriptedFile(b"x" * (4 << 20), on_read=_once(wait, at=1 << 20))
    lane = bench.plug(ScriptedRecorder({"A.MP4": file}))
    assert lane is not None
    assert reading.wait(20)
    lane.stop()
    go_on.set()
    lane.join(20)
    assert lane.final is CollectionState.INTERRUPTED
    (done,) = bench.engine.catalog.collections()
    assert (done.state, done.code) == (CollectionState.INTERRUPTED, "collection.stopped")
    bench.close()


def test_a_yanked_lane_says_that_the_recorder_left(bench: Bench) -> None:
    reading, go_on = threading.Event(), threading.Event()

    def wait() -> None:
        reading.set()
        assert go_on.wait(20)

    file = ScriptedFile(b"x" * (4 << 20), on_read=_once(wait, at=1 << 20))
    recorder = ScriptedRecorder({"A.MP4": file})
    lane = bench.plug(recorder)
    assert lane is not None
    assert reading.wait(20)
    bench.pull()
    assert bench.plug(recorder) is None  # it waits until the lane has closed its collection
    go_on.set()
    lane.join(20)
    assert lane.final is CollectionState.INTERRUPTED
    until(lambda: len(bench.engine.catalog.collections()) == 2, "the next docking begins")
    until(lambda: bench.view().status is SlotStatus.DONE, "and ends")
    newest, oldest = bench.engine.catalog.collections()
    assert (newest.state, oldest.code) == (CollectionState.COMPLETE, "recorder.gone")


def test_a_sighting_announced_twice_is_one_docking(bench: Bench) -> None:
    go_on = threading.Event()

    def wait(_: int) -> None:
        assert go_on.wait(20)

    file = ScriptedFile(b"x" * SMALL, on_read=wait)
    recorder = ScriptedRecorder({"A.MP4": file})
    lane = bench.plug(recorder)
    assert lane is not None
    assert bench.plug(recorder) is None
    go_on.set()
    lane.join(20)
    assert len(bench.engine.catalog.collections()) == 1


def test_an_emptied_bay_shows_nothing_of_a_finished_docking(bench: Bench) -> None:
    bench.dock(ScriptedRecorder({"A.MP4": ScriptedFile(b"a")}))
    bench.pull()
    assert bench.view().status is SlotStatus.EMPTY
    assert bench.view().collection_id is None


def test_a_recorder_with_nothing_to_read_yet_waits_with_its_reason(bench: Bench) -> None:
    sighting = Sighting("port:1", "x", ready=False, state_code="recorder.no_medium")
    assert bench.engine.supervisor.announce(sighting) is None
    view = bench.view()
    assert (view.status, view.code) == (SlotStatus.ATTENTION, "recorder.no_medium")
    bench.pull()
    assert bench.view().status is SlotStatus.EMPTY
