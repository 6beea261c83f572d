"""Print, as JSON lines with one clock, what the kernel announces and what the wall shows.

Runs in the guest beside the station: ``python -m tests.rig.guest.observe <socket>``.
"""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pyudev

from workstation.domain.errors import StationNotRunningError
from workstation.events.facts import CollectionEnded, SlotChanged
from workstation.ipc.client import Connection

if TYPE_CHECKING:
    from workstation.domain.dock import DockView, SlotView
    from workstation.events.facts import AnyEvent

_START_LIMIT_S = 120.0  # a station's start under emulation
_RETRY_S = 0.1
_lock = threading.Lock()


def _say(what: str, **fields: object) -> None:
    """One line; ``at_s`` is the guest's monotonic clock, which all lines share."""
    line = msgspec.json.encode({"at_s": time.monotonic(), "what": what, **fields}).decode()
    with _lock:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


def _tell_kernel(monitor: pyudev.Monitor) -> None:
    """Tell of USB devices and disks as the kernel does, before udev has had them."""
    while True:
        device = monitor.poll(None)
        if device is not None:
            _say(
                "kernel",
                action=device.action,
                subsystem=device.subsystem,
                kind=device.device_type or "",
                path=device.sys_path,
            )


def _watch_kernel() -> None:
    monitor = pyudev.Monitor.from_netlink(pyudev.Context(), source="kernel")
    monitor.filter_by("usb", "usb_device")
    monitor.filter_by("block")
    monitor.start()
    threading.Thread(target=_tell_kernel, args=(monitor,), name="kernel", daemon=True).start()


def _slot(view: SlotView) -> None:
    _say("slot", view=msgspec.to_builtins(view))


def _event(event: AnyEvent) -> None:
    if isinstance(event, SlotChanged):
        _slot(event.view)
    elif isinstance(event, CollectionEnded):
        _say("ended", slot=event.slot, collection=event.collection_id, state=event.state)


def _snapshot(dock: DockView) -> None:
    for view in dock.slots:
        _slot(view)


def main(socket: Path) -> int:
    """Observe until the station hangs up."""
    _watch_kernel()
    lost = threading.Event()
    deadline = time.monotonic() + _START_LIMIT_S
    while True:
        connection = Connection(socket, on_event=_event, on_lost=lost.set)
        try:
            connection.connect()
            break
        except StationNotRunningError:
            if time.monotonic() > deadline:
                raise
            time.sleep(_RETRY_S)
    connection.subscribe(_snapshot, timeout_s=_START_LIMIT_S)
    _say("observing")
    lost.wait()
    _say("lost")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
