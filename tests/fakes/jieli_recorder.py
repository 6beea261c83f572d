"""A JieLi recorder behind the SCSI seam: every command of the table, byte for byte, and its faults.

Keeps no code of the driver's: what it understands is written down here a second time.
"""

from __future__ import annotations

import struct
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from workstation.domain.clip import BadgeNumber
from workstation.domain.errors import RecorderGoneError, RecorderRefusedError
from workstation.domain.recorder import Inscription

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fakes.recorder_state import RecorderState

INQUIRY = b"\x00\x80\x02\x02\x1f\x00\x00\x00DV16    DEVICE V1.00    1.00"


class JieliRecorder:
    """A disk that is none yet (``ScsiTransport``). ``blocks`` holds all it was sent.

    Faults: ``is_gone`` (the bus left), ``short_by`` (bytes missing in answers), ``refuses`` (a
    sub-command that ends with a wrong status), ``leaves_on_unlock``.
    """

    def __init__(self, state: RecorderState) -> None:
        self.state = state
        self.blocks: list[tuple[str, bytes]] = []
        self.inquiry = INQUIRY
        self.raw_password: bytes | None = None
        self.raw_info: bytes | None = None
        self.is_gone = False
        self.leaves_on_unlock = False
        self.short_by = 0
        self.refuses = 0
        self.status = 0

    @contextmanager
    def open(self, node: str) -> Iterator[JieliRecorder]:
        """Take the place of the opening of a node."""
        if self.is_gone:
            raise RecorderGoneError(node=node)
        yield self

    def read(self, cdb: bytes, size_bytes: int, timeout_s: float) -> bytes:  # noqa: ARG002 - never slow
        self._check(cdb, b"")
        if cdb[0] == 0x12:
            return self.inquiry[:size_bytes]
        if cdb[:2] != b"\xfd\x81" or len(cdb) != 16 or cdb[2:5] != b"\0\0\0" or any(cdb[8:]):
            raise RecorderRefusedError(command=cdb.hex())
        answer = self._answer(cdb[5])
        if int.from_bytes(cdb[6:8], "big") != size_bytes or len(answer) != size_bytes:
            raise RecorderRefusedError(command=cdb.hex(), reason="length")
        return answer[: size_bytes - self.short_by]

    def write(self, cdb: bytes, payload: bytes, timeout_s: float) -> None:  # noqa: ARG002 - never slow
        self._check(cdb, payload)
        if cdb[:2] != b"\xfb\x82" or len(cdb) != 16 or cdb[2:5] != b"\0\0\0" or any(cdb[8:]):
            raise RecorderRefusedError(command=cdb.hex())
        if int.from_bytes(cdb[6:8], "big") != len(payload):
            raise RecorderRefusedError(command=cdb.hex(), reason="length")
        command = cdb[5]
        self.status = int(command == self.refuses)
        if self.status == 0:
            self._obey(command, payload)

    def _check(self, cdb: bytes, payload: bytes) -> None:
        if self.is_gone:
            raise RecorderGoneError(node="/dev/sg7")
        self.blocks.append((cdb.hex(), payload))

    def _answer(self, command: int) -> bytes:
        state = self.state
        password = state.password.encode("ascii").ljust(16, b"\0")
        answers = {
            0x02: state.id_code.encode("ascii").ljust(6, b"\0"),
            0x03: self.raw_info if self.raw_info is not None else packed(state.written),
            0x07: struct.pack("<ii", *state.size),
            0x08: struct.pack("<i", state.battery),
            0x0C: bytes((state.has_card, 0, 0, 0)),
            0x0D: password if self.raw_password is None else self.raw_password,
            0x0E: bytes((self.status, 0, 0, 0)),
        }
        if command not in answers:
            raise RecorderRefusedError(command=command)
        return answers[command]

    def _obey(self, command: int, payload: bytes) -> None:
        if command == 0x01:
            return
        if command == 0x04:
            self.state.write(unpacked(payload))
        elif command == 0x05:
            year, month, day, hour, minute, second = struct.unpack("<HBBBBBx", payload)
            moment = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - its local time
            self.state.set_now(moment.astimezone())
        elif command == 0x06:
            self.status = int(not self.state.show_card())
            if self.leaves_on_unlock:
                self.is_gone = True
                raise RecorderGoneError(node="/dev/sg7")
        else:
            raise RecorderRefusedError(command=command)


def packed(written: Inscription) -> bytes:
    """ZFY_INFO of 89 bytes."""
    texts = (
        (written.serial, 7),
        (str(written.badge), 6),
        (written.officer_name, 32),
        (written.unit_code, 12),
        (written.unit_name, 32),
    )
    return b"".join(text.encode("gbk").ljust(size, b"\0") for text, size in texts)


def unpacked(raw: bytes) -> Inscription:
    """The other way."""
    cuts = (raw[0:7], raw[7:13], raw[13:45], raw[45:57], raw[57:89])
    serial, badge, name, code, unit = (cut.rstrip(b"\0").decode("gbk") for cut in cuts)
    return Inscription(serial, BadgeNumber(badge), name, code, unit)
