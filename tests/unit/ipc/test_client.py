"""A client's end: answers to questions, events in order, one word when it is over."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING

import pytest

from tests.fakes.socket_station import JPEG, SocketStation
from workstation.domain.errors import StationNotRunningError
from workstation.events.facts import ClipVaulted
from workstation.ipc.client import Connection, RemoteError
from workstation.ipc.messages import CollectPath, Done, GetThumbnail, Ping, RecordView, Thumbnail

if TYPE_CHECKING:
    from pathlib import Path

DEADLINE_S = 20.0


def test_absent_station_is_told_at_once(socket_path: Path) -> None:
    with pytest.raises(StationNotRunningError):
        Connection(socket_path).connect()
    with pytest.raises(StationNotRunningError):
        Connection(socket_path.parent / "no" / "where.sock").connect()


def test_failure_carries_the_stations_code_and_facts(
    station: SocketStation, socket_path: Path
) -> None:
    assert station.server is not None
    with Connection(socket_path) as connection:
        with pytest.raises(RemoteError) as unknown:
            connection.call(GetThumbnail("unknown"))
        with pytest.raises(RemoteError) as forbidden:
            connection.call(RecordView("c", "forbidden"))
    assert (unknown.value.code, unknown.value.exit_code) == ("clip.unknown", 2)
    assert unknown.value.facts == {"clip": "unknown"}
    assert str(unknown.value) == "clip.unknown clip='unknown'"
    assert (forbidden.value.code, forbidden.value.exit_code) == ("ipc.not_allowed", 3)
    assert RemoteError.code == "station.unknown"


def test_many_threads_share_a_connection(station: SocketStation, socket_path: Path) -> None:
    assert station.server is not None
    answers: queue.SimpleQueue[object] = queue.SimpleQueue()
    with Connection(socket_path) as connection:

        def ask() -> None:
            for _ in range(50):
                answers.put(connection.call(GetThumbnail("c")))

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [answers.get_nowait() for _ in range(400)] == [Thumbnail(JPEG)] * 400


def test_snapshot_reaches_the_reader_before_the_events(
    station: SocketStation, socket_path: Path
) -> None:
    heard: queue.SimpleQueue[object] = queue.SimpleQueue()
    with Connection(socket_path, on_event=heard.put) as connection:
        stop = threading.Event()

        def chatter() -> None:
            while not stop.wait(0.001):
                station.vault("c")

        thread = threading.Thread(target=chatter)
        thread.start()
        dock = connection.subscribe(on_snapshot=heard.put)
        assert heard.get(timeout=DEADLINE_S) == dock
        assert isinstance(heard.get(timeout=DEADLINE_S), ClipVaulted)
        stop.set()
        thread.join()


def test_a_listener_that_fails_does_not_deafen_the_connection(
    station: SocketStation, socket_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    heard: queue.SimpleQueue[object] = queue.SimpleQueue()

    def listen(event: object) -> None:
        heard.put(event)
        raise ZeroDivisionError

    def refuse(_: object) -> None:
        raise ZeroDivisionError

    with Connection(socket_path, on_event=listen) as connection:
        connection.subscribe(refuse)
        station.vault("one")
        station.vault("two")
        assert [heard.get(timeout=DEADLINE_S) for _ in range(2)] == [
            ClipVaulted(1, "collection", "one"),
            ClipVaulted(1, "collection", "two"),
        ]
        assert connection.call(RecordView("c", "viewed")) == Done()
    assert "ZeroDivisionError" in caplog.text


def test_station_that_hangs_up_is_told_once_and_fails_those_who_wait(socket_path: Path) -> None:
    lost: queue.SimpleQueue[str] = queue.SimpleQueue()
    failed: queue.SimpleQueue[StationNotRunningError] = queue.SimpleQueue()
    station = SocketStation(socket_path)
    station.server.start()
    station.may_answer.clear()
    connection = Connection(socket_path, on_lost=lambda: lost.put("lost"))
    connection.connect()

    def ask() -> None:
        with pytest.raises(StationNotRunningError) as caught:
            connection.call(CollectPath("/x"))
        failed.put(caught.value)

    waiting = threading.Thread(target=ask)
    waiting.start()
    assert station.was_asked.wait(DEADLINE_S)
    stopping = threading.Thread(target=station.server.stop)
    stopping.start()
    assert lost.get(timeout=DEADLINE_S) == "lost"
    assert failed.get(timeout=DEADLINE_S).facts["reason"] == "hung_up"
    with pytest.raises(StationNotRunningError):
        connection.call(Ping())
    station.may_answer.set()
    for thread in (waiting, stopping):
        thread.join()
    connection.close()
    station.mailbox.close()
    assert lost.empty()


def test_own_close_is_not_called_a_loss(station: SocketStation, socket_path: Path) -> None:
    assert station.server is not None
    lost: queue.SimpleQueue[str] = queue.SimpleQueue()
    connection = Connection(socket_path, on_lost=lambda: lost.put("lost"))
    connection.connect()
    connection.call(Ping())
    connection.close()
    connection.close()
    assert lost.empty()
    with pytest.raises(StationNotRunningError):
        connection.call(Ping())


def test_an_answer_that_does_not_come_is_not_waited_for_for_ever(
    station: SocketStation, socket_path: Path
) -> None:
    station.may_answer.clear()
    with Connection(socket_path) as connection:
        with pytest.raises(StationNotRunningError) as caught:
            connection.call(CollectPath("/x"), timeout_s=0.05)
        assert caught.value.facts["reason"] == "no_answer"
        station.may_answer.set()
        assert isinstance(connection.call(GetThumbnail("c")), Thumbnail)


def test_asking_from_the_reader_thread_is_a_bug_and_says_so(
    station: SocketStation, socket_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    asked = threading.Event()

    def ask_back(_: object) -> None:
        asked.set()
        connection.call(Ping())

    with Connection(socket_path, on_event=ask_back) as connection:
        connection.subscribe()
        station.vault("one")
        assert asked.wait(DEADLINE_S)
        assert connection.call(RecordView("c", "viewed")) == Done()
    assert "RuntimeError" in caplog.text
