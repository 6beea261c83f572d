"""Start a thread for every platform that the settings name."""

from __future__ import annotations

import contextlib
import logging
import threading
from typing import TYPE_CHECKING

from sync.backoff import Breaker
from sync.platforms import ga947, gosuncn
from sync.platforms.ga947 import Ga947
from sync.platforms.gosuncn import Gosuncn
from sync.platforms.memory import Memory
from sync.platforms.runner import Runner
from sync.platforms.telling import Telling
from sync.source import StationSource
from workstation.catalog.reader import Catalog
from workstation.domain.errors import StationError
from workstation.domain.errors_platform import PlatformRefusedError
from workstation.platform.clock import SystemClock
from workstation.station import record
from workstation.vault.secrets import PLATFORM, SealedSecrets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sync.platforms.api import Connector
    from sync.stopping import StopFlag
    from workstation.platform.paths import StatePaths
    from workstation.platform.settings import PlatformSection, Settings


logger = logging.getLogger(__name__)


def chosen(settings: Settings) -> dict[str, PlatformSection]:
    """The platforms that have an address."""
    named = {gosuncn.NAME: settings.gosuncn, ga947.NAME: settings.ga947}
    return {name: section for name, section in named.items() if section.url}


@contextlib.contextmanager
def platforms(paths: StatePaths, settings: Settings, stop: StopFlag) -> Iterator[None]:
    """While the block runs, every platform is told what there is; each in a thread of its own.

    ``stop`` must be set when the block is left: the threads end by it.
    """
    threads = [
        threading.Thread(
            target=_serve, args=(paths, settings, name, section, stop), name=f"platform-{name}"
        )
        for name, section in chosen(settings).items()
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
    paths: StatePaths, settings: Settings, name: str, section: PlatformSection, stop: StopFlag
) -> None:
    breaker = Breaker(settings.sync.retry_max_s)
    while not stop.is_set:
        try:
            with opened(paths, settings, name, section) as runner:
                runner.run(stop, breaker)
        except StationError as error:
            logger.warning("platform not begun name=%s: %s", name, error)
            with contextlib.suppress(StationError):
                memory = Memory(paths.platforms, name, section.url, SystemClock())
                with contextlib.closing(memory):
                    memory.ill(error.code, str(error.facts.get("reason", "")))
            stop.wait(breaker.fail())


@contextlib.contextmanager
def opened(
    paths: StatePaths, settings: Settings, name: str, section: PlatformSection
) -> Iterator[Runner]:
    """A runner and everything it reads from."""
    identity = record.load(paths)
    with contextlib.ExitStack() as stack:
        catalog = stack.enter_context(contextlib.closing(Catalog.open(paths.ledger)))
        source = stack.enter_context(contextlib.closing(StationSource.of(paths)))
        memory = Memory(paths.platforms, name, section.url, SystemClock())
        stack.enter_context(contextlib.closing(memory))
        telling = Telling(
            catalog, source, identity.id, settings.sync.store, paths.vault, section.address
        )
        yield Runner(
            name,
            _connector(paths, name, section),
            memory,
            telling,
            domain=section.domain,
            heartbeat_s=section.heartbeat_s,
        )


def _connector(paths: StatePaths, name: str, section: PlatformSection) -> Connector:
    """Read the platform's key out of the sealed secrets.

    Raises:
        PlatformRefusedError: it has none (``main.py secrets set platform.<name>``).
    """
    sealed = SealedSecrets(paths.secrets, record.load_keyring(paths))
    key = sealed.value(PLATFORM + name)
    if key is None:
        raise PlatformRefusedError(platform=section.url, reason=f"secrets set {PLATFORM}{name}")
    if name == gosuncn.NAME:
        return Gosuncn(section.url, section.station, key, section.domain)
    return Ga947(section.url, section.station, key)
