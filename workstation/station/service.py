"""The station process: engine, socket, signals, watchdog."""

from __future__ import annotations

import logging
import signal
import threading
from typing import TYPE_CHECKING

from workstation.ipc.server import StationServer
from workstation.platform import sdnotify
from workstation.station.commands import Commands
from workstation.station.engine import Engine

if TYPE_CHECKING:
    from types import FrameType

    from workstation.platform.paths import StatePaths
    from workstation.platform.settings import Settings
    from workstation.station.engine import EngineParts

logger = logging.getLogger(__name__)


def run(paths: StatePaths, settings: Settings, parts: EngineParts) -> int:
    """Serve until SIGTERM or SIGINT; collections under way are closed as interrupted.

    Raises:
        StationError: the state directory or the engine can not be used.
    """
    asked = threading.Event()

    def stop(number: int, _: FrameType | None) -> None:
        logger.info("stopping signal=%d", number)
        asked.set()

    engine = Engine(paths, settings, parts)
    engine.start()
    engine.take_care()
    server = StationServer(paths.socket, Commands(engine).handle, engine.mailbox)
    try:
        server.start()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        logger.info("station running id=%s state=%s", engine.record.id, paths.root)
        sdnotify.ready()
        pause = sdnotify.watchdog_interval_s()
        while not asked.wait(pause):
            sdnotify.alive()
    finally:
        sdnotify.stopping()
        server.stop()
        engine.stop()
    return 0
