"""A real adb server of the test's own: another port, another home, gone at the end."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from workstation.devices.adb import AdbServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

START_S = 20.0


def free_port() -> int:
    """A TCP port of this machine that nobody uses just now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def running_server(home: Path) -> Iterator[int]:
    """The port of a server that runs; only where ``adb`` is installed."""
    program = shutil.which("adb")
    assert program is not None
    port = free_port()
    environment = {**os.environ, "HOME": str(home), "ADB_MDNS_AUTO_CONNECT": "0", "ADB_MDNS": "0"}
    with subprocess.Popen(
        [program, "-P", str(port), "nodaemon", "server"],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as child:
        try:
            _wait(port, child)
            yield port
        finally:
            child.terminate()
            child.wait(10)


def _wait(port: int, child: subprocess.Popen[bytes]) -> None:
    until_s = time.monotonic() + START_S
    while time.monotonic() < until_s and child.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            os.sched_yield()
    raise AssertionError(f"adb server did not start: {child.poll()}")


def order(port: int, text: str) -> str:
    """Give the server one order, as ``adb`` itself would; what it says."""
    with socket.create_connection(("127.0.0.1", port), 10) as stream:
        raw = text.encode("ascii")
        stream.sendall(b"%04x" % len(raw) + raw)
        parts = b""
        while part := stream.recv(4096):
            parts += part
    return parts.decode("utf-8", "replace")


def plug(port: int, serial: str, *, state: str = "device") -> AdbServer:
    """Have the server connect to a recorder over TCP; a client that sees it."""
    order(port, f"host:connect:{serial}")
    server = AdbServer(port, settle_s=0.5)
    until_s = time.monotonic() + START_S
    while time.monotonic() < until_s:
        if any(one.serial == serial and one.state == state for one in server.recorders()):
            return server
    raise AssertionError(server.recorders())
