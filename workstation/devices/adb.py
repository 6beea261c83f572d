"""Speak to Android recorders through the adb server of the machine (its "smart socket" protocol).

The server is Debian's ``adb``, a process of its own: it owns the USB interface, the key that
recorders are asked to trust, and every crash. A request is four hex digits of length and
text; the answer ``OKAY`` or ``FAIL`` with a reason. ``host:transport:<serial>`` followed by
``tcp:<port>`` is a plain stream to that port inside the recorder: what ``adb forward`` does,
without a port left open on the station.
"""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workstation.domain.errors import (
    AdbMissingError,
    DebuggingRefusedError,
    RecorderGoneError,
    RecorderProtocolError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workstation.devices.api import Sighting

SERVER_PORT = 5037
START_TIMEOUT_S = 20.0
ANSWER_TIMEOUT_S = 5.0
SETTLE_S = 5.0  # the server sees a plug by itself, a moment after the kernel told us of it
INTERFACE = ":ff4201:"  # in ID_USB_INTERFACES: class, sub-class and protocol of adb
_RETRY_S = 0.2
_READY = "device"
_AWAY = frozenset({"offline", "connecting", "authorizing"})
_LONGEST = 0xFFFF
_LINE = re.compile(r"(?P<serial>\S+)\s+(?P<state>\w+(?: permissions)?)(?P<rest>.*)")


class PortClosedError(Exception):
    """Nothing inside the recorder listens on this port: it is of another family."""


@dataclass(frozen=True, slots=True)
class AdbRecorder:
    """One that the server has, ready (``device``) or not (``unauthorized``, ``offline``…)."""

    serial: str
    state: str
    usb: str  # the kernel's name of the port, "1-2.3"; empty where it is not on USB


class AdbServer:
    """A client of the adb server on this machine. May be used by any thread."""

    def __init__(self, port: int = SERVER_PORT, settle_s: float = SETTLE_S) -> None:
        self._port = port
        self._settle_s = settle_s

    def recorders(self) -> list[AdbRecorder]:
        """Everything the server sees.

        Raises:
            AdbMissingError: there is no server and none can be started.
        """
        with self._request("host:devices-l") as stream:
            text = _sized(stream)
        found = []
        for line in text.splitlines():
            match = _LINE.match(line)
            if match:
                port = re.search(r"\busb:(\S+)", match["rest"])
                found.append(AdbRecorder(match["serial"], match["state"], port[1] if port else ""))
        return found

    def find(self, sighting: Sighting) -> AdbRecorder:
        """The recorder on the sighting's port; by serial only where that is one of a kind.

        Raises:
            DebuggingRefusedError: it is there, but has not allowed us (fact ``state``).
            RecorderGoneError: the server does not have it.
            AdbMissingError: there is no server and none can be started.
        """
        until_s = time.monotonic() + self._settle_s
        while True:
            here = self._at(sighting)
            if len(here) == 1 and here[0].state == _READY:
                return here[0]
            if time.monotonic() >= until_s:
                break
            time.sleep(_RETRY_S)
        if len(here) == 1 and here[0].state not in _AWAY:
            raise DebuggingRefusedError(port=sighting.port, state=here[0].state)
        raise RecorderGoneError(port=sighting.port, serial=sighting.serial, found=len(here))

    def _at(self, sighting: Sighting) -> list[AdbRecorder]:
        known = self.recorders()
        name = sighting.properties.get("DEVPATH", "").rpartition("/")[2]
        here = [one for one in known if one.usb and one.usb == name]
        return here or [one for one in known if one.serial == sighting.serial]

    @contextmanager
    def connect(
        self, recorder: AdbRecorder, port: int, wait_s: float = 0.0
    ) -> Iterator[socket.socket]:
        """A stream to a TCP port inside the recorder, with ``ANSWER_TIMEOUT_S`` set.

        Args:
            recorder: one of ``recorders``.
            port: where a program of the recorder listens.
            wait_s: how long it may take until it does.

        Raises:
            PortClosedError: nothing listens there.
            RecorderGoneError: the recorder left.
        """
        until_s = time.monotonic() + wait_s
        while True:
            with self._transport(recorder) as stream:
                reason = _order(stream, f"tcp:{port}")
                if reason is None:
                    yield stream
                    return
            if time.monotonic() >= until_s:
                raise PortClosedError(reason)
            time.sleep(_RETRY_S)

    def shell(self, recorder: AdbRecorder, command: str) -> str:
        """Run one command on the recorder; what it printed.

        Raises:
            RecorderGoneError: the recorder left.
            RecorderProtocolError: it has no shell for us.
        """
        with self._transport(recorder) as stream:
            reason = _order(stream, f"shell:{command}")
            if reason is not None:
                raise RecorderProtocolError(command="shell", answer=reason)
            parts = []
            try:
                while part := stream.recv(4096):
                    parts.append(part)
            except OSError as error:
                raise RecorderGoneError(serial=recorder.serial, errno=error.errno) from error
        return b"".join(parts).decode("utf-8", "replace")

    @contextmanager
    def _transport(self, recorder: AdbRecorder) -> Iterator[socket.socket]:
        name = f"usb:{recorder.usb}" if recorder.usb else recorder.serial
        with self._request(f"host:transport:{name}") as stream:
            yield stream

    @contextmanager
    def _request(self, text: str) -> Iterator[socket.socket]:
        with self._open() as stream:
            reason = _order(stream, text)
            if reason is not None:
                raise RecorderGoneError(command=text, reason=reason)
            yield stream

    def _open(self) -> socket.socket:
        try:
            return self._dial()
        except ConnectionRefusedError:
            self._start()
        try:
            return self._dial()
        except OSError as error:
            raise AdbMissingError(reason=str(error)) from error

    def _dial(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self._port), ANSWER_TIMEOUT_S)

    def _start(self) -> None:
        """Have Debian's adb start its server; it stays when we end, as it is made to."""
        program = shutil.which("adb")
        if program is None:
            raise AdbMissingError(reason="not installed")
        command = [program, "-P", str(self._port), "start-server"]
        try:
            subprocess.run(  # noqa: S603 - the program found, arguments of our own
                command,
                check=True,
                timeout=START_TIMEOUT_S,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise AdbMissingError(reason=type(error).__name__) from error


def _order(stream: socket.socket, text: str) -> str | None:
    """Send one request; None when it was taken, else why not."""
    raw = text.encode("utf-8")
    try:
        stream.sendall(f"{len(raw):04x}".encode("ascii") + raw)
        answer = _exactly(stream, 4)
        if answer == b"OKAY":
            return None
        if answer == b"FAIL":
            return _sized(stream)
    except OSError as error:
        raise RecorderGoneError(command=text, errno=error.errno) from error
    raise RecorderProtocolError(command=text, answer=answer.hex())


def _sized(stream: socket.socket) -> str:
    try:
        size = int(_exactly(stream, 4), 16)
        return _exactly(stream, min(size, _LONGEST)).decode("utf-8", "replace")
    except OSError as error:
        raise RecorderGoneError(errno=error.errno) from error
    except ValueError as error:
        raise RecorderProtocolError(command="adb", answer=str(error)) from error


def _exactly(stream: socket.socket, size: int) -> bytes:
    parts = b""
    while len(parts) < size:
        part = stream.recv(size - len(parts))
        if not part:
            raise ConnectionResetError(0, "the adb server closed")
        parts += part
    return parts


def has_interface(sighting: Sighting) -> bool:
    """Whether the recorder offers adb on its USB plug."""
    return INTERFACE in sighting.properties.get("ID_USB_INTERFACES", "")
