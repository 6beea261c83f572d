"""A made-up USB bus: udev shows what a test plugs in, by Debian's umockdev."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

_DEBIAN = Path("/usr/lib/python3/dist-packages")
CONTROLLER = "pci-0000:00:14.0"
_CONTROLLER_PATH = "pci0000:00/0000:00:14.0"


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
        self._testbed = umockdev.Testbed.new()
        self._mountinfo = mountinfo
        self._mounts: dict[str, str] = {}
        self._count = 1
        mountinfo.write_text("", encoding="utf-8")

    @staticmethod
    def port(chain: str) -> str:
        """The port key of a chain of sockets such as ``2.3``."""
        return f"{CONTROLLER}-usb-0:{chain}"

    def usb(self, chain: str, interfaces: str = ":080650:", usb: str = "1209:b0d2") -> str:
        """Plug something in; its path in sysfs."""
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
        name = f"{_CONTROLLER_PATH}/usb1/1-{chain}"
        return self._add("usb", name, None, {}, properties)

    def disk(self, parent: str, chain: str, name: str, size: int = 104448) -> str:
        """Let a disk appear; ``size`` in sectors of 512 bytes."""
        properties = {"DEVTYPE": "disk", "DEVNAME": f"/dev/{name}", **self._of(chain)}
        return self._add("block", name, parent, {"size": str(size)}, properties)

    def partition(self, parent: str, chain: str, name: str, fs: str = "exfat") -> str:
        """Let a partition appear; an empty ``fs`` for one that udev has not looked into."""
        properties = {"DEVTYPE": "partition", "DEVNAME": f"/dev/{name}", **self._of(chain)}
        if fs:
            properties |= {
                "ID_FS_TYPE": fs,
                "ID_FS_USAGE": "filesystem",
                "ID_FS_UUID": "1A2B-3C4D",
                "ID_FS_LABEL": "A1B2C3D",
            }
        return self._add("block", name, parent, {"size": "100000"}, properties)

    def card(self, chain: str, name: str) -> list[str]:
        """A recorder with its card, whole; paths in the order in which to remove them."""
        usb = self.usb(chain)
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
