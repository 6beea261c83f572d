"""Tell the station how delivery stands in full, and hear what people at its screen ask."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from typing import TYPE_CHECKING

from sqlalchemy import case, func, select

from sync import schema
from sync.cases.memory import standings as source_standings
from sync.database import SyncDatabase
from sync.deliveries import SMALL_BYTES
from sync.pace.gate import gate_of
from sync.pace.prospect import prospect
from sync.platforms.memory import standings as platform_standings
from sync.standing import Standing, Wish
from sync.states import ClipState, ObjectState
from sync.station_link import StationLink
from sync.stores.urls import known_as
from workstation.domain.errors import StationError
from workstation.domain.outlook import (
    Counterpart,
    DeliveryView,
    Expectation,
    LateClip,
    LineState,
    QueueClass,
)
from workstation.ipc.messages_delivery import ReportDelivery, WishesMade
from workstation.platform.clock import SystemClock, from_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sync.cases.memory import SourceStanding
    from sync.pace.gate import Gate
    from sync.platforms.memory import PlatformStanding
    from sync.stopping import StopFlag
    from workstation.ipc.messages_delivery import DeliveryWish
    from workstation.platform.paths import StatePaths
    from workstation.platform.settings import Settings

logger = logging.getLogger(__name__)

PERIOD_S = 2.0  # how late a person's wish may be
FORESEE_PERIOD_S = 30.0  # a forecast of many clips takes a moment
LATE_SHOWN = 50
_REPORT_TIMEOUT_S = 5.0
_clip, _store = schema.clip, schema.store
_OPEN = (ClipState.WAITING.value, ClipState.PUBLISHING.value)


@contextlib.contextmanager
def telling(paths: StatePaths, settings: Settings, url: str, stop: StopFlag) -> Iterator[None]:
    """While the block runs the station is told, from a thread that holds up nothing.

    ``stop`` must be set when the block is left: the thread ends by it.
    """
    place = known_as(url) if url else ""
    thread = threading.Thread(target=_run, args=(paths, settings, place, stop), name="telling")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _run(paths: StatePaths, settings: Settings, url: str, stop: StopFlag) -> None:
    with contextlib.closing(StationLink(paths.socket)) as link:
        teller = Teller(paths, settings, url, link)
        with contextlib.closing(teller):
            while not stop.is_set:
                try:
                    teller.run()
                except StationError as error:
                    logger.debug("delivery not told: %s", error)
                stop.wait(PERIOD_S)


class Teller:
    """Used by one thread. ``url`` is what the store is known as; empty: none is set."""

    def __init__(self, paths: StatePaths, settings: Settings, url: str, link: StationLink) -> None:
        self._paths = paths
        self._settings = settings
        self._url = url
        self._link = link
        self._clock = SystemClock()
        self._database: SyncDatabase | None = None
        self._expected = Expectation()
        self._expect_at_s = 0.0
        self._heard = 0

    def close(self) -> None:
        if self._database is not None:
            self._database.close()

    def run(self) -> None:
        """Tell once, and write down what people ask.

        Raises:
            StationNotRunningError: the station is not there; the next time will do.
            StationError: what was asked could not be written down; it is heard again.
        """
        answer = self._link.call(ReportDelivery(self.view(), self._heard), _REPORT_TIMEOUT_S)
        if isinstance(answer, WishesMade):
            self._write_down(answer.wishes)

    def _write_down(self, wishes: tuple[DeliveryWish, ...]) -> None:
        database = self._opened()
        for wish in wishes if database is not None else ():
            if wish.number <= self._heard or database is None:
                continue
            Standing(database).wish(Wish(wish.kind), wish.clip)
            database.tell(f"asked at the screen: {wish.kind}", f"{wish.clip or ''} {wish.by}")
            self._heard = wish.number

    def view(self) -> DeliveryView:
        """How everything stands."""
        now = self._clock.now()
        told = platform_standings(self._paths.platforms)
        read = source_standings(self._paths.cases)
        others = (*map(_platform, told), *map(_source, read))
        database = self._opened()
        store = None if database is None else self._store(database)
        if database is None or store is None:
            section = self._settings.sync
            line = LineState(section.windows, section.rate_limit_bps, section.daily_budget_bytes)
            return DeliveryView(now, self._url, line=line, counterparts=others)
        store_id, paused_at = store
        gate = gate_of(self._settings.sync, database, self._clock)
        self._foresee(database, store_id, gate)
        return DeliveryView(
            at=now,
            store=self._url,
            queue=_queue(database, store_id),
            line=self._line(gate, paused_at),
            expected=self._expected,
            counterparts=others,
        )

    def _opened(self) -> SyncDatabase | None:
        """The delivery database, once the process that delivers has made it."""
        if self._database is None and self._url and self._paths.sync.exists():
            self._database = SyncDatabase(self._paths.sync, self._clock)
        return self._database

    def _store(self, database: SyncDatabase) -> tuple[str, datetime | None] | None:
        if not database.recall(self._url):
            return None
        query = select(_store.c.paused_at).where(_store.c.store_id == database.store_id)
        with database.transaction() as db:
            paused_at = db.execute(query).scalar_one()
        return database.store_id, _moment(paused_at)

    def _line(self, gate: Gate, paused_at: datetime | None) -> LineState:
        section, shut = self._settings.sync, gate.shut()
        facts = {} if shut is None else shut.facts
        return LineState(
            windows=section.windows,
            limit_bps=section.rate_limit_bps,
            budget_bytes=section.daily_budget_bytes,
            spent_bytes=gate.spent_bytes(),
            shut=str(facts.get("reason") or ""),
            until=_moment(str(facts.get("until") or "")),
            paused_at=paused_at,
        )

    def _foresee(self, database: SyncDatabase, store_id: str, gate: Gate) -> None:
        if time.monotonic() < self._expect_at_s:
            return
        self._expect_at_s = time.monotonic() + FORESEE_PERIOD_S
        found = prospect(database, store_id, gate)
        outlook, helps = found.outlook, found.means
        late = outlook.late if found.rate_bps else ()
        self._expected = Expectation(
            rate_bps=found.rate_bps,
            left_bytes=outlook.left_bytes,
            ends_at=outlook.ends_at if outlook.left_bytes else None,
            late_clips=len(late),
            late=tuple(
                LateClip(one.clip_id, one.size_bytes, one.by_s) for one in late[:LATE_SHOWN]
            ),
            late_if_open=helps.late_with_open_window if late and helps is not None else None,
            needed_bps=helps.needed_bps if late and helps is not None else None,
            late_bytes=helps.late_bytes if late and helps is not None else 0,
        )


def _queue(database: SyncDatabase, store_id: str) -> tuple[QueueClass, ...]:
    """Clips that are not in the store, by class, in the order in which they go."""
    name = case(
        (_clip.c.object_state == ObjectState.HELD.value, "held"),
        (_clip.c.urgent_at.isnot(None), "urgent"),
        (_clip.c.size_bytes <= SMALL_BYTES, "small"),
        else_="large",
    ).label("name")
    query = (
        select(name, func.count(), func.sum(_clip.c.size_bytes))
        .where(_clip.c.store_id == store_id, _clip.c.state.in_(_OPEN))
        .group_by(name)
    )
    with database.transaction() as db:
        found = {row[0]: QueueClass(row[0], int(row[1]), int(row[2])) for row in db.execute(query)}
    return tuple(found[one] for one in ("urgent", "small", "large", "held") if one in found)


def _platform(one: PlatformStanding) -> Counterpart:
    return Counterpart(
        name=one.name,
        url=one.url,
        ok_at=_moment(one.ok_at),
        code=one.code,
        reason=one.reason,
        counts=dict(one.files),
    )


def _source(one: SourceStanding) -> Counterpart:
    counts = {
        "opened": one.opened,
        "joined": one.joined,
        "changed": one.changed,
        "refused": one.refused,
        "contested": one.contested,
    }
    return Counterpart(one.name, True, one.place, _moment(one.ok_at), one.code, one.reason, counts)


def _moment(text: str | None) -> datetime | None:
    return from_text(text) if text else None
