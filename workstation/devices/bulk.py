"""Two bulk endpoints of a USB recorder that is no disk; the only place that knows pyusb."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import usb.core
import usb.util

from workstation.domain.errors import RecorderGoneError, RecorderUnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from usb.backend import IBackend

    from workstation.devices.api import Sighting
    from workstation.devices.usb_lane import UsbLane

WRITE_TIMEOUT_S = 2.0
_PACKET_BYTES = 512
_DENIED = frozenset({errno.EACCES, errno.EPERM, errno.EBUSY})


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where on the recorder the bytes go."""

    interface: int
    bulk_in: int
    bulk_out: int


class BulkPipe:
    """An open pair of endpoints; its calls run on the USB lane, whoever asks."""

    def __init__(self, lane: UsbLane, device: usb.core.Device, endpoints: Endpoints) -> None:
        self._lane = lane
        self._device = device
        self._endpoints = endpoints
        self.timeout_s = 2.0

    def sendall(self, payload: bytes) -> None:
        """Write all of it.

        Raises:
            OSError: the recorder left or does not take it.
        """
        self._lane.call(lambda: self._write(payload))

    def recv(self, size: int) -> bytes:
        """The next packet, without the NULs that some firmware pads with; waits ``timeout_s``.

        Raises:
            OSError: the recorder left, or nothing came in time.
        """
        return self._lane.call(lambda: self._read(max(size, _PACKET_BYTES)))

    def _write(self, payload: bytes) -> None:
        self._lane.assert_current()
        timeout_ms = round(WRITE_TIMEOUT_S * 1000)
        self._device.write(self._endpoints.bulk_out, payload, timeout_ms)

    def _read(self, size: int) -> bytes:
        self._lane.assert_current()
        timeout_ms = round(self.timeout_s * 1000)
        packet = b""
        while not packet:  # an empty packet is no end of anything
            packet = bytes(self._device.read(self._endpoints.bulk_in, size, timeout_ms)).strip(
                b"\0"
            )
        return packet


@contextmanager
def open_bulk(
    sighting: Sighting,
    endpoints: Endpoints,
    lane: UsbLane,
    backend: IBackend | None = None,
) -> Iterator[BulkPipe]:
    """Claim the interface of the recorder that the sighting names by bus and address.

    Raises:
        RecorderGoneError: it is not there any more.
        RecorderUnreadableError: no right to it (see the udev rule), or somebody else has it.
    """
    device = lane.call(lambda: _claim(sighting, endpoints, lane, backend))
    try:
        yield BulkPipe(lane, device, endpoints)
    finally:
        lane.call(lambda: usb.util.dispose_resources(device))


def _claim(
    sighting: Sighting, endpoints: Endpoints, lane: UsbLane, backend: IBackend | None
) -> usb.core.Device:
    lane.assert_current()
    properties = sighting.properties
    place = {"bus": _number(properties, "BUSNUM"), "address": _number(properties, "DEVNUM")}
    try:
        device = usb.core.find(backend=backend, **place)
        if device is None:
            raise RecorderGoneError(port=sighting.port)
        usb.util.claim_interface(device, endpoints.interface)
    except usb.core.NoBackendError as error:
        raise RecorderUnreadableError(port=sighting.port, reason="libusb") from error
    except usb.core.USBError as error:
        if error.errno in _DENIED:
            raise RecorderUnreadableError(port=sighting.port, errno=error.errno) from error
        raise RecorderGoneError(port=sighting.port, errno=error.errno) from error
    return device


def _number(properties: Mapping[str, str], name: str) -> int:
    text = properties.get(name, "")
    return int(text) if text.isdecimal() else 0
