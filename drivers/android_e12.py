"""Android recorders of the E12 kind: framed commands to a port inside the recorder, over adb."""

from __future__ import annotations

import logging
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from workstation.devices import ga947
from workstation.devices.adb import AdbServer, PortClosedError, has_interface
from workstation.devices.api import Match
from workstation.devices.vendor_mode import Family, clock_reading, moment_of
from workstation.domain.errors import (
    RecorderGoneError,
    RecorderProtocolError,
    RecorderRefusedError,
    UnknownRecorderError,
)
from workstation.domain.recorder import RecorderWrite, WriteKind

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator
    from datetime import datetime

    from workstation.devices.adb import AdbRecorder
    from workstation.devices.api import ClockReading, Sighting
    from workstation.devices.locked import Passwords
    from workstation.devices.profiles import ProfileSet
    from workstation.domain.recorder import Inscription, RecorderIdentity

    ByteOrder = Literal["little", "big"]

logger = logging.getLogger(__name__)

PORT = 10086
# The order of the length's bytes is not known of every firmware: the ping tells.
ORDERS: tuple[ByteOrder, ...] = ("little", "big")
PING_TIMEOUT_S = 2.0
ANSWER_TIMEOUT_S = 5.0  # the recorder's own
MAX_PAYLOAD = 2048

_PING, _PONG = b"E12CMDF808", b"E12CMDF809"
_WORKING = b"E12DATR880"
_INIT, _RELEASE = b"E12CMDS001", b"E12CMDS002"
_SYNC_TIME, _GET_INFO, _WRITE_INFO = b"E12CMDS003", b"E12CMDS004", b"E12CMDS005"
_RESOLUTION, _BATTERY, _SET_MSDC, _ID_CODE = (b"E12CMDS%03d" % number for number in range(6, 10))
_LONGEST_SIZE = 16  # characters of a picture's size
_ADMIN_PASSWORD = b"E12CMDS010"
_DEVICE_TIME = b"E12CMDN030"
_RESULT = b"E12DATR"
_OK = {_SYNC_TIME: b"001", _WRITE_INFO: b"021", _SET_MSDC: b"011"}


class Frames:
    """A length of four bytes and a payload, both ways. Used by one thread."""

    def __init__(self, stream: socket.socket, order: ByteOrder) -> None:
        self._stream = stream
        self._order: ByteOrder = order

    def send(self, payload: bytes) -> None:
        """One frame in one write: the recorder reads each with a single call.

        Raises:
            RecorderGoneError: the recorder left.
        """
        try:
            self._stream.sendall(len(payload).to_bytes(4, self._order) + payload)
        except OSError as error:
            raise RecorderGoneError(errno=error.errno) from error

    def receive(self, timeout_s: float = ANSWER_TIMEOUT_S) -> bytes:
        """One frame.

        Raises:
            RecorderGoneError: the recorder left, or says nothing in time.
            RecorderProtocolError: a length that can not be.
        """
        self._stream.settimeout(timeout_s)
        size = int.from_bytes(self._exactly(4), self._order)
        if size > MAX_PAYLOAD:
            raise RecorderProtocolError(command="frame", answer=f"length {size}")
        return self._exactly(size)

    def _exactly(self, size: int) -> bytes:
        parts = b""
        while len(parts) < size:
            try:
                part = self._stream.recv(size - len(parts))
            except OSError as error:
                raise RecorderGoneError(errno=error.errno) from error
            if not part:
                raise RecorderGoneError(reason="closed")
            parts += part
        return parts


