"""``platforms.sqlite``: durable cursors and queues, one row a platform and one a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from sync.own_file import OwnFile, version_of
from sync.platforms import schema
from workstation.platform.clock import to_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from sqlalchemy import ColumnElement
    from sqlalchemy.engine import Connection

    from sync.platforms.api import PlatformPerson, PlatformUnit, Verdicts
    from workstation.platform.clock import Clock

_platform, _filed = schema.platform, schema.filed


class Filing(StrEnum):
    """How a file stands at a platform. Stored by value."""

    NUMBERED = "numbered"  # has its number, is not known to be registered
    ACCEPTED = "accepted"
    KNOWN = "known"  # the platform had it already: an answer of ours was lost
    REFUSED = "refused"  # for a person; told again after a restart


@dataclass(frozen=True, slots=True)
class FiledClip:
    """A clip under its number."""

    number: str
    clip_id: str


@dataclass(frozen=True, slots=True)
class PlatformStanding:
    """How a platform stands, for people."""

    name: str
    url: str
    ok_at: str | None
    code: str | None
    reason: str
    clock_offset_s: float | None
    files: Mapping[str, int] = field(default_factory=dict)
    released: int = 0  # by the platform, still here by our own rules
    units: int = 0
    loops: int = 0


class Memory(OwnFile):
    """One platform's part of the file. Used by one thread."""

    def __init__(self, path: Path, name: str, url: str, clock: Clock) -> None:
        """Open or create it.

        Raises:
            StateUnusableError: it can not be opened, or is of another version.
        """
        self._name = name
        self._clock = clock
        super().__init__(path, _prepare)
        with self.transaction() as db:
            row: dict[str, object] = {"name": name, "url": url, "reason": ""}
            row |= dict.fromkeys(("clip_seq", "line_seq", "track_seq", "units", "loops"), 0)
            done = upsert(_platform).values(**row)
            db.execute(done.on_conflict_do_update(index_elements=["name"], set_={"url": url}))

    def _now(self) -> str:
        return to_text(self._clock.now())

    # -- cursors ------------------------------------------------------------------------

    def cursor(self, name: str) -> int:
        """How far something has come."""
        with self.transaction() as db:
            query = select(_platform.c[name]).where(_platform.c.name == self._name)
            return int(db.execute(query).scalar_one())

    def advance(self, name: str, value: int) -> None:
        """Move a cursor."""
        self._set({name: value})

    def well(self) -> None:
        """It said yes."""
        self._set({"ok_at": self._now(), "code": None, "reason": ""})

    def ill(self, code: str, reason: str) -> None:
        """Something is the matter."""
        self._set({"code": code, "reason": reason})

    def clock_is(self, offset_s: float) -> None:
        """How far its clock is ahead of ours."""
        self._set({"clock_offset_s": offset_s})

    def _set(self, values: Mapping[str, object]) -> None:
        with self.transaction() as db:
            db.execute(update(_platform).where(_platform.c.name == self._name).values(**values))

    # -- files --------------------------------------------------------------------------

    def used(self, begins: str) -> int:
        """How many numbers begin so."""
        query = select(func.count()).where(
            _filed.c.platform == self._name, _filed.c.begins == begins
        )
        with self.transaction() as db:
            return int(db.execute(query).scalar_one())

    def number(self, clip_id: str, clip_seq: int, begins: str, number: str) -> None:
        """Give a clip its number, and move the cursor behind it, before anybody is told."""
        row = {"platform": self._name, "number": number, "begins": begins, "clip_id": clip_id}
        row |= {"state": Filing.NUMBERED.value, "reason": "", "changed_at": self._now()}
        with self.transaction() as db:
            db.execute(insert(_filed).values(**row, clip_seq=clip_seq))
            mine = _platform.c.name == self._name
            db.execute(update(_platform).where(mine).values(clip_seq=clip_seq))

    def waiting(self, limit: int) -> list[FiledClip]:
        """Files to be told of, oldest first."""
        query = (
            select(_filed.c.number, _filed.c.clip_id)
            .where(_filed.c.platform == self._name, _filed.c.state == Filing.NUMBERED.value)
            .order_by(_filed.c.clip_seq)
            .limit(limit)
        )
        with self.transaction() as db:
            return [FiledClip(row.number, row.clip_id) for row in db.execute(query)]

    def judged(self, verdicts: Verdicts) -> None:
        """What the platform said of files, in one transaction."""
        said = dict.fromkeys(verdicts.accepted, (Filing.ACCEPTED, ""))
        said |= dict.fromkeys(verdicts.known, (Filing.KNOWN, ""))
        said |= {number: (Filing.REFUSED, why) for number, why in verdicts.refused.items()}
        with self.transaction() as db:
            for number, (state, reason) in said.items():
                values = {"state": state.value, "reason": reason, "changed_at": self._now()}
                db.execute(update(_filed).where(*self._is(number)).values(**values))

    def try_refused_again(self) -> None:
        """A restart is a person's decision."""
        refused = (_filed.c.platform == self._name, _filed.c.state == Filing.REFUSED.value)
        with self.transaction() as db:
            db.execute(update(_filed).where(*refused).values(state=Filing.NUMBERED.value))

    def release(self, numbers: Sequence[str]) -> None:
        """The platform no longer needs these; numbers that are not ours are passed over."""
        with self.transaction() as db:
            for number in numbers:
                mine = (*self._is(number), _filed.c.released_at.is_(None))
                db.execute(update(_filed).where(*mine).values(released_at=self._now()))

    def released(self) -> list[FiledClip]:
        """Files the platform released and was not told to be gone, oldest first."""
        query = (
            select(_filed.c.number, _filed.c.clip_id)
            .where(
                _filed.c.platform == self._name,
                _filed.c.released_at.isnot(None),
                _filed.c.gone_at.is_(None),
            )
            .order_by(_filed.c.clip_seq)
        )
        with self.transaction() as db:
            return [FiledClip(row.number, row.clip_id) for row in db.execute(query)]

    def gone(self, numbers: Sequence[str]) -> None:
        """The platform was told that these are destroyed."""
        with self.transaction() as db:
            for number in numbers:
                db.execute(update(_filed).where(*self._is(number)).values(gone_at=self._now()))

    def _is(self, number: str) -> tuple[ColumnElement[bool], ...]:
        return (_filed.c.platform == self._name, _filed.c.number == number)

    # -- people -------------------------------------------------------------------------

    def learn(
        self,
        units: Sequence[PlatformUnit],
        parents: Mapping[str, str | None],
        people: Sequence[PlatformPerson],
        loops: int,
    ) -> None:
        """Keep what the platform says of its people instead of what it said before."""
        mine = {"platform": self._name}
        with self.transaction() as db:
            for table in (schema.unit, schema.person):
                db.execute(table.delete().where(table.c.platform == self._name))
            for one in units:
                values = {"code": one.code, "name": one.name, "parent": parents[one.code]}
                db.execute(insert(schema.unit).values(**mine, **values))
            for who in people:
                known = {"badge": who.badge, "name": who.name, "unit": who.unit}
                done = upsert(schema.person).values(**mine, **known)
                db.execute(done.on_conflict_do_nothing())
            here = _platform.c.name == self._name
            db.execute(update(_platform).where(here).values(units=len(units), loops=loops))


