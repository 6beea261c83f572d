"""The JSON that commands print: field names are a promise, kept by tests."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from workstation.domain.ingest_state import TERMINAL, IngestState
from workstation.platform.clock import to_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workstation.catalog.values import ItemLine
    from workstation.domain.clip import Clip
    from workstation.domain.errors import StationError
    from workstation.station.verification import VerifyReport

_INTERRUPTED = IngestState.INTERRUPTED


def clip_line(line: ItemLine) -> dict[str, object]:
    """One line of a collection report."""
    return {
        "source_path": line.path,
        "size": line.size_bytes,
        "kind": line.kind.value,
        "state": line.state.value,
        "code": line.code,
        "findings": list(line.findings),
        "facts": line.facts,
        "clip_id": line.clip_id,
        "sha256": line.sha256,
        "sm3": line.sm3,
        "verification_level": None if line.level is None else f"V{line.level}",
        "important": line.important,
        "recorded_at": line.recorded_at.isoformat() if line.recorded_at else None,
    }


def totals_of(lines: Sequence[ItemLine], seconds: float) -> dict[str, float]:
    """Counts by final state; ``bytes`` are those read whole, ``mb_per_s`` is decimal."""
    states = Counter(line.state for line in lines)
    taken = (IngestState.VAULTED, IngestState.DUPLICATE)
    size = sum(line.size_bytes for line in lines if line.state in taken)
    return {
        "entries": len(lines),
        "vaulted": states[IngestState.VAULTED],
        "duplicates": states[IngestState.DUPLICATE],
        "skipped": states[IngestState.SKIPPED],
        "quarantined": states[IngestState.QUARANTINED],
        "interrupted": len(lines) - sum(states[state] for state in TERMINAL - {_INTERRUPTED}),
        "bytes": size,
        "seconds": round(seconds, 3),
        "mb_per_s": round(size / 1e6 / seconds, 1) if seconds else 0.0,
    }


def clip_document(clip: Clip) -> dict[str, object]:
    """One clip of the catalog."""
    return {
        "clip_id": clip.id,
        "seq": clip.seq,
        "source_path": clip.source_path,
        "size": clip.size_bytes,
        "kind": clip.kind.value,
        "sha256": clip.digest.sha256,
        "sm3": clip.digest.sm3,
        "state": IngestState.VAULTED.value,
        "verification_level": f"V{int(clip.level)}",
        "collection_id": clip.collection_id,
        "recorder_serial": clip.recorder_serial,
        "badge": clip.badge,
        "badge_source": clip.badge_source,
        "bound_badge": clip.bound_badge,
        "recorded_at": clip.recorded_at.isoformat() if clip.recorded_at else None,
        "corrected_at": to_text(clip.corrected.at) if clip.corrected else None,
        "corrected_uncertainty_s": (
            round(clip.corrected.uncertainty_s, 3) if clip.corrected else None
        ),
        "station_synced": clip.corrected.is_station_synced if clip.corrected else None,
        "vaulted_at": to_text(clip.vaulted_at),
        "duration_s": clip.duration_s,
        "important": clip.important,
        "damage": clip.damage,
        "transferred_at": to_text(clip.transferred_at) if clip.transferred_at else None,
        "upload": clip.upload.value,
        "locked_until": to_text(clip.locked_until) if clip.locked_until else None,
        "read_back_at": to_text(clip.read_back_at) if clip.read_back_at else None,
    }


def verify_document(report: VerifyReport) -> dict[str, object]:
    """What ``verify`` found; ``faults`` in the order of discovery."""
    return {
        "whole": report.is_whole,
        "lines": report.ledger.lines,
        "checkpoints": report.ledger.checkpoints,
        "unsigned_lines": report.ledger.unsigned_lines,
        "objects": report.objects,
        "bytes": report.object_bytes,
        "stills": report.stills,
        "strangers": list(report.strangers),
        "anchors": [
            {
                "kind": anchor.kind,
                "size": anchor.size,
                "at": anchor.at,
                "holds": anchor.fault is None,
                "lines_since": anchor.lines_since,
            }
            for anchor in report.anchors
        ],
        "faults": [
            {"kind": f.kind, "code": f.code, "facts": {n: _plain(v) for n, v in f.facts.items()}}
            for f in report.faults
        ],
    }


def error_document(error: StationError) -> dict[str, object]:
    """An error as commands print it: its code and facts, never prose."""
    return {
        "code": error.code,
        "exit_code": error.exit_code,
        "facts": {name: _plain(value) for name, value in error.facts.items()},
    }


def custody_document(line: bytes) -> object:
    """A custody entry as an object."""
    return msgspec.json.decode(line)


def _plain(value: object) -> object:
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)
