"""The driver for recorders whose maker ships a GA/T 947 library instead of a protocol."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from workstation.devices import ga947
from workstation.devices.isolated import CallFailedError, IsolatedProcess
from workstation.devices.vendor_mode import Family
from workstation.domain.errors import (
    DriverCrashedError,
    DriverMissingError,
    PasswordRefusedError,
    RecorderBusyError,
    RecorderGoneError,
    RecorderProtocolError,
    RecorderRefusedError,
    UnknownRecorderError,
)
from workstation.domain.recorder import RecorderWrite, WriteKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from workstation.devices.api import Match, Sighting
    from workstation.devices.isolated import Plain
    from workstation.devices.locked import Passwords
    from workstation.devices.profiles import ProfileSet
    from workstation.domain.recorder import Inscription, RecorderIdentity

CALL_S = 15.0  # the slowest library seen gives its recorder 10 s for a write
_TURN_S = 60.0  # a conversation takes a few seconds; this many may wait for one another
_CONNECT_FAILED, _PASSWORD_FAILED = 2, 4
_FAILURES = frozenset({_CONNECT_FAILED, _PASSWORD_FAILED, 6, 8})
_SEEN = ("PATH", "LANG", "LC_ALL", "TZ")  # of our environment; the rest is none of its business


class Conversation:
    """One loaded library in a process of its own. Used by one thread."""

    def __init__(self, library: str) -> None:
        """Start the process and load the library.

        Raises:
            DriverMissingError: it is not there, or not one by the standard.
            DriverCrashedError: loading it ended the process.
        """
        seen = {name: os.environ[name] for name in _SEEN if name in os.environ}
        self._process = IsolatedProcess("drivers.ga947_library.child", seen)
        try:
            self._process.ask("load", CALL_S, path=library)
        except CallFailedError as error:
            self._process.close()
            raise DriverMissingError(**error.facts) from error
        except BaseException:
            self._process.close()
            raise

    def say(self, command: str, **arguments: Plain) -> dict[str, Plain]:
        """Call one function.

        Raises:
            RecorderStalledError: it did not return; its process was killed.
            DriverCrashedError: it crashed.
        """
        said: dict[str, Plain] = self._process.ask(command, CALL_S, **arguments)
        return said

    def close(self) -> None:
        """Let the library let go of the recorder, if it still can; end the process."""
        with suppress(CallFailedError, DriverCrashedError, RecorderGoneError):
            self.say("close")
        self._process.close()


class Ga947LibrarySession:
    """An open recorder in vendor mode. Its clock can be set but not read."""

    def __init__(
        self, library: Conversation, password: str, identity: RecorderIdentity, *, has_ends: bool
    ) -> None:
        self._library = library
        self._password = password
        self._identity = identity
        self._has_ends = has_ends

    @property
    def identity(self) -> RecorderIdentity:
        return self._identity

    def battery_percent(self) -> int:
        """0 to 100, as ``ReportsBattery``."""
        percent: int = self._done("battery", "ReadDeviceBatteryDumpEnergy")["percent"]
        if not 0 <= percent <= 100:
            raise RecorderProtocolError(command="ReadDeviceBatteryDumpEnergy", answer=percent)
        return percent

    def video_size(self) -> tuple[int, int]:
        """Pixels, as ``ReportsVideoSize``."""
        said = self._done("size", "ReadDeviceResolution")
        if said["width"] <= 0 or said["height"] <= 0:
            answer = f"{said['width']}x{said['height']}"
            raise RecorderProtocolError(command="ReadDeviceResolution", answer=answer)
        return said["width"], said["height"]

    def set_clock(self, now: datetime) -> RecorderWrite:
        """Set it to this machine's local time, as ``SetsClock``: the library looks at our clock."""
        self._done("set_clock", "SyncDevTime")
        local = now.astimezone().isoformat(timespec="seconds")
        return RecorderWrite(WriteKind.CLOCK_SET, {"set_to": local, "command": "SyncDevTime"}, now)

    def write_binding(self, inscription: Inscription) -> RecorderWrite:
        """Write ZFY_INFO in the layout that this library reads, as ``WritesBinding``."""
        end = b"\0" if self._has_ends else b""
        fields = (ga947.encode(inscription, name, size) + end for name, size in ga947.FIELDS)
        self._done("write_binding", "WriteZFYInfo", raw=b"".join(fields).hex())
        return RecorderWrite(WriteKind.BINDING_WRITTEN, ga947.facts_of(inscription))

    def unlock_storage(self) -> RecorderWrite:
        """Tell it to be a disk, as ``UnlocksStorage``; what comes on the bus decides."""
        self._done("unlock", "SetMSDC")
        return RecorderWrite(WriteKind.STORAGE_UNLOCKED, {"command": "SetMSDC"})

    def _done(self, command: str, function: str, **arguments: Plain) -> dict[str, Plain]:
        said = self._library.say(command, password=self._password, **arguments)
        if not _is_good(said):
            raise _refusal(function, said)
        return said


