"""Queries about what the central store was told to hold, for comparing it with the store."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from workstation.catalog.reading import Reading
from workstation.ledger import schema
from workstation.ledger.schema_delivery import purged
from workstation.ledger.schema_retention import destroyed


@dataclass(frozen=True, slots=True)
class Delivered:
    """A clip's receipt of one store, and what its object must be."""

    clip_id: str
    object_key: str
    manifest_key: str
    size_bytes: int
    sha256: str
    stored_at: str


class DeliveredQueries(Reading):
    """Receipts."""

    def delivered(self, store_id: str) -> list[Delivered]:
        """Every clip with a receipt of this store, in the order of admission."""
        clip, transfer = schema.clip, schema.transfer
        query = (
            select(transfer, clip.c.size_bytes, clip.c.sha256)
            .join(clip, clip.c.id == transfer.c.clip_id)
            .where(transfer.c.store_id == store_id)
            .order_by(clip.c.seq)
        )
        with self._reading() as connection:
            return [
                Delivered(
                    row.clip_id,
                    row.object_key,
                    row.manifest_key,
                    row.size_bytes,
                    row.sha256,
                    row.stored_at,
                )
                for row in connection.execute(query)
            ]

    def gone_here(self) -> set[str]:
        """Clips whose bytes were purged or destroyed here."""
        query = select(destroyed.c.clip_id).union(select(purged.c.clip_id))
        with self._reading() as connection:
            return {str(clip) for clip in connection.execute(query).scalars()}
