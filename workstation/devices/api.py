"""What a recorder driver promises. Drivers import this module, its helpers and the domain."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from datetime import datetime

    from workstation.domain.clip import ClipEntry
    from workstation.domain.recorder import (
        Inscription,
        RecorderIdentity,
        RecorderStorage,
        RecorderWrite,
    )


class Match(IntEnum):
    """How sure a driver is; the registry takes the surest, and refuses a tie."""

    NO = 0
    GENERIC = 1  # "some mass storage"
    FAMILY = 2  # vendor and product known
    EXACT = 3  # also the firmware generation


@dataclass(frozen=True, slots=True)
class HubAbove:
    """A USB hub between a recorder and the machine.

    Attributes:
        port: Where the hub is plugged, named as in ``Sighting.port``.
        usb: Its ``vid:pid``.
        twin: What the same socket is called at USB 3 speed, where the kernel tells.
    """

    port: str
    usb: str
    twin: str = ""


@dataclass(frozen=True, slots=True)
class Sighting:
    """Something that can be read was announced; plain data, so a test can write one by hand.

    Attributes:
        port: Where it is plugged, stable over boots: udev ``ID_PATH`` up to the port,
            ``path:<absolute path>`` for a card named by hand, ``simulated:<n>``.
        source: What the driver opens: an absolute mount point, a device node (``mtp``), or a
            driver's own URL.
        device_node: ``/dev/sdb1`` and the like, where there is one.
        ready: False for "something was plugged but there is nothing to read yet" (charge
            only, no medium, waiting for the mount); ``state_code`` then says which. Of one
            that is ready it is a note on the medium (``medium.dirty``), or empty.
        twin: What the same socket is called at USB 3 speed, where the kernel tells; ``port`` is
            the same at both speeds.
        hubs: The hubs it hangs on, from the machine outwards.
    """

    port: str
    source: str
    # "card" (a mounted tree), "folder" (import folder), "mtp" (a USB device node), "simulated",
    # "usb" (nothing to read)
    scheme: str = "card"
    vendor_id: int = 0
    product_id: int = 0
    serial: str = ""
    label: str = ""
    device_node: str = ""
    ready: bool = True
    state_code: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)
    twin: str = ""
    hubs: tuple[HubAbove, ...] = ()


@dataclass(frozen=True, slots=True)
class Departure:
    """What was at ``port`` is gone."""

    port: str


@dataclass(frozen=True, slots=True)
class EntryStat:
    """Size and time of a file on the recorder, now."""

    size_bytes: int
    mtime_ns: int


class ClipSource(Protocol):
    """The bytes of one file, read forward once."""

    def readinto(self, buffer: memoryview) -> int:
        """Fill from the start of ``buffer``; 0 at the end.

        Raises:
            RecorderGoneError: the recorder left.
            EntryUnreadableError: the medium refuses these bytes.
        """
        ...


class RecorderSession(Protocol):
    """An open recorder. Used by one thread, the slot's own."""

    @property
    def identity(self) -> RecorderIdentity: ...

    def entries(self) -> Iterator[ClipEntry]:
        """Everything there is, also what is not to be copied (``skip_code`` set).

        Raises:
            RecorderGoneError: the recorder left.
            RecorderUnreadableError: the top directory can not be read.
        """
        ...

    def stat(self, entry: ClipEntry) -> EntryStat:
        """Look again at one file.

        Raises:
            EntryVanishedError: it is not there any more.
            RecorderGoneError: the recorder left.
        """
        ...

    def read(self, entry: ClipEntry, offset: int = 0) -> AbstractContextManager[ClipSource]:
        """Open one file at ``offset`` bytes.

        Raises:
            EntryVanishedError: it is not there any more.
            EntryUnreadableError: it can not be opened.
            RecorderGoneError: the recorder left.
        """
        ...


@dataclass(frozen=True, slots=True)
class ClockReading:
    """A recorder's clock against ours: ``offset_s`` = recorder minus station, ± uncertainty."""

    offset_s: float
    uncertainty_s: float
    source: str


@runtime_checkable
class ReadsClock(Protocol):
    """An ability some sessions add; ask with ``isinstance``."""

    def read_clock(self, now: datetime) -> ClockReading:
        """The recorder's clock against ``now``, the station's time (UTC) at the call.

        Raises:
            RecorderGoneError: the recorder left.
            RecorderProtocolError: its answer is no time.
        """
        ...


@runtime_checkable
class SetsClock(Protocol):
    """An ability some sessions add; ask with ``isinstance``. Read the clock before."""

    def set_clock(self, now: datetime) -> RecorderWrite:
        """Set the recorder's clock to ``now`` (UTC); the driver knows zone and unit it needs.

        Raises:
            RecorderBusyError: it records; nothing was written.
            RecorderRefusedError: it says no.
            RecorderGoneError: the recorder left; whether it took the time is not known.
        """
        ...


