"""What is exchanged with other stations in one session with the store."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from sync.exchange.hearing import Hearing
from sync.exchange.peers import Peers
from sync.exchange.portions import Portions
from sync.exchange.saying import Saying
from sync.exchange.witness import Witness
from sync.layout import stations_under_keys
from workstation.domain.errors import StationNotRunningError
from workstation.ipc.client import RemoteError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sync.database import SyncDatabase
    from sync.identity import Identity
    from sync.source import Source
    from sync.station_link import StationLink
    from sync.stores.api import Store

logger = logging.getLogger(__name__)

# How often the others are looked at: two listings for each station of the store.
PERIOD_S = 60.0

# How many of them at a time. Everybody hearing everybody would ask a store for N² listings a
# minute: 33,000 a second at 1,000 stations (docs/scale.md). So it grows with N only, and what
# was said far away is heard N / 50 minutes later.
HEARD_AT_ONCE = 50


class Exchange:
    """Sends what was said here at once; hears and watches the others now and then."""

    def __init__(
        self, identity: Identity, source: Source, database: SyncDatabase, link: StationLink
    ) -> None:
        peers = Peers(database)
        self._station = identity.station
        self._saying = Saying(identity, source, Portions(database))
        self._hearing = Hearing(peers, database, link)
        self._witness = Witness(identity.station, peers, database, link)
        self._is_adopted = False
        self._due_s = 0.0
        self._turns = Turns()

    def run(self, store: Store) -> None:
        """Exchange what there is. Our own station being away is no obstacle to delivery.

        Raises:
            TransientError, StoreRefusedError, LedgerBrokenError: as the parts say.
        """
        if not self._is_adopted:
            self._saying.adopt(store)
            self._is_adopted = True
        self._saying.run(store)
        if time.monotonic() < self._due_s:
            return
        some = self._turns.next(lambda: self._others(store))
        try:
            self._hearing.run(store, some)
            self._witness.run(store, self._turns.everybody)
        except StationNotRunningError:
            return  # not due before it is back: nothing is missed
        except RemoteError as error:
            logger.warning("station takes nothing from others: %s", error)
        self._due_s = time.monotonic() + PERIOD_S

    def _others(self, store: Store) -> list[str]:
        everybody = stations_under_keys(store.list("keys/"))
        return [station for station in everybody if station != self._station]


class Turns:
    """Whose turn it is to be heard; who is there is asked anew each time all were heard."""

    def __init__(self) -> None:
        self.everybody: list[str] = []
        self._heard = 0

    def next(self, ask: Callable[[], list[str]]) -> list[str]:
        """The next few; everybody where they are few."""
        if self._heard >= len(self.everybody):
            self.everybody, self._heard = ask(), 0
        some = self.everybody[self._heard : self._heard + HEARD_AT_ONCE]
        self._heard += HEARD_AT_ONCE
        return some