def standings(path: Path) -> list[PlatformStanding]:
    """How every platform stands; none where nobody was ever told anything."""
    if not path.exists():
        return []
    known = OwnFile(path, _prepare)
    try:
        with known.transaction() as db:
            return [_standing(db, row) for row in db.execute(select(_platform)).all()]
    finally:
        known.close()


def _standing(db: Connection, row: object) -> PlatformStanding:
    found = dict(getattr(row, "_mapping", {}))
    name = str(found["name"])
    mine = _filed.c.platform == name
    counted = select(_filed.c.state, func.count()).where(mine).group_by(_filed.c.state)
    kept = select(func.count()).where(
        mine, _filed.c.released_at.isnot(None), _filed.c.gone_at.is_(None)
    )
    return PlatformStanding(
        name=name,
        url=str(found["url"]),
        ok_at=found["ok_at"],
        code=found["code"],
        reason=str(found["reason"]),
        clock_offset_s=found["clock_offset_s"],
        files={str(state): int(count) for state, count in db.execute(counted)},
        released=int(db.execute(kept).scalar_one()),
        units=int(found["units"]),
        loops=int(found["loops"]),
    )


def _prepare(db: Connection, path: Path) -> None:
    version_of(db, path, {schema.VERSION})
    schema.metadata.create_all(db)
    db.exec_driver_sql(f"PRAGMA user_version={schema.VERSION}")
