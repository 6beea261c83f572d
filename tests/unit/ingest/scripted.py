"""Recorders that do what a script says, and a real engine to dock them in."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workstation.devices.api import ClockReading, Departure, EntryStat, Match, Sighting
from workstation.domain.clip import ClipEntry, ClipKind
from workstation.domain.errors import (
    EntryVanishedError,
    RecorderLockedError,
    RecorderProtocolError,
    RecorderUnreadableError,
)
from workstation.domain.recorder import RecorderIdentity, RecorderWrite, WriteKind
from workstation.ledger.custody import decode
from workstation.platform.paths import StatePaths
from workstation.platform.settings import RecordersSection, Settings, VaultSection
from workstation.platform.timesource import station_time
from workstation.station import record
from workstation.station.engine import Engine, EngineParts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from workstation.catalog.values import CollectionSummary, ItemLine
    from workstation.domain.dock import SlotView
    from workstation.domain.errors import OperatorError, RecorderGoneError
    from workstation.domain.recorder_clock import StationTime
    from workstation.ingest.lane import Lane

READ_BYTES = 256 << 10  # a scripted recorder gives at most so much at once
PATIENCE_S = 20.0
# Scripted recorders name nobody; whether that needs a person is tested by itself.
SETTINGS = Settings(vault=VaultSection(min_free_mb=0), recorders=RecordersSection(unbound="never"))


@dataclass(slots=True)
class ScriptedFile:
    """A file on a scripted recorder. ``on_read`` runs before each read and may do anything."""

    content: bytes
    mtime_ns: int = 10**18
    kind: ClipKind = ClipKind.VIDEO
    skip_code: str | None = None
    present: bool = True
    recorded_at: datetime | None = None
    sidecar_of: str | None = None
    on_read: Callable[[int], None] | None = None
    opened_at: list[int] = field(default_factory=list)
    bytes_read: int = 0


@dataclass(slots=True)
class ScriptedSource:
    """``ClipSource``."""

    file: ScriptedFile
    offset: int

    def readinto(self, buffer: memoryview) -> int:
        if self.file.on_read is not None:
            self.file.on_read(self.offset)
        piece = self.file.content[self.offset : self.offset + min(len(buffer), READ_BYTES)]
        buffer[: len(piece)] = piece
        self.offset += len(piece)
        self.file.bytes_read += len(piece)
        return len(piece)


@dataclass(slots=True)
class ScriptedRecorder:
    """``RecorderSession``: files by path, in the order they are listed."""

    files: dict[str, ScriptedFile]
    serial: str = "REC-1"
    who: RecorderIdentity | None = None  # where it says more than its serial
    listing_fails: bool = False
    is_locked: bool = False  # its screen is locked: it does not open

    @property
    def identity(self) -> RecorderIdentity:
        return self.who or RecorderIdentity(serial=self.serial, profile="scripted")

    def entries(self) -> Iterator[ClipEntry]:
        if self.listing_fails:
            raise RecorderUnreadableError(reason="script")
        for path, file in self.files.items():
            yield ClipEntry(
                path=path,
                raw_path=path.encode(),
                size_bytes=len(file.content),
                mtime_ns=file.mtime_ns,
                kind=file.kind,
                recorded_at=file.recorded_at,
                skip_code=file.skip_code,
                sidecar_of=file.sidecar_of,
            )

    def stat(self, entry: ClipEntry) -> EntryStat:
        file = self._file(entry)
        return EntryStat(len(file.content), file.mtime_ns)

    @contextmanager
    def read(self, entry: ClipEntry, offset: int = 0) -> Iterator[ScriptedSource]:
        file = self._file(entry)
        file.opened_at.append(offset)
        yield ScriptedSource(file, offset)

    def _file(self, entry: ClipEntry) -> ScriptedFile:
        file = self.files[entry.path]
        if not file.present:
            raise EntryVanishedError(path=entry.path)
        return file


@dataclass(slots=True)
class ClockedRecorder(ScriptedRecorder):
    """A recorder whose clock can be read and set. ``ahead_s`` is how wrong it goes.

    ``refuses`` and ``refuses_reading`` say no; ``forgets`` takes the time and then tells none.
    """

    ahead_s: float = 0.0
    refuses: OperatorError | RecorderGoneError | None = None
    refuses_reading: RecorderProtocolError | None = None
    forgets: bool = False
    asked: list[str] = field(default_factory=list)

    def read_clock(self, now: datetime) -> ClockReading:  # noqa: ARG002 - ours follows the host's
        self.asked.append("read")
        if self.refuses_reading is not None:
            raise self.refuses_reading
        return ClockReading(self.ahead_s, 0.5, "scripted")

    def set_clock(self, now: datetime) -> RecorderWrite:
        self.asked.append("set")
        if self.refuses is not None:
            raise self.refuses
        self.ahead_s = 0.25
        if self.forgets:
            self.refuses_reading = RecorderProtocolError(command="clock")
        return RecorderWrite(WriteKind.CLOCK_SET, {"set_to": now.isoformat()}, now)


class ScriptedDriver:
    """``RecorderDriver`` for whatever lies in ``shelf`` under the sighting's source."""

    name = "scripted"

    def __init__(self) -> None:
        self.shelf: dict[str, ScriptedRecorder] = {}

    def match(self, sighting: Sighting) -> Match:
        return Match.EXACT if sighting.scheme == "scripted" else Match.NO

    @contextmanager
    def open(self, sighting: Sighting) -> Iterator[ScriptedRecorder]:
        recorder = self.shelf[sighting.source]
        if recorder.is_locked:
            raise RecorderLockedError(port=sighting.port, model="script")
        yield recorder


