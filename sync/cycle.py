"""One session with the store: everything there is to deliver, in the order that matters.

Ledger lines first (the hashes are out of the station's reach within seconds), then clips oldest
first, each published before the next is begun, then receipts.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync.chains import Manifests, Segments
from sync.deliveries import Deliveries, Delivery
from sync.escrow import Escrow
from sync.joining import Joining
from sync.layout import clip_key
from sync.publisher import Publisher
from sync.receipts import Receipts
from sync.states import ClipState
from sync.uploader import Uploader
from workstation.domain.errors import IntegrityError, OperatorError, UsageError

if TYPE_CHECKING:
    from sync.backoff import Breaker
    from sync.database import SyncDatabase
    from sync.identity import Identity
    from sync.rate import TokenBucket
    from sync.source import Source
    from sync.station_link import StationLink
    from sync.stopping import StopFlag
    from sync.stores.api import Store
    from sync.uplink import Uplink
    from workstation.catalog.values import OutboxRow
    from workstation.domain.errors import StationError
    from workstation.platform.clock import Clock

logger = logging.getLogger(__name__)

_PAGE = 200
_CLIP = "clip"  # kind of an outbox row; the others are covered by the ledger's lines


@dataclass(frozen=True, slots=True)
class Tools:
    """What a session works with; made once, in ``daemon``."""

    identity: Identity
    source: Source
    database: SyncDatabase
    link: StationLink
    uplink: Uplink
    bucket: TokenBucket
    breaker: Breaker
    stop: StopFlag
    clock: Clock


class Cycle:
    """Sessions with one store."""

    def __init__(self, tools: Tools, store: Store) -> None:
        self._tools = tools
        self._store = store
        database, identity, source = tools.database, tools.identity, tools.source
        self.deliveries = Deliveries(database)
        manifests, segments = Manifests(database, self.deliveries), Segments(database)
        self._joining = Joining(identity, source, database, manifests, segments)
        self._escrow = Escrow(identity, source, segments, database)
        self._uploader = Uploader(source, self.deliveries, tools.bucket, tools.stop, self._sent)
        self._publisher = Publisher(identity, source, manifests, tools.clock)
        self._receipts = Receipts(tools.link, self.deliveries, manifests, tools.stop)
        self._is_joined = False

    def run(self) -> StationError | None:
        """Deliver all there is; what stands in the way of the receipts, or None.

        Raises:
            StopRequested: asked to stop.
            TransientError: the store, or a database, may be better in a moment.
            OperatorError, IntegrityError: nothing can be delivered before a person looks.
        """
        tools = self._tools
        try:
            if tools.database.recall(self._store.url):  # count what waits, reachable or not
                self._take_outbox()
                tools.uplink.look(self.deliveries)
            store_id = self._joining.join(self._store, tools.clock)
            if not self._is_joined:
                self.deliveries.requeue_held()
                self._is_joined = True
            self._escrow.run(self._store, at_once=True)
            tools.uplink.sending(self.deliveries)
            while (delivery := self._next()) is not None:
                if self._deliver(delivery):
                    self._receipts.settle_one(store_id, delivery)
                self._escrow.run(self._store, at_once=False)
            trouble = self._receipts.settle(store_id)
            self._escrow.run(self._store, at_once=True)
            tools.uplink.rest(self.deliveries, trouble)
            return trouble
        finally:
            self._store.close()

    def _next(self) -> Delivery | None:
        self._tools.stop.check()
        self._take_outbox()
        return self.deliveries.next_open()

    def _take_outbox(self) -> None:
        while rows := self._tools.source.outbox(self.deliveries.outbox_seq, _PAGE):
            self.deliveries.enqueue(rows[-1].seq, [*map(self._planned, filter(_is_clip, rows))])

    def _planned(self, row: OutboxRow) -> Delivery:
        clip = self._tools.source.clip(row.ref)
        key = clip_key(self._tools.identity.station, clip)
        return Delivery(clip.id, row.seq, key, clip.size_bytes, clip.digest.sha256)

    def settle(self) -> StationError | None:
        """Only the receipts; the store is not needed for them."""
        return self._receipts.settle(self._tools.database.store_id)

    def _deliver(self, delivery: Delivery) -> bool:
        """Bring one clip to ``PUBLISHED``, or set it aside for a person."""
        try:
            if delivery.state is ClipState.WAITING:
                self._uploader.deliver(self._store, delivery)
        except (IntegrityError, OperatorError, UsageError) as error:
            logger.warning("clip held clip=%s: %s", delivery.clip_id, error)
            self.deliveries.hold(delivery.clip_id, error)
            return False
        self._publisher.publish(self._store, delivery)
        self._tools.breaker.reset()
        self._tools.uplink.delivered()
        logger.info("clip delivered clip=%s bytes=%d", delivery.clip_id, delivery.size_bytes)
        return True

    def _sent(self, size_bytes: int) -> None:
        self._tools.uplink.sent(size_bytes, self.deliveries)


def _is_clip(row: OutboxRow) -> bool:
    return row.kind == _CLIP
