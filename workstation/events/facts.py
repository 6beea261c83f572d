"""What happened, in the past tense: frozen, and holding ids rather than objects.

``SlotChanged``, ``StationChanged`` and ``PackChanged`` are states rather than facts: only the
latest (of each slot) is worth delivering, so the mailbox lets them overwrite one another.
"""

from __future__ import annotations

import msgspec

from workstation.domain.dock import (
    SlotView,  # noqa: TC001 - msgspec reads these annotations at run time
    StationView,  # noqa: TC001
)


class Event(msgspec.Struct, frozen=True, tag_field="event", tag=True):
    """Base of all events; the tag is the class name."""


class SlotChanged(Event, frozen=True, tag=True):
    """One slot looks different now."""

    view: SlotView


class StationChanged(Event, frozen=True, tag=True):
    """The counters of the station look different now."""

    view: StationView


class PackChanged(Event, frozen=True, tag=True):
    """A court pack that the station makes is so far (``PackStanding.state``); a state, too."""

    export: str
    state: str
    done_bytes: int  # of this step
    total_bytes: int


class CollectionStarted(Event, frozen=True, tag=True):
    """A recorder was opened and identified."""

    slot: int
    collection_id: str


class CollectionEnded(Event, frozen=True, tag=True):
    """A collection is closed, with its final state (``CollectionState`` value)."""

    slot: int
    collection_id: str
    state: str


class ClipVaulted(Event, frozen=True, tag=True):
    """A clip is in the vault and in the ledger."""

    slot: int
    collection_id: str
    clip_id: str


class ItemEnded(Event, frozen=True, tag=True):
    """A file ended otherwise: duplicate, skipped, quarantined or interrupted."""

    slot: int
    collection_id: str
    item_id: str
    state: str
    code: str | None


class ClipTransferred(Event, frozen=True, tag=True):
    """The central store's receipt for a clip is in the ledger."""

    clip_id: str


class MediaProbed(Event, frozen=True, tag=True):
    """Duration and thumbnail of a clip are known now."""

    clip_id: str


class PersonSignedIn(Event, frozen=True, tag=True):
    """Somebody is at a screen now; ``session`` is the session's public number."""

    session: str
    badge: str
    name: str


class PersonSignedOut(Event, frozen=True, tag=True):
    """A session has ended: ``asked``, ``idle``, ``replaced``, ``changed`` or ``stopped``."""

    session: str
    badge: str
    reason: str


class GlassBroken(Event, frozen=True, tag=True):
    """Somebody may see more than his role for a while, with a second person's word."""

    session: str
    badge: str
    witness: str
    reason: str


AnyEvent = (
    SlotChanged
    | StationChanged
    | PackChanged
    | CollectionStarted
    | CollectionEnded
    | ClipVaulted
    | ItemEnded
    | ClipTransferred
    | MediaProbed
    | PersonSignedIn
    | PersonSignedOut
    | GlassBroken
)
