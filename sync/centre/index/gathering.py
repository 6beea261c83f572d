"""Bring the index up to what a store holds, from where each station was left off.

A manifest names the digest of the one before it, so a signature under the newest of a portion
vouches for all of it: one signature is read and checked for hundreds of manifests. Where it does
not hold, each is checked on its own and the good ones before the bad are kept.
"""

from __future__ import annotations

import logging
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from sync.centre.index.database import StationRow, Taken
from sync.centre.keys import published_key, read_signed, with_heirs
from sync.centre.report import Fault
from sync.documents import Manifest, decode, digest_of
from sync.layout import (
    event_segment_of,
    events_prefix,
    manifest_of,
    manifest_prefix,
    signature_key,
    stations_under_keys,
)
from sync.reading import read_document
from workstation.domain.errors import IntegrityError, StoreRefusedError
from workstation.domain.errors_casework import BadOperationError
from workstation.domain.errors_centre import (
    CentreChainError,
    CentreFormError,
    CentreKeyError,
    CentreMissingError,
    CentreSignatureError,
)
from workstation.ledger.sshsig import Namespace, holds
from workstation.platform.clock import from_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync.centre.index.database import CentreIndex
    from sync.stores.api import Store
    from workstation.domain.errors import StationError

logger = logging.getLogger(__name__)

PORTION = 500  # manifests in one transaction, under one signature
_FIRST_YEAR, _LAST_YEAR = 1980, 2200  # the row ids hold milliseconds until 2248
_SIZE_LIMIT = 1 << 63


@dataclass(slots=True)
class Gathered:
    """What came of it."""

    store_id: str
    stations: int = 0
    clips: int = 0
    operations: int = 0
    faults: list[Fault] = field(default_factory=list)

    def blame(self, station: str, error: StationError) -> None:
        """Enter a fault; that station is not read further this time."""
        self.faults.append(Fault(station, error.code, dict(error.facts)))


class Gathering:
    """Reads one store into the index."""

    def __init__(
        self, store: Store, index: CentreIndex, trusted: frozenset[bytes] = frozenset()
    ) -> None:
        self._store = store
        self._index = index
        self._trusted = trusted

    def run(self) -> Gathered:
        """Take in all that is new; what does not hold is named and left out.

        Raises:
            TransientError: the store; what was taken in stays, and the next run goes on there.
        """
        with closing(self._store):
            gathered = Gathered(self._store.describe().store_id)
            for station in stations_under_keys(self._store.list("keys/")):
                gathered.stations += 1
                try:
                    self._station(station, gathered)
                except (IntegrityError, BadOperationError, StoreRefusedError) as error:
                    logger.info("station not read further station=%s: %s", station, error)
                    gathered.blame(station, error)
                    self._complain(gathered.store_id, station, error)
        return gathered

    def _station(self, station: str, gathered: Gathered) -> None:
        known = self._index.station(gathered.store_id, station)
        if known is None:
            first = published_key(self._store, station, 1)
            row = StationRow(gathered.store_id, station, (first,))
        else:
            row = known
        keys = with_heirs(self._store, station, row.keys)
        if self._trusted and not any(key.public in self._trusted for key in keys):
            raise CentreKeyError(station=station, reason="not_given")
        is_news = known is None or known.code is not None or len(keys) != len(known.keys)
        row = replace(row, keys=keys, code=None)
        if is_news:  # a station without news costs no write
            self._index.put(row)
        row = self._manifests(row, gathered)
        self._operations(row, gathered)

    def _complain(self, store_id: str, station: str, error: StationError) -> None:
        row = self._index.station(store_id, station)
        if row is not None:
            self._index.put(replace(row, code=error.code))

    # -- manifests ----------------------------------------------------------------------

    def _manifests(self, row: StationRow, gathered: Gathered) -> StationRow:
        after = f"{manifest_prefix(row.station)}{row.seq:012}~"
        portion: list[tuple[str, bytes]] = []
        for key in self._store.list(manifest_prefix(row.station), after):
            if manifest_of(key) is None:
                continue
            portion.append((key, read_document(self._store, key)))
            if len(portion) == PORTION:
                row = self._take(row, portion, gathered)
                portion = []
        return self._take(row, portion, gathered) if portion else row

    def _take(
        self, row: StationRow, portion: Sequence[tuple[str, bytes]], gathered: Gathered
    ) -> StationRow:
        taken: list[Taken] = []
        trouble: StationError | None = None
        head, seq = row.head, row.seq
        for key, body in portion:
            try:
                taken.append(_linked(row.station, key, body, seq + 1, head))
            except IntegrityError as error:
                trouble = error
                break
            seq, head = seq + 1, taken[-1].sha256
        good = len(taken)
        if taken and not self._is_signed(row, *portion[good - 1]):
            signed = [self._is_signed(row, *one) for one in portion[:good]]
            good = signed.index(False)
            trouble = CentreSignatureError(key=portion[good][0])
        if good:
            row = replace(row, seq=row.seq + good, head=taken[good - 1].sha256)
            self._index.take_manifests(row, taken[:good])
            gathered.clips += good
        if trouble is not None:
            raise trouble
        return row

    def _is_signed(self, row: StationRow, key: str, body: bytes) -> bool:
        try:
            signature = read_document(self._store, signature_key(key))
        except StoreRefusedError:
            return False
        return any(holds(body, signature, Namespace.MANIFEST, one) for one in row.keys)

    # -- what people said ---------------------------------------------------------------

    def _operations(self, row: StationRow, gathered: Gathered) -> None:
        after = events_prefix(row.station) + f"{row.operations:012}~"
        for key in self._store.list(events_prefix(row.station), after):
            first = event_segment_of(key)
            if first is None:
                continue
            if first != row.operations + 1:
                raise CentreMissingError(key=key, number=row.operations + 1, reason="operations")
            lines = read_signed(self._store, key, Namespace.EVENTS, row.keys).splitlines()
            row = replace(row, operations=row.operations + len(lines))
            self._index.take_operations(row, lines)
            gathered.operations += len(lines)


def _linked(station: str, key: str, body: bytes, seq: int, head: str) -> Taken:
    """A manifest that has the number after the last and follows from it.

    Raises:
        CentreMissingError: it is not the next. CentreChainError: it does not follow.
        CentreFormError, StoreDamagedError: it says something else than its name.
    """
    named = manifest_of(key)
    if named is None or named[0] != seq:
        raise CentreMissingError(key=key, number=seq, reason="manifest")
    manifest = decode(Manifest, body, key)
    if (manifest.station, manifest.seq, manifest.clip) != (station, *named):
        raise CentreFormError(key=key, reason="another_name")
    if manifest.previous != head:
        raise CentreChainError(key=key, number=seq)
    _require_in_range(manifest, key)
    return Taken(manifest, digest_of(body))


def _require_in_range(manifest: Manifest, key: str) -> None:
    """A station's signature makes nothing true: what can not be kept is refused here.

    Raises:
        CentreFormError: a time is none, or a number is out of all proportion.
    """
    try:
        if manifest.recorded_at is not None:
            datetime.fromisoformat(manifest.recorded_at)
        vaulted_at = from_text(manifest.vaulted_at)
    except (ValueError, OverflowError) as error:
        raise CentreFormError(key=key, reason="time") from error
    if not (_FIRST_YEAR <= vaulted_at.year <= _LAST_YEAR and 0 <= manifest.size < _SIZE_LIMIT):
        raise CentreFormError(key=key, reason="range")
