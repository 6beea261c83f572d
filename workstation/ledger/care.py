"""Writing down how objects fare: damage found, objects mended, readings of the vault."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import insert, update

from workstation.ledger import schema_proof
from workstation.ledger.custody import Act

if TYPE_CHECKING:
    from workstation.domain.clip import ClipId
    from workstation.ledger.custody import Fact
    from workstation.ledger.transaction import Transaction


def record_damage(tx: Transaction, clip: ClipId, code: str, facts: dict[str, Fact]) -> None:
    """A clip's object is not whole."""
    tx.append(Act.DAMAGED, clip=clip, facts={"code": code, **facts})
    written = msgspec.json.encode({"code": code, **facts}).decode()
    tx.connection.exec_driver_sql(
        "INSERT OR REPLACE INTO damage VALUES (?, ?, ?, ?, NULL)", (clip, code, written, tx.at)
    )


def record_still_damage(
    tx: Transaction, clip: ClipId, derivative: str, code: str, facts: dict[str, Fact]
) -> None:
    """A still is not whole; its clip may be, and another can be made of that."""
    tx.append(Act.DAMAGED, clip=clip, facts={**facts, "derivative": derivative, "code": code})


def record_healing(
    tx: Transaction,
    clip: ClipId,
    key_id: int,
    header: bytes,
    facts: dict[str, Fact],
    by: str | None = None,
) -> None:
    """A whole object lies in the clip's place again, sealed as ``header`` says."""
    told: dict[str, Fact] = {"object_header": header.hex(), "key_id": key_id, **facts}
    seq = tx.append(Act.HEALED, clip=clip, by=by, facts=told)
    tx.flush()  # the row below refers to the line
    tx.connection.execute(
        insert(schema_proof.object_copy).values(
            custody_seq=seq, clip_id=clip, key_id=key_id, header=header
        )
    )
    damage = schema_proof.damage
    tx.connection.execute(update(damage).where(damage.c.clip_id == clip).values(healed_at=tx.at))


def begin_scrub(tx: Transaction) -> None:
    """A reading of the whole vault begins."""
    tx.connection.execute(
        insert(schema_proof.scrub_run).values(
            started_at=tx.at, after_seq=0, objects=0, size_bytes=0, damaged=0
        )
    )


def keep_scrub(
    tx: Transaction,
    run: int,
    after_seq: int,
    counts: dict[str, int],
    *,
    ended_with: dict[str, int] | None = None,
) -> None:
    """How far a reading has come. ``counts``: ``objects``, ``size_bytes``, ``damaged``.

    ``ended_with`` ends it: what its entry says besides, ``stills`` and ``stills_damaged``.
    """
    table = schema_proof.scrub_run
    values: dict[str, object] = {"after_seq": after_seq, **counts}
    if ended_with is not None:
        values["ended_at"] = tx.at
        tx.append(Act.SCRUBBED, facts={"run": run, **counts, **ended_with})
    tx.connection.execute(update(table).where(table.c.id == run).values(**values))
