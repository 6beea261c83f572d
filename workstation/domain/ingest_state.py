"""The life of one file on its way into the vault, and of the collection it is part of."""

from __future__ import annotations

from enum import Enum


class IngestState(Enum):
    """Stored by value; a new member needs a migration and a row in ``_NEXT``."""

    LISTED = "listed"  # the recorder claims it
    COPYING = "copying"  # a staging file may exist; never trusted half
    STAGED = "staged"  # whole, fsynced, verified (V2); digests known
    VAULTED = "vaulted"  # in the vault and in the ledger
    DUPLICATE = "duplicate"  # the same bytes are in the vault already
    SKIPPED = "skipped"  # not to be taken, with a code
    QUARANTINED = "quarantined"  # could not be taken whole, with a code
    INTERRUPTED = "interrupted"  # the recorder or the station went away first


_NEXT: dict[IngestState, frozenset[IngestState]] = {
    IngestState.LISTED: frozenset(
        {
            IngestState.COPYING,
            IngestState.SKIPPED,
            IngestState.INTERRUPTED,
            IngestState.QUARANTINED,
        }
    ),
    IngestState.COPYING: frozenset(
        {
            IngestState.STAGED,
            IngestState.SKIPPED,
            IngestState.INTERRUPTED,
            IngestState.QUARANTINED,
            IngestState.DUPLICATE,
        }
    ),
    IngestState.STAGED: frozenset(
        {
            IngestState.VAULTED,
            IngestState.DUPLICATE,
            IngestState.INTERRUPTED,
            IngestState.QUARANTINED,
        }
    ),
    IngestState.INTERRUPTED: frozenset(),
    IngestState.VAULTED: frozenset(),
    IngestState.DUPLICATE: frozenset(),
    IngestState.SKIPPED: frozenset(),
    IngestState.QUARANTINED: frozenset(),
}

TERMINAL = frozenset(state for state, following in _NEXT.items() if not following)


def can_follow(current: IngestState, target: IngestState) -> bool:
    """Whether an item in ``current`` may become ``target``."""
    return target in _NEXT[current]


class CollectionState(Enum):
    """How one docking of one recorder stands. Stored by value."""

    RUNNING = "running"
    COMPLETE = "complete"  # every file offered is vaulted, a duplicate, or skipped by rule
    PARTIAL = "partial"  # listed to the end, but some file could not be taken
    INTERRUPTED = "interrupted"  # recorder gone or station stopped before the end
    FAILED = "failed"  # could not be read at all, or the vault refused
