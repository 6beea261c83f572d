"""How delivery stands, for people: where each clip is, what was done, how long the rest takes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from sync import schema
from sync.pace.prospect import rate_bps
from sync.states import ClipState, ObjectState

if TYPE_CHECKING:
    from sqlalchemy import Row

    from sync.database import SyncDatabase

_clip, _store, _journal, _wish = (
    schema.clip,
    schema.store,
    schema.journal,
    schema.wish,
)


class Where(StrEnum):
    """The truth about a clip, in the words people see."""

    HERE = "here"  # on this station only
    ON_ITS_WAY = "on_its_way"
    IN_STORE = "in_store"
    HELD = "held"  # on this station only, and a person must look


class Wish(StrEnum):
    """What a person asks of the running process. Stored by value."""

    NOW = "now"
    PAUSE = "pause"
    RESUME = "resume"


@dataclass(frozen=True, slots=True)
class ClipStanding:
    """Where one clip is. ``locked_until`` is the store's word; None where it can not lock."""

    clip_id: str
    where: Where
    size_bytes: int
    state: str
    object_state: str
    locked_until: str | None
    has_receipt: bool
    is_urgent: bool
    due_at: str | None
    code: str | None
    changed_at: str


@dataclass(frozen=True, slots=True)
class StoreStanding:
    """How delivery to one store stands.

    ``rate_bps`` is what the last attempts at sending reached, and None before the first.
    """

    store_id: str
    url: str
    paused_at: str | None
    clips: dict[Where, int]
    left_bytes: int
    rate_bps: float | None


class Standing:
    """Reads ``sync.sqlite``; writes nothing in it but wishes."""

    def __init__(self, database: SyncDatabase) -> None:
        self._database = database

    def stores(self) -> list[StoreStanding]:
        """Every store that was ever delivered to, the newest first."""
        query = select(_store).order_by(_store.c.first_seen_at.desc())
        with self._database.transaction() as db:
            rows = db.execute(query).all()
        return [self._store(row) for row in rows]

    def _store(self, row: Row[Any]) -> StoreStanding:
        clips = self.clips(row.store_id)
        counts = dict.fromkeys(Where, 0)
        for clip in clips:
            counts[clip.where] += 1
        left = sum(clip.size_bytes for clip in clips if clip.where is not Where.IN_STORE)
        rate = rate_bps(self._database, row.store_id)
        return StoreStanding(row.store_id, row.url, row.paused_at, counts, left, rate)

    def clips(self, store_id: str) -> list[ClipStanding]:
        """Every clip of a store: those that are not there first, then the newest."""
        query = select(_clip).where(_clip.c.store_id == store_id).order_by(_clip.c.place.desc())
        with self._database.transaction() as db:
            found = [_standing(row) for row in db.execute(query)]
        return sorted(found, key=lambda clip: clip.where is Where.IN_STORE)

    def journal(self, limit: int, clip_id: str | None = None) -> list[dict[str, str | None]]:
        """The newest lines of the journal, oldest first."""
        query = select(_journal).order_by(_journal.c.id.desc()).limit(limit)
        if clip_id is not None:
            query = query.where(_journal.c.clip_id == clip_id)
        with self._database.transaction() as db:
            rows = db.execute(query).all()
        return [
            {"at": row.at, "clip_id": row.clip_id, "what": row.what, "detail": row.detail}
            for row in reversed(rows)
        ]

    def wish(self, wish: Wish, clip_id: str | None = None) -> None:
        """Ask something of the process that delivers; it looks between two pieces of a clip."""
        row = {"at": self._database.now(), "kind": wish.value, "clip_id": clip_id}
        with self._database.transaction() as db:
            db.execute(insert(_wish).values(**row))


def _standing(row: Row[Any]) -> ClipStanding:
    return ClipStanding(
        clip_id=row.clip_id,
        where=where_is(ClipState(row.state), ObjectState(row.object_state)),
        size_bytes=row.size_bytes,
        state=row.state,
        object_state=row.object_state,
        locked_until=row.locked_until,
        has_receipt=row.state == ClipState.SETTLED.value,
        is_urgent=row.urgent_at is not None,
        due_at=row.due_at,
        code=row.code,
        changed_at=row.changed_at,
    )


def where_is(clip: ClipState, bytes_are: ObjectState) -> Where:
    """A clip is in the store once its manifest is there, and not before."""
    if clip in {ClipState.PUBLISHED, ClipState.SETTLED}:
        return Where.IN_STORE
    if bytes_are is ObjectState.HELD:
        return Where.HELD
    if clip is ClipState.WAITING and bytes_are is ObjectState.QUEUED:
        return Where.HERE
    return Where.ON_ITS_WAY
