"""The USB bus as udev shows it, read into plain values; the only place that knows pyudev."""

from __future__ import annotations

import errno
import logging
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyudev

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

logger = logging.getLogger(__name__)

# "pci-0000:00:14.0-usb-0:2.3:1.0-scsi-0:0:0:0": controller, then the chain of ports. What
# follows (configuration.interface, SCSI address) belongs to the device, not to the place.
_PORT = re.compile(r"(?P<port>.*-usb(?:v\d)?-\d+:[0-9.]+)(?::\d+\.\d+.*)?")
_INTERFACE = re.compile(r":([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})")
# The name of a hub's socket in sysfs: "usb2-port3" of the machine's own, "2-1.4-port3" of others.
_SOCKET = re.compile(r"(?:usb\d+|\d+-(?P<chain>[0-9.]+))-port(?P<number>\d+)")
# The USB device that something in sysfs belongs to, and the root hub of its bus.
_DEVICE = re.compile(r"(?P<device>(?P<bus>.*?/usb\d+)/(?:\d+-[0-9.]+/)*\d+-[0-9.]+)(?=/|$)")
_SUPER_MBIT_S = 5000
_HUB = "09"
_STORAGE = "08"
_STILL_IMAGE = "06"  # MTP and PTP use this class
_MTP = b"MTP"  # what an interface of the maker's own class is called then
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
    is_mtp: bool
    may_be_recorder: bool
    properties: Mapping[str, str]
    is_hub: bool = False
    twin: str = ""  # what the same socket is called at USB 3 speed
    is_stranger: bool = False  # speaks a language of its own that the kernel has no driver for


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
        """Begin to listen; the descriptor, as of ``descriptor``."""
        with suppress(OSError):  # without the right to more, the kernel's default has to do
            self._monitor.set_receive_buffer_size(_BUFFER_BYTES)
        self._monitor.start()
        return self._monitor.fileno()

    @property
    def descriptor(self) -> int:
        """Readable when something happened."""
        return self._monitor.fileno()

    def removed(self) -> frozenset[str]:
        """Take all events; the sys paths of what left. The rest ``look`` tells better."""
        gone: set[str] = set()
        while True:
            try:
                device = self._monitor.poll(0)
            except OSError as error:
                if error.errno != errno.ENOBUFS:
                    raise
                logger.warning("udev events lost, looking anew")
                continue
            if device is None:
                return frozenset(gone)
            if device.action in {"remove", "offline"}:
                gone.add(device.sys_path)

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


def gadgets_by_port(gadgets: Iterable[Gadget]) -> dict[str, Gadget]:
    """What is at each port; of two halves of a hub and a recorder, the recorder."""
    return {
        gadget.port: gadget
        for gadget in sorted(gadgets, key=lambda one: (one.is_storage, one.may_be_recorder))
    }


def place_of(id_path: str, sys_path: str) -> tuple[str, str]:
    """The one name of a socket, whatever speed is spoken there, and its name at USB 3 speed.

    A controller counts its USB 2 and its USB 3 ports apart, and udev's path leaves out which of
    both it means: "usb-0:3" may be two sockets. The name is that of the USB 2 half, which every
    socket has; the kernel tells the halves
    (https://docs.kernel.org/admin-guide/abi-testing.html: ``.../<hub>:1.0/<hub>-port<N>/peer``).
    Where it does not, a USB 3 port is called ``usbv3-0``, as udev's newer paths have it.

    Returns:
        Both names; the second empty where no other half is known, both where ``id_path`` is not
        on the USB bus.
    """
    port = port_of(id_path)
    found = _DEVICE.match(sys_path)
    if not port or found is None:
        return port, ""
    controller, _, chain = port.rpartition("-usb-0:")
    if not controller:
        return port, ""
    peer = _peer_of(Path(found["device"]))
    if not _is_super_speed(Path(found["bus"])):
        return port, f"{controller}-usbv3-0:{peer}" if peer else ""
    fast = f"{controller}-usbv3-0:{chain}"
    return (f"{controller}-usb-0:{peer}", fast) if peer else (fast, "")


def _peer_of(device: Path) -> str:
    """The chain of ports of the same socket's other half; empty where the kernel knows none."""
    try:
        socket = _SOCKET.fullmatch((device / "port" / "peer").resolve(strict=True).name)
    except OSError:
        return ""
    return ".".join(filter(None, (socket["chain"], socket["number"]))) if socket else ""


def _is_super_speed(bus: Path) -> bool:
    """Whether a root hub counts USB 3 ports; its speed is in megabits per second."""
    try:
        return float((bus / "speed").read_text("ascii")) >= _SUPER_MBIT_S
    except (OSError, ValueError):
        return False


def _gadget(device: pyudev.Device) -> Gadget | None:
    properties = _properties(device)
    port, twin = place_of(properties.get("ID_PATH", ""), device.sys_path)
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
        is_mtp=_STILL_IMAGE in classes or (_VENDOR in classes and _has_mtp(device)),
        may_be_recorder=is_phone or _STILL_IMAGE in classes,
        properties=properties,
        is_hub=_HUB in classes,
        twin=twin,
        is_stranger=classes == {_VENDOR}
        and not any(_properties(one).get("DRIVER") for one in device.children),
    )


def _has_mtp(device: pyudev.Device) -> bool:
    """Whether an interface is called MTP. Nothing is sent: the kernel has read the name."""
    with suppress(OSError):
        for interface in device.children:
            if (interface.attributes.get("interface") or b"").strip() == _MTP:
                return True
    return False


def _volume(device: pyudev.Device) -> Volume | None:
    properties = _properties(device)
    port, _ = place_of(properties.get("ID_PATH", ""), device.sys_path)
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
