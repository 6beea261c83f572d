"""Commands about looking into a clip: the key of one object, against a custody entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.domain.errors import ObjectDamagedError
from workstation.domain.people import Permission
from workstation.ipc.messages_casework import MarkerPoints
from workstation.ipc.messages_preview import (
    ClipOpened,
    DamageChecked,
    KeepSnapshot,
    OpenClip,
    ReportDamage,
    SnapshotKept,
)
from workstation.sealing.reader import ObjectReader
from workstation.sealing.segments import Geometry
from workstation.station.commands.answers import Answer, Door
from workstation.station.footage import Snapshot

if TYPE_CHECKING:
    from workstation.station.commands.answers import Answers, Caller
    from workstation.station.engine import Engine


def answers(engine: Engine) -> Answers:
    """What a preview asks."""

    def hand_out(command: OpenClip, caller: Caller) -> ClipOpened:
        clip, handed = engine.footage.hand_out(command.clip_id, caller.by, caller.facts)
        return ClipOpened(
            clip_id=clip.id,
            path=str(handed.path),
            secret=handed.key.secret,
            header=handed.key.header,
            segment_bytes=handed.key.segment_bytes,
            size_bytes=handed.key.size_bytes,
            name=clip.name,
            kind=clip.kind.value,
            viewer=caller.by,
            viewer_name="" if caller.person is None else caller.person.officer.name,
            recorded_at="" if clip.recorded_at is None else clip.recorded_at.isoformat(),
            markers=_markers(engine, clip.id),
        )

    def snapshot(command: KeepSnapshot, caller: Caller) -> SnapshotKept:
        size = (command.width, command.height)
        made = Snapshot(command.clip_id, command.at_ms, size, command.image)
        return SnapshotKept(*engine.footage.keep_snapshot(made, caller.by, caller.facts))

    def damage(command: ReportDamage, _caller: Caller) -> DamageChecked:
        return DamageChecked(_look_for_damage(engine, command))

    return {
        OpenClip: Answer(Door.ACT, hand_out, needs=Permission.VIEW, clips=_one),
        KeepSnapshot: Answer(Door.ACT, snapshot, needs=Permission.TAG, clips=_one),
        ReportDamage: Answer(Door.ACT, damage, needs=Permission.VIEW, clips=_one),
    }


def _one(command: OpenClip | KeepSnapshot | ReportDamage) -> tuple[str]:
    return (command.clip_id,)


def _markers(engine: Engine, clip_id: str) -> tuple[MarkerPoints, ...]:
    """What people marked in the clip, for its time line."""
    return tuple(
        MarkerPoints(marker.in_ms or 0, marker.out_ms, marker.value, marker.operation)
        for marker in engine.catalog.casework_of(clip_id).markers
    )


def _look_for_damage(engine: Engine, command: ReportDamage) -> bool:
    """Read the segment that somebody could not; what is not whole is on record by the end.

    Raises:
        UnknownClipError, ClipDestroyedError, ObjectMissingError, KeyMissingError, VaultIoError
    """
    clip = engine.catalog.clip(command.clip_id)
    ref = engine.catalog.object_ref(clip.id)
    try:
        key = engine.vault.object_key(ref)
        with engine.vault.path_of(ref).open("rb") as file:
            geometry = Geometry(key.segment_bytes)
            start = max(0, command.segment - 1) * geometry.plain_bytes
            offset = start + geometry.first_plain_bytes if command.segment > 0 else 0
            ObjectReader(file.fileno(), key).read_at(min(offset, key.size_bytes), 1)
    except ObjectDamagedError as error:
        segment = error.facts.get("segment")
        facts = {"segment": segment} if isinstance(segment, int) else {}
        engine.admission.mender.note_damage(clip, error.code, {**facts, "purpose": "preview"})
        return True
    return False
