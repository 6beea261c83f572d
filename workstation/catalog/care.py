"""Queries about how objects fare: known damage, readings of the vault."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from workstation.catalog.reading import Reading
from workstation.catalog.values import ScrubRun
from workstation.domain.clip import ClipId
from workstation.ledger.schema_proof import damage, scrub_run
from workstation.platform.clock import from_text

if TYPE_CHECKING:
    from sqlalchemy import Row


class CareQueries(Reading):
    """What is known of damage and of readings of the vault."""

    def damage_of(self, clip_id: str) -> str | None:
        """The code of damage that is known and not mended; None for a clip that is well."""
        query = select(damage.c.code).where(
            damage.c.clip_id == clip_id, damage.c.healed_at.is_(None)
        )
        with self._reading() as connection:
            return connection.execute(query).scalar_one_or_none()

    def damaged(self) -> list[ClipId]:
        """All clips whose damage is not mended."""
        query = select(damage.c.clip_id).where(damage.c.healed_at.is_(None))
        with self._reading() as connection:
            return [ClipId(found) for found in connection.execute(query).scalars()]

    def last_scrub(self) -> ScrubRun | None:
        """The reading of the vault that is under way, or the last one."""
        query = select(scrub_run).order_by(scrub_run.c.id.desc()).limit(1)
        with self._reading() as connection:
            row = connection.execute(query).one_or_none()
        return _run(row) if row is not None else None


def _run(row: Row[Any]) -> ScrubRun:
    return ScrubRun(
        id=row.id,
        started_at=from_text(row.started_at),
        ended_at=from_text(row.ended_at) if row.ended_at else None,
        after_seq=row.after_seq,
        objects=row.objects,
        size_bytes=row.size_bytes,
        damaged=row.damaged,
    )
