"""Start a thread for every source of cases that the settings name."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from sync.backoff import Breaker
from sync.cases import open311, sheet
from sync.cases.folder import LOOK_PERIOD_S, CaseFolder, watching
from sync.cases.memory import CaseMemory
from sync.cases.open311 import Open311
from sync.cases.polling import Polling
from sync.station_link import StationLink
from workstation.domain.errors import StationError
from workstation.platform.clock import SystemClock
from workstation.station import record
from workstation.vault.secrets import PLATFORM, SealedSecrets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sync.stopping import StopFlag
    from workstation.ipc.messages import AnyCommand
    from workstation.ipc.words import Result
    from workstation.platform.paths import StatePaths
    from workstation.platform.settings import Settings

    Serve = Callable[[StatePaths, Settings, StopFlag, CaseMemory, Breaker], None]

logger = logging.getLogger(__name__)

TAKE_TIMEOUT_S = 60.0  # fifty cases on a busy disk
_TURN_S = 1.0


def chosen(settings: Settings) -> dict[str, tuple[str, Serve]]:
    """The sources that are set, each with its place and what serves it."""
    named: dict[str, tuple[str, Serve]] = {
        open311.NAME: (settings.open311.url, _poll),
        sheet.NAME: (settings.cases.folder, _watch),
    }
    return {name: one for name, one in named.items() if one[0]}


@contextlib.contextmanager
def case_sources(paths: StatePaths, settings: Settings, stop: StopFlag) -> Iterator[None]:
    """While the block runs every source is read; each in a thread of its own.

    ``stop`` must be set when the block is left: the threads end by it.
    """
    threads = [
        threading.Thread(
            target=_serve, args=(paths, settings, stop, name, *one), name=f"cases-{name}"
        )
        for name, one in chosen(settings).items()
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _serve(
    paths: StatePaths, settings: Settings, stop: StopFlag, name: str, place: str, serve: Serve
) -> None:
    """Until asked to stop; whatever fails is shown and begun again later."""
    breaker = Breaker(settings.sync.retry_max_s)
    while not stop.is_set:
        try:
            with contextlib.closing(CaseMemory(paths.cases, name, place, SystemClock())) as memory:
                try:
                    serve(paths, settings, stop, memory, breaker)
                except StationError as error:
                    memory.ill(error.code, str(error.facts.get("reason", "")))
                    raise
        except StationError as error:
            wait_s = breaker.fail()
            logger.warning("cases wait source=%s wait_s=%.1f: %s", name, wait_s, error)
            stop.wait(wait_s)


def server(paths: StatePaths, settings: Settings) -> Open311:
    """The server that the settings name; its key is optional (``secrets set platform.open311``)."""
    sealed = SealedSecrets(paths.secrets, record.load_keyring(paths))
    key = sealed.value(PLATFORM + open311.NAME)
    return Open311(settings.open311, key)


@contextlib.contextmanager
def _station(paths: StatePaths) -> Iterator[Callable[[AnyCommand], Result]]:
    with contextlib.closing(StationLink(paths.socket)) as link:
        yield lambda command: link.call(command, TAKE_TIMEOUT_S)


def _poll(
    paths: StatePaths, settings: Settings, stop: StopFlag, memory: CaseMemory, breaker: Breaker
) -> None:
    with _station(paths) as give:
        asked = server(paths, settings)
        polling = Polling(asked, memory, settings.open311, give, SystemClock())
        while not stop.is_set:
            polling.run(stop)
            breaker.reset()
            stop.wait(settings.open311.period_s)


def _watch(
    paths: StatePaths, settings: Settings, stop: StopFlag, memory: CaseMemory, breaker: Breaker
) -> None:
    folder, settle_s = Path(settings.cases.folder), settings.cases.settle_s
    with _station(paths) as give:
        taking = CaseFolder(folder, settle_s, memory, give, SystemClock())
        taking.run()  # a folder that is not there is told before anybody watches it
        with watching(folder) as news:
            due_s = 0.0
            while not stop.is_set:
                if news.is_there or time.monotonic() >= due_s:
                    news.is_there = False
                    again_s = taking.run()
                    breaker.reset()
                    due_s = time.monotonic() + (LOOK_PERIOD_S if again_s is None else again_s)
                stop.wait(min(_TURN_S, settle_s))
