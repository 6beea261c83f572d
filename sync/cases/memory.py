"""``cases.sqlite``: how far each source of cases was read, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Integer, MetaData, Table, Text, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from sync.own_file import OwnFile, version_of
from workstation.ipc.messages_casework import CaseOutcome
from workstation.platform.clock import to_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import ColumnElement, RowMapping
    from sqlalchemy.engine import Connection

    from workstation.ipc.messages_casework import TakenCase
    from workstation.platform.clock import Clock

VERSION = 1  # PRAGMA user_version
_metadata = MetaData()

_source = Table(
    "source",
    _metadata,
    Column("name", Text, primary_key=True),
    Column("place", Text, nullable=False),  # address or folder
    Column("since", Text),  # everything that was requested before this has been read
    Column("ok_at", Text),
    Column("code", Text),  # what is the matter now
    Column("reason", Text, nullable=False),
    Column("opened", Integer, nullable=False),
    Column("joined", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("refused", Integer, nullable=False),  # lines and rows that could not be taken
)
_pending = Table(  # requests that were not closed when they were last read
    "pending",
    _metadata,
    Column("source", Text, primary_key=True),
    Column("number", Text, primary_key=True),
    Column("asked_at", Text, nullable=False),
    Column("first_at", Text, nullable=False),
)
_contested = Table(  # cases of which people say something else
    "contested",
    _metadata,
    Column("source", Text, primary_key=True),
    Column("case_id", Text, primary_key=True),
    Column("fields", Text, nullable=False),
)
_COUNTED = (CaseOutcome.OPENED, CaseOutcome.JOINED, CaseOutcome.CHANGED, CaseOutcome.REFUSED)


@dataclass(frozen=True, slots=True)
class SourceStanding:
    """How a source of cases stands, for people. Counts are since the file was begun."""

    name: str
    place: str
    ok_at: str | None
    code: str | None
    reason: str
    opened: int
    joined: int
    changed: int
    refused: int
    pending: int
    contested: int


class CaseMemory(OwnFile):
    """One source's part of the file. Used by one thread."""

    def __init__(self, path: Path, name: str, place: str, clock: Clock) -> None:
        """Open or create it.

        Raises:
            StateUnusableError: it can not be opened, or is of another version.
        """
        self._name = name
        self._clock = clock
        super().__init__(path, _prepare)
        with self.transaction() as db:
            row = {"name": name, "place": place, "reason": ""}
            counts = {one.value: 0 for one in _COUNTED}
            done = upsert(_source).values(**row, **counts)
            known = {"place": place}
            db.execute(done.on_conflict_do_update(index_elements=["name"], set_=known))

    def _set(self, **values: object) -> None:
        with self.transaction() as db:
            db.execute(update(_source).where(_source.c.name == self._name).values(**values))

    # -- how it stands --------------------------------------------------------------------

    def since(self) -> str | None:
        """Up to where everything was read, ISO 8601 UTC; None: nothing yet."""
        with self.transaction() as db:
            query = select(_source.c.since).where(_source.c.name == self._name)
            found: str | None = db.execute(query).scalar_one()
        return found

    def read_until(self, moment: datetime) -> None:
        """Everything before this is with the station."""
        self._set(since=to_text(moment))

    def well(self) -> None:
        """It was read to its end."""
        self._set(ok_at=to_text(self._clock.now()), code=None, reason="")

    def ill(self, code: str, reason: str) -> None:
        """Something is the matter."""
        self._set(code=code, reason=reason)

    def count(self, taken: Iterable[TakenCase], refused: int = 0) -> None:
        """What the station made of some cases, and how many could not even be offered."""
        with self.transaction() as db:
            counts = dict.fromkeys(_COUNTED, 0)
            counts[CaseOutcome.REFUSED] = refused
            for one in taken:
                if one.outcome in counts:
                    counts[one.outcome] += 1
                if one.case:
                    self._contest(db, one)
            more = {one.value: _source.c[one.value] + number for one, number in counts.items()}
            db.execute(update(_source).where(_source.c.name == self._name).values(**more))

    def _contest(self, db: Connection, one: TakenCase) -> None:
        mine = {"source": self._name, "case_id": one.case}
        if one.contested:
            done = upsert(_contested).values(**mine, fields=" ".join(one.contested))
            news = {"fields": " ".join(one.contested)}
            keys = ["source", "case_id"]
            db.execute(done.on_conflict_do_update(index_elements=keys, set_=news))
        else:
            table = _contested
            here = (table.c.source == self._name, table.c.case_id == one.case)
            db.execute(delete(table).where(*here))

    # -- requests that are still open -----------------------------------------------------

    def follow(self, is_closed: dict[str, bool]) -> None:
        """Requests that were read just now, and whether they are closed."""
        now = to_text(self._clock.now())
        with self.transaction() as db:
            for number, closed in is_closed.items():
                if closed:
                    db.execute(delete(_pending).where(*self._is(number)))
                    continue
                row = {"source": self._name, "number": number, "first_at": now}
                done = upsert(_pending).values(**row, asked_at=now)
                keys = ["source", "number"]
                again = {"asked_at": now}
                db.execute(done.on_conflict_do_update(index_elements=keys, set_=again))

    def asked(self, numbers: Iterable[str]) -> None:
        """These were asked for, whether the answer named them or not."""
        now = to_text(self._clock.now())
        with self.transaction() as db:
            for number in numbers:
                db.execute(update(_pending).where(*self._is(number)).values(asked_at=now))

    def _is(self, number: str) -> tuple[ColumnElement[bool], ...]:
        return (_pending.c.source == self._name, _pending.c.number == number)

    def forget_before(self, moment: datetime) -> None:
        """Requests first read before this are no longer looked at."""
        old = (_pending.c.source == self._name, _pending.c.first_at < to_text(moment))
        with self.transaction() as db:
            db.execute(delete(_pending).where(*old))

    def pending(self, before: datetime, limit: int) -> list[str]:
        """Open requests that were last asked for before a time, the longest ago first."""
        query = (
            select(_pending.c.number)
            .where(_pending.c.source == self._name, _pending.c.asked_at < to_text(before))
            .order_by(_pending.c.asked_at, _pending.c.number)
            .limit(limit)
        )
        with self.transaction() as db:
            return [str(number) for number in db.execute(query).scalars()]


