"""Sync's way to the station: receipts, and how delivery stands."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from workstation.domain.errors import ProtocolError, StationNotRunningError
from workstation.ipc.client import Connection, RemoteError
from workstation.ipc.messages import ReportUplink
from workstation.ipc.messages_delivery import ReportOnItsWay

if TYPE_CHECKING:
    from pathlib import Path

    from workstation.domain.dock import UplinkView
    from workstation.ipc.messages import AnyCommand
    from workstation.ipc.words import Result

logger = logging.getLogger(__name__)

RECONNECT_S = 1.0  # a station that is not there is asked no more often
REPORT_PERIOD_S = 1.0
REPORT_TIMEOUT_S = 2.0  # the wall is not worth holding up a delivery for longer


class StationLink:
    """Connects when there is something to say. Used by one thread."""

    def __init__(self, socket_path: Path) -> None:
        self._path = socket_path
        self._connection: Connection | None = None
        self._retry_at_s = 0.0
        self._report_at_s = 0.0
        self._reported: UplinkView | None = None
        self._moving: tuple[str, ...] | None = None

    def call(self, command: AnyCommand, timeout_s: float = 10.0) -> Result:
        """Give the station a command.

        Raises:
            StationNotRunningError: it is not there, or went away.
            RemoteError: it refused.
        """
        connection = self._connected()
        try:
            return connection.call(command, timeout_s)
        except StationNotRunningError:
            self.close()
            self._retry_at_s = time.monotonic() + RECONNECT_S
            raise

    def report(self, view: UplinkView, *, at_once: bool = False) -> None:
        """Tell the station how delivery stands, if that changed, once a second at most.

        A report that does not arrive is not missed: the next one says it all again.
        """
        now_s = time.monotonic()
        if view == self._reported or (now_s < self._report_at_s and not at_once):
            return
        self._report_at_s = now_s + REPORT_PERIOD_S
        try:
            self.call(ReportUplink(view), REPORT_TIMEOUT_S)
        except (StationNotRunningError, RemoteError, ProtocolError) as error:
            logger.debug("report not taken: %s", error)
            self._reported = None
        else:
            self._reported = view

    def report_moving(self, clips: tuple[str, ...]) -> None:
        """Tell the station which clips are on their way, if that changed."""
        if clips == self._moving:
            return
        try:
            self.call(ReportOnItsWay(clips), REPORT_TIMEOUT_S)
        except (StationNotRunningError, RemoteError, ProtocolError) as error:
            logger.debug("what is on its way not taken: %s", error)
            self._moving = None
        else:
            self._moving = clips

    def _connected(self) -> Connection:
        if self._connection is None:
            if time.monotonic() < self._retry_at_s:
                raise StationNotRunningError(path=str(self._path), reason="asked_just_now")
            connection = Connection(self._path)
            try:
                connection.connect()
            except StationNotRunningError:
                self._retry_at_s = time.monotonic() + RECONNECT_S
                raise
            self._connection = connection
            self._reported = self._moving = None
        return self._connection

    def close(self) -> None:
        """Hang up; the next call connects again."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