class E12Session:
    """An open recorder. It asks nobody for a password, and tells its own to anybody."""

    def __init__(self, frames: Frames) -> None:
        self._frames = frames
        self._identity: RecorderIdentity | None = None

    def identify(self, profile: str, family: Family) -> None:
        """Ask who it is, and whether its password is still the factory's."""
        self._frames.send(_INIT)
        if self._frames.receive() != b"NULL":
            raise RecorderProtocolError(command="E12CMDS001")
        id_code = ga947.decode(self.ask(_ID_CODE))
        answer = self.ask(_GET_INFO)
        if len(answer) != ga947.PACKED_BYTES:
            raise RecorderProtocolError(command="E12CMDS004", answer=f"{len(answer)} bytes")
        password = ga947.decode(self.ask(_ADMIN_PASSWORD))
        findings = family.findings(profile, password)
        self._identity = ga947.identity_of(profile, ga947.unpack(answer), id_code, findings)

    @property
    def identity(self) -> RecorderIdentity:
        if self._identity is None:
            raise AssertionError
        return self._identity

    def battery_percent(self) -> int:
        """0 to 100, as ``ReportsBattery``."""
        text = self.ask(_BATTERY).decode("ascii", "replace").strip().rstrip("%")
        if not text.isdecimal() or len(text) > 3 or int(text) > 100:
            raise RecorderProtocolError(command="E12CMDS007", answer=text)
        return int(text)

    def video_size(self) -> tuple[int, int]:
        """Pixels, as ``ReportsVideoSize``."""
        text = self.ask(_RESOLUTION).decode("ascii", "replace")
        sides = [side.strip() for side in text[:_LONGEST_SIZE].split("*")]
        if len(sides) != 2 or not all(side.isdecimal() for side in sides):
            raise RecorderProtocolError(command="E12CMDS006", answer=text)
        return int(sides[0]), int(sides[1])

    def read_clock(self, now: datetime) -> ClockReading:
        """As ``ReadsClock``; local time, midnight may be written 24:00:00."""
        asked_s = time.monotonic()
        text = self.ask(_DEVICE_TIME).decode("ascii", "replace")
        took_s = time.monotonic() - asked_s
        try:
            told = moment_of(text)
        except ValueError as error:
            raise RecorderProtocolError(command="E12CMDN030", answer=text) from error
        return clock_reading(told, 1.0, now, took_s)

    def set_clock(self, now: datetime) -> RecorderWrite:
        """As ``SetsClock``; local time, the hour without a leading zero."""
        local = now.astimezone()
        text = f"{local:%Y-%m-%d} {local.hour}:{local:%M:%S}"
        self._tell(_SYNC_TIME, text.encode("ascii"))
        facts = {"set_to": local.isoformat(timespec="seconds"), "command": "E12CMDS003"}
        return RecorderWrite(WriteKind.CLOCK_SET, facts, now)

    def write_binding(self, inscription: Inscription) -> RecorderWrite:
        """As ``WritesBinding``."""
        self._tell(_WRITE_INFO, ga947.pack(inscription))
        return RecorderWrite(WriteKind.BINDING_WRITTEN, ga947.facts_of(inscription))

    def unlock_storage(self) -> RecorderWrite:
        """As ``UnlocksStorage``. The cable changes its mode, so the answer may never come."""
        try:
            self._tell(_SET_MSDC)
        except RecorderGoneError:
            logger.info("recorder left while it was told to show its card")
        return RecorderWrite(WriteKind.STORAGE_UNLOCKED, {"command": "E12CMDS008"})

    def release(self) -> None:
        """Say good-bye; a recorder that left needs none."""
        try:
            self._frames.send(_RELEASE)
            self._frames.receive(PING_TIMEOUT_S)
        except (RecorderGoneError, RecorderProtocolError):
            logger.debug("recorder left without good-bye")

    def ask(self, command: bytes) -> bytes:
        """The result of a command.

        Raises:
            RecorderRefusedError: the recorder has no answer to this.
            RecorderProtocolError, RecorderGoneError
        """
        self._begin(command)
        answer = self._frames.receive()
        if answer.startswith(_RESULT):  # E12DATR120 and the like: "could not"
            text = answer[len(_RESULT) : 32].decode("ascii", "replace")
            raise RecorderRefusedError(command=command.decode(), answer=text)
        return answer

    def _tell(self, command: bytes, payload: bytes = b"") -> None:
        self._begin(command)
        if payload:
            self._frames.send(payload)
        answer = self._frames.receive()
        if answer != _RESULT + _OK[command]:
            text = answer[:32].decode("ascii", "replace")
            raise RecorderRefusedError(command=command.decode(), answer=text)

    def _begin(self, command: bytes) -> None:
        self._frames.send(command)
        working = self._frames.receive()
        if working != _WORKING:
            text = working[:32].decode("ascii", "replace")
            raise RecorderProtocolError(command=command.decode(), answer=text)


class AndroidE12Driver:
    """Any Android recorder may be one: it is known by who answers the ping."""

    name = "android_e12"

    def __init__(self, profiles: ProfileSet, server: AdbServer | None = None) -> None:
        self._family = Family(profiles, self.name)
        self._server = server or AdbServer()

    def match(self, sighting: Sighting) -> Match:
        """GENERIC for whatever offers adb: USB ids of phones tell nothing."""
        return max(self._family.match(sighting), Match(int(has_interface(sighting))))

    @contextmanager
    def open(self, sighting: Sighting, passwords: Passwords) -> Iterator[E12Session]:  # noqa: ARG002 - it asks for none
        """Find out the order of bytes by a ping, and identify."""
        profile = self._family.profile_of(sighting)
        recorder = self._server.find(sighting)
        try:
            with self._answering(recorder, sighting) as frames:
                session = E12Session(frames)
                session.identify(profile, self._family)
                yield session
                session.release()
        except PortClosedError as error:
            raise UnknownRecorderError(port=sighting.port, usb="adb") from error

    @contextmanager
    def _answering(self, recorder: AdbRecorder, sighting: Sighting) -> Iterator[Frames]:
        for order in ORDERS:
            with self._server.connect(recorder, PORT) as stream:
                frames = Frames(stream, order)
                if _answers(frames):
                    yield frames
                    return
        raise UnknownRecorderError(port=sighting.port, usb="adb")


def _answers(frames: Frames) -> bool:
    try:
        frames.send(_PING)
        return frames.receive(PING_TIMEOUT_S) == _PONG
    except (RecorderGoneError, RecorderProtocolError):
        return False