class Ga947LibraryDriver:
    """Speaks through the library that a profile of the site names (``vendor_mode.library``).

    The standard's functions name no recorder: a library speaks to the one it finds. So it is
    used for one slot at a time, and only what appears on the slot's own port is read after it.
    """

    name = "ga947_library"

    def __init__(self, profiles: ProfileSet) -> None:
        self._family = Family(profiles, self.name)
        self._turns: dict[str, threading.Lock] = {}

    def match(self, sighting: Sighting) -> Match:
        """As the USB ids of the site's profiles say."""
        return self._family.match(sighting)

    @contextmanager
    def open(self, sighting: Sighting, passwords: Passwords) -> Iterator[Ga947LibrarySession]:
        """Load the library, log in with at most two passwords, and identify.

        Raises:
            DriverMissingError: the library is not there, or lacks a function.
            DriverCrashedError, RecorderStalledError: it crashed, or did not return.
            RecorderBusyError: it speaks to a recorder of another slot for too long.
            UnknownRecorderError: it finds no recorder of its maker.
            PasswordMissingError, PasswordRefusedError: as to the password.
        """
        profile = self._family.profile_of(sighting)
        path = self._family.rule(profile).library
        turn = self._turns.setdefault(path, threading.Lock())
        if not turn.acquire(timeout=_TURN_S):
            raise RecorderBusyError(command="Init_Device", port=sighting.port)
        try:
            library = Conversation(path)
            try:
                yield self._session(library, profile, sighting, passwords)
            finally:
                library.close()
        finally:
            turn.release()

    def _session(
        self, library: Conversation, profile: str, sighting: Sighting, passwords: Passwords
    ) -> Ga947LibrarySession:
        if not _is_good(library.say("init")):
            raise UnknownRecorderError(port=sighting.port, reason="Init_Device")
        accepted = raw = ""

        def attempt(password: str) -> bool:
            nonlocal accepted, raw
            said = library.say("read_binding", password=password)
            if said["reason"] == _PASSWORD_FAILED:
                return False
            if not _is_good(said):
                raise _refusal("GetZFYInfo", said)
            accepted, raw = password, said["raw"]
            return True

        findings = self._family.log_in(profile, passwords, attempt)
        block = bytes.fromhex(raw)
        id_code = library.say("id_code")
        text = ga947.decode(bytes.fromhex(id_code["text"])) if _is_good(id_code) else ""
        identity = ga947.identity_of(profile, ga947.unpack(block), text, findings)
        return Ga947LibrarySession(
            library, accepted, identity, has_ends=block[7] == 0 and block[14] == 0
        )


def _is_good(said: dict[str, Plain]) -> bool:
    """Libraries leave any number in the reason of a success, but not that of a failure."""
    return bool(said["returned"] == 1 and said["reason"] not in _FAILURES)


def _refusal(function: str, said: dict[str, Plain]) -> Exception:
    if said["reason"] == _CONNECT_FAILED:
        return RecorderGoneError(command=function)
    if said["reason"] == _PASSWORD_FAILED:
        return PasswordRefusedError(tries=1)
    return RecorderRefusedError(command=function, answer=said["reason"])
