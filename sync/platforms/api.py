"""What a platform can be told and asked. Abilities beyond the first are separate."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from workstation.domain.clip import ClipKind
    from workstation.media.tracks import TrackPoint


@dataclass(frozen=True, slots=True)
class FileFact:
    """A clip as it is registered. Times are the station's zone, without one."""

    clip: str
    number: str
    alias: str
    name: str
    kind: ClipKind
    size_bytes: int
    duration_s: int
    is_marked: bool  # on the recorder
    shot_at: datetime
    imported_at: datetime
    unit_code: str
    unit_name: str
    badge: str
    officer: str
    recorder: str
    object_key: str  # where it lies in the central store
    store: str


@dataclass(frozen=True, slots=True)
class LogFact:
    """Something that happened at the station; ``recorder`` is empty where it was none's."""

    at: datetime
    act: str
    recorder: str
    subject: str


@dataclass(frozen=True, slots=True)
class Condition:
    """How the station is."""

    address: str
    version: str
    total_bytes: int
    free_bytes: int
    cpu_percent: int
    memory_percent: int
    alarms: tuple[str, ...] = ()


@dataclass(slots=True)
class Verdicts:
    """What became of the files that were told, by number. Any not named is told again."""

    accepted: set[str] = field(default_factory=set)
    known: set[str] = field(default_factory=set)
    refused: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlatformUnit:
    """A unit as the platform has it."""

    code: str
    name: str
    parent: str


@dataclass(frozen=True, slots=True)
class PlatformPerson:
    """Somebody as the platform has him."""

    badge: str
    name: str
    unit: str


class Connector(Protocol):
    """One platform. Used by one thread.

    Raises (all methods):
        PlatformUnavailableError, PlatformAnswerError: it may be better in a moment.
        PlatformRefusedError: a person must look.
    """

    kinds: dict[ClipKind, str]
    other_kind: str

    def beat(self, condition: Condition) -> datetime | None:
        """Say that we are there; the platform's own time, where it tells it (its zone)."""
        ...

    def register(self, files: Sequence[FileFact]) -> Verdicts:
        """Tell of files."""
        ...

    def log(self, entries: Sequence[LogFact]) -> None:
        """Tell what happened, oldest first."""
        ...


@runtime_checkable
class TakesTracks(Protocol):
    """A platform that wants to know where recorders were."""

    def tracks(self, recorder: str, badge: str, points: Sequence[TrackPoint]) -> None: ...


@runtime_checkable
class NamesPeople(Protocol):
    """A platform that has units and people."""

    def units(self) -> list[PlatformUnit]: ...

    def people(self) -> list[PlatformPerson]: ...


@runtime_checkable
class ReleasesFiles(Protocol):
    """A platform that says which files it no longer needs, and is told which are gone."""

    def released(self) -> list[str]: ...

    def gone(self, numbers: Sequence[str]) -> None: ...
