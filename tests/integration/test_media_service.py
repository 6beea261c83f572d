"""The media thread works a backlog off, with a real prober and real clips."""

from __future__ import annotations

import threading
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.unit.media.clips import BytesReader, Recipe, TroubledReader, film
from workstation.domain.clip import ClipId, ClipKind
from workstation.domain.errors import LedgerBusyError, ObjectMissingError
from workstation.media.prober import Prober
from workstation.media.service import MediaService, ProbeTask

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pytest

    from workstation.media.api import ProbeResult, RandomReader

BOUND_S = 30.0
CLIP = film(Recipe(frames=10))


def task(name: str, open_reader: Callable[[], RandomReader]) -> ProbeTask:
    @contextmanager
    def opened() -> Iterator[RandomReader]:
        yield open_reader()

    return ProbeTask(ClipId(name), ClipKind.VIDEO, f"{name}.mp4", opened)


def clip(name: str) -> ProbeTask:
    return task(name, lambda: BytesReader(CLIP))


class Backlog:
    """What the ledger is to the service: names the next, and takes what is found."""

    def __init__(self, *tasks: ProbeTask) -> None:
        self.waiting = deque(tasks)
        self.results: dict[str, ProbeResult] = {}
        self.threads: set[int] = set()
        self.changed = threading.Condition()

    def next_work(self) -> ProbeTask | None:
        with self.changed:
            return self.waiting[0] if self.waiting else None

    def deliver(self, task: ProbeTask, result: ProbeResult) -> None:
        with self.changed:
            self.threads.add(threading.get_ident())
            self.results[task.clip_id] = result
            self.waiting.popleft()
            self.changed.notify_all()

    def expect(self, *names: str) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: set(names) <= set(self.results), BOUND_S)


@contextmanager
def serving(backlog: Backlog) -> Iterator[MediaService]:
    service = MediaService(Prober(), backlog.next_work, backlog.deliver)
    service.start()
    try:
        yield service
    finally:
        service.stop()


def test_a_backlog_is_worked_off_in_one_thread_of_its_own() -> None:
    backlog = Backlog(clip("a"), clip("b"), clip("c"))
    with serving(backlog):
        backlog.expect("a", "b", "c")
    assert all(result.facts.video_codec == "h264" for result in backlog.results.values())
    assert len(backlog.threads) == 1
    assert threading.get_ident() not in backlog.threads


def test_a_resting_service_wakes_for_a_new_clip() -> None:
    backlog = Backlog(clip("first"))
    with serving(backlog) as service:
        backlog.expect("first")
        backlog.waiting.append(clip("second"))
        service.wake()
        backlog.expect("second")


def test_a_clip_that_can_not_be_opened_is_settled_with_the_cause(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def missing() -> RandomReader:
        raise ObjectMissingError(clip="gone")

    def unreadable() -> RandomReader:
        raise OSError(5, "I/O error")

    backlog = Backlog(task("gone", missing), task("broken", unreadable), clip("good"))
    with serving(backlog):
        backlog.expect("gone", "broken", "good")
    warnings = {name: result.facts.warnings for name, result in backlog.results.items()}
    assert warnings == {
        "gone": ("media.source_failed", "object.missing"),
        "broken": ("media.source_failed",),
        "good": (),
    }
    assert "clip not readable" in caplog.text


def test_a_busy_ledger_is_asked_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("workstation.media.service._RETRY_S", 0.01)
    backlog = Backlog(clip("a"))
    refusals = iter([LedgerBusyError()])

    def deliver(task: ProbeTask, result: ProbeResult) -> None:
        for error in refusals:
            raise error
        backlog.deliver(task, result)

    service = MediaService(Prober(), backlog.next_work, deliver)
    service.start()
    backlog.expect("a")
    service.stop()
    assert "ledger.busy" in caplog.text


def test_stopping_in_the_middle_of_a_clip_is_prompt_and_delivers_nothing() -> None:
    hanging, let_go = threading.Event(), threading.Event()

    def hang() -> None:
        hanging.set()
        let_go.wait()

    large = film(Recipe("mjpeg", "mov", size=(640, 480), frames=60))
    backlog = Backlog(task("long", lambda: TroubledReader(large, hang)))
    with serving(backlog):
        assert hanging.wait(BOUND_S)
    assert not [thread for thread in threading.enumerate() if thread.name == "media"]
    let_go.set()
    assert backlog.results == {}


def test_a_service_that_never_started_can_be_stopped() -> None:
    MediaService(Prober(), lambda: None, lambda _task, _result: None).stop()
