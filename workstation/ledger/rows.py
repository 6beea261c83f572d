"""Domain values to table rows and back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from workstation.domain.clip import (
    BadgeNumber,
    Clip,
    ClipEntry,
    ClipId,
    ClipKind,
    CollectionId,
    Digest,
    ItemId,
    VerificationLevel,
)
from workstation.domain.ingest_state import IngestState
from workstation.ledger.records import OpenItem, StagedItem
from workstation.platform.clock import from_text

if TYPE_CHECKING:
    from sqlalchemy import Row

    from workstation.ledger.records import NewClip, NewCollection, NewItem


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def recorded_text(entry: ClipEntry) -> str | None:
    """When it was recorded by the recorder's own clock: naive ISO 8601, or None."""
    return entry.recorded_at.isoformat() if entry.recorded_at else None


def collection_row(new: NewCollection, at: str) -> dict[str, object]:
    """A docking at its beginning."""
    identity = new.identity
    return {
        "id": new.id,
        "slot": new.slot,
        "port": new.port,
        "source": new.source,
        "driver": new.driver,
        "profile": identity.profile,
        "recorder_serial": identity.serial,
        "label": identity.label or "",
        "badge": identity.badge,
        "officer_name": identity.officer_name,
        "unit": identity.unit,
        "findings": _json(identity.findings),
        "clock_offset_s": None if new.clock_offset_s is None else f"{new.clock_offset_s:.3f}",
        "clock_uncertainty_s": (
            None if new.clock_uncertainty_s is None else f"{new.clock_uncertainty_s:.3f}"
        ),
        "state": "running",
        "facts": "{}",
        "started_at": at,
    }


def item_row(new: NewItem, collection: CollectionId, place: int) -> dict[str, object]:
    """A file of a listing."""
    entry = new.entry
    return {
        "id": new.id,
        "collection_id": collection,
        "place": place,
        "path": entry.path,
        "raw_path": entry.raw_path,
        "size_bytes": entry.size_bytes,
        "mtime_ns": entry.mtime_ns,
        "kind": entry.kind.value,
        "recorded_at": recorded_text(entry),
        "badge": entry.badge,
        "recorder_serial": entry.recorder_serial,
        "sequence": entry.sequence,
        "important": int(entry.important),
        "sidecar_of": entry.sidecar_of,
        "findings": _json(entry.findings),
        "state": IngestState.SKIPPED.value if entry.skip_code else IngestState.LISTED.value,
        "code": entry.skip_code,
        "facts": "{}",
    }


def clip_row(new: NewClip, seq: int, at: str) -> dict[str, object]:
    """A clip in the vault."""
    entry, staged = new.entry, new.staged
    return {
        "seq": seq,
        "id": staged.clip_id,
        "sha256": staged.digest.sha256,
        "sm3": staged.digest.sm3,
        "size_bytes": staged.size_bytes,
        "kind": entry.kind.value,
        "source_path": entry.path,
        "collection_id": new.collection_id,
        "recorder_serial": new.recorder_serial,
        "badge": new.badge,
        "recorded_at": recorded_text(entry),
        "sequence": entry.sequence,
        "important": int(entry.important),
        "vaulted_at": at,
        "level": int(staged.level),
        "key_id": staged.key_id,
        "header": staged.header,
    }


def entry_of(row: Row[Any]) -> ClipEntry:
    """The listing's view of a file."""
    return ClipEntry(
        path=row.path,
        raw_path=row.raw_path,
        size_bytes=row.size_bytes,
        mtime_ns=row.mtime_ns,
        kind=ClipKind(row.kind),
        recorded_at=datetime.fromisoformat(row.recorded_at) if row.recorded_at else None,
        badge=BadgeNumber(row.badge) if row.badge else None,
        recorder_serial=row.recorder_serial,
        sequence=row.sequence,
        important=bool(row.important),
        sidecar_of=row.sidecar_of,
        findings=tuple(msgspec.json.decode(row.findings)),
    )


def open_item_of(row: Row[Any]) -> OpenItem:
    """A file the last run left unfinished; ``row`` joins its collection."""
    state = IngestState(row.state)
    staged = None
    if state is IngestState.STAGED:
        staged = StagedItem(
            id=ItemId(row.id),
            clip_id=ClipId(row.clip_id),
            digest=Digest(row.sha256, row.sm3),
            size_bytes=row.size_bytes,
            key_id=row.key_id,
            header=row.header,
            level=VerificationLevel(row.level),
        )
    return OpenItem(
        id=ItemId(row.id),
        collection_id=CollectionId(row.collection_id),
        slot=row.slot,
        collection_serial=row.collection_serial,
        collection_badge=row.collection_badge,
        entry=entry_of(row),
        state=state,
        staged=staged,
    )


def clip_of(row: Row[Any]) -> Clip:
    """A clip; ``row`` joins media and transfer where they exist."""
    return Clip(
        id=ClipId(row.id),
        digest=Digest(row.sha256, row.sm3),
        size_bytes=row.size_bytes,
        kind=ClipKind(row.kind),
        source_path=row.source_path,
        collection_id=CollectionId(row.collection_id),
        recorder_serial=row.recorder_serial,
        badge=BadgeNumber(row.badge) if row.badge else None,
        recorded_at=datetime.fromisoformat(row.recorded_at) if row.recorded_at else None,
        sequence=row.sequence,
        important=bool(row.important),
        vaulted_at=from_text(row.vaulted_at),
        level=VerificationLevel(row.level),
        seq=row.seq,
        duration_s=None if row.duration_ms is None else row.duration_ms / 1000,
        transferred_at=from_text(row.stored_at) if row.stored_at else None,
    )
