"""The sync process: deliver, wait for more or for better times, deliver again."""

from __future__ import annotations

import contextlib
import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync.backoff import Breaker
from sync.cases.starting import case_sources
from sync.cycle import Cycle, Tools
from sync.database import SyncDatabase
from sync.exchange.session import PERIOD_S
from sync.feed.places import open_feed
from sync.identity import Identity
from sync.pace.due import Due
from sync.pace.gate import gate_of
from sync.pace.prospect import prospect
from sync.platforms.starting import platforms
from sync.source import StationSource
from sync.station_link import StationLink
from sync.stopping import StopFlag, StopRequested, stop_on_signals
from sync.stores.s3.place import CREDENTIALS_NAME
from sync.stores.urls import open_store
from sync.telling import telling
from sync.uplink import Uplink
from workstation.domain.dock import UplinkView
from workstation.domain.errors import (
    LedgerBusyError,
    NotInitialisedError,
    OperatorError,
    StationError,
    TransientError,
    UsageError,
)
from workstation.platform import settings
from workstation.platform.clock import SystemClock
from workstation.platform.lock import single_instance
from workstation.platform.paths import StatePaths
from workstation.platform.rate import TokenBucket

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sync.stores.api import Store
    from workstation.platform.settings import SyncSection

logger = logging.getLogger(__name__)

POLL_S = 0.5  # how late news from the station may be; a look costs microseconds
RECEIPT_RETRY_S = 2.0  # while the station is away or refuses
LOCK_NAME = "sync.lock"


@dataclass(frozen=True, slots=True)
class SyncOptions:
    """How ``main.py sync`` was called."""

    state: Path
    once: bool = False
    to: str | None = None  # a store URL that goes before the settings


def run(options: SyncOptions, stop: StopFlag | None = None) -> int:
    """Deliver what the station has; the process's exit code.

    With ``once``: 0 everything is delivered and acknowledged, 5 something may be better in a
    moment, 3 or 4 a clip (or all of it) is held for a person, 4 if bytes are not what they were.
    Without: 0 after SIGTERM or SIGINT.

    Raises:
        StationError: it can not begin at all (settings, keys, another sync process).
    """
    paths = StatePaths(options.state)
    flag = stop or StopFlag()
    try:
        with stop_on_signals(flag):
            _await_station(paths, options, flag)
            with single_instance(options.state / LOCK_NAME):
                return _run(paths, options, flag)
    except StopRequested:
        return TransientError.exit_code if options.once else 0
    finally:
        if stop is None:
            flag.close()


def _run(paths: StatePaths, options: SyncOptions, stop: StopFlag) -> int:
    loaded = settings.load(paths.settings)
    if options.once:
        return _deliver(paths, options, stop, loaded.sync)
    url = options.to or loaded.sync.store
    with (
        platforms(paths, loaded, stop),
        case_sources(paths, loaded, stop),
        telling(paths, loaded, url, stop),
    ):
        return _deliver(paths, options, stop, loaded.sync)


def _deliver(paths: StatePaths, options: SyncOptions, stop: StopFlag, section: SyncSection) -> int:
    url = options.to or section.store
    bucket = TokenBucket(section.rate_limit_bps, pause=stop.pause)
    store = open_store(url, paths.keys / CREDENTIALS_NAME, bucket.take) if url else None
    if store is None:
        return _without_store(paths, options, stop)
    with _session(paths, section, (url, store, bucket), stop) as (cycle, tools):
        if options.once:
            return _once(cycle, tools)
        _for_ever(cycle, tools)
    return 0


def _await_station(paths: StatePaths, options: SyncOptions, stop: StopFlag) -> None:
    """A station that has not seen its first start has nothing for us yet."""
    while not (paths.station.exists() and paths.ledger.exists()):
        if options.once:
            raise NotInitialisedError(path=str(paths.root))
        stop.pause(POLL_S)


def _without_store(paths: StatePaths, options: SyncOptions, stop: StopFlag) -> int:
    if options.once:
        raise UsageError(reason="no_store")
    logger.info("no store is set; nothing to do")
    link = StationLink(paths.socket)
    try:
        while not stop.is_set:
            link.report(UplinkView())
            stop.wait(POLL_S)
    finally:
        link.close()
    return 0


