"""What stands between a station and its store: a line that breaks, a portal that lies."""

from __future__ import annotations

import random
import socket
import struct
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

PORTAL = b"<!DOCTYPE html><html><body><h1>Welcome! Please sign in to use this network.</h1></body>"
PIECE_BYTES = 1 << 16
CUTS, SWALLOWS = 0.25, 0.15  # of all connections
LONGEST_BYTES = 12 << 20  # a connection that is cut dies before so much went up
_AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: closing resets the connection


def free_port() -> int:
    """A port of this machine that nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


class Mishap(Enum):
    """What becomes of a connection."""

    NONE = "none"
    CUT = "cut"  # reset after some of what goes up
    SWALLOWED = "swallowed"  # the request arrives and is done; its answer is never seen


@dataclass
class Tally:
    """What a line has seen."""

    up_bytes: int = 0
    first_s: float | None = None  # when the first byte went up, by the monotonic clock
    last_s: float = 0.0
    mishaps: dict[Mishap, int] = field(default_factory=lambda: dict.fromkeys(Mishap, 0))

    @property
    def took_s(self) -> float:
        """From the first byte up to the last."""
        return 0.0 if self.first_s is None else self.last_s - self.first_s


class Line:
    """Passes connections on from ``port`` of this machine to another.

    With a seed, some of them meet a mishap, the same ones each time in the order of their
    arrival. ``limit_bps`` is what the line carries up, for all connections together.
    """

    def __init__(self, port: int, target: int, seed: int | None, limit_bps: float) -> None:
        self._listener = socket.create_server(("127.0.0.1", port), backlog=64)
        self._target = target
        self._chance = random.Random(seed) if seed is not None else None
        self._limit_bps = limit_bps
        self._free_at_s = 0.0
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self.tally = Tally()
        self._accepting = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Self:
        self._accepting.start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            left = list(self._open)
        for one in left:
            self._drop(one)
        self._accepting.join()

    # -- one connection -----------------------------------------------------------------

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            mishap, after = self._draw()
            try:
                far = socket.create_connection(("127.0.0.1", self._target), 5)
            except OSError:
                self._drop(near)
                continue
            far.settimeout(None)
            with self._lock:
                self._open |= {near, far}
            up = (near, far, mishap, after)
            threading.Thread(target=self._carry_up, args=up, daemon=True).start()
            threading.Thread(target=self._carry_down, args=(far, near, mishap), daemon=True).start()

    def _draw(self) -> tuple[Mishap, int]:
        if self._chance is None:
            return Mishap.NONE, 0
        drawn, after = self._chance.random(), self._chance.randrange(LONGEST_BYTES)
        mishap = Mishap.NONE
        if drawn < CUTS + SWALLOWS:
            mishap = Mishap.CUT if drawn < CUTS else Mishap.SWALLOWED
        with self._lock:
            self.tally.mishaps[mishap] += 1
        return mishap, after

    def _carry_up(
        self, near: socket.socket, far: socket.socket, mishap: Mishap, after: int
    ) -> None:
        passed = 0
        with suppress(OSError):
            while piece := near.recv(PIECE_BYTES):
                self._pace(len(piece))
                far.sendall(piece)
                passed += len(piece)
                if mishap is Mishap.CUT and passed > after:
                    self._drop(near)
                    break
            else:
                far.shutdown(socket.SHUT_WR)
                return
        self._drop(far)

    def _carry_down(self, far: socket.socket, near: socket.socket, mishap: Mishap) -> None:
        with suppress(OSError):
            while piece := far.recv(PIECE_BYTES):
                if mishap is Mishap.SWALLOWED and not piece.startswith(b"HTTP/1.1 100"):
                    break
                near.sendall(piece)
        self._drop(near)
        self._drop(far)

    def _pace(self, size_bytes: int) -> None:
        with self._lock:
            now_s = time.monotonic()
            if self.tally.first_s is None:
                self.tally.first_s = now_s
            if self._limit_bps:
                self._free_at_s = max(self._free_at_s, now_s) + size_bytes / self._limit_bps
            wait_s = max(0.0, self._free_at_s - now_s)
            self.tally.up_bytes += size_bytes
            self.tally.last_s = now_s + wait_s
        if wait_s:
            time.sleep(wait_s)

    def _drop(self, one: socket.socket) -> None:
        with self._lock:
            self._open.discard(one)
        with suppress(OSError):
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
            one.shutdown(socket.SHUT_RDWR)
        one.close()


def relay(port: int, endpoint: str, *, seed: int | None = None, limit_bps: float = 0.0) -> Line:
    """A line from ``port`` to the service at ``endpoint``; use it in a ``with``."""
    target = urlsplit(endpoint).port
    assert target is not None
    return Line(port, target, seed, limit_bps)


class _Portal(BaseHTTPRequestHandler):
    """Answers everything with a page and 200, as the network of a hotel does."""

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        while length > 0:
            length -= len(self.rfile.read(min(length, 1 << 16))) or length
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(PORTAL)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(PORTAL)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _answer  # noqa: N815 - names of the library

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def captive_portal(port: int) -> Iterator[None]:
    """Whatever is asked at ``port`` is answered with a sign-in page."""
    server = ThreadingHTTPServer(("127.0.0.1", port), _Portal)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
