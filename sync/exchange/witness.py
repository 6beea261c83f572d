"""Bear witness to other stations' ledgers, so that one cut off together with its clips shows.

Whoever administers a store can remove a station's newest ledger lines, manifests and clips
together, and nothing of that station's own is left to tell. So each station writes down, in its
own ledger, how the ledgers of a few others stand.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from sync.centre.keys import read_signed
from sync.layout import ledger_prefix, segment_of
from workstation.domain.errors import IntegrityError, StoreRefusedError
from workstation.domain.errors_centre import CentreChainError, CentreWitnessError
from workstation.ipc.messages import SawHead
from workstation.ledger.custody import Act, decode, line_hash
from workstation.ledger.sshsig import Namespace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync.database import SyncDatabase
    from sync.exchange.peers import Peer, Peers
    from sync.station_link import StationLink
    from sync.stores.api import Store

logger = logging.getLogger(__name__)

# Whom a station watches. On the ring of all stations each is then watched by as many, and
# somebody who would cut a ledger has to cut theirs too, and those that watch them.
WATCHED = 3


class Witness:
    """Looks at the ledgers of a few other stations."""

    def __init__(
        self, station: str, peers: Peers, database: SyncDatabase, link: StationLink
    ) -> None:
        self._station = station
        self._peers = peers
        self._database = database
        self._link = link

    def run(self, store: Store, others: Sequence[str]) -> None:
        """Write down the newest line of each watched station, where it has news.

        Raises:
            TransientError: the store, or the station; the rest is seen next time.
        """
        for station in watched(self._station, others):
            try:
                self._look(store, self._peers.get(store, station))
            except (IntegrityError, StoreRefusedError) as error:
                logger.warning("ledger not witnessed station=%s: %s", station, error)
                self._database.tell(f"ledger of {station} not witnessed", str(error))

    def _look(self, store: Store, known: Peer) -> None:
        newest = None
        for key in store.list(ledger_prefix(known.station)):
            newest = key if segment_of(key) is not None else newest
        if newest is None:
            if known.line:
                raise CentreWitnessError(station=known.station, line=known.line, reason="cut_off")
            return
        lines = read_signed(store, newest, Namespace.LEDGER, known.keys).splitlines()
        first = segment_of(newest) or 0
        last = first + len(lines) - 1
        if last < known.line:
            raise CentreWitnessError(station=known.station, line=known.line, reason="cut_off")
        _require_chain(newest, lines, first, known)
        fresh = lines[max(0, known.line + 1 - first) :]
        # Two stations that watch each other would else never come to rest.
        if all(decode(line, 0).act == Act.SAW_HEAD.value for line in fresh):
            return
        head = line_hash(lines[-1])
        self._link.call(SawHead(known.station, last, head))
        self._peers.put(replace(known, line=last, head=head))


def _require_chain(key: str, lines: Sequence[bytes], first: int, known: Peer) -> None:
    """The segment must hang together, and hold the line we saw if it reaches back to it.

    Raises:
        CentreChainError, CentreWitnessError, LedgerBrokenError
    """
    previous = known.head if known.line == first - 1 else None
    for seq, line in enumerate(lines, first):
        entry = decode(line, seq)
        if entry.seq != seq or (previous is not None and entry.prev != previous):
            raise CentreChainError(key=key, line=seq)
        previous = line_hash(line)
        if seq == known.line and previous != known.head:
            raise CentreWitnessError(station=known.station, line=seq, reason="other_lines")


def watched(station: str, others: Sequence[str]) -> list[str]:
    """The few that come after a station on the ring of all, in an order nobody chose."""
    ring = sorted({station, *others}, key=_place)
    at = ring.index(station)
    return [*ring[at + 1 :], *ring[:at]][:WATCHED]


def _place(station: str) -> bytes:
    return hashlib.sha256(station.encode()).digest()
