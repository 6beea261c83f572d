"""A "BC+" recorder behind a pyusb backend of our own: no libusb, no kernel, real pyusb."""

from __future__ import annotations

import errno
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING

import usb.core
from usb.backend import IBackend

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterator

    from tests.fakes.recorder_state import RecorderState

BUS, ADDRESS = 3, 17


class BulkRecorder(IBackend):
    """One recorder on a bus of its own (a backend of pyusb).

    Faults: ``is_gone``, ``is_silent`` (another protocol), ``packet_bytes`` (answers in pieces),
    ``is_padded`` (NULs up to 64 bytes), ``chats`` (an unasked line in the same packet).
    """

    def __init__(
        self, state: RecorderState, *, interface: int = 0, success: str = "Sucess"
    ) -> None:
        super().__init__()
        self.state = state
        self.interface = interface
        self.success = success
        self.is_gone = self.is_silent = self.is_padded = self.chats = False
        self.packet_bytes = 512
        self.lines: list[str] = []
        self.claimed: list[int] = []
        self._is_logged_in = False
        self._asked = b""
        self._packets: list[bytes] = []

    # -- what pyusb asks of a backend ------------------------------------------------------

    def enumerate_devices(self) -> Iterator[int]:
        return iter(() if self.is_gone else (1,))

    def get_device_descriptor(self, _device: int) -> SimpleNamespace:
        return SimpleNamespace(
            bLength=18, bDescriptorType=1, bcdUSB=0x200, bDeviceClass=0, bDeviceSubClass=0,
            bDeviceProtocol=0, bMaxPacketSize0=64, idVendor=0x4255, idProduct=1, bcdDevice=1,
            iManufacturer=0, iProduct=0, iSerialNumber=0, bNumConfigurations=1,
            address=ADDRESS, bus=BUS, port_number=2, port_numbers=(1, 2), speed=3,
        )  # fmt: skip

    def get_configuration_descriptor(self, _device: int, number: int) -> SimpleNamespace:
        if number:
            raise IndexError
        return SimpleNamespace(
            bLength=9, bDescriptorType=2, wTotalLength=32, bNumInterfaces=self.interface + 1,
            bConfigurationValue=1, iConfiguration=0, bmAttributes=0x80, bMaxPower=250,
            extra_descriptors=[],
        )  # fmt: skip

    def get_interface_descriptor(
        self, _device: int, interface: int, alternate: int, _configuration: int
    ) -> SimpleNamespace:
        if alternate or interface > self.interface:
            raise IndexError
        return SimpleNamespace(
            bLength=9, bDescriptorType=4, bInterfaceNumber=interface, bAlternateSetting=0,
            bNumEndpoints=2, bInterfaceClass=255, bInterfaceSubClass=0, bInterfaceProtocol=0,
            iInterface=0, extra_descriptors=[],
        )  # fmt: skip

    def get_endpoint_descriptor(
        self, _device: int, endpoint: int, interface: int, _alternate: int, _configuration: int
    ) -> SimpleNamespace:
        first, second = ((0x81, 0x01), (0x85, 0x05), (0x83, 0x02))[interface]
        return SimpleNamespace(
            bLength=7, bDescriptorType=5, bEndpointAddress=(first, second)[endpoint],
            bmAttributes=2, wMaxPacketSize=512, bInterval=0, bRefresh=0, bSynchAddress=0,
            extra_descriptors=[],
        )  # fmt: skip

    def open_device(self, device: int) -> int:
        self._check()
        return device

    def close_device(self, _handle: int) -> None:
        """Nothing to give back."""

    def get_configuration(self, _handle: int) -> int:
        return 1

    def set_configuration(self, _handle: int, _value: int) -> None:
        self._check()

    def claim_interface(self, _handle: int, interface: int) -> None:
        self._check()
        self.claimed.append(interface)

    def release_interface(self, _handle: int, interface: int) -> None:
        self.claimed.remove(interface)

    def bulk_write(
        self, _handle: int, _endpoint: int, _interface: int, payload: array[int], _timeout: int
    ) -> int:
        self._check()
        self._asked += bytes(payload)
        while b"\r\n" in self._asked:
            line, _, self._asked = self._asked.partition(b"\r\n")
            self._take(line.decode("ascii"))
        return len(payload)

    def bulk_read(
        self, _handle: int, _endpoint: int, _interface: int, buffer: array[int], timeout: int
    ) -> int:
        self._check()
        if not self._packets:
            time.sleep(min(timeout, 50) / 1000)
            raise usb.core.USBTimeoutError("no answer", None, errno.ETIMEDOUT)
        packet = self._packets.pop(0)
        for index, byte in enumerate(packet):
            buffer[index] = byte
        return len(packet)

    # -- the recorder -----------------------------------------------------------------------

    def _check(self) -> None:
        if self.is_gone:
            raise usb.core.USBError("no such device", None, errno.ENODEV)

    def _take(self, line: str) -> None:
        self.lines.append(line)
        if self.is_silent:
            return
        text = self._reply(line).encode("ascii") + b"\r\n"
        if self.chats:
            text = b"+LOGLEVEL:3\r\n" + text
        for start in range(0, len(text), self.packet_bytes):
            packet = text[start : start + self.packet_bytes]
            self._packets.append(packet.ljust(64, b"\0") if self.is_padded else packet)

    def _reply(self, line: str) -> str:
        state = self.state
        if line == "BC+GBIDCODE?":
            return f"+GBIDCODE:{state.id_code}"
        if line.startswith("BC+LOGIN="):
            role, _, password = line.removeprefix("BC+LOGIN=").partition(":")
            self._is_logged_in = role == "admin" and state.accepts(password)
            return f"+LOGIN:{self.success}" if self._is_logged_in else "Error:LOGIN"
        if not self._is_logged_in:
            return "Error:no login"
        if line == "BC+UID?":
            return f"+UID:{state.written.serial}"
        if line == "BC+BATVAL?":
            return f"+BATVAL:{state.battery}"
        if line == "BC+UDISKEN=1" and state.show_card():
            self.is_gone = True
            return "+UDISKEN:" + self.success
        return "Error:" + line
