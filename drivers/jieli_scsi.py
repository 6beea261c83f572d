"""JieLi recorders: GA/T 947 commands as vendor CDBs to a disk that is not one yet (SG_IO)."""

from __future__ import annotations

import logging
import struct
from contextlib import contextmanager
from enum import IntEnum
from typing import TYPE_CHECKING

from workstation.devices import ga947
from workstation.devices.api import Match
from workstation.devices.scsi import open_disk
from workstation.devices.vendor_mode import Family
from workstation.domain.errors import (
    NoCardError,
    RecorderGoneError,
    RecorderProtocolError,
    RecorderRefusedError,
    UnknownRecorderError,
)
from workstation.domain.recorder import RecorderWrite, WriteKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from datetime import datetime

    from workstation.devices.api import Sighting
    from workstation.devices.locked import Passwords
    from workstation.devices.profiles import ProfileSet
    from workstation.devices.scsi import ScsiTransport
    from workstation.domain.recorder import Inscription, RecorderIdentity

    Opener = Callable[[str], AbstractContextManager[ScsiTransport]]

logger = logging.getLogger(__name__)

READ_TIMEOUT_S = 2.0
WRITE_TIMEOUT_S = 10.0
_INQUIRY = bytes((0x12, 0, 0, 0, 36, 0))
_INQUIRIES = frozenset({"dv16devicev1.00", "dv12devicev1.00"})
_UNSET_PASSWORD = frozenset({b"", b"\xff" * 16})


class Command(IntEnum):
    """The sub-commands; the fifth byte of the block."""

    INIT_USB_DEVICE = 0x01
    GET_ID_CODE = 0x02
    GET_DEV_INFO = 0x03
    WRITE_DEV_INFO = 0x04
    SYNC_DEV_TIME = 0x05
    SET_MSDC = 0x06
    READ_DEV_RES = 0x07
    READ_BATTERY_VAL = 0x08
    GET_SD_STATUS = 0x0C
    GET_JL_PASSWORD = 0x0D
    GET_RETURN_STATUS = 0x0E


def reading(command: Command, size_bytes: int) -> bytes:
    """The block that asks for ``size_bytes`` of data."""
    return struct.pack(">BBIH8x", 0xFD, 0x81, command, size_bytes)


def writing(command: Command, size_bytes: int) -> bytes:
    """The block that brings ``size_bytes`` of data."""
    return struct.pack(">BBIH8x", 0xFB, 0x82, command, size_bytes)


def time_payload(moment: datetime) -> bytes:
    """The recorder's time: local, without a zone, one byte of padding."""
    return struct.pack(
        "<H5Bx",
        moment.year,
        moment.month,
        moment.day,
        moment.hour,
        moment.minute,
        moment.second,
    )