class Bench:
    """A real engine over a state directory, with scripted recorders to dock."""

    def __init__(
        self,
        root: Path,
        settings: Settings = SETTINGS,
        station_time: Callable[[], StationTime] = station_time,
    ) -> None:
        self.paths = StatePaths(root)
        self.driver = ScriptedDriver()
        if not record.is_initialised(self.paths):
            record.initialise(self.paths, settings)
        parts = EngineParts([self.driver], probe_media=False, station_time=station_time)
        self.engine = Engine(self.paths, settings, parts)
        self.engine.start()

    def close(self) -> None:
        """Stop the engine as a station does."""
        self.engine.stop()
        self.engine.mailbox.close()

    def plug(
        self,
        recorder: ScriptedRecorder,
        port: str = "port:1",
        usb_serial: str = "",
        volume: str = "",
    ) -> Lane | None:
        """Announce a recorder at a port; the lane that was started for it."""
        self.driver.shelf[port] = recorder
        properties = {"ID_FS_UUID": volume} if volume else {}
        return self.engine.supervisor.announce(
            Sighting(port, port, scheme="scripted", serial=usb_serial, properties=properties)
        )

    def pull(self, port: str = "port:1") -> None:
        """Announce that it is gone."""
        self.engine.supervisor.announce(Departure(port))

    def dock(
        self,
        recorder: ScriptedRecorder,
        port: str = "port:1",
        usb_serial: str = "",
        volume: str = "",
    ) -> CollectionSummary:
        """Plug (anew), wait for the end of the collection, and give it."""
        self.pull(port)
        lane = self.plug(recorder, port, usb_serial, volume)
        assert lane is not None
        lane.join(PATIENCE_S)
        assert lane.collection_id is not None, lane.error
        found = self.engine.catalog.collection(lane.collection_id)
        assert found is not None
        return found

    def items(self, collection: CollectionSummary) -> dict[str, ItemLine]:
        """The report's lines by path."""
        return {line.path: line for line in self.engine.catalog.items(collection.id)}

    def acts(self, *acts: str) -> list[dict[str, object]]:
        """The facts of all custody entries of these acts, in their order."""
        raw = self.engine.catalog.custody_lines()
        lines = [decode(stored, seq) for seq, stored in enumerate(raw, 1)]
        return [dict(line.facts) for line in lines if line.act in acts]

    def view(self, slot: int = 1) -> SlotView:
        """The face of one slot."""
        return next(view for view in self.engine.supervisor.views() if view.slot == slot)

    def content(self, clip_id: str) -> bytes:
        """A clip's plain bytes, out of the vault."""
        with self.engine.vault.open(self.engine.catalog.object_ref(clip_id)) as reader:
            return reader.read_at(0, reader.size_bytes)

    def staging(self) -> list[str]:
        """What lies in staging."""
        return sorted(path.name for path in self.engine.vault.staging.iterdir())


def until(condition: Callable[[], bool], why: str) -> None:
    """Wait for a condition; fail loudly when it does not come true."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, why
        time.sleep(0.002)
