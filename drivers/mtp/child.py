"""The process that libmtp runs in: one device from open to close. ``python -m drivers.mtp.child``.

Answers in plain values; what went wrong is one of the codes ``missing`` (no libmtp), ``refused``
(does not open), ``gone`` (nothing answers any more), ``vanished`` and ``unreadable`` (one object).
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from drivers.mtp.library import ROOT, Libmtp
from workstation.devices.isolated import CallFailedError, Frame
from workstation.devices.isolated_child import Wire, serve

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivers.mtp.library import OpenDevice
    from workstation.devices.isolated import Plain

_LISTINGS = 4  # tries until two listings of a folder agree
_LIMIT_32 = 1 << 32


class Phone:
    """The commands, each a method."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._device: OpenDevice | None = None

    @property
    def commands(self) -> dict[str, Callable[..., Plain]]:
        """By the name they are called with."""
        return {
            "open": self.open,
            "close": self.close,
            "storages": self.storages,
            "battery": self.battery,
            "children": self.children,
            "look": self.look,
            "read": self.read,
            "stream": self.stream,
            "delete": self.delete,
        }

    @property
    def device(self) -> OpenDevice:
        """The open device."""
        if self._device is None:
            raise CallFailedError("gone", {})
        return self._device

    def open(self, bus: int, number: int, vendor_id: int, product_id: int) -> dict[str, Plain]:
        """Open it, say who it is and what it shows."""
        self._device = Libmtp().open(bus, number, vendor_id, product_id)
        return {**self._device.names(), "storages": self._device.storages()}

    def close(self) -> None:
        """End the session."""
        self.device.close()
        self._device = None

    def storages(self) -> list[dict[str, Plain]]:
        """The storages it shows now."""
        return self.device.storages()

    def battery(self) -> int | None:
        """Percent, if it tells."""
        return self.device.battery_percent()

    def children(self, storage: int, parent: int | None) -> dict[str, Plain]:
        """What lies in a folder; ``is_whole`` is False where it would not list the same twice.

        libmtp leaves out an object whose answer was lost. Asking again asks for those only, so
        two listings that agree have nothing left out that a device was willing to tell.
        """
        handle = ROOT if parent is None else parent
        before: set[int] | None = None
        now: list[dict[str, Plain]] = []
        for _ in range(_LISTINGS):
            self.device.forget_errors()
            now = self.device.children(storage, handle)
            if not now and self.device.has_failed():
                self._check_alive(storage)
                continue
            handles = {one["handle"] for one in now}
            if handles == before:
                return {"objects": now, "is_whole": True}
            before = handles
        return {"objects": now, "is_whole": False}

    def look(self, handle: int, storage: int, parent: int | None) -> dict[str, Plain]:
        """Size and time of one object, both asked for now."""
        self.device.forget_errors()
        found = self.device.look(handle)
        if found is None or (not found["size_bytes"] and self.device.has_failed()):
            self._explain(handle, storage, parent)
        return {**(found or {}), "modified": self.device.modified(handle)}

    def read(
        self, handle: int, offset: int, count: int, storage: int, parent: int | None
    ) -> str | None:
        """Send a part as ``BYTES``; the value ``"stream"`` says that only the whole can be had."""
        self.device.forget_errors()
        piece = self.device.read(handle, offset, count)
        if piece is None and (offset >= _LIMIT_32 or self._refuses_parts(handle)):
            self._check_alive(storage)
            return "stream"
        if piece is None or (not piece and self.device.has_failed()):
            self._explain(handle, storage, parent)
        self._wire.send(Frame.BYTES, piece or b"")
        return None

    def stream(self, handle: int, offset: int, storage: int, parent: int | None) -> None:
        """Send the whole from ``offset`` on as many ``BYTES``; what is before is thrown away.

        Another call ends it: the transfer is cancelled as MTP has it.
        """
        left = offset

        def take(piece: bytes) -> bool:
            nonlocal left
            skipped = min(left, len(piece))
            left -= skipped
            if skipped < len(piece):
                self._wire.send(Frame.BYTES, piece[skipped:])
            return not self._wire.is_interrupted()

        if not self.device.stream(handle, take) and not self._wire.is_interrupted():
            self._explain(handle, storage, parent)

    def delete(self, handle: int, storage: int, parent: int | None) -> bool:
        """Remove one object; True when it is not listed any more."""
        self.device.delete(handle)
        return not self._is_listed(handle, storage, parent)

    def _refuses_parts(self, handle: int) -> bool:
        """Whether not even the first byte can be had by itself."""
        return self.device.read(handle, 0, 1) is None

    def _explain(self, handle: int, storage: int, parent: int | None) -> None:
        """Say why one object could not be had."""
        code = "unreadable" if self._is_listed(handle, storage, parent) else "vanished"
        raise CallFailedError(code, {})

    def _is_listed(self, handle: int, storage: int, parent: int | None) -> bool:
        listing = self.children(storage, parent)
        self._check_alive(storage)
        return any(one["handle"] == handle for one in listing["objects"])

    def _check_alive(self, storage: int) -> None:
        if all(one["id"] != storage for one in self.device.storages()):
            raise CallFailedError("gone", {})


def main() -> None:
    """Serve the station."""
    wire = Wire(int(sys.argv[1]))
    serve(wire, Phone(wire).commands)


if __name__ == "__main__":
    main()
