"""A made-up USB bus: udev shows what a test plugs in, by Debian's umockdev."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import threading
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from tests.hotplug.usbfs import Usbfs

if TYPE_CHECKING:
    from types import ModuleType

    from tests.hotplug.usbfs import UsbModel

_DEBIAN = Path("/usr/lib/python3/dist-packages")
CONTROLLER = "pci-0000:00:14.0"
_CONTROLLER_PATH = "pci0000:00/0000:00:14.0"


def _below_hubs(chain: str, bus: int) -> str:
    """Where sysfs shows a device: ``2.3`` is ``1-2/1-2.3``."""
    parts = chain.split(".")
    return "/".join(f"{bus}-{'.'.join(parts[: count + 1])}" for count in range(len(parts)))


def load_umockdev() -> ModuleType | None:
    """The library, through Debian's ``gi`` where our own interpreter has none."""
    if importlib.util.find_spec("gi") is None:
        places = [str(_DEBIAN / "gi")]
        spec = importlib.util.spec_from_file_location(
            "gi", _DEBIAN / "gi" / "__init__.py", submodule_search_locations=places
        )
        if spec is None or spec.loader is None:
            return None
        module = importlib.util.module_from_spec(spec)
        sys.modules["gi"] = module
        try:
            spec.loader.exec_module(module)
        except (ImportError, OSError):
            del sys.modules["gi"]
            return None
    try:
        importlib.import_module("gi").require_version("UMockdev", "1.0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Debian's gi is older than this Python's importer
            return importlib.import_module("gi.repository.UMockdev")
    except (ImportError, ValueError):
        return None


class Testbed:
    """Devices of this process's imagination. Only works under ``umockdev-run``."""

    __test__ = False

    def __init__(self, umockdev: ModuleType, mountinfo: Path) -> None:
        self._umockdev = umockdev
        self._testbed = umockdev.Testbed.new()
        self._usbfs: dict[str, Usbfs] = {}
        self._mountinfo = mountinfo
        self._mounts: dict[str, str] = {}
        self._count = 1
        mountinfo.write_text("", encoding="utf-8")

    @property
    def count(self) -> int:
        """The number on the bus of what was plugged in last."""
        return self._count

    @staticmethod
    def port(chain: str) -> str:
        """The port key of a chain of sockets such as ``2.3``."""
        return f"{CONTROLLER}-usb-0:{chain}"

    @staticmethod
    def fast_port(chain: str) -> str:
        """What a socket is called at USB 3 speed."""
        return f"{CONTROLLER}-usbv3-0:{chain}"

    def usb(
        self, chain: str, interfaces: str = ":080650:", usb: str = "1209:b0d2", bus: int = 1
    ) -> str:
        """Plug something in; its path in sysfs. Bus 1 is a USB 2 one, bus 2 its USB 3 half."""
        self._count += 1
        vendor, _, product = usb.partition(":")
        properties = {
            "DEVTYPE": "usb_device",
            "DEVNAME": f"/dev/bus/usb/001/{self._count:03}",
            "BUSNUM": "001",
            "DEVNUM": f"{self._count:03}",
            "ID_VENDOR_ID": vendor,
            "ID_MODEL_ID": product,
            "ID_SERIAL_SHORT": "BWC0001",
            "ID_USB_INTERFACES": interfaces,
            "ID_PATH": self.port(chain),
        }
        name = f"{_CONTROLLER_PATH}/usb{bus}/{_below_hubs(chain, bus)}"
        path = self._add("usb", name, None, {}, properties)
        top = Path(self._testbed.get_root_dir(), f"sys/devices/{_CONTROLLER_PATH}/usb{bus}/speed")
        top.write_text("480\n" if bus == 1 else "10000\n", encoding="ascii")
        return path

    def device(self, chain: str, model: UsbModel, interface: str = "MTP") -> str:
        """Plug in a device that answers; its node is where libusb finds it."""
        self._count += 1
        node = f"bus/usb/001/{self._count:03}"
        raw = (model.device_descriptor() + model.config_descriptor()).hex().upper()
        path = f"/devices/{_CONTROLLER_PATH}/usb1/1-{chain}"
        about = {
            "DEVTYPE": "usb_device",
            "DEVNAME": f"/dev/{node}",
            "BUSNUM": "001",
            "DEVNUM": f"{self._count:03}",
            "SUBSYSTEM": "usb",
            "MAJOR": "189",
            "MINOR": str(self._count - 1),
            "ID_VENDOR_ID": f"{model.vendor_id:04x}",
            "ID_MODEL_ID": f"{model.product_id:04x}",
            "ID_SERIAL_SHORT": model.serial,
            "ID_USB_INTERFACES": ":ffff00:" if interface else ":060101:",
            "ID_PATH": self.port(chain),
        }
        attributes = {
            "busnum": "1",
            "devnum": str(self._count),
            "speed": "480",
            "idVendor": about["ID_VENDOR_ID"],
            "idProduct": about["ID_MODEL_ID"],
            "bConfigurationValue": "1",
        }
        lines = [f"P: {path}", f"N: {node}={raw}"]
        lines += [f"E: {key}={value}" for key, value in about.items()]
        lines += [f"A: {key}={value}\\n" for key, value in attributes.items()]
        lines += [f"H: descriptors={raw}", "", f"P: {path}/1-{chain}:1.0"]
        lines += [
            "E: DEVTYPE=usb_interface",
            "E: SUBSYSTEM=usb",
            f"A: interface={interface}\\n",
            "",
        ]
        sys_path = f"/sys{path}"

        def unplug() -> None:
            threading.Thread(target=self.remove, args=([sys_path],), daemon=True).start()

        usbfs = Usbfs(self._umockdev, model, f"/dev/{node}", unplug)
        self._usbfs[sys_path] = usbfs
        self._testbed.add_from_string("\n".join(lines))
        self._testbed.attach_ioctl(f"/dev/{node}", usbfs.base)
        return sys_path

    def disk(self, parent: str, chain: str, name: str, size: int = 104448) -> str:
        """Let a disk appear; ``size`` in sectors of 512 bytes."""
        properties = {"DEVTYPE": "disk", "DEVNAME": f"/dev/{name}", **self._of(chain)}
        return self._add("block", name, parent, {"size": str(size)}, properties)

    def hub(self, chain: str, usb: str = "1a40:0201") -> str:
        """Plug a hub in."""
        return self.usb(chain, interfaces=":090000:", usb=usb)

    def pair(self, path: str, peer: str) -> None:
        """Say which socket (``usb2-port3``, ``2-1-port4``) is the other half of a device's."""
        root = Path(self._testbed.get_root_dir())
        socket, other = root / "sys/sockets" / Path(path).name, root / "sys/sockets" / peer
        socket.mkdir(parents=True)
        other.mkdir(exist_ok=True)
        (socket / "peer").symlink_to(other)
        (root / path.lstrip("/") / "port").symlink_to(socket)

    def event(self, path: str, action: str = "change") -> None:
        """Tell of a device once more."""
        self._testbed.uevent(path, action)

    def partition(self, parent: str, chain: str, name: str, fs: str = "exfat") -> str:
        """Let a partition appear; an empty ``fs`` for one that udev has not looked into."""
        properties = {"DEVTYPE": "partition", "DEVNAME": f"/dev/{name}", **self._of(chain)}
        if fs:
            properties |= {
                "ID_FS_TYPE": fs,
                "ID_FS_USAGE": "crypto" if fs == "crypto_LUKS" else "filesystem",
                "ID_FS_UUID": "1A2B-3C4D",
                "ID_FS_LABEL": "A1B2C3D",
            }
        return self._add("block", name, parent, {"size": "100000"}, properties)

    def card(self, chain: str, name: str, bus: int = 1) -> list[str]:
        """A recorder with its card, whole; paths in the order in which to remove them."""
        usb = self.usb(chain, bus=bus)
        disk = self.disk(usb, chain, name)
        return [self.partition(disk, chain, f"{name}1"), disk, usb]

    def set_property(self, path: str, key: str, value: str) -> None:
        """Have udev find out something about a device."""
        self._testbed.set_property(path, key, value)
        self._testbed.uevent(path, "change")

    def again(self, path: str) -> None:
        """A doubled event."""
        self._testbed.uevent(path, "add")

    def remove(self, paths: list[str]) -> None:
        """Pull it out."""
        for path in paths:
            usbfs = self._usbfs.pop(path, None)
            if usbfs is not None:
                usbfs.unplug()
                # umockdev leaves the node of a removed device behind
                Path(self._testbed.get_root_dir(), usbfs.node.lstrip("/")).unlink()
                self._testbed.remove_device(f"{path}/{Path(path).name}:1.0")
            self._testbed.uevent(path, "remove")
            self._testbed.remove_device(path)
            # umockdev forgets this link, and then refuses a disk of the same name
            left_behind = Path(self._testbed.get_root_dir(), "sys/block", Path(path).name)
            left_behind.unlink(missing_ok=True)

    def mount(self, node: str, mount_point: str | None) -> None:
        """Mount, or with None unmount, as the kernel's list of mounts shows it."""
        self._mounts.pop(node, None)
        if mount_point is not None:
            self._mounts[node] = mount_point
        lines = [
            f"{number} 1 0:{number} / {point} ro - exfat {source} ro\n"
            for number, (source, point) in enumerate(self._mounts.items(), 100)
        ]
        self._mountinfo.write_text("".join(lines), encoding="utf-8")

    def _of(self, chain: str) -> dict[str, str]:
        return {
            "ID_BUS": "usb",
            "ID_VENDOR_ID": "1209",
            "ID_MODEL_ID": "b0d2",
            "ID_SERIAL_SHORT": "BWC0001",
            "ID_PATH": f"{self.port(chain)}:1.0-scsi-0:0:0:0",
        }

    def _add(
        self,
        subsystem: str,
        name: str,
        parent: str | None,
        attributes: dict[str, str],
        properties: dict[str, str],
    ) -> str:
        flat = [
            [part for pair in pairs.items() for part in pair] for pairs in (attributes, properties)
        ]
        path: str = self._testbed.add_device(subsystem, name, parent, *flat)
        return path
