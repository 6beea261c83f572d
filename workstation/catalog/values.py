"""What the catalog answers with, and what it is asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from workstation.domain.binding import Binding, Remark, Traits
    from workstation.domain.casework_state import CaseFile
    from workstation.domain.clip import Clip, ClipId, ClipKind, CollectionId, ItemId
    from workstation.domain.ingest_state import CollectionState, IngestState
    from workstation.domain.recorder import Claim
    from workstation.domain.recorder_clock import ClockMark, RecorderClock
    from workstation.domain.upload import UploadState


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One line of a collection report: a file the recorder offered, and what became of it."""

    id: ItemId
    path: str
    size_bytes: int
    kind: ClipKind
    state: IngestState
    code: str | None
    facts: dict[str, object]
    findings: tuple[str, ...]
    clip_id: ClipId | None
    sha256: str | None
    sm3: str | None
    level: int | None
    important: bool
    recorded_at: datetime | None
    duration_s: float | None
    has_thumbnail: bool


@dataclass(frozen=True, slots=True)
class CollectionSummary:
    """One docking of one recorder."""

    id: CollectionId
    slot: int
    source: str
    driver: str
    profile: str
    recorder_serial: str
    label: str
    badge: str | None
    officer_name: str | None
    unit: str | None
    findings: tuple[str, ...]
    clock_offset_s: float | None
    clock_uncertainty_s: float | None
    state: CollectionState
    code: str | None
    facts: dict[str, object]
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class ClipFilter:
    """Which clips; None means any. Times are UTC for ``vaulted``, recorder time for names."""

    badge: str | None = None
    recorder_serial: str | None = None
    kind: ClipKind | None = None
    collection_id: str | None = None
    sha256: str | None = None
    important: bool | None = None
    transferred: bool | None = None
    vaulted_from: datetime | None = None
    vaulted_before: datetime | None = None
    path_contains: str | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """How many clips and how many bytes."""

    clips: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """Something for the sync process: ``kind`` is ``clip`` or ``collection``."""

    seq: int
    kind: str
    ref: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SignedSize:
    """A checkpoint: the signed note over the first ``size`` custody lines."""

    size: int
    note: str


@dataclass(frozen=True, slots=True)
class ScrubRun:
    """One reading of the whole vault; ``ended_at`` is None while it is under way."""

    id: int
    started_at: datetime
    ended_at: datetime | None
    after_seq: int
    objects: int
    size_bytes: int
    damaged: int

    def with_object(self, clip: Clip, *, is_damaged: bool) -> ScrubRun:
        """The run with one more object read."""
        return replace(
            self,
            after_seq=clip.seq,
            objects=self.objects + 1,
            size_bytes=self.size_bytes + clip.size_bytes,
            damaged=self.damaged + int(is_damaged),
        )

    @property
    def counts(self) -> dict[str, int]:
        """Objects, bytes, and how many were damaged."""
        return {
            "objects": self.objects,
            "size_bytes": self.size_bytes,
            "damaged": self.damaged,
        }


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case in a list. ``mark`` is where the next page goes on."""

    file: CaseFile
    clips: int
    mark: str


@dataclass(frozen=True, slots=True)
class HoldLine:
    """A hold on a clip or on a case and all its clips; ``at`` is ISO 8601 UTC."""

    operation: str
    clip: str | None
    case: str | None
    reason: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class DestructionLine:
    """A destruction: ``clips`` counts its clips by state."""

    id: str
    state: str
    queued_at: datetime
    queued_by: str
    due_at: datetime
    confirmed_at: datetime | None
    confirmed_by: str | None
    ended_at: datetime | None
    clips: dict[str, int]


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for: all of it must hold; empty and None mean any.

    ``words`` is what a person typed; ``meant`` holds, for some of them, texts that will do as
    well. Days are by the recorder's clock, both included.
    """

    words: str = ""
    first_day: date | None = None
    last_day: date | None = None
    badges: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    recorders: tuple[str, ...] = ()
    kinds: tuple[ClipKind, ...] = ()
    cases: tuple[str, ...] = ()  # ids
    place_cases: tuple[str, ...] = ()  # ids of the cases of the places that are looked for
    tags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    importances: tuple[int, ...] = ()  # a person's
    is_marked: bool | None = None  # important by the recorder's word
    is_tagged: bool | None = None
    is_linked: bool | None = None
    is_delivered: bool | None = None
    uploads: tuple[UploadState, ...] = ()  # where they are
    is_held: bool | None = None
    meant: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def meaning(self, meant: Mapping[str, tuple[str, ...]]) -> Search:
        """The same where some words may also stand for other texts."""
        return replace(self, meant=tuple(meant.items()))


@dataclass(frozen=True, slots=True)
class RecorderLine:
    """One recorder of the list; ``dockings`` is 0 for one that was only bound."""

    serial: str
    dockings: int
    last_docked_at: datetime | None
    binding: Binding | None


@dataclass(frozen=True, slots=True)
class DockingLine:
    """What one docking said of its recorder: every claim, both clocks, what to look at."""

    collection_id: CollectionId
    started_at: datetime
    state: CollectionState
    slot: int
    serial: str
    label: str
    profile: str
    badge: str | None
    badge_source: str  # empty where nobody says
    traits: Traits
    provenance: dict[str, str]
    claims: tuple[Claim, ...]
    clock: RecorderClock | None
    clock_set_at: datetime | None
    clock_set_code: str | None
    clock_after: ClockMark | None
    remarks: tuple[Remark, ...]
