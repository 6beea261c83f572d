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
    from workstation.domain.recorder import RecorderIdentity


class Match(IntEnum):
    """How sure a driver is; the registry takes the surest, and refuses a tie."""

    NO = 0
    GENERIC = 1  # "some mass storage"
    FAMILY = 2  # vendor and product known
    EXACT = 3  # also the firmware generation


@dataclass(frozen=True, slots=True)
class Sighting:
    """Something that can be read was announced; plain data, so a test can write one by hand.

    Attributes:
        port: Where it is plugged, stable over boots: udev ``ID_PATH`` up to the port,
            ``path:<absolute path>`` for a card named by hand, ``simulated:<n>``.
        source: What the driver opens: an absolute mount point, or a driver's own URL.
        device_node: ``/dev/sdb1`` and the like, where there is one.
        ready: False for "something was plugged but there is nothing to read yet" (charge
            only, no medium, waiting for the mount); ``state_code`` then says which.
    """

    port: str
    source: str
    scheme: str = "card"  # "card" (a mounted tree), "folder" (import folder), "simulated", "usb"
    vendor_id: int = 0
    product_id: int = 0
    serial: str = ""
    label: str = ""
    device_node: str = ""
    ready: bool = True
    state_code: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)


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

    def read_clock(self, now: datetime) -> ClockReading: ...


@runtime_checkable
class ReportsBattery(Protocol):
    """An ability some sessions add; ask with ``isinstance``."""

    def battery_percent(self) -> int: ...


@runtime_checkable
class KnowsPorts(Protocol):
    """An ability some docks add: which port is which bay, counted from 1."""

    @property
    def ports(self) -> Mapping[str, int]: ...


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
