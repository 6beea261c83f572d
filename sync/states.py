"""The life of a clip on its way to the central store, and of its bytes."""

from __future__ import annotations

from enum import Enum


class ObjectState(Enum):
    """Where a clip's bytes stand at one store. Stored by value."""

    QUEUED = "queued"  # nothing we rely on is at the store
    SENDING = "sending"  # an unfinished upload may be there; the store says how far it is
    COMMITTING = "committing"  # all bytes are over; the store is asked to make them an object
    CHECKING = "checking"  # the object is there; what it holds is being read back
    STORED = "stored"  # read back and equal to what was hashed at the dock
    HELD = "held"  # a person must look; ``code`` says why


_NEXT_OBJECT: dict[ObjectState, frozenset[ObjectState]] = {
    # CHECKING straight from QUEUED: the object is there already (our records were lost).
    ObjectState.QUEUED: frozenset({ObjectState.SENDING, ObjectState.CHECKING, ObjectState.HELD}),
    # Back to QUEUED from anywhere: the store no longer has what it had.
    ObjectState.SENDING: frozenset({ObjectState.COMMITTING, ObjectState.QUEUED, ObjectState.HELD}),
    ObjectState.COMMITTING: frozenset({ObjectState.CHECKING, ObjectState.QUEUED, ObjectState.HELD}),
    ObjectState.CHECKING: frozenset({ObjectState.STORED, ObjectState.QUEUED, ObjectState.HELD}),
    ObjectState.STORED: frozenset({ObjectState.QUEUED, ObjectState.HELD}),
    ObjectState.HELD: frozenset({ObjectState.QUEUED}),
}


class ClipState(Enum):
    """Where a clip stands at one store. Stored by value."""

    WAITING = "waiting"  # its object is not STORED yet
    PUBLISHING = "publishing"  # it has a manifest and a number; the manifest may be out
    PUBLISHED = "published"  # the manifest is at the store: the clip is delivered
    SETTLED = "settled"  # the station has the receipt in its ledger


_NEXT_CLIP: dict[ClipState, frozenset[ClipState]] = {
    ClipState.WAITING: frozenset({ClipState.PUBLISHING}),
    # Back to WAITING: the store had another manifest of ours under the number (``joining``).
    ClipState.PUBLISHING: frozenset({ClipState.PUBLISHED, ClipState.WAITING}),
    ClipState.PUBLISHED: frozenset({ClipState.SETTLED}),
    ClipState.SETTLED: frozenset(),
}


def object_can_follow(current: ObjectState, target: ObjectState) -> bool:
    """Whether an object in ``current`` may become ``target``."""
    return target in _NEXT_OBJECT[current]


def clip_can_follow(current: ClipState, target: ClipState) -> bool:
    """Whether a clip in ``current`` may become ``target``."""
    return target in _NEXT_CLIP[current]
