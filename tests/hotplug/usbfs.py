"""The kernel's usbfs in front of a USB device that is a Python object, by umockdev.

The real libusb opens it, submits transfers and is told of their end; the layouts are those of
linux/usbdevice_fs.h on 64-bit machines.
"""

from __future__ import annotations

import errno
import struct
from collections import deque
from typing import TYPE_CHECKING, Any, Protocol

from tests.fakes.mtp_recorder import UnpluggedError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    # Objects of umockdev, whose types nobody wrote down.
    Mocked = Any

_URB_BYTES = 56
_SUBMIT, _DISCARD, _REAP, _REAP_NOW, _CAPABILITIES, _DRIVER = 10, 11, 12, 13, 26, 8
_HARMLESS = frozenset({3, 4, 5, 15, 16, 20, 21, 27})  # claim, release, set, reset, clear halt…
_CONTROL, _INTERRUPT = 2, 1


class UsbModel(Protocol):
    """A device without its plug."""

    vendor_id: int
    product_id: int
    serial: str

    def device_descriptor(self) -> bytes: ...
    def config_descriptor(self) -> bytes: ...
    def control(self, request_type: int, request: int) -> bytes | None: ...
    def bulk_out(self, block: bytes) -> None: ...
    def bulk_in(self, count: int) -> bytes | None: ...


class _Transfer:
    """One URB of the client, in its memory."""

    def __init__(self, urb: Mocked) -> None:
        raw = bytes(urb.retrieve())
        self.urb = urb
        self.kind, self.endpoint = raw[0], raw[1]
        (self.length,) = struct.unpack_from("<i", raw, 24)
        self.block = urb.resolve(16, self.length) if self.length else None
        self.address = urb.client_addr

    @property
    def sent(self) -> bytes:
        return bytes(self.block.retrieve()) if self.block is not None else b""

    def end(self, status: int, actual: int) -> None:
        self.urb.update(4, list(struct.pack("<i", status)))
        self.urb.update(28, list(struct.pack("<i", actual)))


class Usbfs:
    """Answers ioctls on one device node."""

    def __init__(
        self, umockdev: ModuleType, model: UsbModel, node: str, on_unplug: Callable[[], None]
    ) -> None:
        self.node = node
        self._model = model
        self._on_unplug = on_unplug
        self._waiting: deque[_Transfer] = deque()
        self._done: deque[_Transfer] = deque()
        self._is_gone = False
        self.base = umockdev.IoctlBase()
        self.base.connect("handle-ioctl", self._handle)

    def unplug(self) -> None:
        """Nothing answers from now on."""
        self._is_gone = True

    def _handle(self, _: Mocked, client: Mocked) -> bool:
        request = client.get_request()
        if request >> 8 & 0xFF != ord("U"):
            return False
        try:
            error = self._do(request & 0xFF, client)
        except UnpluggedError:
            self.unplug()
            self._on_unplug()
            error = errno.ENODEV
        client.complete(-1 if error else 0, error)
        return True

    def _do(self, number: int, client: Mocked) -> int:
        if number in {_REAP, _REAP_NOW}:
            return self._reap(client)
        if self._is_gone:
            return errno.ENODEV
        if number == _SUBMIT:
            self._submit(_Transfer(client.get_arg().resolve(0, _URB_BYTES)))
            return 0
        if number == _DISCARD:
            (address,) = struct.unpack("<Q", bytes(client.get_arg().retrieve())[:8])
            return self._discard(address)
        if number == _CAPABILITIES:
            client.get_arg().resolve(0, 4).update(0, list(struct.pack("<I", 0x17)))
            return 0
        if number == _DRIVER:
            return errno.ENODATA
        return 0 if number in _HARMLESS else errno.ENOTTY

    def _submit(self, transfer: _Transfer) -> None:
        if transfer.kind == _CONTROL:
            self._control(transfer)
        elif transfer.endpoint & 0x80:
            self._waiting.append(transfer)
        else:
            sent = transfer.sent
            self._model.bulk_out(sent)
            transfer.end(0, len(sent))
            self._done.append(transfer)

    def _control(self, transfer: _Transfer) -> None:
        sent = transfer.sent
        answer = self._model.control(sent[0], sent[1])
        if answer is None:
            transfer.end(-errno.EPIPE, 0)
        elif sent[0] & 0x80 and transfer.block is not None:
            answer = answer[: transfer.length - 8]
            transfer.block.update(8, list(answer))
            transfer.end(0, len(answer))
        else:
            transfer.end(0, transfer.length - 8)
        self._done.append(transfer)

    def _discard(self, address: int) -> int:
        for transfer in self._waiting:
            if transfer.address == address:
                self._waiting.remove(transfer)
                transfer.end(-errno.ENOENT, 0)
                self._done.append(transfer)
                return 0
        return errno.EINVAL

    def _reap(self, client: Mocked) -> int:
        self._serve()
        if not self._done:
            return errno.ENODEV if self._is_gone else errno.EAGAIN
        transfer = self._done.popleft()
        client.get_arg().resolve(0, 8).set_ptr(0, transfer.urb)
        return 0

    def _serve(self) -> None:
        """Give waiting transfers what has come meanwhile."""
        for transfer in list(self._waiting):
            if self._is_gone:
                transfer.end(-errno.ENODEV, 0)
            elif transfer.kind == _INTERRUPT:
                continue
            else:
                piece = self._model.bulk_in(transfer.length)
                if piece is None:
                    continue
                if piece and transfer.block is not None:
                    transfer.block.update(0, list(piece))
                transfer.end(0, len(piece))
            self._waiting.remove(transfer)
            self._done.append(transfer)
