"""Whether large clips may go now: windows, the day's budget, a line paid by the byte."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from sync import schema
from sync.pace.forecast import LineFacts
from sync.pace.metered import Metered
from sync.pace.timetable import Timetable
from workstation.domain.errors_centre import DeliveryWaitsError
from workstation.platform.clock import to_text

if TYPE_CHECKING:
    from datetime import datetime

    from sync.database import SyncDatabase
    from workstation.platform.clock import Clock
    from workstation.platform.rate import TokenBucket
    from workstation.platform.settings import SyncSection

_spent = schema.spent

WRITE_BYTES = 4 << 20  # what goes is written down in portions: a kill forgets no more


class Gate:
    """Asked between two pieces of a clip. Days and hours are the station's local ones.

    Small clips, what a person asked for, ledger lines and manifests pass it always.
    """

    def __init__(
        self,
        timetable: Timetable,
        budget_bytes: int,
        metered: Metered,
        database: SyncDatabase,
        clock: Clock,
    ) -> None:
        self.timetable = timetable
        self._budget_bytes = budget_bytes
        self._metered = metered
        self._database = database
        self._clock = clock
        self._unwritten = 0

    def shut(self) -> DeliveryWaitsError | None:
        """Why large clips wait, and until when (fact ``until``, UTC; empty: nobody knows)."""
        local = self._local()
        allowed = self.timetable.at(local)
        if not allowed.is_open:
            until = to_text(allowed.until) if allowed.until is not None else ""
            return DeliveryWaitsError(reason="window", until=until)
        if self._budget_bytes and self.spent_bytes() >= self._budget_bytes:
            tomorrow = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
            return DeliveryWaitsError(reason="budget", until=to_text(tomorrow))
        if self._metered.is_metered:
            return DeliveryWaitsError(reason="metered", until="")
        return None

    def regulate(self, bucket: TokenBucket) -> None:
        """Give the line the rate of this hour."""
        bucket.limit(self.timetable.at(self._local()).rate_bps)

    def spend(self, size_bytes: int) -> bool:
        """So much of a large clip went; whether the day's budget is known to be spent by now."""
        self._unwritten += size_bytes
        if self._unwritten < WRITE_BYTES:
            return False
        self.write()
        return 0 < self._budget_bytes <= self.spent_bytes()

    def write(self) -> None:
        """Write down what went since the last time."""
        portion, self._unwritten = self._unwritten, 0
        if not portion:
            return
        row = insert(_spent).values(day=self._day(), size_bytes=portion)
        more = row.on_conflict_do_update(
            index_elements=["day"], set_={"size_bytes": _spent.c.size_bytes + portion}
        )
        with self._database.transaction() as db:
            db.execute(more)

    def spent_bytes(self) -> int:
        """What of large clips went today."""
        query = select(_spent.c.size_bytes).where(_spent.c.day == self._day())
        with self._database.transaction() as db:
            return int(db.execute(query).scalar_one_or_none() or 0) + self._unwritten

    def facts(self, rate_bps: float) -> LineFacts:
        """What a forecast has to know."""
        return LineFacts(rate_bps, self.timetable, self._budget_bytes, self.spent_bytes())

    def local_now(self) -> datetime:
        """The present, as the timetable and the forecast take it."""
        return self._local()

    def _local(self) -> datetime:
        return self._clock.now().astimezone()

    def _day(self) -> str:
        return self._local().date().isoformat()


def gate_of(section: SyncSection, database: SyncDatabase, clock: Clock) -> Gate:
    """The gate that the settings ask for."""
    timetable = Timetable(section.windows, section.rate_limit_bps)
    metered = Metered(section.metered)
    return Gate(timetable, section.daily_budget_bytes, metered, database, clock)
