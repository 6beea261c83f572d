"""Ask the store anew about clips that it has had for long enough; what it proves, may go here."""

from __future__ import annotations

import hashlib
import logging
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

from sync.reconcile.running import last_of
from workstation.domain.errors import IntegrityError, StoreRefusedError
from workstation.ipc.client import RemoteError
from workstation.ipc.messages_delivery import PurgeClip
from workstation.platform.clock import to_text

if TYPE_CHECKING:
    from sync.database import SyncDatabase
    from sync.source import Source
    from sync.station_link import StationLink
    from sync.stores.api import Store
    from workstation.catalog.delivered import Delivered
    from workstation.platform.clock import Clock

logger = logging.getLogger(__name__)

AT_ONCE = 50  # clips in one session: delivery goes before
BLOCK_BYTES = 1 << 20


class Purging:
    """``days`` after its receipt; 0: nothing is ever purged."""

    def __init__(
        self, source: Source, database: SyncDatabase, link: StationLink, days: int, clock: Clock
    ) -> None:
        self._source = source
        self._database = database
        self._link = link
        self._days = days
        self._clock = clock
        self._refused: set[str] = set()  # held ones, say; asked again after a restart

    def run(self, store: Store) -> int:
        """Purge what may go; how many clips went.

        Raises:
            TransientError: the store, or the station; the rest goes another time.
        """
        if not self._days:
            return 0
        before = to_text(self._clock.now() - timedelta(days=self._days))
        last = last_of(self._database, self._database.store_id)
        doubtful = {one.clip for one in last.differences} if last is not None else set()
        gone = 0
        for one in self._source.purgeable(self._database.store_id, before):
            if one.clip_id in doubtful | self._refused:
                continue
            gone += self._purge(store, one)
            if gone >= AT_ONCE:
                break
        return gone

    def _purge(self, store: Store, one: Delivered) -> bool:
        try:
            self._link.call(self._word(store, one))
        except (StoreRefusedError, IntegrityError, RemoteError) as error:
            self._refused.add(one.clip_id)
            logger.info("not purged clip=%s: %s", one.clip_id, error)
            return False
        with self._database.transaction() as db:
            self._database.note(db, one.clip_id, "purged", "in the store only")
        return True

    def _word(self, store: Store, one: Delivered) -> PurgeClip:
        """What the store says now: a lock that holds, or else every byte read once more."""
        kept = store.vouch(one.object_key)
        size = store.stat(one.object_key)
        if store.stat(one.manifest_key) is None or size is None:
            raise StoreRefusedError(key=one.object_key, reason="missing")
        is_locked = kept.locked_until is not None
        return PurgeClip(
            clip_id=one.clip_id,
            store_id=self._database.store_id,
            size_bytes=size,
            sha256=one.sha256 if is_locked else _digest(store, one.object_key),
            how="locked" if is_locked else "read_back",
            version=kept.version,
            locked_until=to_text(kept.locked_until) if kept.locked_until is not None else None,
            checked_at=to_text(self._clock.now()),
        )


def _digest(store: Store, key: str) -> str:
    hasher, buffer = hashlib.sha256(), memoryview(bytearray(BLOCK_BYTES))
    with closing(store.open(key)) as stored:
        while count := stored.readinto(buffer):
            hasher.update(buffer[:count])
    return hasher.hexdigest()
