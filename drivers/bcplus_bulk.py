"""Recorders that speak lines of text over USB bulk ("BC+"): off unless a site turns it on.

The commands are known, their packets were never tried on a recorder: so this identifies, asks
for the battery, logs in and asks for the card, and writes nothing else.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

from workstation.devices import ga947
from workstation.devices.api import Match
from workstation.devices.bulk import Endpoints, open_bulk
from workstation.devices.lines import Lines
from workstation.devices.profiles import usb_text
from workstation.devices.usb_lane import UsbLane
from workstation.devices.vendor_mode import Family
from workstation.domain.clip import BadgeNumber
from workstation.domain.errors import (
    RecorderGoneError,
    RecorderProtocolError,
    RecorderRefusedError,
    UnknownRecorderError,
)
from workstation.domain.recorder import Inscription, RecorderWrite, WriteKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from usb.backend import IBackend

    from workstation.devices.api import Sighting
    from workstation.devices.bulk import BulkPipe
    from workstation.devices.locked import Passwords
    from workstation.devices.profiles import ProfileSet
    from workstation.domain.recorder import RecorderIdentity

logger = logging.getLogger(__name__)

ENDPOINTS = {
    "4255:0001": Endpoints(0, 0x81, 0x01),
    "4255:000f": Endpoints(0, 0x81, 0x01),
    "1d70:01d4": Endpoints(2, 0x83, 0x02),
    "1d70:01d5": Endpoints(0, 0x81, 0x01),
    "1d70:01d6": Endpoints(2, 0x83, 0x02),
    "1d70:01d7": Endpoints(0, 0x81, 0x01),
}
PROBE_TIMEOUT_S = 1.0  # others have the same USB ids and never answer this
ANSWER_TIMEOUT_S = 2.0
_ROLE = "admin"
_SUCCESS = frozenset({"Sucess", "Success"})  # the first spelling is the firmware's
_STALE = 8


class BcPlusSession:
    """An open recorder in vendor mode. Used by one thread; the USB lane does the talking."""

    def __init__(self, pipe: BulkPipe) -> None:
        self._pipe = pipe
        self._lines = Lines(pipe)
        self._identity: RecorderIdentity | None = None

    def probe(self, port: str) -> str:
        """The vendor's code, which shows that this protocol is spoken here.

        Raises:
            UnknownRecorderError: no answer: another maker's recorder with the same USB id.
        """
        self._pipe.timeout_s = PROBE_TIMEOUT_S
        try:
            return self._ask("GBIDCODE")
        except (RecorderGoneError, RecorderProtocolError) as error:
            raise UnknownRecorderError(port=port, usb="bulk") from error
        finally:
            self._pipe.timeout_s = ANSWER_TIMEOUT_S

    def log_in(self, password: str) -> bool:
        """Whether the recorder takes this password."""
        try:
            return self._exchange(f"LOGIN={_ROLE}:{password}", "LOGIN") in _SUCCESS
        except RecorderRefusedError:
            return False

    def identify(self, profile: str, id_code: str, findings: tuple[str, ...]) -> None:
        """Ask who it is. The order of the officer's fields is not known, so they are not read."""
        written = Inscription(serial=self._ask("UID"), badge=BadgeNumber(""))
        self._identity = ga947.identity_of(profile, written, id_code, findings)

    @property
    def identity(self) -> RecorderIdentity:
        if self._identity is None:
            raise AssertionError
        return self._identity

    def battery_percent(self) -> int:
        """0 to 100, as ``ReportsBattery``."""
        text = self._ask("BATVAL").rstrip("%")
        if not text.isdecimal() or len(text) > 3 or int(text) > 100:
            raise RecorderProtocolError(command="BATVAL", answer=text[:80])
        return int(text)

    def unlock_storage(self) -> RecorderWrite:
        """As ``UnlocksStorage``. The recorder leaves the bus, so the answer may never come."""
        try:
            self._exchange("UDISKEN=1", "UDISKEN")
        except RecorderGoneError:
            logger.info("recorder left while it was told to show its card")
        return RecorderWrite(WriteKind.STORAGE_UNLOCKED, {"command": "BC+UDISKEN=1"})

    def _ask(self, name: str) -> str:
        return self._exchange(f"{name}?", name)

    def _exchange(self, request: str, name: str) -> str:
        """Send one line; the value of the answer that has its name. Others are left aside."""
        self._lines.send(f"BC+{request}\r")
        for _ in range(_STALE):
            answer = self._lines.receive()
            if answer.startswith("Error:"):
                raise RecorderRefusedError(command=name, answer=answer[6:].strip())
            label, _, value = answer.partition(":")
            if label == f"+{name}":
                return value.strip()
        raise RecorderProtocolError(command=name, answer="other answers")


class BcPlusBulkDriver:
    """Recorders whose USB id is in the table and that answer ``BC+GBIDCODE?``."""

    name = "bcplus_bulk"

    def __init__(
        self,
        profiles: ProfileSet,
        lane: UsbLane | None = None,
        backend: IBackend | None = None,
    ) -> None:
        self._family = Family(profiles, self.name)
        self._lane = lane or UsbLane()
        self._backend = backend

    def match(self, sighting: Sighting) -> Match:
        """GENERIC at most: these USB ids belong to other makers' recorders as well."""
        is_known = self._family.match(sighting) and usb_text(sighting) in ENDPOINTS
        return Match.GENERIC if is_known and not sighting.ready else Match.NO

    @contextmanager
    def open(self, sighting: Sighting, passwords: Passwords) -> Iterator[BcPlusSession]:
        """Probe with a harmless question, log in, and identify."""
        profile = self._family.profile_of(sighting)
        endpoints = ENDPOINTS[usb_text(sighting)]
        with open_bulk(sighting, endpoints, self._lane, self._backend) as pipe:
            session = BcPlusSession(pipe)
            id_code = session.probe(sighting.port)
            findings = self._family.log_in(profile, passwords, session.log_in)
            session.identify(profile, id_code, findings)
            yield session
