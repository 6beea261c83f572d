"""What is to be expected of a store's queue, from what ``sync.sqlite`` knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from sync import schema
from sync.deliveries import ORDER, SMALL_BYTES, is_open
from sync.pace.forecast import Waiting, foresee, means
from workstation.platform.clock import from_text

if TYPE_CHECKING:
    from sync.database import SyncDatabase
    from sync.pace.forecast import Means, Outlook
    from sync.pace.gate import Gate

_clip, _session = schema.clip, schema.session
RATE_SESSIONS = 50  # the newest attempts at sending; more would tell of another line


@dataclass(frozen=True, slots=True)
class Prospect:
    """A forecast and what would help. ``rate_bps`` is what was measured; None before that."""

    rate_bps: float | None
    outlook: Outlook
    means: Means | None  # None while nothing will be late

    @property
    def late_by_s(self) -> float | None:
        """By how much the worst is late; None: nothing is, or it never gets there."""
        return self.outlook.late[0].by_s if self.outlook.late else None


def prospect(database: SyncDatabase, store_id: str, gate: Gate) -> Prospect:
    """Run the queue of a store through the line as it was lately, by the settings."""
    rate = rate_bps(database, store_id)
    waiting, facts, now = queue(database, store_id), gate.facts(rate or 0.0), gate.local_now()
    outlook = foresee(waiting, facts, now)
    helps = means(waiting, facts, now, outlook) if outlook.late else None
    return Prospect(rate, outlook, helps)


def queue(database: SyncDatabase, store_id: str) -> list[Waiting]:
    """What is to be sent, in the order in which it will be."""
    columns = (_clip.c.clip_id, _clip.c.size_bytes, _clip.c.due_at, _clip.c.urgent_at)
    query = select(*columns).where(_clip.c.store_id == store_id, is_open()).order_by(*ORDER)
    with database.transaction() as db:
        rows = db.execute(query).all()
    return [
        Waiting(
            row.clip_id,
            row.size_bytes,
            from_text(row.due_at) if row.due_at else None,
            is_small=row.size_bytes <= SMALL_BYTES or row.urgent_at is not None,
        )
        for row in rows
    ]


def rate_bps(database: SyncDatabase, store_id: str) -> float | None:
    """What the newest attempts at sending reached, all together; None before the first."""
    newest = (
        select(_session.c.from_bytes, _session.c.to_bytes, _session.c.took_s)
        .where(_session.c.store_id == store_id, _session.c.took_s > 0)
        .order_by(_session.c.id.desc())
        .limit(RATE_SESSIONS)
        .subquery()
    )
    sums = select(func.sum(newest.c.to_bytes - newest.c.from_bytes), func.sum(newest.c.took_s))
    with database.transaction() as db:
        sent, took_s = db.execute(sums).one()
    return float(sent) / float(took_s) if sent and took_s else None
