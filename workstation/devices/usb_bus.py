"""The USB bus as udev shows it, read into plain values; the only place that knows pyudev."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyudev

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# "pci-0000:00:14.0-usb-0:2.3:1.0-scsi-0:0:0:0": controller, then the chain of ports. What
# follows (configuration.interface, SCSI address) belongs to the device, not to the place.
_PORT = re.compile(r"(?P<port>.*-usb(?:v\d)?-\d+:[0-9.]+)(?::\d+\.\d+.*)?")
_INTERFACE = re.compile(r":([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})")
_STORAGE = "08"
_STILL_IMAGE = "06"  # MTP and PTP use this class
_VENDOR = "ff"
_ADB = ("42", "01")  # sub-class and protocol of an Android debug interface
_BUFFER_BYTES = 8 * 1024 * 1024  # a hub with 16 recorders that comes back is some 500 events


@dataclass(frozen=True, slots=True)
class Gadget:
    """A USB device: a recorder, or a hub or keyboard that is then left alone."""

    port: str
    sys_path: str
    usb: str
    plugging: str  # differs each time something is plugged in
    is_storage: bool
    may_be_recorder: bool
    properties: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Volume:
    """A disk or partition on the USB bus."""

    port: str
    sys_path: str
    node: str
    number: int
    is_partition: bool
    size_bytes: int
    has_file_system: bool
    generation: str  # differs after a medium was changed or the disk plugged again
    properties: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Bus:
    """Everything of interest that is plugged in at one moment."""

    gadgets: tuple[Gadget, ...]
    volumes: tuple[Volume, ...]


class UsbBus:
    """Udev, asked and listened to. Used by one thread."""

    def __init__(self) -> None:
        self._context = pyudev.Context()
        self._monitor = pyudev.Monitor.from_netlink(self._context)
        self._monitor.filter_by("block")
        self._monitor.filter_by("usb", "usb_device")

    def subscribe(self) -> int:
        """Begin to listen; the descriptor becomes readable when something happened."""
        with suppress(OSError):  # without the right to more, the kernel's default has to do
            self._monitor.set_receive_buffer_size(_BUFFER_BYTES)
        self._monitor.start()
        return self._monitor.fileno()

    def removed(self) -> frozenset[str]:
        """Take all events; the sys paths of what left. The rest ``look`` tells better."""
        gone: set[str] = set()
        while (device := self._monitor.poll(0)) is not None:
            if device.action in {"remove", "offline"}:
                gone.add(device.sys_path)
        return frozenset(gone)

    def look(self) -> Bus:
        """Everything that is plugged in now; what leaves while we look is left out."""
        gadgets = tuple(filter(None, map(_gadget, self._all("usb"))))
        volumes = tuple(filter(None, map(_volume, self._all("block"))))
        return Bus(gadgets, tuple(sorted(volumes, key=lambda volume: volume.sys_path)))

    def _all(self, subsystem: str) -> pyudev.Enumerator:
        return self._context.list_devices().match_subsystem(subsystem)


def volume_properties(path: Path) -> Mapping[str, str]:
    """What udev knows of the disk under a mounted path; nothing where there is no such disk."""
    try:
        device = pyudev.Devices.from_device_number(pyudev.Context(), "block", path.stat().st_dev)
    except (pyudev.DeviceNotFoundError, OSError):
        return {}
    return _properties(device)


def port_of(id_path: str) -> str:
    """The place of ``ID_PATH``, stable over boots; empty for what is not on the USB bus."""
    match = _PORT.fullmatch(id_path)
    return match["port"] if match else ""


def _gadget(device: pyudev.Device) -> Gadget | None:
    properties = _properties(device)
    port = port_of(properties.get("ID_PATH", ""))
    if not port or device.device_type != "usb_device":
        return None
    interfaces = _INTERFACE.findall(properties.get("ID_USB_INTERFACES", ""))
    classes = {interface[0] for interface in interfaces}
    is_phone = any(one == (_VENDOR, *_ADB) for one in interfaces)
    return Gadget(
        port=port,
        sys_path=device.sys_path,
        usb=f"{properties.get('ID_VENDOR_ID', '')}:{properties.get('ID_MODEL_ID', '')}",
        plugging=f"{properties.get('BUSNUM', '')}:{properties.get('DEVNUM', '')}",
        is_storage=_STORAGE in classes,
        may_be_recorder=is_phone or _STILL_IMAGE in classes,
        properties=properties,
    )


def _volume(device: pyudev.Device) -> Volume | None:
    properties = _properties(device)
    port = port_of(properties.get("ID_PATH", ""))
    if not port or device.device_type not in {"disk", "partition"}:
        return None
    if properties.get("ID_CDROM"):
        return None  # a virtual CD with the maker's own programs
    sequence = properties.get("DISKSEQ", "")
    volume = properties.get("ID_FS_UUID", "")
    return Volume(
        port=port,
        sys_path=device.sys_path,
        node=device.device_node or "",
        number=device.device_number,
        is_partition=device.device_type == "partition",
        size_bytes=_number(device.attributes.get("size")) * 512,
        has_file_system=properties.get("ID_FS_USAGE") == "filesystem",
        generation=f"{device.sys_path} {device.device_number} {sequence} {volume}",
        properties=properties,
    )


def _properties(device: pyudev.Device) -> dict[str, str]:
    """A copy, because udev's own view goes with the device; without what is no text."""
    found: dict[str, str] = {}
    with suppress(OSError):
        for key in device.properties:
            with suppress(KeyError, UnicodeDecodeError):
                found[key] = device.properties[key]
    return found


def _number(text: bytes | None) -> int:
    try:
        return int(text or b"0")
    except ValueError:
        return 0
