"""Notice recorders at the USB bus: what is plugged, what is mounted, what left."""

from __future__ import annotations

import logging
import os
import select
import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workstation.devices.api import Departure
from workstation.devices.mounter import Mounter
from workstation.devices.mounts import MOUNTINFO, mount_of, read_mounts
from workstation.devices.sightings import Port, hubs_above, is_own, sightings_at
from workstation.devices.usb_bus import UsbBus, gadgets_by_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from workstation.devices.api import Sighting
    from workstation.devices.mounter import MountNote
    from workstation.devices.mounts import Mount
    from workstation.devices.profiles import ProfileSet
    from workstation.devices.sightings import Shown
    from workstation.devices.usb_bus import Bus, Volume

    Announce = Callable[[Sighting | Departure], None]

logger = logging.getLogger(__name__)

# Partitions come after their disk, file system properties after the partition; what is still
# unclear after this long is unclear for good. The kernel itself waits 1 s before it looks at
# a new disk (usb-storage.delay_use).
SETTLE_S = 2.5
_LOOK_S = 1.0  # while something is waiting, in case nothing tells us of a mount
_STORM_S = 0.05  # events of one plug come in a bunch; one look serves them all


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is at a port, and since when (monotonic seconds)."""

    plugging: str
    volumes: int
    is_leaving: bool
    since_s: float

    def follows(self, before: _Seen | None) -> _Seen:
        """The same again keeps its time; fewer disks or partitions than before are leaving."""
        if before is None or before.plugging != self.plugging:
            return self
        if before.volumes == self.volumes:
            return before
        return replace(self, is_leaving=self.volumes < before.volumes)


class UsbDock:
    """``usb:``: every USB socket of the machine.

    Level-triggered: an event only causes a fresh look, and the difference to what was
    announced is announced, so doubled, missed or reordered events do no harm. A sighting at
    a port replaces one that was not ready; one that was ready is followed by a departure
    first. Further file systems of one recorder are announced at ``<port>/2`` and so on.
    """

    def __init__(
        self,
        profiles: ProfileSet,
        own_paths: Iterable[Path] = (),
        mountinfo: Path = MOUNTINFO,
        settle_s: float = SETTLE_S,
        mounter: Mounter | None = None,
    ) -> None:
        """Prepare.

        Args:
            profiles: name USB ids of recorders that are no disk yet.
            own_paths: where the station keeps its own files; the disk under them is no
                recorder, even if it is plugged into a USB socket.
            mountinfo: the kernel's list of mounts; a test brings its own.
            settle_s: how long a medium may be unclear before it is called unknown.
            mounter: has cards mounted where no rule of the machine does.
        """
        self._mounter = mounter or Mounter()
        self._known_usb = frozenset(
            identifier for profile in profiles for identifier in profile.usb
        )
        self._own_paths = tuple(str(path.resolve()) for path in own_paths)
        self._mountinfo = mountinfo
        self._settle_s = settle_s
        self._shown: dict[str, Shown] = {}
        self._seen: dict[str, _Seen] = {}
        self._thread: threading.Thread | None = None
        self._stop_reader = self._stop_writer = -1

    @property
    def url(self) -> str:
        return "usb:"

    @property
    def slots(self) -> int:
        """Zero: a bus does not tell how many sockets the cabinet has."""
        return 0

    def start(self, announce: Announce) -> None:
        """Listen from a thread of our own; first comes what is plugged in already."""
        self._stop_reader, self._stop_writer = os.pipe2(os.O_CLOEXEC)
        bus = UsbBus()
        events = bus.subscribe()  # before the first look, so nothing falls in between
        self._thread = threading.Thread(
            target=self._run, args=(bus, events, announce), name="dock-usb", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Nothing is announced after this. A dock is not started twice."""
        if self._thread is None:
            return
        os.write(self._stop_writer, b"\0")
        self._thread.join()
        self._thread = None
        os.close(self._stop_writer)
        os.close(self._stop_reader)

    def let_go(self) -> None:
        """Unmount what was mounted for us; after the last lane has ended."""
        self._mounter.close()

    def _run(self, bus: UsbBus, events: int, announce: Announce) -> None:
        with self._mountinfo.open("rb") as mountinfo:
            poller = select.poll()
            poller.register(self._stop_reader, select.POLLIN)
            poller.register(events, select.POLLIN)
            poller.register(mountinfo, select.POLLPRI)
            gone: frozenset[str] | None = frozenset()
            while gone is not None:
                gone |= bus.removed()
                try:
                    present = self._present(bus.look())
                except OSError as error:  # sysfs in motion under our hands
                    logger.warning("bus not read errno=%s", error.errno)
                    poller.poll(_LOOK_S * 1000)
                    gone = self._after_storm(bus, gone)
                    continue
                self._update(present, gone, announce)
                woken = poller.poll(_LOOK_S * 1000 if self._is_waiting() else None)
                gone = self._after_storm(bus, frozenset()) if woken else frozenset()

    def _after_storm(self, bus: UsbBus, gone: frozenset[str]) -> frozenset[str] | None:
        """Take events as they come for a moment; what left by them, or None to stop.

        Taking them at once keeps the kernel's buffer empty however many there are.
        """
        until_s = time.monotonic() + _STORM_S
        while (left_s := until_s - time.monotonic()) > 0:
            ready, _, _ = select.select([self._stop_reader, bus.descriptor], [], [], left_s)
            if self._stop_reader in ready:
                return None
            gone |= bus.removed()
        return gone

    def _is_waiting(self) -> bool:
        recently_s = time.monotonic() - self._settle_s - _LOOK_S
        is_leaving = any(
            seen.is_leaving and seen.since_s > recently_s for seen in self._seen.values()
        )
        return is_leaving or any(not shown.sighting.ready for shown in self._shown.values())

    def _update(self, present: dict[str, Shown], gone: frozenset[str], announce: Announce) -> None:
        """Announce the difference; departures first, so a slot is free before it is taken."""
        for port, shown in list(self._shown.items()):
            now = present.get(port)
            is_same = now is not None and now.generation == shown.generation
            if is_same and not gone & shown.sys_paths:
                continue
            if now is None or shown.sighting.ready:
                del self._shown[port]
                logger.info("departure port=%s", port)
                announce(Departure(port))
        for port, now in present.items():
            before = self._shown.get(port)
            if before is None or before.generation != now.generation:
                self._shown[port] = now
                logger.info("sighting port=%s state=%s", port, now.sighting.state_code or "ready")
                announce(now.sighting)

    def _present(self, bus: Bus) -> dict[str, Shown]:
        """What to show at each port that has something on it."""
        mounts = read_mounts(self._mountinfo)
        volumes: dict[str, list[Volume]] = {}
        for volume in bus.volumes:
            volumes.setdefault(volume.port, []).append(volume)
        gadgets = gadgets_by_port(bus.gadgets)
        hubs = [gadget for gadget in bus.gadgets if gadget.is_hub]
        names = sorted(volumes.keys() | gadgets.keys())
        present: dict[str, Shown] = {}
        now_s = time.monotonic()
        seen: dict[str, _Seen] = {}
        for name in names:
            here, gadget = volumes.get(name, []), gadgets.get(name)
            if is_own(here, mounts, self._own_paths):
                continue
            plugging = gadget.plugging if gadget else ""
            seen[name] = _Seen(plugging, len(here), False, now_s).follows(self._seen.get(name))
            is_settled = now_s - seen[name].since_s >= self._settle_s
            is_leaving = seen[name].is_leaving and not is_settled
            notes = self._notes(here, mounts)
            port = Port(name, gadget, here, is_settled, hubs_above(gadget, hubs), notes)
            for shown in sightings_at(port, mounts, self._known_usb):
                if shown.sighting.ready or not is_leaving:
                    present[shown.sighting.port] = shown
        self._seen = seen
        self._mounter.keep({volume.node for volume in bus.volumes})
        return present

    def _notes(self, volumes: list[Volume], mounts: list[Mount]) -> dict[str, MountNote]:
        """What the mount helper says of each file system; it is asked for those that wait."""
        found: dict[str, MountNote | None] = {}
        for volume in volumes:
            if not volume.has_file_system:
                continue
            if mount_of(mounts, volume.number, volume.node) is None:
                found[volume.node] = self._mounter.want(volume.node, volume.generation)
            else:
                found[volume.node] = self._mounter.note(volume.node)
        return {node: note for node, note in found.items() if note is not None}
