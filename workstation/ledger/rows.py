"""Domain values to table rows and back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from workstation.domain.binding import Bearer
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
from workstation.domain.recorder_clock import (
    ClockMark,
    RecorderClock,
    StationTime,
    corrected,
)
from workstation.domain.upload import UploadState
from workstation.ledger.records import OpenItem, StagedItem
from workstation.platform.clock import from_text, to_text

if TYPE_CHECKING:
    from sqlalchemy import Row

    from workstation.domain.recorder_clock import (
        CorrectedTime,
    )
    from workstation.ledger.custody import Fact
    from workstation.ledger.records import NewClip, NewCollection, NewItem


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def recorded_text(entry: ClipEntry) -> str | None:
    """When it was recorded by the recorder's own clock: naive ISO 8601, or None."""
    return entry.recorded_at.isoformat() if entry.recorded_at else None


def collection_row(new: NewCollection, at: str) -> dict[str, object]:
    """A docking at its beginning."""
    identity, bearer = new.identity, new.bearer
    mark = new.clock.mark if new.clock else None
    return {
        "id": new.id,
        "slot": new.slot,
        "port": new.port,
        "source": new.source,
        "driver": new.driver,
        "profile": identity.profile,
        "recorder_serial": identity.serial,
        "label": identity.label or "",
        "badge": bearer.badge,
        "officer_name": bearer.officer_name,
        "unit": bearer.unit,
        "findings": _json(identity.findings),
        "clock_offset_s": None if mark is None else f"{mark.offset_s:.3f}",
        "clock_uncertainty_s": None if mark is None else f"{mark.uncertainty_s:.3f}",
        "state": "running",
        "facts": "{}",
        "started_at": at,
    }


def clock_facts(clock: RecorderClock | None) -> dict[str, Fact]:
    """Both clocks of a docking, for its line: the recorder's and what the station's is worth."""
    if clock is None:
        return {"clock_offset_s": None, "clock_uncertainty_s": None}
    return {
        "clock_offset_s": clock.mark.offset_s,
        "clock_uncertainty_s": clock.mark.uncertainty_s,
        "clock_source": clock.source,
        "clock_read_at": to_text(clock.mark.at),
        "drift_s_per_day": clock.drift_s_per_day,
        "station_keeper": clock.station.keeper,
        "station_synced": clock.station.is_synced,
        "station_error_s": clock.station.error_s,
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
        "badge_source": new.badge_source,
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
        bearer=Bearer(
            BadgeNumber(row.collection_badge) if row.collection_badge else None,
            source=row.bearer_source or "",
        ),
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
        # A second reading of the recorder raises what its listing says, not the clip's first row.
        level=VerificationLevel(max(row.level, row.read_level or 0)),
        seq=row.seq,
        duration_s=None if row.duration_ms is None else row.duration_ms / 1000,
        transferred_at=from_text(row.stored_at) if row.stored_at else None,
        upload=_upload(row),
        locked_until=from_text(row.locked_until) if row.locked_until else None,
        read_back_at=from_text(row.read_back_at) if row.read_back_at else None,
        damage=row.damage,
        badge_source=row.badge_source,
        bound_badge=BadgeNumber(row.bound_badge) if row.bound_badge else None,
        corrected=_corrected(row),
    )


def _upload(row: Row[Any]) -> UploadState:
    return UploadState.of(
        is_read_back=bool(row.read_back_at),
        is_stored=bool(row.stored_at),
        is_moving=bool(row.on_its_way_since),
        is_purged=bool(row.purge_intended_at),
    )


def _corrected(row: Row[Any]) -> CorrectedTime | None:
    if not row.recorded_at or row.clock_read_at is None:
        return None
    return corrected(datetime.fromisoformat(row.recorded_at), clock_of(row))


def clock_of(row: Row[Any]) -> RecorderClock:
    """Both clocks at a docking; ``row`` joins ``collection`` and ``docking``."""
    return RecorderClock(
        mark=ClockMark(
            from_text(row.clock_read_at),
            float(row.clock_offset_s),
            float(row.clock_uncertainty_s),
        ),
        source=row.clock_source,
        station=StationTime(
            row.station_keeper,
            bool(row.station_synced),
            None if row.station_error_s is None else float(row.station_error_s),
        ),
        drift_s_per_day=None if row.drift_s_per_day is None else float(row.drift_s_per_day),
    )
