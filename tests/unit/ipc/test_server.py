"""The station's end: in order, never waiting for a client, never in another's place."""

from __future__ import annotations

import os
import socket
import stat
import time
from typing import TYPE_CHECKING

import pytest

from tests.fakes.socket_station import SocketStation
from workstation.domain.dock import SlotPhase, SlotView
from workstation.domain.errors import StateLockedError, StateUnusableError
from workstation.events.facts import ClipVaulted, SlotChanged
from workstation.ipc.codec import LineSplitter, decode_from_station, encode
from workstation.ipc.endpoint import connect
from workstation.ipc.messages import (
    MAX_LINE_BYTES,
    CollectPath,
    DockState,
    GetThumbnail,
    Notice,
    Ping,
    Pong,
    RecordView,
    Reply,
    Request,
    Subscribe,
    Thumbnail,
)
from workstation.ipc.peer import BACKLOG_LIMIT_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from workstation.ipc.messages import AnyCommand, FromStation

DEADLINE_S = 20.0


class RawClient:
    """Speaks bytes, so that a test can say what our own client never would."""

    def __init__(self, path: Path) -> None:
        self.socket = connect(path, 5)
        self.socket.settimeout(DEADLINE_S)
        self._splitter = LineSplitter()
        self._lines: list[bytes] = []

    def ask(self, number: int, command: AnyCommand) -> None:
        self.socket.sendall(encode(Request(number, command)))

    def hear(self) -> FromStation | None:
        """The next line, or None once the station has hung up."""
        while not self._lines:
            try:
                chunk = self.socket.recv(1 << 16)
            except ConnectionResetError:
                return None
            if not chunk:
                return None
            self._lines = self._splitter.feed(chunk)
        return decode_from_station(self._lines.pop(0))

    def reply(self) -> Reply:
        message = self.hear()
        assert isinstance(message, Reply)
        return message


@pytest.fixture
def client(station: SocketStation, socket_path: Path) -> Iterator[RawClient]:
    assert station.server is not None
    raw = RawClient(socket_path)
    yield raw
    raw.socket.close()


def test_socket_is_for_owner_and_group_only(station: SocketStation, socket_path: Path) -> None:
    assert station.server is not None
    mode = socket_path.stat().st_mode
    assert stat.S_ISSOCK(mode)
    assert stat.S_IMODE(mode) == 0o660


def test_handler_learns_who_asks_from_the_kernel(station: SocketStation, client: RawClient) -> None:
    client.ask(1, Ping())
    assert client.reply().result == Pong("st-test")
    assert [(peer.pid, peer.uid, peer.gid) for peer in station.peers] == [
        (os.getpid(), os.getuid(), os.getgid())
    ]


def test_garbage_is_answered_and_the_next_line_is_heard(client: RawClient) -> None:
    client.socket.sendall(b"\x00\xff{\n[]\n" + b'{"line":"request","id":9,"command":{"do":"X"}}\n')
    client.ask(10, Ping())
    answers = [client.reply() for _ in range(4)]
    assert [answer.id for answer in answers] == [0, 0, 9, 10]
    codes = [answer.failure.code for answer in answers if answer.failure]
    assert codes == ["ipc.protocol"] * 3


