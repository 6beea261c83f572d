"""A JieLi recorder on a real bus: vendor commands to a disk that becomes another one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from tests.rig.machine import part
from workstation.domain.errors import RecorderRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.fakes.jieli_recorder import JieliRecorder
    from tests.rig.machine import Device

INQUIRY = ("DV16", "DEVICE V1.00")
VENDOR_ID, LOCKED_ID, CARD_ID = 0x1209, 0xB0D4, 0xB0D5  # test ids of pid.codes
_SET_MSDC = 0x06
_BLOCK_BYTES = 16
_ILLEGAL_REQUEST, _INVALID_OPERATION = 5, 0x20
_UNIT_ATTENTION, _MEDIUM_CHANGED = 6, 0x28


class _Disk(Protocol):
    """What we take part in of the rig's disk: its commands, its data, its answers."""

    want: int
    out_left: int
    out_buf: bytes
    no_medium: bool
    sense: tuple[int, int, int]
    inquiry: tuple[str, str]
    f: object
    size: int
    _command: Callable[[bytes], object]
    _write: Callable[[int, bytes], object]

    def _reply(self, data: bytes) -> None: ...

    def _fail(self, key: int, asc: int) -> None: ...

    def _status(self, code: int) -> None: ...

    def become(self, other: Device) -> None: ...


class OnTheBus:
    """Puts ``wire`` (which knows every command) behind a disk without a medium.

    Once told to show its card it leaves and comes back with another id, or, where it
    ``stays``, has a medium from then on: nobody knows which of the two real ones do.
    """

    def __init__(self, wire: JieliRecorder, image: Path, serial: str, *, stays: bool) -> None:
        make = part("usbemu").MassStorage
        known = {"vid": VENDOR_ID, "serial": serial, "vendor": "JieLi", "product": "DV16"}
        self.wire = wire
        self.card = make(image, pid=CARD_ID, **known)
        locked = make(None, pid=LOCKED_ID, inquiry=INQUIRY, **known)
        self.device = cast("Device", locked)
        self._disk = cast("_Disk", locked)
        self._stays = stays
        self._plain: Callable[[bytes], object] = locked._command
        self._awaiting = b""
        locked._command = self._command
        locked._write = self._data

    def _command(self, block: bytes) -> None:
        disk = self._disk
        whole = bytes(block[:_BLOCK_BYTES])
        if whole[0] == 0xFD:
            try:
                disk._reply(self.wire.read(whole, disk.want, 0))
            except RecorderRefusedError:
                disk._fail(_ILLEGAL_REQUEST, _INVALID_OPERATION)
        elif whole[0] == 0xFB and disk.want:
            self._awaiting, disk.out_left, disk.out_buf = whole, disk.want, b""
        elif whole[0] == 0xFB:
            try:
                self.wire.write(whole, b"", 0)
            except RecorderRefusedError:
                disk._fail(_ILLEGAL_REQUEST, _INVALID_OPERATION)
                return
            disk._status(0)
            if whole[5] == _SET_MSDC and self.wire.state.shows_card:
                self._show_card()
        else:
            self._plain(block)

    def _data(self, _place: int, payload: bytes) -> None:
        """The data of the command before; the disk itself acknowledges it."""
        self.wire.write(self._awaiting, payload, 0)

    def _show_card(self) -> None:
        disk, card = self._disk, cast("_Disk", self.card)
        if not self._stays:
            disk.become(cast("Device", card))
            return
        disk.f, disk.size = card.f, card.size
        disk.inquiry = ("Generic", "Card")
        disk.sense = (_UNIT_ATTENTION, _MEDIUM_CHANGED, 0)
        disk.no_medium = False
