"""Queries about custody and delivery: ledger lines, checkpoints, the outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from workstation.catalog.reading import Reading
from workstation.catalog.values import OutboxRow, SignedSize
from workstation.ledger import schema
from workstation.ledger.custody import Act, decode
from workstation.ledger.operations import OUTBOX_KIND
from workstation.ledger.schema_casework import operation
from workstation.ledger.schema_retention import destroyed
from workstation.platform.clock import from_text
from workstation.vault.derived import Derivative, DerivativeId

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import Connection


class CustodyQueries(Reading):
    """What the chain holds and what is to be delivered."""

    def custody_lines(self, after_seq: int = 0, limit: int = 1000) -> list[bytes]:
        """The exact bytes of custody entries, in order."""
        entry = schema.custody_entry
        query = (
            select(entry.c.line).where(entry.c.seq > after_seq).order_by(entry.c.seq).limit(limit)
        )
        with self._reading() as connection:
            return [bytes(line) for line in connection.execute(query).scalars()]

    def newest(self, act: Act) -> bytes | None:
        """The exact bytes of the newest entry of a kind; None where there is none."""
        entry = schema.custody_entry
        query = select(entry.c.line).where(entry.c.act == act.value).order_by(entry.c.seq.desc())
        with self._reading() as connection:
            line = connection.execute(query.limit(1)).scalar_one_or_none()
        return None if line is None else bytes(line)

    def custody_of(self, clip_id: str) -> list[bytes]:
        """The entries about one clip, oldest first."""
        entry = schema.custody_entry
        query = select(entry.c.line).where(entry.c.clip_id == clip_id).order_by(entry.c.seq)
        with self._reading() as connection:
            return [bytes(line) for line in connection.execute(query).scalars()]

    def derivatives(self) -> list[Derivative]:
        """Every still that was made of a clip, in the order they were; not of clips destroyed."""
        entry = schema.custody_entry
        query = select(entry.c.line, entry.c.seq).where(
            entry.c.act == Act.DERIVED.value, entry.c.clip_id.not_in(select(destroyed.c.clip_id))
        )
        with self._reading() as connection:
            return [_derivative(row.line, row.seq) for row in connection.execute(query)]

    def damaged_derivatives(self) -> set[str]:
        """Stills that were found not to be whole."""
        entry = schema.custody_entry
        query = select(entry.c.line, entry.c.seq).where(entry.c.act == Act.DAMAGED.value)
        with self._reading() as connection:
            told = [decode(row.line, row.seq).facts for row in connection.execute(query)]
        return {str(facts["derivative"]) for facts in told if "derivative" in facts}

    def handed_in_at(self, collection_id: str) -> datetime | None:
        """When somebody handed a docking in (UTC); None if nobody has.

        Entries have no index by docking: only those since the checkpoint before its begin are
        looked through, which for a docking of these days are few.
        """
        entry, point, docked = schema.custody_entry, schema.checkpoint, schema.collection
        began = select(docked.c.started_at).where(docked.c.id == collection_id).scalar_subquery()
        before = (
            select(point.c.size)
            .where(point.c.at < began)
            .order_by(point.c.size.desc())
            .limit(1)
            .scalar_subquery()
        )
        query = (
            select(entry.c.line, entry.c.seq)
            .where(
                entry.c.seq > func.coalesce(before, 0),
                entry.c.act == Act.HANDED_IN.value,
                entry.c.collection_id == collection_id,
            )
            .limit(1)
        )
        with self._reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else from_text(decode(row.line, row.seq).at)

    def checkpoints(self, after_size: int = 0) -> list[SignedSize]:
        """Signed checkpoints over more than ``after_size`` lines, smallest first."""
        table = schema.checkpoint
        query = select(table).where(table.c.size > after_size).order_by(table.c.size)
        with self._reading() as connection:
            return [SignedSize(row.size, row.note) for row in connection.execute(query)]

    def outbox(self, after_seq: int = 0, limit: int = 100) -> list[OutboxRow]:
        """What is to be delivered, in order, from just after ``after_seq``."""
        table = schema.outbox
        query = select(table).where(table.c.seq > after_seq).order_by(table.c.seq).limit(limit)
        with self._reading() as connection:
            return [
                OutboxRow(row.seq, row.kind, row.ref, from_text(row.created_at))
                for row in connection.execute(query)
            ]

    def operations_said(self, after_seq: int, limit: int) -> list[tuple[int, bytes]]:
        """What people said here, in the order of the outbox, from just after ``after_seq``.

        Each with its number in the outbox; what other stations said is not among it.
        """
        out = schema.outbox
        query = (
            select(out.c.seq, operation.c.line)
            .join(operation, operation.c.id == out.c.ref)
            .where(out.c.kind == OUTBOX_KIND, out.c.seq > after_seq)
            .order_by(out.c.seq)
            .limit(limit)
        )
        with self._reading() as connection:
            return [(row.seq, bytes(row.line)) for row in connection.execute(query)]


def derivatives_of(connection: Connection, clip: str) -> list[Derivative]:
    """The stills that were made of one clip."""
    entry = schema.custody_entry
    query = select(entry.c.line, entry.c.seq).where(
        entry.c.clip_id == clip, entry.c.act == Act.DERIVED.value
    )
    return [_derivative(row.line, row.seq) for row in connection.execute(query)]


def _derivative(line: bytes, seq: int) -> Derivative:
    entry = decode(line, seq)
    facts = entry.facts
    return Derivative(
        DerivativeId(str(facts["derivative"])),
        str(entry.clip),
        str(facts["sha256"]),
        int(str(facts["key_id"])),
        bytes.fromhex(str(facts["object_header"])),
    )
