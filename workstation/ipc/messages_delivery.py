"""The words of the station's socket by which sync says where clips are."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from workstation.domain.dock import UplinkView
from workstation.domain.outlook import DeliveryView, StoreFindings  # noqa: TC001 - msgspec reads it
from workstation.ipc.words import Command, Result

WishKind = Literal["now", "pause", "resume"]
READ_BACKS_AT_ONCE = 200  # in one command: far below the longest line of the socket


class ReportOnItsWay(Command, frozen=True, tag=True):
    """Some of each of these clips has left for the store, and of no other; shown, in no line."""

    clips: tuple[str, ...]


class ClipReadBack(msgspec.Struct, frozen=True):
    """One clip that the centre has read."""

    clip_id: str
    sha256: str


class RecordReadBacks(Command, frozen=True, tag=True):
    """The centre signed that it read these clips in the store. Idempotent by (clip, centre)."""

    centre: str
    store_id: str
    at: str  # ISO 8601 UTC, by the centre's clock
    receipt_key: str
    receipt_sha256: str
    clips: Annotated[tuple[ClipReadBack, ...], Meta(max_length=READ_BACKS_AT_ONCE)]


class RecordReconciliation(Command, frozen=True, tag=True):
    """Station and store were compared; becomes a custody entry. Idempotent by (store, time).

    ``named`` are the first differences, in words of ``sync.reconcile``.
    """

    store_id: str
    at: str  # ISO 8601 UTC, when the comparison began
    clips: int
    size_bytes: int
    lines: int
    operations: int
    read_objects: int
    differences: int
    named: tuple[str, ...] = ()


class PurgeClip(Command, frozen=True, tag=True):
    """The store proved just now that it holds this clip: its bytes may go here. ``Done``.

    ``how`` is ``locked`` or ``read_back``. Refused where a rule keeps it (``clip.protected``).
    """

    clip_id: str
    store_id: str
    size_bytes: int
    sha256: str
    how: str
    version: str
    locked_until: str | None
    checked_at: str  # ISO 8601 UTC, by the sync process's clock


class ReportDelivery(Command, frozen=True, tag=True):
    """How delivery stands in full; kept in memory only. ``WishesMade``.

    ``heard`` is the highest number of a wish that sync has written down.
    """

    view: DeliveryView
    heard: int = 0


class GetDelivery(Command, frozen=True, tag=True):
    """How delivery stands in full, and what the store was found to be. ``DeliveryState``."""


class SteerDelivery(Command, frozen=True, tag=True):
    """Send a clip before all others, pause delivery of clips, or resume it. ``Steered``."""

    kind: WishKind
    clip: str | None = None


class DeliveryWish(msgspec.Struct, frozen=True):
    """What a person at the screen asks of sync."""

    number: int
    kind: WishKind
    clip: str | None
    by: str


class WishesMade(Result, frozen=True, tag=True):
    """What people ask, in order."""

    wishes: tuple[DeliveryWish, ...]


class DeliveryState(Result, frozen=True, tag=True):
    """``view`` is None while sync has told nothing; ``uplink`` is what the wall shows."""

    view: DeliveryView | None
    findings: StoreFindings | None
    uplink: UplinkView = UplinkView()


class Steered(Result, frozen=True, tag=True):
    """Sync hears of it within seconds."""


DeliveryCommand = (
    PurgeClip
    | ReportOnItsWay
    | RecordReadBacks
    | RecordReconciliation
    | ReportDelivery
    | GetDelivery
    | SteerDelivery
)
DeliveryResult = WishesMade | DeliveryState | Steered