@runtime_checkable
class ReportsBattery(Protocol):
    """An ability some sessions add; ask with ``isinstance``."""

    def battery_percent(self) -> int:
        """0 to 100.

        Raises:
            RecorderGoneError: the recorder left.
            RecorderProtocolError: its answer is no percentage.
        """
        ...


@runtime_checkable
class ReportsVideoSize(Protocol):
    """An ability some sessions add; ask with ``isinstance``."""

    def video_size(self) -> tuple[int, int]:
        """Width and height the recorder is set to record in, in pixels.

        Raises:
            RecorderGoneError: the recorder left.
            RecorderProtocolError: its answer is no size.
        """
        ...


@runtime_checkable
class ReportsStorage(Protocol):
    """An ability some sessions add; ask with ``isinstance``."""

    def storage(self) -> RecorderStorage:
        """How large the recorder's storage is and how much of it is free, in bytes.

        Raises:
            RecorderGoneError: the recorder left.
            RecorderProtocolError: its answer is no number.
        """
        ...


@runtime_checkable
class UnlocksStorage(Protocol):
    """An ability of sessions whose card can not be read yet; ask with ``isinstance``."""

    def unlock_storage(self) -> RecorderWrite:
        """Make the recorder show its card; the session is over after this.

        The recorder may leave the bus and come back on the same port, or only change its
        medium: the dock announces what comes. No answer is trusted but that.

        Raises:
            RecorderBusyError: it records; nothing was changed.
            NoCardError: there is no card in it.
            RecorderRefusedError: it says no.
            RecorderGoneError: it left before it was told.
        """
        ...


@runtime_checkable
class ErasesClips(Protocol):
    """An ability some sessions add; ask with ``isinstance``. Off unless policy allows."""

    def erase_clip(self, entry: ClipEntry) -> None:
        """Remove one file from the recorder; when it returns, the file is not listed any more.

        One at a time and by name, so that a crash leaves an exact account. Whether it may be
        erased (proof.md section 4) was decided by the caller.

        Raises:
            EntryVanishedError: it is not there any more; nothing was removed.
            EntryChangedError: size or time are not those of ``entry``; nothing was removed.
            EntryKeptError: the recorder or its file system refuses this file.
            RecorderReadOnlyError: nothing at all can be written to this recorder.
            RecorderGoneError: the recorder left; whether the file went is not known.
        """
        ...


@runtime_checkable
class OpensForErasing(Protocol):
    """An ability of sessions that are read-only until asked; ask with ``isinstance``."""

    def erasing(self) -> AbstractContextManager[None]:
        """Files can be erased within this, and at no other time.

        Raises:
            RecorderReadOnlyError: they can not.
        """
        ...


@runtime_checkable
class ReadsAgain(Protocol):
    """An ability of sessions behind which a cache of ours lies; ask with ``isinstance``."""

    def read_again(self, entry: ClipEntry) -> AbstractContextManager[ClipSource]:
        """Open one file from its start so that its bytes come from the medium itself.

        Raises: as ``RecorderSession.read``.
        """
        ...


@runtime_checkable
class WritesBinding(Protocol):
    """An ability some sessions add; ask with ``isinstance``. Off unless policy allows."""

    def write_binding(self, inscription: Inscription) -> RecorderWrite:
        """Write who wears the recorder into it.

        Raises:
            BindingUnfitError: a field does not fit (facts ``field``, ``bytes``, ``limit``);
                nothing was written.
            RecorderBusyError: it records; nothing was written.
            RecorderRefusedError: it says no.
            RecorderGoneError: the recorder left; whether it took the text is not known.
        """
        ...


@runtime_checkable
class KnowsPorts(Protocol):
    """An ability some docks add: which port is which bay, counted from 1."""

    @property
    def ports(self) -> Mapping[str, int]: ...


@runtime_checkable
class HoldsMounts(Protocol):
    """An ability some docks add: they had cards mounted, which is undone at the very end."""

    def let_go(self) -> None: ...


class RecorderDriver(Protocol):
    """One family of recorders."""

    @property
    def name(self) -> str: ...

    def match(self, sighting: Sighting) -> Match:
        """How sure we are; cheap and harmless, sends nothing to the recorder."""
        ...

    def open(self, sighting: Sighting) -> AbstractContextManager[RecorderSession]:
        """Open and identify.

        Raises:
            RecorderGoneError: it left meanwhile.
            RecorderUnreadableError: it is there but can not be read.
        """
        ...


class Dock(Protocol):
    """A source of sightings: the USB bus, a simulated cabinet, a watched folder.

    ``start`` returns at once; ``announce`` is called from a thread of the dock's own and is
    safe to call from any thread. After ``stop`` returns it is not called again.
    """

    @property
    def url(self) -> str: ...

    @property
    def slots(self) -> int:
        """How many bays the dock is known to have; 0 when it can not tell."""
        ...

    def start(self, announce: Callable[[Sighting | Departure], None]) -> None: ...

    def stop(self) -> None: ...