@contextlib.contextmanager
def _session(
    paths: StatePaths, section: SyncSection, place: tuple[str, Store, TokenBucket], stop: StopFlag
) -> Iterator[tuple[Cycle, Tools]]:
    url, store, bucket = place
    clock = SystemClock()
    with contextlib.ExitStack() as stack:
        identity = Identity.of(paths)
        source = stack.enter_context(contextlib.closing(StationSource.of(paths)))
        database = stack.enter_context(contextlib.closing(SyncDatabase(paths.sync, clock)))
        link = stack.enter_context(contextlib.closing(StationLink(paths.socket)))
        gate = gate_of(section, database, clock)
        tools = Tools(
            identity=identity,
            source=source,
            database=database,
            link=link,
            uplink=Uplink(
                store.url, link, clock, lambda: prospect(database, database.store_id, gate)
            ),
            bucket=bucket,
            gate=gate,
            due=Due(section.due_h, section.due_important_h),
            breaker=Breaker(section.retry_max_s),
            stop=stop,
            clock=clock,
            feed=open_feed(section.directory or url, paths.keys / CREDENTIALS_NAME),
            purge_days=section.purge_after_days,
            centre_keys=section.centre_keys,
        )
        stack.callback(tools.uplink.off)
        yield Cycle(tools, store), tools


def _once(cycle: Cycle, tools: Tools) -> int:
    """Deliver what there is now; the exit code."""
    try:
        trouble = cycle.run()
    except StationError as error:
        logger.warning("not delivered: %s", error)
        return error.exit_code
    held = cycle.deliveries.backlog()
    if held.held:
        return max(OperatorError.exit_code, held.held_exit_code)
    if trouble is not None:
        logger.warning("something waits: %s", trouble)
        return TransientError.exit_code
    tools.database.tell("all delivered")
    return 0


def _for_ever(cycle: Cycle, tools: Tools) -> None:
    while not tools.stop.is_set:
        try:
            version = tools.source.data_version()
            trouble = cycle.run()
        except StationError as error:
            wait_s = tools.breaker.fail()
            logger.warning("delivery waits wait_s=%.1f: %s", wait_s, error)
            tools.uplink.waiting(error, wait_s)
            _reconcile(cycle, is_reached=not isinstance(error, TransientError))
            _sit_out(tools, wait_s)
        else:
            tools.breaker.reset()
            _reconcile(cycle, is_reached=True)
            _await_news(cycle, tools, version, trouble)


def _reconcile(cycle: Cycle, *, is_reached: bool) -> None:
    """Once a day; nothing in the way of it stops delivery."""
    if not is_reached:
        return
    try:
        cycle.reconcile()
    except StationError as error:
        logger.warning("not reconciled: %s", error)


def _sit_out(tools: Tools, wait_s: float) -> None:
    """Let the breaker's time pass, telling the wall all the while."""
    until_s = time.monotonic() + wait_s
    while not tools.stop.is_set and (left_s := until_s - time.monotonic()) > 0:
        tools.stop.wait(min(left_s, POLL_S))
        tools.uplink.repeat()


def _await_news(cycle: Cycle, tools: Tools, version: int, trouble: StationError | None) -> None:
    """Until the station has committed something, or it is time to hear the other stations.

    Open receipts are tried meanwhile.
    """
    hear_s = time.monotonic() + PERIOD_S
    retry_s = time.monotonic() + RECEIPT_RETRY_S
    while not tools.stop.is_set and time.monotonic() < hear_s:
        tools.stop.wait(POLL_S)
        tools.uplink.repeat()
        try:
            if tools.source.data_version() != version or cycle.deliveries.wishes():
                return
        except LedgerBusyError:
            return  # the cycle meets it again, and counts it
        if trouble is not None and time.monotonic() >= retry_s:
            trouble = cycle.settle()
            tools.uplink.rest(cycle.deliveries, trouble)
            retry_s = time.monotonic() + RECEIPT_RETRY_S
