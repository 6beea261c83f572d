"""What a pack tells of its clips: the pack's own document, a page for each clip, their clocks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from workstation.casework.court_pack.names import numbered
from workstation.domain.casework import Field
from workstation.platform.clock import to_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from workstation.casework.court_pack.measured import Measured
    from workstation.catalog.values import CollectionSummary
    from workstation.domain.casework_state import CaseFile, ClipCasework
    from workstation.domain.clip import Clip

ORIGINALS = "data/originals"
DERIVATIVES = "data/derivatives"
SIDECARS = "clips"


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody who answers for the export."""

    badge: str
    name: str


@dataclass(frozen=True, slots=True)
class Warrant:
    """The export as the ledger has it: its id, who, why, for which case."""

    export: str
    by: Named
    second: Named
    reason: str
    case: CaseFile | None
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Piece:
    """One clip of the pack, and where it came from. ``place`` counts from 1."""

    place: int
    clip: Clip
    docking: CollectionSummary | None
    casework: ClipCasework
    sidecar_of: str | None = None  # the clip that it belongs to, if it came along with that

    @property
    def name(self) -> str:
        """File name among the originals."""
        return numbered(self.place, self.clip.name)

    @property
    def path(self) -> str:
        """Where it lies in the pack."""
        return f"{ORIGINALS}/{self.name}"

    @property
    def sidecar(self) -> str:
        """Where the page about it lies."""
        return f"{SIDECARS}/{self.name}.json"

    @property
    def corrected_at(self) -> datetime | None:
        """When it was recorded by the station's clock, as naive local time.

        The recorder's own time less its offset (recorder minus station) at the docking.
        """
        offset = self.docking.clock_offset_s if self.docking else None
        if offset is None or self.clip.recorded_at is None:
            return None
        return self.clip.recorded_at - timedelta(seconds=offset)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A clip of the case that could not come along, and why."""

    clip: str
    code: str


def clip_page(piece: Piece, measured: Measured, custody: Sequence[int]) -> dict[str, object]:
    """Everything the station knows of one clip; ``custody`` are the numbers of its entries."""
    clip, docking = piece.clip, piece.docking
    return {
        "document": "evidock-clip",
        "format": 1,
        "clip": clip.id,
        "file": piece.path,
        "size_bytes": measured.size_bytes,
        "sha256": measured.sha256,
        "sm3": measured.sm3,
        "c4": measured.c4,
        "kind": clip.kind.value,
        "source_path": clip.source_path,
        "sequence": clip.sequence,
        "marked_by_recorder": clip.important,
        "recorder": clip.recorder_serial,
        "badge": clip.badge,
        "officer_name": docking.officer_name if docking else None,
        "unit": docking.unit if docking else None,
        "collection": clip.collection_id,
        "duration_s": clip.duration_s,
        "verification_level": clip.level.name,
        "vaulted_at": to_text(clip.vaulted_at),
        "transferred_at": to_text(clip.transferred_at) if clip.transferred_at else None,
        "clock": clock_of(piece),
        "sidecar_of": piece.sidecar_of,
        "tags": list(piece.casework.tags),
        "categories": list(piece.casework.categories),
        "importances": list(piece.casework.importances),
        "markers": [
            {"in_ms": one.in_ms, "out_ms": one.out_ms, "label": one.value, "by": one.by}
            for one in piece.casework.markers
        ],
        "notes": [
            {"text": one.value, "by": one.by, "at": to_text(one.at)} for one in piece.casework.notes
        ],
        "custody": list(custody),
        "derivatives": [],
    }


def clock_of(piece: Piece) -> dict[str, object]:
    """What is known about when the clip was recorded. Times without a zone are local times."""
    docking, clip = piece.docking, piece.clip
    corrected = piece.corrected_at
    return {
        "recorder_time": clip.recorded_at.isoformat() if clip.recorded_at else None,
        "corrected_time": corrected.isoformat(timespec="seconds") if corrected else None,
        "offset_s": docking.clock_offset_s if docking else None,
        "uncertainty_s": docking.clock_uncertainty_s if docking else None,
        "read_at": to_text(docking.started_at) if docking else None,
        "meaning": "offset = recorder clock minus station clock, read at the docking",
    }


@dataclass(frozen=True, slots=True)
class StationFacts:
    """Whose pack it is; ``clock`` says whether something kept its clock right at the export."""

    id: str
    name: str
    public_key: str
    verifier: str
    former_keys: tuple[str, ...]
    fingerprint: str
    version: str
    clock: str


def pack_page(
    warrant: Warrant, station: StationFacts, pieces: Sequence[Piece], left_out: Sequence[LeftOut]
) -> dict[str, object]:
    """The pack's own document."""
    case = warrant.case
    return {
        "document": "evidock-court-pack",
        "format": 1,
        "export": warrant.export,
        "made_at": to_text(warrant.made_at),
        "station": msgspec.to_builtins(station),
        "by": msgspec.to_builtins(warrant.by),
        "second": msgspec.to_builtins(warrant.second),
        "reason": warrant.reason,
        "case": None
        if case is None
        else {
            "id": case.id,
            "number": case.number,
            "title": case.text(Field.TITLE),
            "parties": list(case.parties),
        },
        "clips": [
            {
                "place": piece.place,
                "clip": piece.clip.id,
                "file": piece.path,
                "page": piece.sidecar,
                "sha256": piece.clip.digest.sha256,
                "size_bytes": piece.clip.size_bytes,
            }
            for piece in pieces
        ],
        "left_out": [{"clip": one.clip, "code": one.code} for one in left_out],
    }


def as_json(document: object) -> bytes:
    """A document as its file."""
    return msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"