def standings(path: Path) -> list[SourceStanding]:
    """How every source stands; none where none was ever read."""
    if not path.exists():
        return []
    known = OwnFile(path, _prepare)
    try:
        with known.transaction() as db:
            return [_standing(db, row) for row in db.execute(select(_source)).mappings().all()]
    finally:
        known.close()


def source_line(one: SourceStanding) -> str:
    """How a source stands, as ``sync status`` says it."""
    said = (
        f"案件来源 / cases from {one.name}  {one.place}  新建 / opened {one.opened}, "
        f"并入 / joined {one.joined}, 更新 / changed {one.changed}, "
        f"未采纳 / not taken {one.refused}"
    )
    if one.contested:
        said += f"；与本站不一致 / contested here: {one.contested}"
    if one.code is not None:
        said += f"；[{one.code}] {one.reason}"
    return f"{said}；最近成功 / last read {one.ok_at or '-'}"


def _standing(db: Connection, row: RowMapping) -> SourceStanding:
    counts: dict[str, Any] = {
        table.name: db.execute(
            select(func.count()).select_from(table).where(table.c.source == row["name"])
        ).scalar_one()
        for table in (_pending, _contested)
    }
    return SourceStanding(**{name: row[name] for name in row if name != "since"}, **counts)


def _prepare(db: Connection, path: Path) -> None:
    version_of(db, path, {VERSION})
    _metadata.create_all(db)
    db.exec_driver_sql(f"PRAGMA user_version={VERSION}")
