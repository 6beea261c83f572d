"""Recorders that leave in the middle, halves they leave behind, and bays they are put into."""

from __future__ import annotations

import hashlib
import os
import threading
from typing import TYPE_CHECKING

import pytest

from tests.unit.ingest.scripted import Bench, ScriptedFile, ScriptedRecorder, until
from workstation.devices.api import Sighting
from workstation.domain.dock import SlotStatus
from workstation.domain.errors import RecorderGoneError
from workstation.domain.ingest_state import CollectionState, IngestState

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


def test_a_sighting_told_again_after_its_collection_is_not_taken_in_again(bench: Bench) -> None:
    recorder = ScriptedRecorder({"A.MP4": ScriptedFile(b"a")})
    bench.dock(recorder)
    assert bench.plug(recorder) is None
    bench.pull()
    assert bench.plug(recorder) is not None
