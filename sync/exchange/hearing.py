"""Fetch what people said at other stations, and let our own take it in."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from sync.centre.keys import read_signed
from sync.layout import event_segment_of, events_prefix
from workstation.domain.errors import IntegrityError, OperatorError
from workstation.domain.errors_centre import CentreMissingError
from workstation.ipc.client import RemoteError
from workstation.ipc.messages_casework import MergeOperations
from workstation.ledger.sshsig import Namespace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync.database import SyncDatabase
    from sync.exchange.peers import Peer, Peers
    from sync.station_link import StationLink
    from sync.stores.api import Store
    from workstation.domain.errors import StationError

logger = logging.getLogger(__name__)

AT_ONCE = 200  # operations in one command: far below the longest line of the socket


class Hearing:
    """Reads other stations' segments from its cursor of each on."""

    def __init__(self, peers: Peers, database: SyncDatabase, link: StationLink) -> None:
        self._peers = peers
        self._database = database
        self._link = link

    def run(self, store: Store, others: Sequence[str]) -> None:
        """Take in what is new; a station whose segments do not hold does not stop the others.

        Raises:
            TransientError: the store, or our station; the rest is heard next time.
        """
        for station in others:
            try:
                known = self._peers.get(store, station)
            except (IntegrityError, OperatorError) as error:
                logger.warning("operations not taken station=%s: %s", station, error)
                continue
            try:
                self._hear(store, known)
            except (IntegrityError, OperatorError, RemoteError) as error:
                self._complain(store, station, error)

    def _hear(self, store: Store, known: Peer) -> None:
        after = events_prefix(known.station) + f"{known.operations:012}~"
        for key in store.list(events_prefix(known.station), after):
            first = event_segment_of(key)
            if first is None:
                continue
            if first != known.operations + 1:
                raise CentreMissingError(key=key, number=known.operations + 1, reason="operations")
            lines = read_signed(store, key, Namespace.EVENTS, known.keys).decode().splitlines()
            for place in range(0, len(lines), AT_ONCE):
                self._link.call(MergeOperations(tuple(lines[place : place + AT_ONCE])))
            known = replace(known, operations=known.operations + len(lines), code=None)
            self._peers.put(known)

    def _complain(self, store: Store, station: str, error: StationError) -> None:
        """Note it once, not each time it is met."""
        known = self._peers.get(store, station)
        code = error.code
        if known.code == code:
            return
        logger.warning("operations not taken station=%s: %s", station, error)
        self._database.tell(f"operations of {station} not taken", str(error))
        self._peers.put(replace(known, code=code))
