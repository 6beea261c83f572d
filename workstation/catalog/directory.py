"""Queries about the directory that comes down from the centre, and what is proposed to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from workstation.catalog.reading import Reading
from workstation.ledger import directory_rows, schema
from workstation.ledger.schema_directory import agency_key, directory_part

if TYPE_CHECKING:
    from workstation.ledger.directory_rows import Refusal, SeenHead


@dataclass(frozen=True, slots=True)
class AgencyKeyLine:
    """A key that counts, or did."""

    number: int
    ssh: str
    pinned_at: str
    pinned_by: str


@dataclass(frozen=True, slots=True)
class PartLine:
    """How far one kind has come here."""

    kind: str
    rev: int
    sha256: str
    applied_at: str


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """A local change of the directory: its number in the outbox, and its custody line."""

    seq: int
    line: bytes


class DirectoryQueries(Reading):
    """The directory."""

    def agency_keys(self) -> list[AgencyKeyLine]:
        """Keys of the agency, the one that counts last; none where nobody pinned one."""
        query = select(agency_key).order_by(agency_key.c.number)
        with self._reading() as connection:
            rows = connection.execute(query).all()
        return [AgencyKeyLine(r.number, r.ssh, r.pinned_at, r.pinned_by) for r in rows]

    def directory_head(self) -> SeenHead | None:
        """The newest signed list that was seen."""
        with self._reading() as connection:
            return directory_rows.head_of(connection)

    def directory_parts(self) -> list[PartLine]:
        """Every kind that was applied."""
        table = directory_part
        query = select(table.c.kind, table.c.rev, table.c.sha256, table.c.applied_at)
        with self._reading() as connection:
            rows = connection.execute(query.order_by(table.c.kind)).all()
        return [PartLine(row.kind, row.rev, row.sha256, row.applied_at) for row in rows]

    def directory_refusals(self) -> list[Refusal]:
        """What is not taken at present, and why."""
        with self._reading() as connection:
            return directory_rows.refusals_of(connection)

    def directory_categories(self) -> list[str]:
        """The centre's list of categories, in its order; empty where it keeps none."""
        with self._reading() as connection:
            return directory_rows.categories_of(connection)

    def proposals(self, after_seq: int, limit: int) -> list[ProposalLine]:
        """Local changes of the directory, in order, from just after an outbox number."""
        outbox, entry = schema.outbox, schema.custody_entry
        query = (
            select(outbox.c.seq, entry.c.line)
            .join(entry, entry.c.seq == outbox.c.ref)
            .where(outbox.c.kind == directory_rows.PROPOSAL, outbox.c.seq > after_seq)
            .order_by(outbox.c.seq)
            .limit(limit)
        )
        with self._reading() as connection:
            return [ProposalLine(row.seq, bytes(row.line)) for row in connection.execute(query)]
