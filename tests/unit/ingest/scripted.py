"""Recorders that do what a script says, and a real engine to dock them in."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workstation.devices.api import Departure, EntryStat, Match, Sighting
from workstation.domain.clip import ClipEntry, ClipKind
from workstation.domain.errors import EntryVanishedError, RecorderUnreadableError
from workstation.domain.recorder import RecorderIdentity
from workstation.platform.paths import StatePaths
from workstation.platform.settings import Settings, VaultSection
from workstation.station import record
from workstation.station.engine import Engine, EngineParts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from workstation.catalog.values import CollectionSummary, ItemLine
    from workstation.domain.dock import SlotView
    from workstation.ingest.lane import Lane

READ_BYTES = 256 << 10  # a scripted recorder gives at most so much at once
PATIENCE_S = 20.0
SETTINGS = Settings(vault=VaultSection(min_free_mb=0))


@dataclass(slots=True)
class ScriptedFile:
    """A file on a scripted recorder. ``on_read`` runs before each read and may do anything."""

    content: bytes
    mtime_ns: int = 10**18
    kind: ClipKind = ClipKind.VIDEO
    skip_code: str | None = None
    present: bool = True
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
    listing_fails: bool = False

    @property
    def identity(self) -> RecorderIdentity:
        return RecorderIdentity(serial=self.serial, profile="scripted")

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
                skip_code=file.skip_code,
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


class ScriptedDriver:
    """``RecorderDriver`` for whatever lies in ``shelf`` under the sighting's source."""

    name = "scripted"

    def __init__(self) -> None:
        self.shelf: dict[str, ScriptedRecorder] = {}

    def match(self, sighting: Sighting) -> Match:
        return Match.EXACT if sighting.scheme == "scripted" else Match.NO

    @contextmanager
    def open(self, sighting: Sighting) -> Iterator[ScriptedRecorder]:
        yield self.shelf[sighting.source]


class Bench:
    """A real engine over a state directory, with scripted recorders to dock."""

    def __init__(self, root: Path, settings: Settings = SETTINGS) -> None:
        self.paths = StatePaths(root)
        self.driver = ScriptedDriver()
        if not record.is_initialised(self.paths):
            record.initialise(self.paths, settings)
        self.engine = Engine(self.paths, settings, EngineParts([self.driver], probe_media=False))
        self.engine.start()

    def close(self) -> None:
        """Stop the engine as a station does."""
        self.engine.stop()
        self.engine.mailbox.close()

    def plug(self, recorder: ScriptedRecorder, port: str = "port:1") -> Lane | None:
        """Announce a recorder at a port; the lane that was started for it."""
        self.driver.shelf[port] = recorder
        return self.engine.supervisor.announce(Sighting(port, port, scheme="scripted"))

    def pull(self, port: str = "port:1") -> None:
        """Announce that it is gone."""
        self.engine.supervisor.announce(Departure(port))

    def dock(self, recorder: ScriptedRecorder, port: str = "port:1") -> CollectionSummary:
        """Plug (anew), wait for the end of the collection, and give it."""
        self.pull(port)
        lane = self.plug(recorder, port)
        assert lane is not None
        lane.join(PATIENCE_S)
        assert lane.collection_id is not None, lane.error
        found = self.engine.catalog.collection(lane.collection_id)
        assert found is not None
        return found

    def items(self, collection: CollectionSummary) -> dict[str, ItemLine]:
        """The report's lines by path."""
        return {line.path: line for line in self.engine.catalog.items(collection.id)}

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
