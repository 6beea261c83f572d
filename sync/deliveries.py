"""Clips on their way to the pinned store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import func, insert, select, update

from sync import schema
from sync.states import ClipState, ObjectState, clip_can_follow, object_can_follow
from workstation.domain.errors import LedgerBrokenError
from workstation.ipc.codec import failure_of

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Row
    from sqlalchemy.engine import Connection

    from sync.database import SyncDatabase
    from workstation.domain.errors import StationError

_clip, _session = schema.clip, schema.session
_OPEN = (ClipState.WAITING.value, ClipState.PUBLISHING.value)


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

    def next_open(self) -> Delivery | None:
        """The oldest clip that can be worked on; one with a number comes first."""
        query = (
            select(_clip)
            .where(
                self._mine(_clip.c.state.in_(_OPEN)),
                _clip.c.object_state != ObjectState.HELD.value,
            )
            .order_by(_clip.c.state != ClipState.PUBLISHING.value, _clip.c.place)
            .limit(1)
        )
        with self._database.transaction() as db:
            row = db.execute(query).one_or_none()
        return _delivery(row) if row is not None else None

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
        is_open = self._mine(_clip.c.state.in_(_OPEN))
        held = self._mine(_clip.c.object_state == ObjectState.HELD.value)
        published = self._mine(_clip.c.state == ClipState.PUBLISHED.value)
        size = func.coalesce(func.sum(_clip.c.size_bytes), 0)
        with self._database.transaction() as db:
            clips, size_bytes = db.execute(select(func.count(), size).where(is_open)).one()
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

    def object_becomes(
        self, clip_id: str, state: ObjectState, detail: str = "", *, version: str = ""
    ) -> None:
        """A step of the object."""
        with self._database.transaction() as db:
            self._step(db, clip_id, state, {"version": version} if version else {}, detail)

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
        tries=row.tries,
        code=row.code,
    )
