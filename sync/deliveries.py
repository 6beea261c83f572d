"""Clips on their way to the pinned store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import delete, func, insert, select, update

from sync import schema
from sync.states import ClipState, ObjectState, clip_can_follow, object_can_follow
from workstation.domain.errors import LedgerBrokenError
from workstation.ipc.codec import failure_of
from workstation.platform.clock import to_text

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Row
    from sqlalchemy.engine import Connection

    from sync.database import SyncDatabase
    from sync.stores.api import Kept
    from workstation.domain.errors import StationError

_clip, _session, _wish, _store = schema.clip, schema.session, schema.wish, schema.store

# A clip of this size or less (a photo, a track, a log) is not kept waiting by a larger one.
SMALL_BYTES = 8 << 20
_OPEN = (ClipState.WAITING.value, ClipState.PUBLISHING.value)

_IS_NUMBERED = _clip.c.state == ClipState.PUBLISHING.value
_IS_URGENT = _clip.c.urgent_at.isnot(None)
_IS_SMALL = _clip.c.size_bytes <= SMALL_BYTES
ORDER = (  # of delivery; the forecast takes the same
    ~_IS_NUMBERED,
    ~_IS_URGENT,
    _clip.c.urgent_at,
    ~_IS_SMALL,
    _clip.c.due_at.is_(None),
    _clip.c.due_at,
    _clip.c.place,
)


def is_open() -> ColumnElement[bool]:
    """Rows of clips that are still to be delivered, but for what is held."""
    return _clip.c.state.in_(_OPEN) & (_clip.c.object_state != ObjectState.HELD.value)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One clip on its way to one store."""

    clip_id: str
    place: int  # outbox number: the order of delivery
    object_key: str
    size_bytes: int
    sha256: str
    state: ClipState = ClipState.WAITING
    object_state: ObjectState = ObjectState.QUEUED
    version: str = ""
    locked_until: str | None = None
    urgent_at: str | None = None
    due_at: str | None = None
    tries: int = 0
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is not delivered yet, and what waits for a person or for the station."""

    clips: int = 0
    size_bytes: int = 0
    held: int = 0
    held_code: str | None = None  # of the oldest
    held_exit_code: int = 0  # of the gravest: 4 (integrity) goes before 3
    unsettled: int = 0


class Deliveries:
    """The rows of ``clip`` and ``upload_session``."""

    def __init__(self, database: SyncDatabase) -> None:
        self._database = database

    # -- getting in ---------------------------------------------------------------------

    @property
    def outbox_seq(self) -> int:
        """The outbox was read up to this number."""
        return self._database.cursor("outbox_seq")

    def enqueue(self, outbox_seq: int, clips: list[Delivery]) -> None:
        """Take in a page of the outbox: clips not known yet, and the new cursor."""
        with self._database.transaction() as db:
            for new in clips:
                if self._row(db, new.clip_id) is None:
                    self.insert(db, new)
                    self._database.note(db, new.clip_id, "queued", f"{new.size_bytes} bytes")
            self._database.advance(db, "outbox_seq", outbox_seq)

    def insert(self, db: Connection, new: Delivery) -> None:
        """A new row, within a transaction."""
        row = {
            "store_id": self._database.store_id,
            "clip_id": new.clip_id,
            "place": new.place,
            "state": new.state.value,
            "object_state": new.object_state.value,
            "object_key": new.object_key,
            "size_bytes": new.size_bytes,
            "sha256": new.sha256,
            "version": new.version,
            "locked_until": new.locked_until,
            "due_at": new.due_at,
            "tries": new.tries,
            "exit_code": 0,
            "facts": "{}",
            "changed_at": self._database.now(),
        }
        db.execute(insert(_clip).values(**row))

    def requeue_held(self) -> int:
        """Try everything that was held once more: a restart is a person's decision."""
        held = self._mine(_clip.c.object_state == ObjectState.HELD.value)
        with self._database.transaction() as db:
            found = db.execute(select(_clip.c.clip_id).where(held)).scalars().all()
            again = {"object_state": ObjectState.QUEUED.value, "tries": 0}
            db.execute(update(_clip).where(held).values(**again))
            for clip_id in found:
                self._database.note(db, clip_id, "held → queued", "tried again after a restart")
        return len(found)

    # -- reading ------------------------------------------------------------------------

    def get(self, clip_id: str) -> Delivery | None:
        """The clip's delivery, if it is known."""
        with self._database.transaction() as db:
            row = self._row(db, clip_id)
        return _delivery(row) if row is not None else None

    def next_open(
        self, passing: Delivery | None = None, *, is_shut: bool = False
    ) -> Delivery | None:
        """The clip to work on now.

        One with a number first, then what a person asked for, small before large, what is due
        first, oldest first; while delivery is paused only the first two, while the gate
        ``is_shut`` no large ones but those. ``passing`` is a clip that is being sent: only what
        may pass it is given, that is small ones, and urgent ones unless it is urgent.
        """
        is_urgent, is_small, is_numbered = _IS_URGENT, _IS_SMALL, _IS_NUMBERED
        query = select(_clip).where(self._mine(is_open()))
        if self.is_paused():
            query = query.where(is_numbered | is_urgent)
        elif is_shut:
            query = query.where(is_numbered | is_urgent | is_small)
        if passing is not None:
            may_pass = is_small if passing.urgent_at is not None else is_small | is_urgent
            query = query.where(may_pass, _clip.c.clip_id != passing.clip_id)
        with self._database.transaction() as db:
            row = db.execute(query.order_by(*ORDER).limit(1)).one_or_none()
        return _delivery(row) if row is not None else None

    def is_paused(self) -> bool:
        """Whether a person said that no clips go for now."""
        with self._database.transaction() as db:
            query = select(_store.c.paused_at).where(self._this_store())
            return db.execute(query).scalar_one_or_none() is not None

    def take_wishes(self) -> None:
        """Do what people asked of us since the last look."""
        query = select(_wish).order_by(_wish.c.id)
        with self._database.transaction() as db:
            for row in db.execute(query).all():
                if row.kind == "now":
                    changes = {"urgent_at": row.at}
                    db.execute(update(_clip).where(_clip.c.clip_id == row.clip_id).values(changes))
                else:
                    paused_at = row.at if row.kind == "pause" else None
                    db.execute(update(_store).where(self._this_store()).values(paused_at=paused_at))
                self._database.note(db, row.clip_id, f"a person said: {row.kind}")
                db.execute(delete(_wish).where(_wish.c.id == row.id))

    def wishes(self) -> int:
        """How many wishes nobody has looked at."""
        with self._database.transaction() as db:
            return int(db.execute(select(func.count()).select_from(_wish)).scalar_one())

    def _this_store(self) -> ColumnElement[bool]:
        return _store.c.store_id == self._database.store_id

    def moving(self) -> tuple[str, ...]:
        """Clips of which something has left, but that are not delivered yet."""
        is_begun = (_clip.c.object_state != ObjectState.QUEUED.value) | (
            _clip.c.state != ClipState.WAITING.value
        )
        query = select(_clip.c.clip_id).where(
            self._mine(is_open()),
            is_begun,
        )
        with self._database.transaction() as db:
            return tuple(db.execute(query.order_by(_clip.c.place)).scalars())

    def unsettled(self, limit: int) -> list[Delivery]:
        """Delivered clips whose receipt the station has not acknowledged, oldest first."""
        query = (
            select(_clip)
            .where(self._mine(_clip.c.state == ClipState.PUBLISHED.value))
            .order_by(_clip.c.place, _clip.c.clip_id)
            .limit(limit)
        )
        with self._database.transaction() as db:
            return [_delivery(row) for row in db.execute(query)]

    def backlog(self) -> Backlog:
        """What is left to do."""
        unfinished = self._mine(_clip.c.state.in_(_OPEN))
        held = self._mine(_clip.c.object_state == ObjectState.HELD.value)
        published = self._mine(_clip.c.state == ClipState.PUBLISHED.value)
        size = func.coalesce(func.sum(_clip.c.size_bytes), 0)
        with self._database.transaction() as db:
            clips, size_bytes = db.execute(select(func.count(), size).where(unfinished)).one()
            held_rows = db.execute(
                select(_clip.c.code, _clip.c.exit_code).where(held).order_by(_clip.c.place)
            ).all()
            unsettled = db.execute(select(func.count()).where(published)).scalar_one()
        return Backlog(
            clips=int(clips),
            size_bytes=int(size_bytes),
            held=len(held_rows),
            held_code=held_rows[0].code if held_rows else None,
            held_exit_code=max((row.exit_code for row in held_rows), default=0),
            unsettled=int(unsettled),
        )

    # -- steps --------------------------------------------------------------------------

    def object_becomes(self, clip_id: str, state: ObjectState, detail: str = "") -> None:
        """A step of the object."""
        with self._database.transaction() as db:
            self._step(db, clip_id, state, {}, detail)

    def object_stored(self, clip_id: str, kept: Kept) -> None:
        """The object is at the store, and the store says how it keeps it."""
        until = to_text(kept.locked_until) if kept.locked_until is not None else None
        more = {"version": kept.version, "locked_until": until, "code": None}
        detail = f"locked until {until}" if until else "read back"
        with self._database.transaction() as db:
            self._step(db, clip_id, ObjectState.STORED, more, detail)

    def put_back(self, clip_id: str, error: StationError) -> None:
        """To the beginning again: the store does not hold what it should."""
        with self._database.transaction() as db:
            more = {**_why(error), "tries": _clip.c.tries + 1}
            self._step(db, clip_id, ObjectState.QUEUED, more, str(error))

    def hold(self, clip_id: str, error: StationError) -> None:
        """A person must look."""
        with self._database.transaction() as db:
            self._step(db, clip_id, ObjectState.HELD, _why(error), str(error))

    def _step(
        self,
        db: Connection,
        clip_id: str,
        target: ObjectState,
        more: dict[str, Any],
        detail: str,
    ) -> None:
        row = self._row(db, clip_id)
        current = ObjectState(row.object_state) if row is not None else None
        if current is None or not object_can_follow(current, target):
            raise LedgerBrokenError(clip=clip_id, reason="step", target=target.value)
        changes = {"object_state": target.value, "changed_at": self._database.now(), **more}
        db.execute(update(_clip).where(self._is(clip_id)).values(**changes))
        self._database.note(db, clip_id, f"{current.value} → {target.value}", detail)

    def clip_becomes(self, db: Connection, clip_id: str, target: ClipState, detail: str) -> None:
        """A step of the clip, within a transaction."""
        row = self._row(db, clip_id)
        current = ClipState(row.state) if row is not None else None
        if current is None or not clip_can_follow(current, target):
            raise LedgerBrokenError(clip=clip_id, reason="step", target=target.value)
        changes = {"state": target.value, "changed_at": self._database.now(), "code": None}
        db.execute(update(_clip).where(self._is(clip_id)).values(**changes))
        self._database.note(db, clip_id, f"{current.value} → {target.value}", detail)

    def settle(self, clip_id: str) -> None:
        """The station has the receipt."""
        with self._database.transaction() as db:
            self.clip_becomes(db, clip_id, ClipState.SETTLED, "receipt acknowledged")

    def begin_session(self, clip_id: str, from_bytes: int) -> int:
        """An attempt at sending begins here; its number."""
        row = {"store_id": self._database.store_id, "clip_id": clip_id, "from_bytes": from_bytes}
        with self._database.transaction() as db:
            done = db.execute(insert(_session).values(**row, began_at=self._database.now()))
            key = done.inserted_primary_key
        return int(key[0]) if key is not None else 0

    def end_session(self, number: int, to_bytes: int, took_s: float) -> None:
        """An attempt at sending ended here, whether or not it came to the end."""
        ended = update(_session).where(_session.c.id == number)
        with self._database.transaction() as db:
            db.execute(ended.values(to_bytes=to_bytes, took_s=took_s))

    # -- rows ---------------------------------------------------------------------------

    def _mine(self, condition: ColumnElement[bool]) -> ColumnElement[bool]:
        return (_clip.c.store_id == self._database.store_id) & condition

    def _is(self, clip_id: str) -> ColumnElement[bool]:
        return self._mine(_clip.c.clip_id == clip_id)

    def _row(self, db: Connection, clip_id: str) -> Row[Any] | None:
        return db.execute(select(_clip).where(self._is(clip_id))).one_or_none()


def _why(error: StationError) -> dict[str, object]:
    failure = failure_of(error)
    facts = msgspec.json.encode(failure.facts).decode()
    return {"code": failure.code, "exit_code": failure.exit_code, "facts": facts}


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        clip_id=row.clip_id,
        place=row.place,
        object_key=row.object_key,
        size_bytes=row.size_bytes,
        sha256=row.sha256,
        state=ClipState(row.state),
        object_state=ObjectState(row.object_state),
        version=row.version,
        locked_until=row.locked_until,
        urgent_at=row.urgent_at,
        due_at=row.due_at,
        tries=row.tries,
        code=row.code,
    )
