"""The socket between real processes: restarts, kills, crowds."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.fakes.socket_station import SocketStation
from workstation.domain.errors import StationNotRunningError
from workstation.ipc.client import Connection
from workstation.ipc.messages import Ping, Pong, RecordReceipt

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
DEADLINE_S = 30

SERVE = """
import sys
from pathlib import Path
from tests.fakes.socket_station import SocketStation
with SocketStation(Path(sys.argv[1]), station_id=sys.argv[2]):
    sys.stdout.write("ready\\n"); sys.stdout.flush()
    sys.stdin.read()
"""

HALF_A_LINE = """
import sys
from pathlib import Path
from workstation.ipc.endpoint import connect
from workstation.ipc.codec import encode
from workstation.ipc.messages import Ping, Request, Subscribe
link = connect(Path(sys.argv[1]), 5)
link.sendall(encode(Request(1, Subscribe())) + encode(Request(2, Ping()))[:10])
sys.stdout.write("ready\\n"); sys.stdout.flush()
sys.stdin.read()
"""


@contextlib.contextmanager
def process(script: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A Python of its own that has said ``ready``."""
    child = subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        try:
            yield child
        finally:
            child.kill()


def test_a_station_in_another_process_answers(tmp_path: Path) -> None:
    path = tmp_path / "station.sock"
    with process(SERVE, str(path), "st-child"), Connection(path) as connection:
        assert connection.call(Ping()) == Pong("st-child")
        assert connection.subscribe().station.name == "测试站"


def test_killed_station_is_noticed_and_its_successor_takes_the_place(tmp_path: Path) -> None:
    path = tmp_path / "station.sock"
    lost = threading.Event()
    with process(SERVE, str(path), "st-one") as first:
        connection = Connection(path, on_lost=lost.set)
        connection.connect()
        first.kill()
        assert lost.wait(DEADLINE_S)
    connection.close()
    with pytest.raises(StationNotRunningError):
        Connection(path).connect()
    with process(SERVE, str(path), "st-two"), Connection(path) as connection:
        assert connection.call(Ping()) == Pong("st-two")


def test_client_killed_in_the_middle_of_a_line_harms_nobody(tmp_path: Path) -> None:
    path = tmp_path / "station.sock"
    with SocketStation(path) as station, Connection(path) as bystander:
        for _ in range(3):
            with process(HALF_A_LINE, str(path)) as client:
                os.kill(client.pid, signal.SIGKILL)
                client.wait(DEADLINE_S)
            station.vault("after")
            assert bystander.call(Ping()) == Pong("st-test")
        pids = {peer.pid for peer in station.peers}
    assert os.getpid() in pids


def test_a_hundred_clients_all_hear_every_fact(tmp_path: Path) -> None:
    path = tmp_path / "station.sock"
    heard = [0] * 100
    all_heard = threading.Event()
    lock = threading.Lock()

    def count(index: int, _: object) -> None:
        with lock:
            heard[index] += 1
            if min(heard) == 20:
                all_heard.set()

    with contextlib.ExitStack() as stack:
        station = stack.enter_context(SocketStation(path))
        for index in range(100):
            connection = Connection(path, on_event=partial(count, index))
            stack.enter_context(connection)
            connection.subscribe()
        for number in range(20):
            station.vault(str(number))
        assert all_heard.wait(DEADLINE_S)
    assert heard == [20] * 100


def test_receipts_of_two_processes_all_arrive(tmp_path: Path) -> None:
    send = (
        "import sys;from pathlib import Path;from workstation.ipc.client import Connection;"
        "from workstation.ipc.messages import RecordReceipt\n"
        "with Connection(Path(sys.argv[1])) as station:\n"
        " for n in range(100):\n"
        "  facts = ('s','o','m','0'*64,n,'t',None,{'n':n})\n"
        "  station.call(RecordReceipt(f'{sys.argv[2]}-{n}',*facts))\n"
    )
    path = tmp_path / "station.sock"
    with SocketStation(path) as station:
        children = [
            subprocess.Popen([sys.executable, "-c", send, str(path), name], cwd=ROOT)
            for name in ("a", "b")
        ]
        assert [child.wait(DEADLINE_S) for child in children] == [0, 0]
        got = {receipt.clip_id for receipt in station.receipts}
    assert got == {f"{name}-{n}" for name in "ab" for n in range(100)}


def test_the_wire_is_plain_json_lines(tmp_path: Path) -> None:
    """What docs promise: any program that can write JSON can talk to the station."""
    path = tmp_path / "station.sock"
    speak = (
        "import socket,sys;s=socket.socket(socket.AF_UNIX);s.connect(sys.argv[1]);"
        'f=s.makefile("rw");f.write(\'{"line":"request","id":1,"command":{"do":"Ping"}}\\n\');'
        "f.flush();sys.stdout.write(f.readline())"
    )
    with SocketStation(path):
        said = subprocess.run(
            [sys.executable, "-c", speak, str(path)], capture_output=True, check=True, text=True
        )
    assert json.loads(said.stdout) == {
        "line": "reply",
        "id": 1,
        "result": {"is": "Pong", "station_id": "st-test", "protocol": 1},
        "failure": None,
    }


def test_receipt_struct_keeps_its_wire_names() -> None:
    assert RecordReceipt.__struct_fields__ == (
        "clip_id",
        "store_id",
        "object_key",
        "manifest_key",
        "sha256",
        "size_bytes",
        "stored_at",
        "locked_until",
        "proof",
    )
