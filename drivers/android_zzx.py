"""Android recorders of the zzx kind: JSON lines, or the older text lines, over adb."""

from __future__ import annotations

import json
import logging
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import IntEnum
from typing import TYPE_CHECKING

from workstation.devices import ga947
from workstation.devices.adb import AdbServer, PortClosedError, has_interface
from workstation.devices.api import Match
from workstation.devices.lines import Lines
from workstation.devices.vendor_mode import Family, clock_reading, moment_of
from workstation.domain.clip import BadgeNumber
from workstation.domain.errors import (
    RecorderBusyError,
    RecorderGoneError,
    RecorderProtocolError,
    RecorderRefusedError,
    UnknownRecorderError,
)
from workstation.domain.recorder import (
    Inscription,
    RecorderStorage,
    RecorderWrite,
    WriteKind,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from workstation.devices.api import ClockReading, Sighting
    from workstation.devices.lines import Stream
    from workstation.devices.locked import LockedSession, Passwords
    from workstation.devices.profiles import ProfileSet
    from workstation.domain.recorder import RecorderIdentity

logger = logging.getLogger(__name__)

TEXT_PORT = 5910
JSON_PORT = 15910  # ours to choose: the broadcast names it
START_ACTION = "com.zzx.sdk"
SERVER_WAIT_S = 2.0  # the recorder's program needs a moment to listen after the broadcast
_MEGABYTE = 1 << 20
_STALE = 4  # answers to earlier questions that may still lie in the line


class Operation(IntEnum):
    """Numbers of the JSON dialect."""

    GET_ID_CODE = 2
    GET_ZFY_INFO = 3
    WRITE_ZFY_INFO = 4
    SYNC_DEV_TIME = 5
    SET_MSDC = 6
    READ_DEVICE_RESOLUTION = 7
    BATTERY = 8
    GET_DEV_TIME = 16
    GET_DISK_STORAGE = 18


class JsonSession:
    """The newer dialect. Every request carries the password; every answer says if it was right."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._password = ""
        self._identity: RecorderIdentity | None = None

    def log_in(self, password: str) -> bool:
        """Whether the recorder takes this password; it is used from now on."""
        self._password = password
        body = self._exchange(Operation.GET_ID_CODE, {})
        return body.get("password") == "true"

    def identify(self, profile: str, findings: tuple[str, ...]) -> None:
        """Ask who it is."""
        id_code = self._ask(Operation.GET_ID_CODE).get("IDCode", "")
        body = self._ask(Operation.GET_ZFY_INFO)
        written = Inscription(
            serial=body.get("serial", "").strip(),
            badge=BadgeNumber(body.get("policeNo", "").strip()),
            officer_name=body.get("policeName", "").strip(),
            unit_code=body.get("groupNo", "").strip(),
            unit_name=body.get("groupName", "").strip(),
        )
        self._identity = ga947.identity_of(profile, written, id_code, findings)

    @property
    def identity(self) -> RecorderIdentity:
        if self._identity is None:
            raise AssertionError
        return self._identity

    def battery_percent(self) -> int:
        """0 to 100, as ``ReportsBattery``."""
        percent = self._number(Operation.BATTERY, "battery")
        if not 0 <= percent <= 100:
            raise RecorderProtocolError(command="BATTERY", answer=percent)
        return percent

    def video_size(self) -> tuple[int, int]:
        """Pixels, as ``ReportsVideoSize``."""
        body = self._ask(Operation.READ_DEVICE_RESOLUTION)
        return (
            _number(body, "VideoWidth", Operation.READ_DEVICE_RESOLUTION),
            _number(body, "VideoHeight", Operation.READ_DEVICE_RESOLUTION),
        )

    def storage(self) -> RecorderStorage:
        """Bytes, as ``ReportsStorage``; the recorder counts in megabytes."""
        body = self._ask(Operation.GET_DISK_STORAGE)
        total = _number(body, "total", Operation.GET_DISK_STORAGE)
        free = _number(body, "free", Operation.GET_DISK_STORAGE)
        return RecorderStorage(total * _MEGABYTE, free * _MEGABYTE)

    def read_clock(self, now: datetime) -> ClockReading:
        """As ``ReadsClock``. Asked in seconds here, set in milliseconds: the unit differs."""
        asked_s = time.monotonic()
        seconds = self._number(Operation.GET_DEV_TIME, "Time")
        took_s = time.monotonic() - asked_s
        # A firmware that answers in milliseconds would be in the year 50000 otherwise.
        is_milliseconds = seconds > 10**11
        try:
            told = datetime.fromtimestamp(seconds / 1000 if is_milliseconds else seconds, UTC)
        except (ValueError, OverflowError, OSError) as error:
            raise RecorderProtocolError(command="GET_DEV_TIME", answer=str(seconds)[:80]) from error
        return clock_reading(told, 0.001 if is_milliseconds else 1.0, now, took_s)

    def set_clock(self, now: datetime) -> RecorderWrite:
        """As ``SetsClock``; in milliseconds since 1970."""
        milliseconds = round(now.timestamp() * 1000)
        self._tell(Operation.SYNC_DEV_TIME, {"Time": str(milliseconds)})
        facts = {"set_to": now.isoformat(timespec="milliseconds"), "command": "SyncDevTime"}
        return RecorderWrite(WriteKind.CLOCK_SET, facts, now)

    def write_binding(self, inscription: Inscription) -> RecorderWrite:
        """As ``WritesBinding``."""
        ga947.pack(inscription)  # the same room as on the wire of the standard
        body = {
            "serial": inscription.serial,
            "policeNo": str(inscription.badge),
            "policeName": inscription.officer_name,
            "groupNo": inscription.unit_code,
            "groupName": inscription.unit_name,
        }
        self._tell(Operation.WRITE_ZFY_INFO, body)
        return RecorderWrite(WriteKind.BINDING_WRITTEN, ga947.facts_of(inscription))

    def unlock_storage(self) -> RecorderWrite:
        """As ``UnlocksStorage``. The cable changes its mode, so the answer may never come."""
        try:
            self._tell(Operation.SET_MSDC, {})
        except RecorderGoneError:
            logger.info("recorder left while it was told to show its card")
        return RecorderWrite(WriteKind.STORAGE_UNLOCKED, {"command": "SetMSDC"})

    def _tell(self, operation: Operation, body: dict[str, str]) -> None:
        """A command that the recorder refuses while it records or cuts a clip."""
        answer = self._exchange(operation, body)
        self._check_password(answer, operation)
        if answer.get("Result", "true") != "true":
            raise RecorderBusyError(command=operation.name)

    def _ask(self, operation: Operation) -> dict[str, str]:
        answer = self._exchange(operation, {})
        self._check_password(answer, operation)
        return answer

    def _check_password(self, answer: dict[str, str], operation: Operation) -> None:
        if answer.get("password") == "false":
            raise RecorderRefusedError(command=operation.name, answer="password")

    def _number(self, operation: Operation, name: str) -> int:
        return _number(self._ask(operation), name, operation)

    def _exchange(self, operation: Operation, body: dict[str, str]) -> dict[str, str]:
        header = {"version": "1.0", "id": int(operation), "device": "evidock"}
        request = {"header": header, "body": body | {"password": self._password}}
        self._lines.send(json.dumps(request, ensure_ascii=False))
        for _ in range(_STALE):
            line = self._lines.receive()
            number, answer = _parse(line, operation)
            if number == operation:
                return answer
        raise RecorderProtocolError(command=operation.name, answer="other numbers")


def _parse(line: str, operation: Operation) -> tuple[int, dict[str, str]]:
    try:
        document = json.loads(line)
        body = document.get("body") or {}
        return int(document["header"]["id"]), {name: str(value) for name, value in body.items()}
    # Infinity is a number to this parser, and a line may be nested deeper than it goes.
    except (
        *(ValueError, KeyError, TypeError, AttributeError),
        *(OverflowError, RecursionError),
    ) as error:
        raise RecorderProtocolError(command=operation.name, answer=line[:80]) from error


def _number(body: dict[str, str], name: str, operation: Operation) -> int:
    try:
        return int(body[name])
    except (KeyError, ValueError) as error:
        raise RecorderProtocolError(command=operation.name, answer=body.get(name, "")) from error


class TextSession:
    """The older dialect: one connection a command, no password, no battery."""

    def __init__(self, dial: Callable[[], AbstractContextManager[Stream]], profile: str) -> None:
        self._dial = dial
        written = Inscription(
            serial=self._ask("DoReadDevNumber"),
            badge=BadgeNumber(self._ask("DoReadPoliceNumber")),
        )
        self._identity = ga947.identity_of(profile, written, "")

    @property
    def identity(self) -> RecorderIdentity:
        return self._identity

    def read_clock(self, now: datetime) -> ClockReading:
        """As ``ReadsClock``; the recorder writes the first hour of a day as 24."""
        asked_s = time.monotonic()
        text = self._ask("DoReadDevTime")
        took_s = time.monotonic() - asked_s
        try:
            told = moment_of(text)
        except ValueError as error:
            raise RecorderProtocolError(command="DoReadDevTime", answer=text) from error
        return clock_reading(told, 1.0, now, took_s)

    def set_clock(self, now: datetime) -> RecorderWrite:
        """As ``SetsClock``; local time."""
        local = now.astimezone()
        self._ask(f"DoUpdateTime {local:%Y/%m/%d %H:%M:%S}")
        facts = {"set_to": local.isoformat(timespec="seconds"), "command": "DoUpdateTime"}
        return RecorderWrite(WriteKind.CLOCK_SET, facts, now)

    def unlock_storage(self) -> RecorderWrite:
        """As ``UnlocksStorage``. This firmware also removes ``/Android`` from its card."""
        try:
            self._ask("OpenUDisk")
        except RecorderGoneError:
            logger.info("recorder left while it was told to show its card")
        facts = {"command": "OpenUDisk", "also": "firmware removes /Android from the card"}
        return RecorderWrite(WriteKind.STORAGE_UNLOCKED, facts)

    def _ask(self, command: str) -> str:
        with self._dial() as stream:
            lines = Lines(stream)
            lines.send(command)
            answer = lines.receive()
        word, _, value = answer.partition(" ")
        if word == "Failed":
            raise RecorderRefusedError(command=command)
        if word != "Success":
            raise RecorderProtocolError(command=command, answer=answer[:80])
        return value.strip()


class AndroidZzxDriver:
    """Any Android recorder may be one: it is known by who answers inside it."""

    name = "android_zzx"

    def __init__(self, profiles: ProfileSet, server: AdbServer | None = None) -> None:
        self._family = Family(profiles, self.name)
        self._server = server or AdbServer()

    def match(self, sighting: Sighting) -> Match:
        """GENERIC for whatever offers adb: USB ids of phones tell nothing."""
        return max(self._family.match(sighting), Match(int(has_interface(sighting))))

    @contextmanager
    def open(self, sighting: Sighting, passwords: Passwords) -> Iterator[LockedSession]:
        """Wake the JSON server and log in; where none wakes, try the text dialect."""
        profile = self._family.profile_of(sighting)
        recorder = self._server.find(sighting)
        order = f"am broadcast -a {START_ACTION} --ei port {JSON_PORT}"
        self._server.shell(recorder, order)
        try:
            with self._server.connect(recorder, JSON_PORT, SERVER_WAIT_S) as stream:
                session = JsonSession(Lines(stream))
                findings = self._family.log_in(profile, passwords, session.log_in)
                session.identify(profile, findings)
                yield session
            return
        except PortClosedError:
            logger.debug("no JSON server port=%s", sighting.port)
        try:
            text = TextSession(lambda: self._server.connect(recorder, TEXT_PORT), profile)
        except PortClosedError as error:
            raise UnknownRecorderError(port=sighting.port, usb="adb") from error
        yield text
