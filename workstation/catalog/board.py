"""Queries of the leader's board: a day's dockings, and what lies there unfinished."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from workstation.catalog.people import PeopleQueries
from workstation.ledger import schema
from workstation.ledger import schema_people as people
from workstation.platform.clock import from_text, to_text

if TYPE_CHECKING:
    from workstation.catalog.people import Reach

_collection, _clip, _media = schema.collection, schema.clip, schema.media
_checkpoint, _officer = schema.checkpoint, people.officer


@dataclass(frozen=True, slots=True)
class DockedLine:
    """One docking of a day. ``first_recorded_at`` is by the recorder's clock."""

    collection_id: str
    badge: str | None
    recorder: str
    started_at: datetime
    clips: int
    seconds: float
    first_recorded_at: datetime | None


@dataclass(frozen=True, slots=True)
class RosterLine:
    """Somebody who is expected to bring a recorder home."""

    badge: str
    name: str
    role: str


class BoardQueries(PeopleQueries):
    """What the board asks."""

    def roster(self, reach: Reach) -> list[RosterLine]:
        """Active officers and leaders of the reach's units as they are now, by badge number."""
        query = (
            select(_officer.c.badge, _officer.c.name, _officer.c.role)
            .where(_officer.c.is_active == 1, _officer.c.role.in_(("officer", "leader")))
            .order_by(_officer.c.badge)
        )
        if reach.units:
            query = query.where(_officer.c.unit_id.in_(reach.units))
        with self._reading() as connection:
            return [RosterLine(row.badge, row.name, row.role) for row in connection.execute(query)]

    def docked_between(self, begins: datetime, ends: datetime) -> list[DockedLine]:
        """Every docking that began in a span (UTC), with the clips that it brought."""
        sums = (
            func.count(_clip.c.id).label("clips"),
            func.coalesce(func.sum(_media.c.duration_ms), 0).label("ms"),
            func.min(_clip.c.recorded_at).label("first"),
        )
        query = (
            select(_collection, *sums)
            .outerjoin(_clip, _clip.c.collection_id == _collection.c.id)
            .outerjoin(_media, _media.c.clip_id == _clip.c.id)
            .where(_collection.c.started_at >= to_text(begins))
            .where(_collection.c.started_at < to_text(ends))
            .group_by(_collection.c.id)
            .order_by(_collection.c.started_at)
        )
        with self._reading() as connection:
            return [
                DockedLine(
                    collection_id=row.id,
                    badge=row.badge,
                    recorder=row.recorder_serial,
                    started_at=from_text(row.started_at),
                    clips=row.clips,
                    seconds=row.ms / 1000,
                    first_recorded_at=datetime.fromisoformat(row.first) if row.first else None,
                )
                for row in connection.execute(query)
            ]

    def note_after(self, moment: datetime) -> str | None:
        """The first checkpoint (a signed note) made at or after a moment (UTC)."""
        query = select(_checkpoint.c.note).where(_checkpoint.c.at >= to_text(moment))
        with self._reading() as connection:
            ordered = query.order_by(_checkpoint.c.size).limit(1)
            return connection.execute(ordered).scalar_one_or_none()
