"""What the writer is handed and what readers get back, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workstation.domain.binding import Bearer, Traits

if TYPE_CHECKING:
    from datetime import datetime

    from workstation.domain.clip import (
        ClipEntry,
        ClipId,
        CollectionId,
        Digest,
        ItemId,
        VerificationLevel,
    )
    from workstation.domain.ingest_state import IngestState
    from workstation.domain.recorder import RecorderIdentity
    from workstation.domain.recorder_clock import RecorderClock
    from workstation.ledger.custody import Fact


@dataclass(frozen=True, slots=True)
class NewCollection:
    """One docking, at its beginning."""

    id: CollectionId
    slot: int
    port: str
    source: str
    driver: str
    identity: RecorderIdentity
    bearer: Bearer = field(default_factory=Bearer)
    traits: Traits = field(default_factory=Traits)
    clock: RecorderClock | None = None


@dataclass(frozen=True, slots=True)
class NewItem:
    """One file of a listing."""

    id: ItemId
    entry: ClipEntry


@dataclass(frozen=True, slots=True)
class ItemEnd:
    """How a file ended that did not become a new clip."""

    id: ItemId
    state: IngestState
    code: str | None = None
    facts: dict[str, Fact] = field(default_factory=dict)
    clip_id: ClipId | None = None  # the clip it duplicates
    digest: Digest | None = None
    level: VerificationLevel | None = None  # of the copy we hold


@dataclass(frozen=True, slots=True)
class StagedItem:
    """A file whose verified copy waits to be admitted."""

    id: ItemId
    clip_id: ClipId
    digest: Digest
    size_bytes: int
    key_id: int
    header: bytes
    level: VerificationLevel


@dataclass(frozen=True, slots=True)
class NewClip:
    """A clip whose object lies in the vault under its name."""

    staged: StagedItem
    entry: ClipEntry
    collection_id: CollectionId
    slot: int
    recorder_serial: str
    badge: str | None
    badge_source: str | None = None
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenItem:
    """A file that the last run of the station left unfinished."""

    id: ItemId
    collection_id: CollectionId
    slot: int
    collection_serial: str
    bearer: Bearer
    entry: ClipEntry
    state: IngestState
    staged: StagedItem | None


@dataclass(frozen=True, slots=True)
class NewReadBack:
    """The centre's signed word that it read a clip; ``at`` is ISO 8601 UTC by its clock."""

    clip_id: ClipId
    sha256: str
    centre: str
    store_id: str
    at: str
    receipt_key: str
    receipt_sha256: str


@dataclass(frozen=True, slots=True)
class NewReceipt:
    """The central store's verified word about one clip."""

    clip_id: ClipId
    store_id: str
    object_key: str
    manifest_key: str
    sha256: str
    size_bytes: int
    stored_at: datetime
    locked_until: datetime | None = None  # by the store's word; None where it can not lock
    proof: dict[str, Fact] = field(default_factory=dict)
