"""The station's end of one media child: start it, talk to it against the clock, end it."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import workstation
from workstation.media.frames import HEADER_BYTES, send_frame, split_header

if TYPE_CHECKING:
    from workstation.media.frames import FrameType

_ROOT = Path(workstation.__file__).resolve().parents[1]


class MediaChild:
    """A running child. All deadlines are ``time.monotonic`` seconds.

    The kernel kills the child when the thread that created it ends, so create it in the
    thread that probes. ``kill`` may be called from any thread.

    Raises:
        OSError: no process could be started.
    """

    def __init__(self, memory_limit_mb: int, cpu_limit_s: int) -> None:
        self.files_seen = 0
        self._wire, theirs = socket.socketpair()
        try:
            with theirs:
                self._process = _spawn(theirs.fileno(), memory_limit_mb, cpu_limit_s)
        except OSError:
            self._wire.close()
            raise

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def send(self, kind: FrameType, payload: bytes, deadline: float) -> None:
        """Write one frame.

        Raises:
            TimeoutError: the deadline passed.
            OSError: the child is gone.
        """
        self._wire.settimeout(_left(deadline))
        send_frame(self._wire, kind, payload)

    def receive(self, deadline: float) -> tuple[FrameType, bytes]:
        """Wait for one frame.

        Raises:
            TimeoutError: the deadline passed.
            EOFError: the child is gone.
            ProtocolError: what came is no frame.
        """
        kind, length = split_header(self._receive_exactly(HEADER_BYTES, deadline))
        return kind, self._receive_exactly(length, deadline)

    def _receive_exactly(self, count: int, deadline: float) -> bytes:
        got = bytearray()
        while len(got) < count:
            self._wire.settimeout(_left(deadline))
            piece = self._wire.recv(count - len(got))
            if not piece:
                raise EOFError
            got += piece
        return bytes(got)

    def kill(self) -> None:
        """End it at once; who waits for its word sees ``EOFError``."""
        self._process.kill()

    def discard(self) -> int:
        """End it, reap it, close the wire; returns its status, negative for a signal."""
        self._process.kill()
        status = self._process.wait()
        self._wire.close()
        return status


def _spawn(descriptor: int, memory_limit_mb: int, cpu_limit_s: int) -> subprocess.Popen[bytes]:
    """Start the child with one socket, no environment but where our code lies, no place."""
    command = [sys.executable, "-s", "-P", "-B", "-m", "workstation.media.child"]
    return subprocess.Popen(  # noqa: S603 - our own module, fixed words
        [*command, str(descriptor), str(memory_limit_mb), str(cpu_limit_s)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={"PYTHONPATH": str(_ROOT)},
        pass_fds=[descriptor],
        start_new_session=True,
    )


def _left(deadline: float) -> float:
    left_s = deadline - time.monotonic()
    if left_s <= 0:
        raise TimeoutError
    return left_s
