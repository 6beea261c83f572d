"""``centre.sqlite``: what is known of every clip in every store that was indexed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from sync.centre.index import schema
from sync.centre.index.wording import pages, reword
from sync.documents import NO_PREVIOUS
from sync.own_file import OwnFile, version_of
from workstation.domain.casework import Field
from workstation.domain.casework_state import case_state, clip_state
from workstation.ledger import operations
from workstation.ledger.sshsig import public_line, public_of
from workstation.platform.clock import from_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from sqlalchemy import Column
    from sqlalchemy.engine import Connection

    from sync.documents import Manifest
    from workstation.domain.casework import Operation
    from workstation.ledger.signing import VerifyKey

_CLIPS_A_MS_BITS = 20  # of a row's id below the milliseconds of vaulting
_NEWEST = "SELECT max(id) FROM clip WHERE id >= ? AND id < ?"
_station, _clip, _operation = schema.station, schema.clip, schema.operation


@dataclass(frozen=True, slots=True)
class StationRow:
    """How far a station was read."""

    store_id: str
    station: str
    keys: tuple[VerifyKey, ...]
    seq: int = 0
    head: str = NO_PREVIOUS
    operations: int = 0
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A manifest that holds, and the digest of its bytes."""

    manifest: Manifest
    sha256: str


class CentreIndex(OwnFile):
    """The file. One process writes at a time; any number may read."""

    def __init__(self, path: Path) -> None:
        """Open or create it.

        Raises:
            StateUnusableError: it can not be opened, or is of another version.
        """
        super().__init__(path, _prepare)

    # -- stations -----------------------------------------------------------------------

    def station(self, store_id: str, name: str) -> StationRow | None:
        """How far this station was read; None where it was not seen yet."""
        query = select(_station).where(_station.c.store_id == store_id, _station.c.station == name)
        with self.transaction() as db:
            row = db.execute(query).one_or_none()
        if row is None:
            return None
        keys = tuple(public_of(line) for line in row.keys.splitlines())
        return StationRow(store_id, name, keys, row.seq, row.head, row.operations, row.code)

    def put(self, row: StationRow) -> None:
        """Write how far a station was read."""
        with self.transaction() as db:
            _put(db, row)

    # -- taking in ----------------------------------------------------------------------

    def take_manifests(self, row: StationRow, taken: Sequence[Taken]) -> None:
        """Clips, and the cursor behind them, in one transaction."""
        with self.transaction() as db:
            placed = sorted(taken, key=_vaulted_ms)  # the words are written in the rows' order
            numbers = _numbers(db, placed)
            rows = [
                _clip_row(row.store_id, number, one)
                for number, one in zip(numbers, placed, strict=True)
            ]
            done = upsert(_clip).on_conflict_do_nothing()
            db.execute(done, rows)
            reword(db, [one.manifest.clip for one in placed])
            _put(db, row)

    def take_operations(self, row: StationRow, lines: Sequence[bytes]) -> None:
        """What was said, and the cursor behind it, in one transaction.

        Raises:
            BadOperationError: one can not be understood; nothing is written.
        """
        said = [(operations.decode(line), line) for line in lines]
        with self.transaction() as db:
            rows = [
                {"id": one.id, "clip_id": one.clip, "case_id": one.case, "line": line}
                for one, line in said
            ]
            if rows:
                db.execute(upsert(_operation).on_conflict_do_nothing(), rows)
            cases = {one.case for one, _ in said if one.case is not None}
            clips = {one.clip for one, _ in said if one.clip is not None}
            for name, about in _grouped(db, _operation.c.case_id, sorted(cases)).items():
                _fold_case(db, name, about)
            _fold_clips(db, _grouped(db, _operation.c.clip_id, sorted(clips)))
            link = schema.clip_case.c
            for page in pages(sorted(cases)):
                linked = select(link.clip_id).where(link.case_id.in_(page))
                clips |= set(db.execute(linked).scalars())
            reword(db, sorted(clips))
            _put(db, row)

    def fix(self, store_id: str, key: str, body: bytes) -> None:
        """Write down what will leave under a key, so that trying again sends the same bytes."""
        row = {"store_id": store_id, "key": key, "body": body}
        with self.transaction() as db:
            db.execute(upsert(schema.signed).values(**row).on_conflict_do_nothing())

    def forget_fixed(self, store_id: str, prefix: str) -> None:
        """All of a place have left."""
        table = schema.signed
        mine = (table.c.store_id == store_id) & table.c.key.startswith(prefix, autoescape=True)
        with self.transaction() as db:
            db.execute(table.delete().where(mine))

    def unsent(self, store_id: str, prefix: str) -> list[tuple[str, bytes]]:
        """What was fixed and may not have left, by key."""
        table = schema.signed
        mine = (table.c.store_id == store_id) & table.c.key.startswith(prefix, autoescape=True)
        query = select(table.c.key, table.c.body).where(mine).order_by(table.c.key)
        with self.transaction() as db:
            return [(str(row.key), bytes(row.body)) for row in db.execute(query)]

    def totals(self) -> tuple[int, int]:
        """How many clips and stations are known."""
        with self.transaction() as db:
            clips = db.execute(select(func.count()).select_from(_clip)).scalar_one()
            stations = db.execute(select(func.count()).select_from(_station)).scalar_one()
        return int(clips), int(stations)


