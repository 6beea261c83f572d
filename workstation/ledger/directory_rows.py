"""Writing about the directory: whose it is, how far it has come, what was refused."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import delete, func, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from workstation.ledger.custody import Act
from workstation.ledger.schema_directory import (
    agency_key,
    category,
    directory_head,
    directory_part,
    directory_refusal,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Row
    from sqlalchemy.engine import Connection

    from workstation.ledger.custody import Fact
    from workstation.ledger.transaction import Transaction

CENTRE = "directory"  # who did it, where the signed directory did
PROPOSAL = "proposal"  # kind of an outbox row: a custody line that the centre should hear of


@dataclass(frozen=True, slots=True)
class Part:
    """How far one kind has come here. ``body`` is its exact bytes, where they are known."""

    kind: str
    rev: int
    sha256: str
    body: bytes | None


@dataclass(frozen=True, slots=True)
class SeenHead:
    """The newest signed list that was seen. ``kinds`` is JSON."""

    number: int
    sha256: str
    issued: str
    expires: str
    kinds: str
    seen_at: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is not taken, and why. ``kind`` is empty for the list itself."""

    kind: str
    rev: int
    code: str
    facts: Mapping[str, Fact]
    at: str


def pin_key(tx: Transaction, number: int, ssh: str, by: str) -> None:
    """Let a key of the agency count from now on; the one before no longer does."""
    tx.connection.execute(
        insert(agency_key).values(number=number, ssh=ssh, pinned_at=tx.at, pinned_by=by)
    )
    tx.append(Act.AGENCY_PINNED, by=by, facts={"number": number, "ssh": ssh})


def forget_agency(tx: Transaction) -> None:
    """Another agency: its numbers begin anew."""
    for table in (agency_key, directory_head, directory_part, directory_refusal):
        tx.connection.execute(delete(table))


def newest_key(connection: Connection) -> tuple[int, str] | None:
    """Number and public line of the key that counts."""
    query = select(agency_key.c.number, agency_key.c.ssh).order_by(agency_key.c.number.desc())
    row = connection.execute(query.limit(1)).one_or_none()
    return None if row is None else (int(row.number), str(row.ssh))


def head_of(connection: Connection) -> SeenHead | None:
    """The newest list that was seen."""
    row = connection.execute(select(directory_head)).one_or_none()
    if row is None:
        return None
    return SeenHead(row.number, row.sha256, row.issued, row.expires, row.kinds, row.seen_at)


def keep_head(tx: Transaction, head: SeenHead) -> None:
    """Remember the newest list; what it says of whom is in the parts' own entries."""
    values = {
        "number": head.number,
        "sha256": head.sha256,
        "issued": head.issued,
        "expires": head.expires,
        "kinds": head.kinds,
        "seen_at": tx.at,
    }
    statement = upsert(directory_head).values(id=1, **values)
    tx.connection.execute(statement.on_conflict_do_update(set_=values))


def parts_of(connection: Connection) -> dict[str, Part]:
    """Every kind that was applied."""
    return {row.kind: _part(row) for row in connection.execute(select(directory_part))}


def part_of(connection: Connection, kind: str) -> Part | None:
    """One kind, if it was ever applied."""
    row = connection.execute(
        select(directory_part).where(directory_part.c.kind == kind)
    ).one_or_none()
    return None if row is None else _part(row)


def _part(row: Row[tuple[object, ...]]) -> Part:
    body = None if row.body is None else zlib.decompress(row.body)
    return Part(row.kind, row.rev, row.sha256, body)


def keep_part(tx: Transaction, part: Part, changes: int | None) -> None:
    """A kind was applied; with ``changes`` None only its bytes were found again."""
    values = {
        "rev": part.rev,
        "sha256": part.sha256,
        "body": None if part.body is None else zlib.compress(part.body),
    }
    if changes is not None:
        values |= {"applied_at": tx.at}
        tx.append(
            Act.DIRECTORY_APPLIED,
            by=CENTRE,
            facts={"kind": part.kind, "rev": part.rev, "sha256": part.sha256, "changes": changes},
        )
    statement = upsert(directory_part).values(kind=part.kind, **{"applied_at": tx.at, **values})
    tx.connection.execute(statement.on_conflict_do_update(set_=values))
    accept(tx, part.kind)


def accept(tx: Transaction, kind: str) -> None:
    """Nothing stands against this kind any more."""
    tx.connection.execute(delete(directory_refusal).where(directory_refusal.c.kind == kind))


def refuse(tx: Transaction, kind: str, rev: int, code: str, facts: Mapping[str, Fact]) -> bool:
    """Remember what was refused; an entry only if it is news. Whether it was."""
    table = directory_refusal
    known = tx.connection.execute(select(table).where(table.c.kind == kind)).one_or_none()
    if known is not None and (known.rev, known.code) == (rev, code):
        return False
    values = {"rev": rev, "code": code, "facts": msgspec.json.encode(facts).decode(), "at": tx.at}
    statement = upsert(table).values(kind=kind, **values)
    tx.connection.execute(statement.on_conflict_do_update(set_=values))
    told: dict[str, Fact] = {"kind": kind or None, "rev": rev, "code": code}
    tx.append(Act.DIRECTORY_REFUSED, by=CENTRE, facts={**facts, **told})
    return True


def refusals_of(connection: Connection) -> list[Refusal]:
    """Everything that is not taken at present."""
    rows = connection.execute(select(directory_refusal).order_by(directory_refusal.c.kind))
    return [
        Refusal(row.kind, row.rev, row.code, msgspec.json.decode(row.facts), row.at) for row in rows
    ]


def put_categories(tx: Transaction, names: Sequence[str]) -> None:
    """The list of categories, in order, in place of the one before."""
    tx.connection.execute(delete(category))
    if names:
        rows = [{"name": name, "place": place} for place, name in enumerate(names)]
        tx.connection.execute(insert(category), rows)


def categories_of(connection: Connection) -> list[str]:
    """The list of categories; empty where the centre keeps none."""
    query = select(category.c.name).order_by(category.c.place)
    return [str(name) for name in connection.execute(query).scalars()]


def is_governed(connection: Connection) -> bool:
    """Whether an agency's directory counts here."""
    return bool(connection.execute(select(func.count()).select_from(agency_key)).scalar_one())
