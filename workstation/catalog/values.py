"""What the catalog answers with, and what it is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from workstation.domain.clip import ClipId, ClipKind, CollectionId, ItemId
    from workstation.domain.ingest_state import CollectionState, IngestState


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
