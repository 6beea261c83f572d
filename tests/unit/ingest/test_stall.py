"""Recorders that stop answering: the wall says so, other bays go on, nothing hangs for them."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING

import pytest

from tests.unit.ingest.scripted import Bench, ScriptedFile, ScriptedRecorder, until
from workstation.domain.dock import SlotStatus
from workstation.domain.ingest_state import CollectionState, IngestState
from workstation.ingest.watch import ReaderPermit
from workstation.platform.settings import IngestSection, RecordersSection, Settings, VaultSection

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Stalls are logged as warnings, which is what they are.
pytestmark = pytest.mark.usefixtures("caplog")

STALL_S = 0.2
IMPATIENT = Settings(
    vault=VaultSection(min_free_mb=0),
    ingest=IngestSection(stall_s=STALL_S, readers_per_hub=1),
    recorders=RecordersSection(unbound="never"),
)
LARGE = 3 << 20


class Hang:
    """Keeps a read from coming back until it is let go, as a dead disk keeps its reader."""

    def __init__(self, at: int = 0) -> None:
        self.at = at
        self.reached, self.let_go = threading.Event(), threading.Event()

    def __call__(self, offset: int) -> None:
        if offset >= self.at:
            self.reached.set()
            assert self.let_go.wait(30)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path / "state", IMPATIENT)
    yield made
    made.close()


def stalled(bench: Bench, hang: Hang, size: int = LARGE, port: str = "port:1") -> ScriptedRecorder:
    """A docked recorder that hangs in its only video, and is shown to."""
    file = ScriptedFile(os.urandom(size), on_read=hang)
    recorder = ScriptedRecorder({"A.MP4": file}, serial=port)
    assert bench.plug(recorder, port) is not None
    assert hang.reached.wait(20)
    slot = bench.engine.supervisor.views()[-1].slot
    until(lambda: bench.view(slot).code == "recorder.stalled", "the wall says that nothing comes")
    return recorder


@pytest.mark.parametrize(("size", "at"), [(1000, 0), (LARGE, 1 << 20)], ids=["small", "large"])
def test_a_recorder_that_answers_again_is_collected_whole(bench: Bench, size: int, at: int) -> None:
    hang = Hang(at)
    stalled(bench, hang, size)
    view = bench.view()
    assert view.status is SlotStatus.ATTENTION
    assert isinstance(view.facts["waited_s"], int)
    hang.let_go.set()
    until(lambda: bench.view().status is SlotStatus.DONE, "it goes on")
    assert bench.view().code is None
    (done,) = bench.engine.catalog.collections()
    assert done.state is CollectionState.COMPLETE


def test_a_stalled_recorder_does_not_keep_the_hub_from_others(bench: Bench) -> None:
    hang = Hang()
    stalled(bench, hang, port="usb-0:1.1")
    other = bench.dock(ScriptedRecorder({"B.MP4": ScriptedFile(b"b")}), "usb-0:1.2")
    assert other.state is CollectionState.COMPLETE
    hang.let_go.set()


def test_pulling_a_stalled_recorder_frees_its_bay_though_the_read_never_ends(bench: Bench) -> None:
    hang = Hang(1 << 20)
    recorder = stalled(bench, hang)
    bench.pull()
    until(lambda: not bench.engine.supervisor.is_busy, "the lane is given up")
    (closed,) = bench.engine.catalog.collections()
    assert (closed.state, closed.code) == (CollectionState.INTERRUPTED, "recorder.gone")
    assert bench.items(closed)["A.MP4"].state is IngestState.INTERRUPTED
    recorder.files["A.MP4"].on_read = None
    assert bench.dock(recorder).state is CollectionState.COMPLETE
    clips = list(bench.engine.catalog.clips())
    lines = bench.engine.ledger.unsigned_lines
    hang.let_go.set()  # the read of long ago comes back at last
    until(lambda: not _lane_threads(), "its thread ends")
    assert list(bench.engine.catalog.clips()) == clips
    assert bench.engine.ledger.unsigned_lines == lines
    assert len(clips) == 1


def test_a_stalled_recorder_plugged_again_is_taken_when_its_lane_is_given_up(bench: Bench) -> None:
    hang = Hang()
    recorder = stalled(bench, hang)
    recorder.files["A.MP4"].on_read = None
    bench.pull()
    assert bench.plug(recorder) is None
    until(lambda: bench.view().status is SlotStatus.DONE, "the next docking goes through")
    states = [one.state for one in bench.engine.catalog.collections()]
    assert states == [CollectionState.COMPLETE, CollectionState.INTERRUPTED]
    hang.let_go.set()


def test_a_stalled_recorder_does_not_hang_the_stop(tmp_path: Path) -> None:
    bench, hang = Bench(tmp_path / "state", IMPATIENT), Hang()
    stalled(bench, hang)
    began = time.monotonic()
    bench.close()
    assert time.monotonic() - began < 10
    again = Bench(tmp_path / "state")
    (closed,) = again.engine.catalog.collections()
    assert (closed.state, closed.code) == (CollectionState.INTERRUPTED, "collection.stopped")
    again.close()
    hang.let_go.set()


def test_a_wait_for_the_hub_can_be_stopped_and_the_hub_is_given_back_once() -> None:
    readers = threading.BoundedSemaphore(1)
    first, second = ReaderPermit(readers), ReaderPermit(readers)
    first.take(lambda: None)

    class StopError(Exception):
        pass

    def stop() -> None:
        raise StopError

    with pytest.raises(StopError):
        second.take(stop)
    second.give_back()  # never had it
    first.give_back()
    first.give_back()
    assert readers.acquire(blocking=False)
    assert not readers.acquire(blocking=False)


def _lane_threads() -> list[threading.Thread]:
    return [one for one in threading.enumerate() if one.name.startswith("lane-")]
