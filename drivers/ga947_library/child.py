"""The process that a maker's library runs in: ``python -m drivers.ga947_library.child``.

The nine functions of GA/T 947 by ctypes: every one returns 1 or 0 and writes a reason to a 16- or
32-bit number. Nothing that a library says is believed here beyond the room it was given.
"""

from __future__ import annotations

import ctypes
import resource
import sys
from typing import TYPE_CHECKING

from workstation.devices.isolated import CallFailedError
from workstation.devices.isolated_child import Wire, serve

if TYPE_CHECKING:
    from collections.abc import Callable

    from workstation.devices.isolated import Plain

_REQUIRED = (
    "Init_Device",
    "GetIDCode",
    "GetZFYInfo",
    "WriteZFYInfo",
    "SyncDevTime",
    "SetMSDC",
    "ReadDeviceResolution",
    "ReadDeviceBatteryDumpEnergy",
)
_CLOSING = ("UnInit_Device", "Release_Device")  # the ninth; its name differs by maker
_ROOM_BYTES = 4096  # 94 are needed at most; a library that writes more hurts only this process
_PASSWORD_BYTES = 17  # 6 and NUL by the standard; some transfer 16


class Library:
    """A loaded library, its commands by name."""

    def __init__(self) -> None:
        self._library: ctypes.CDLL | None = None

    @property
    def commands(self) -> dict[str, Callable[..., Plain]]:
        """By the name they are called with."""
        return {
            "load": self.load,
            "init": lambda: self._told("Init_Device"),
            "id_code": lambda: self._told("GetIDCode"),
            "close": self.close,
            "read_binding": self.read_binding,
            "write_binding": self.write_binding,
            "set_clock": lambda password: self._with_password("SyncDevTime", password),
            "unlock": lambda password: self._with_password("SetMSDC", password),
            "size": self.size,
            "battery": self.battery,
        }

    def load(self, path: str) -> None:
        """Load it, and make sure that all nine functions are there."""
        try:
            library = ctypes.CDLL(path)
        except OSError as error:
            raise CallFailedError("missing", {"library": path, "reason": str(error)}) from error
        lacking = [name for name in _REQUIRED if not hasattr(library, name)]
        if not any(hasattr(library, name) for name in _CLOSING):
            lacking.append(_CLOSING[0])
        if lacking:
            facts = {"library": path, "reason": ", ".join(lacking)}
            raise CallFailedError("missing", facts)
        self._library = library

    def close(self) -> dict[str, Plain]:
        """Let go of the recorder."""
        name = next(name for name in _CLOSING if hasattr(self._library, name))
        return self._told(name)

    def read_binding(self, password: str) -> dict[str, Plain]:
        """ZFY_INFO, in whichever layout, as hexadecimal digits."""
        room = ctypes.create_string_buffer(_ROOM_BYTES)
        return {**self._call("GetZFYInfo", room, _secret(password)), "raw": room.raw[:128].hex()}

    def write_binding(self, raw: str, password: str) -> dict[str, Plain]:
        """ZFY_INFO, in the layout that was read."""
        room = ctypes.create_string_buffer(bytes.fromhex(raw), _ROOM_BYTES)
        return self._call("WriteZFYInfo", room, _secret(password))

    def size(self, password: str) -> dict[str, Plain]:
        """Width and height of its pictures."""
        width, height = ctypes.c_int(), ctypes.c_int()
        said = self._call(
            "ReadDeviceResolution", ctypes.byref(width), ctypes.byref(height), _secret(password)
        )
        return {**said, "width": width.value, "height": height.value}

    def battery(self, password: str) -> dict[str, Plain]:
        """Percent, as it says."""
        percent = ctypes.c_int()
        said = self._call("ReadDeviceBatteryDumpEnergy", ctypes.byref(percent), _secret(password))
        return {**said, "percent": percent.value}

    def _told(self, name: str) -> dict[str, Plain]:
        room = ctypes.create_string_buffer(_ROOM_BYTES)
        return {**self._call(name, room), "text": room.raw[:8].hex()}

    def _with_password(self, name: str, password: str) -> dict[str, Plain]:
        return self._call(name, _secret(password))

    def _call(self, name: str, *arguments: Plain) -> dict[str, Plain]:
        if self._library is None:
            raise CallFailedError("missing", {"library": "", "reason": "not loaded"})
        reason = ctypes.create_string_buffer(8)
        function = getattr(self._library, name)
        function.restype = ctypes.c_int
        returned = function(*arguments, reason)
        return {"returned": returned, "reason": int.from_bytes(reason.raw[:2], "little")}


def _secret(password: str) -> Plain:
    return ctypes.create_string_buffer(password.encode("ascii", "replace")[:16], _PASSWORD_BYTES)


def main() -> None:
    """Serve the station; leave no core file behind, a password may be in it."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    serve(Wire(int(sys.argv[1])), Library().commands)


if __name__ == "__main__":
    main()