def _prepare(db: Connection, path: Path) -> None:
    is_new = version_of(db, path, {schema.VERSION}) == 0
    schema.signed.create(db, checkfirst=True)  # came later than the rest
    if is_new:
        schema.metadata.create_all(db)
        db.exec_driver_sql(schema.CLIP_WORDS)
        db.exec_driver_sql(f"PRAGMA user_version={schema.VERSION}")


def _put(db: Connection, row: StationRow) -> None:
    values = {
        "store_id": row.store_id,
        "station": row.station,
        "keys": "\n".join(public_line(key.public) for key in row.keys),
        "seq": row.seq,
        "head": row.head,
        "operations": row.operations,
        "code": row.code,
    }
    done = upsert(_station).values(**values)
    db.execute(done.on_conflict_do_update(index_elements=["store_id", "station"], set_=values))


def _vaulted_ms(one: Taken) -> int:
    return int(from_text(one.manifest.vaulted_at).timestamp() * 1000)


def _numbers(db: Connection, placed: Sequence[Taken]) -> list[int]:
    """A row id for each, in their order: the millisecond, then the first that is free."""
    numbers: list[int] = []
    for one in placed:
        first = _vaulted_ms(one) << _CLIPS_A_MS_BITS
        same_ms = (first, first + (1 << _CLIPS_A_MS_BITS))
        newest = db.exec_driver_sql(_NEWEST, same_ms).scalar_one()
        least = first if newest is None else int(newest) + 1
        numbers.append(max(least, numbers[-1] + 1 if numbers else least))
    return numbers


def _clip_row(store_id: str, number: int, one: Taken) -> dict[str, Any]:
    said = one.manifest
    return {
        "id": number,
        "store_id": store_id,
        "clip_id": said.clip,
        "station": said.station,
        "seq": said.seq,
        "manifest_sha256": one.sha256,
        "kind": said.kind,
        "size_bytes": said.size,
        "sha256": said.sha256,
        "recorded_at": said.recorded_at,
        "vaulted_at": from_text(said.vaulted_at).astimezone(UTC).isoformat(),
        "recorder": said.recorder,
        "badge": said.badge,
        "source_path": said.source_path,
    }


def _fold_clips(db: Connection, about: Mapping[str, Sequence[Operation]]) -> None:
    """Write anew what operations on clips add up to."""
    states = [clip_state(name, said) for name, said in about.items()]
    names = list(about)
    for table, rows in (
        (
            schema.clip_tag,
            [{"clip_id": one.clip, "tag": tag} for one in states for tag in one.tags],
        ),
        (
            schema.clip_case,
            [{"clip_id": one.clip, "case_id": case} for one in states for case in one.cases],
        ),
    ):
        for page in pages(names):
            db.execute(table.delete().where(table.c.clip_id.in_(page)))
        if rows:
            db.execute(insert(table), rows)


def _fold_case(db: Connection, name: str, about: Sequence[Operation]) -> None:
    state = case_state(name, about)
    texts = (state.number, state.text(Field.TITLE), state.text(Field.PLACE), *state.parties)
    words = "\n".join(filter(None, texts))
    db.execute(schema.case_file.delete().where(schema.case_file.c.id == name))
    numbers = state.fields.get(Field.NUMBER.value, ("",))
    rows = [{"id": name, "number": number, "words": words} for number in numbers]
    db.execute(insert(schema.case_file), rows)


def _grouped(
    db: Connection, subject: Column[str], names: Sequence[str]
) -> dict[str, list[Operation]]:
    """All operations on these clips or cases."""
    found: dict[str, list[Operation]] = {name: [] for name in names}
    for page in pages(names):
        query = select(subject, _operation.c.line).where(subject.in_(page))
        for name, line in db.execute(query):
            found[name].append(operations.decode(line))
    return found
