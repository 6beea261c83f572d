"""Code of others that may crash or hang, run in a process of its own: the station's end of it.

A frame is one type byte, a big-endian 32-bit length, and so many bytes. The station sends
``CALL`` (JSON: the command and what it needs); the child answers with any number of ``BYTES``
and then one ``VALUE`` or ``FAILED`` (JSON).
"""

from __future__ import annotations

import json
import logging
import socket
import struct
import subprocess
import sys
import time
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import workstation
from workstation.domain.errors import DriverCrashedError, RecorderStalledError

if TYPE_CHECKING:
    from collections.abc import Mapping

    # What goes through JSON, or through a C function: whoever asks knows what it is.
    Plain = Any

logger = logging.getLogger(__name__)

HEADER = struct.Struct(">BI")
STOP = "stop"  # is answered and does nothing: that it came was enough
MAX_FRAME_BYTES = 16 << 20
_ROOT = Path(workstation.__file__).resolve().parents[1]


class Frame(IntEnum):
    """What a frame is about."""

    CALL = 1
    BYTES = 2
    VALUE = 3
    FAILED = 4


class CallFailedError(Exception):
    """The child says why it could not do what it was asked; its ``code`` is for the driver."""

    def __init__(self, code: str, facts: Mapping[str, Plain]) -> None:
        super().__init__(code, dict(facts))
        self.code = code
        self.facts = dict(facts)


class IsolatedProcess:
    """A running child. Used by one thread; the kernel ends the child when that thread ends.

    After ``DriverCrashedError`` or ``RecorderStalledError`` it is dead and only ``close`` is left.
    """

    def __init__(self, module: str, environment: Mapping[str, str] | None = None) -> None:
        """Start ``python -m module``.

        Args:
            module: it calls ``isolated_child.serve`` with the descriptor it is given.
            environment: what the child sees of ours; all of it where this is None.

        Raises:
            DriverCrashedError: no process could be started.
        """
        self._module = module
        self._has_ended = False
        self._is_owed = False  # an answer to a call that nobody waited for
        self._wire, theirs = socket.socketpair()
        command = [sys.executable, "-s", "-B", "-m", module, str(theirs.fileno())]
        try:
            with theirs:
                self._process = subprocess.Popen(  # noqa: S603 - our own module, fixed words
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    cwd=_ROOT,  # where the module is found
                    env=environment,
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,
                )
        except OSError as error:
            self._wire.close()
            raise DriverCrashedError(driver=module, reason=str(error)) from error

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def close(self) -> None:
        """End and reap it; harmless when it has ended."""
        self._has_ended = True
        self._wire.close()
        self._process.kill()
        self._process.wait()

    def ask(self, command: str, timeout_s: float, **arguments: Plain) -> Plain:
        """Have the child do something and wait for the value it gives.

        Raises:
            CallFailedError: it could not.
            DriverCrashedError: it ended, or spoke what is no frame.
            RecorderStalledError: no word within ``timeout_s``; it was killed.
        """
        self.send(command, **arguments)
        while True:
            kind, payload = self.receive(timeout_s)
            if kind is Frame.VALUE:
                return self._read(payload)

    def send(self, command: str, **arguments: Plain) -> None:
        """Let the child begin; ``receive`` gives what it says. An older answer is thrown away.

        Raises:
            DriverCrashedError: it has ended.
        """
        if self._is_owed:
            self._skip(_SKIP_S)
        self._write(command, arguments)
        self._is_owed = True

    def interrupt(self, timeout_s: float) -> None:
        """Have the child end what it is doing: it looks for a call where it can stop.

        Raises:
            DriverCrashedError: it ended.
            RecorderStalledError: no word within ``timeout_s``; it was killed.
        """
        if self._is_owed:
            self._write(STOP, {})
            for _ in range(2):  # what was asked, and the stopping
                self._skip(timeout_s)

    def receive(self, timeout_s: float) -> tuple[Frame, bytes]:
        """The next frame of the answer: ``BYTES``, or at its end ``VALUE``.

        Raises:
            CallFailedError: the answer is that it could not.
            DriverCrashedError: it ended, or spoke what is no frame.
            RecorderStalledError: no word within ``timeout_s``; it was killed.
        """
        deadline = time.monotonic() + timeout_s
        try:
            number, length = HEADER.unpack(self._exactly(HEADER.size, deadline))
            if number not in {Frame.BYTES, Frame.VALUE, Frame.FAILED} or length > MAX_FRAME_BYTES:
                raise self._crashed(reason="no_frame")
            payload = self._exactly(length, deadline)
        except TimeoutError as error:
            self.close()
            raise RecorderStalledError(driver=self._module, waited_s=timeout_s) from error
        except (EOFError, OSError) as error:
            raise self._crashed() from error
        if number == Frame.BYTES:
            return Frame.BYTES, payload
        self._is_owed = False
        if number == Frame.VALUE:
            return Frame.VALUE, payload
        said = self._read(payload)
        try:
            failure = CallFailedError(str(said["code"]), dict(said["facts"]))
        except (TypeError, KeyError, ValueError) as error:
            raise self._crashed(reason="no_frame") from error
        raise failure

    def _read(self, payload: bytes) -> Plain:
        """What the child wrote, unless a library made a mess of it."""
        try:
            return json.loads(payload)
        except (ValueError, RecursionError) as error:
            raise self._crashed(reason="no_frame") from error

    def _write(self, command: str, arguments: Mapping[str, Plain]) -> None:
        payload = json.dumps({"do": command, **arguments}).encode()
        try:
            self._wire.settimeout(None)
            self._wire.sendall(HEADER.pack(Frame.CALL, len(payload)) + payload)
        except OSError as error:
            raise self._crashed() from error

    def _skip(self, timeout_s: float) -> None:
        """Let an answer pass that nobody wants any more."""
        try:
            while self.receive(timeout_s)[0] is Frame.BYTES:
                pass
        except CallFailedError:
            return

    def _exactly(self, count: int, deadline: float) -> bytes:
        got = bytearray()
        while len(got) < count:
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                raise TimeoutError
            self._wire.settimeout(left_s)
            piece = self._wire.recv(min(count - len(got), 1 << 20))
            if not piece:
                raise EOFError
            got += piece
        return bytes(got)

    def _crashed(self, reason: str = "") -> DriverCrashedError:
        is_news = not self._has_ended
        self.close()
        status = self._process.returncode
        if is_news:
            logger.warning("driver process ended module=%s status=%s", self._module, status)
        facts = {"reason": reason} if reason else {}
        return DriverCrashedError(driver=self._module, status=status, **facts)


_SKIP_S = 60.0  # longer than any single call of ours may take