def test_endless_line_costs_its_client_the_connection(
    station: SocketStation,
    client: RawClient,
    socket_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    endless = b"x" * (MAX_LINE_BYTES * 2)
    with pytest.raises(ConnectionError):
        client.socket.sendall(endless)
    assert "too_long" in caplog.text
    other = RawClient(socket_path)
    other.ask(1, Ping())
    assert other.reply().result == Pong(station.station_id)
    other.socket.close()


def test_answers_of_one_client_come_in_the_order_of_its_questions(client: RawClient) -> None:
    for number in range(1, 301):
        client.ask(number, GetThumbnail("c") if number % 2 else Ping())
    assert [client.reply().id for _ in range(300)] == list(range(1, 301))


def test_a_slow_command_holds_up_no_other_client(
    station: SocketStation, client: RawClient, socket_path: Path
) -> None:
    station.may_answer.clear()
    client.ask(1, CollectPath("/x"))
    other = RawClient(socket_path)
    other.ask(1, Ping())
    assert other.reply().result is not None
    other.socket.close()
    station.may_answer.set()
    assert client.reply().id == 1


def test_a_bug_in_a_handler_is_an_answer_and_not_the_end(
    client: RawClient, caplog: pytest.LogCaptureFixture
) -> None:
    client.ask(1, RecordView("c", "bug"))
    failure = client.reply().failure
    assert failure is not None
    assert (failure.code, failure.exit_code) == ("station.unknown", 1)
    assert "ZeroDivisionError" in caplog.text
    client.ask(2, Ping())
    assert client.reply().result is not None


def test_snapshot_comes_before_any_event(station: SocketStation, client: RawClient) -> None:
    for number in range(50):
        station.vault(f"before-{number}")
    client.ask(1, Subscribe())
    for number in range(50):
        station.vault(f"after-{number}")
    assert isinstance(client.reply().result, DockState)
    station.vault("last")
    heard: list[str] = []
    while not heard or heard[-1] != "last":
        notice = client.hear()
        assert isinstance(notice, Notice)
        assert isinstance(notice.event, ClipVaulted)
        heard.append(notice.event.clip_id)
    posted = [f"{word}-{number}" for word in ("before", "after") for number in range(50)]
    assert heard == [*posted, "last"][-len(heard) :]  # from some moment on, without a gap


def test_who_did_not_subscribe_hears_only_answers(
    station: SocketStation, client: RawClient
) -> None:
    station.vault("one")
    station.turn(SlotView(slot=1, phase=SlotPhase.COPYING))
    client.ask(1, Ping())
    client.ask(2, Ping())
    assert [client.reply().id, client.reply().id] == [1, 2]


def test_progress_is_told_at_4_hz_and_ends_with_the_latest(
    station: SocketStation, client: RawClient
) -> None:
    client.ask(1, Subscribe())
    client.reply()
    begun = time.monotonic()
    for done in range(20_000):
        station.turn(SlotView(slot=1, bytes_done=done))
    seen: list[int] = []
    while not seen or seen[-1] != 19_999:
        notice = client.hear()
        assert isinstance(notice, Notice)
        assert isinstance(notice.event, SlotChanged)
        seen.append(notice.event.view.bytes_done)
    assert len(seen) <= (time.monotonic() - begun) * 4 + 2
    assert seen == sorted(seen)


def test_slow_subscriber_misses_progress_but_no_fact_and_blocks_nobody(
    station: SocketStation, client: RawClient, socket_path: Path
) -> None:
    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.ask(1, Subscribe())
    client.reply()
    facts = 4000
    for number in range(facts):
        station.vault(f"{number:0100d}")
        station.turn(SlotView(slot=1, bytes_done=number))
        if number % 500 == 0:  # somebody else is served all the while
            other = RawClient(socket_path)
            other.ask(1, Ping())
            assert other.reply().result is not None
            other.socket.close()
    clips: list[str] = []
    progress: list[int] = []
    while len(clips) < facts or progress[-1] != facts - 1:
        notice = client.hear()
        assert isinstance(notice, Notice)
        if isinstance(notice.event, ClipVaulted):
            clips.append(notice.event.clip_id)
        elif isinstance(notice.event, SlotChanged):
            progress.append(notice.event.view.bytes_done)
    assert clips == [f"{number:0100d}" for number in range(facts)]
    assert len(progress) < facts / 10


def test_subscriber_that_never_reads_is_cut_off(
    station: SocketStation, client: RawClient, caplog: pytest.LogCaptureFixture
) -> None:
    client.ask(1, Subscribe())
    client.reply()
    posted = BACKLOG_LIMIT_BYTES // 10_000 + 200
    for _ in range(posted):
        station.vault("x" * 10_000)
    deadline = time.monotonic() + DEADLINE_S
    while "does not read" not in caplog.text:
        assert time.monotonic() < deadline
    heard = 0
    while client.hear() is not None:
        heard += 1
    assert 0 < heard < posted


def test_client_that_asks_and_never_listens_is_held_back(
    station: SocketStation, client: RawClient, socket_path: Path
) -> None:
    client.socket.settimeout(0.5)
    questions = encode(Request(1, GetThumbnail("c"))) * 100_000
    with pytest.raises(TimeoutError):
        client.socket.sendall(questions)
    other = RawClient(socket_path)
    other.ask(1, GetThumbnail("c"))
    assert isinstance(other.reply().result, Thumbnail)
    other.socket.close()
    assert station.server is not None


def test_dead_stations_socket_is_taken_over(socket_path: Path) -> None:
    abandoned = socket.socket(socket.AF_UNIX)
    here = os.open(socket_path.parent, os.O_PATH)
    abandoned.bind(f"/proc/self/fd/{here}/station.sock")
    os.close(here)
    abandoned.close()
    with SocketStation(socket_path):
        client = RawClient(socket_path)
        client.ask(1, Ping())
        assert client.reply().result is not None
        client.socket.close()
    assert not socket_path.exists()


def test_living_stations_socket_is_left_alone(station: SocketStation, socket_path: Path) -> None:
    second = SocketStation(socket_path)
    with pytest.raises(StateLockedError):
        second.server.start()
    second.server.stop()
    second.mailbox.close()
    client = RawClient(socket_path)
    client.ask(1, Ping())
    assert client.reply().result == Pong(station.station_id)
    client.socket.close()


@pytest.mark.parametrize("obstacle", ["file", "missing"])
def test_place_that_can_not_be_a_socket_is_refused_untouched(
    socket_path: Path, obstacle: str
) -> None:
    path = socket_path if obstacle == "file" else socket_path.parent / "absent" / "station.sock"
    if obstacle == "file":
        path.write_text("precious", "utf-8")
    station = SocketStation(path)
    with pytest.raises(StateUnusableError):
        station.server.start()
    station.server.stop()
    station.mailbox.close()
    assert obstacle == "missing" or path.read_text("utf-8") == "precious"