class JieliSession:
    """An open recorder in vendor mode. Its clock can be set but not read."""

    def __init__(self, transport: ScsiTransport, identity: RecorderIdentity) -> None:
        self._transport = transport
        self._identity = identity

    @property
    def identity(self) -> RecorderIdentity:
        return self._identity

    def battery_percent(self) -> int:
        """0 to 100, as ``ReportsBattery``."""
        (percent,) = struct.unpack("<i", ask(self._transport, Command.READ_BATTERY_VAL, 4))
        if not 0 <= percent <= 100:
            raise RecorderProtocolError(command="READ_BATTERY_VAL", answer=percent)
        return int(percent)

    def video_size(self) -> tuple[int, int]:
        """Pixels, as ``ReportsVideoSize``."""
        width, height = struct.unpack("<ii", ask(self._transport, Command.READ_DEV_RES, 8))
        if width <= 0 or height <= 0:
            raise RecorderProtocolError(command="READ_DEV_RES", answer=f"{width}x{height}")
        return int(width), int(height)

    def set_clock(self, now: datetime) -> RecorderWrite:
        """Set it to this machine's local time, as ``SetsClock``; it can not be read before."""
        local = now.astimezone()
        self._tell(Command.SYNC_DEV_TIME, time_payload(local))
        return RecorderWrite(
            WriteKind.CLOCK_SET,
            {"set_to": local.isoformat(timespec="seconds"), "command": "SYNC_DEV_TIME"},
            now,
        )

    def write_binding(self, inscription: Inscription) -> RecorderWrite:
        """Write ZFY_INFO, as ``WritesBinding``."""
        raw = ga947.pack(inscription)
        self._tell(Command.WRITE_DEV_INFO, raw)
        return RecorderWrite(WriteKind.BINDING_WRITTEN, ga947.facts_of(inscription))

    def unlock_storage(self) -> RecorderWrite:
        """Make it the card's disk, as ``UnlocksStorage``.

        It may leave the bus before it acknowledges, so from here on only what the dock sees
        next counts.
        """
        if ask(self._transport, Command.GET_SD_STATUS, 4)[0] == 0:
            raise NoCardError(serial=self._identity.serial)
        try:
            self._transport.write(writing(Command.SET_MSDC, 0), b"", WRITE_TIMEOUT_S)
        except RecorderGoneError:
            logger.info("recorder left while it was told to show its card")
        return RecorderWrite(WriteKind.STORAGE_UNLOCKED, {"command": "SET_MSDC"})

    def _tell(self, command: Command, payload: bytes) -> None:
        self._transport.write(writing(command, len(payload)), payload, WRITE_TIMEOUT_S)
        if ask(self._transport, Command.GET_RETURN_STATUS, 4)[0] != 0:
            raise RecorderRefusedError(command=command.name)


class JieliScsiDriver:
    """Recorders that call themselves ``DV16 DEVICE V1.00`` until they are told to be a disk."""

    name = "jieli_scsi"

    def __init__(self, profiles: ProfileSet, opener: Opener = open_disk) -> None:
        self._family = Family(profiles, self.name)
        self._opener = opener

    def match(self, sighting: Sighting) -> Match:
        """Sure where the inquiry is known; there must be a disk to speak to."""
        return self._family.match(sighting) if sighting.device_node else Match.NO

    @contextmanager
    def open(self, sighting: Sighting, passwords: Passwords) -> Iterator[JieliSession]:
        """Open, compare the password (the recorder tells it in clear), and identify."""
        profile = self._family.profile_of(sighting)
        with self._opener(sighting.device_node) as transport:
            _check_inquiry(transport, sighting)
            transport.write(writing(Command.INIT_USB_DEVICE, 0), b"", WRITE_TIMEOUT_S)
            findings = self._compare(transport, profile, passwords)
            id_code = ga947.decode(ask(transport, Command.GET_ID_CODE, 6))
            written = ga947.unpack(ask(transport, Command.GET_DEV_INFO, ga947.PACKED_BYTES))
            yield JieliSession(transport, ga947.identity_of(profile, written, id_code, findings))

    def _compare(
        self, transport: ScsiTransport, profile: str, passwords: Passwords
    ) -> tuple[str, ...]:
        """The comparison is the host's: the recorder itself refuses nobody."""
        raw = ask(transport, Command.GET_JL_PASSWORD, 16)
        if raw in _UNSET_PASSWORD or raw[0] == 0:
            return ()
        told = raw.partition(b"\0")[0].decode("ascii", "replace")
        return self._family.log_in(profile, passwords, lambda password: password == told)


def ask(transport: ScsiTransport, command: Command, size_bytes: int) -> bytes:
    """Read an answer of exactly this many bytes.

    Raises:
        RecorderProtocolError: fewer came.
        RecorderGoneError, RecorderRefusedError: as the transport says.
    """
    answer = transport.read(reading(command, size_bytes), size_bytes, READ_TIMEOUT_S)
    if len(answer) != size_bytes:
        raise RecorderProtocolError(command=command.name, answer=f"{len(answer)} bytes")
    return answer


def _check_inquiry(transport: ScsiTransport, sighting: Sighting) -> None:
    answer = transport.read(_INQUIRY, 36, READ_TIMEOUT_S)
    text = answer[8:32].decode("ascii", "replace").lower().replace(" ", "").replace("\0", "")
    if text not in _INQUIRIES:
        raise UnknownRecorderError(port=sighting.port, inquiry=text)
