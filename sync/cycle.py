"""One session with the store: everything there is to deliver, in the order that matters.

Ledger lines first (the hashes are out of the station's reach within seconds), then what people
said, then clips oldest first, each published before the next is begun, then receipts.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from sync.chains import Manifests, Segments
from sync.deliveries import SMALL_BYTES, Deliveries, Delivery
from sync.escrow import Escrow
from sync.exchange.session import Exchange
from sync.feed.fetching import FeedPoll, Fetching
from sync.feed.proposing import Proposing
from sync.joining import Joining
from sync.layout import clip_key
from sync.publisher import Publisher
from sync.purging import Purging
from sync.readback.hearing import ReadBacks
from sync.readback.pinned import pinned_keys
from sync.receipts import Receipts
from sync.reconcile.running import Reconciling
from sync.states import ClipState
from sync.uploader import Uploader
from workstation.domain.errors import (
    DeliveryPausedError,
    IntegrityError,
    OperatorError,
    StationNotRunningError,
    UsageError,
)

if TYPE_CHECKING:
    from sync.backoff import Breaker
    from sync.database import SyncDatabase
    from sync.feed.places import FeedPlace
    from sync.identity import Identity
    from sync.pace.due import Due
    from sync.pace.gate import Gate
    from sync.source import Source
    from sync.station_link import StationLink
    from sync.stopping import StopFlag
    from sync.stores.api import Store
    from sync.uplink import Uplink
    from workstation.catalog.values import OutboxRow
    from workstation.domain.errors import StationError
    from workstation.platform.clock import Clock
    from workstation.platform.rate import TokenBucket

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
    gate: Gate
    due: Due
    breaker: Breaker
    stop: StopFlag
    clock: Clock
    feed: FeedPlace
    purge_days: int
    centre_keys: tuple[str, ...] = ()


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
        words = (source, self.deliveries, tools.stop, self._sent)
        self._uploader = Uploader(*words, self._let_pass)
        self._lane = Uploader(*words)  # for what passes a clip that is being sent
        self._publisher = Publisher(identity, source, manifests, tools.clock)
        self._receipts = Receipts(tools.link, self.deliveries, manifests, tools.stop)
        self._reconciling = Reconciling(identity, source, database)
        self._purging = Purging(source, database, tools.link, tools.purge_days, tools.clock)
        self._proposing = Proposing(identity, source, database)
        self._feed = FeedPoll(Fetching(tools.feed, tools.link.call), database.tell)
        self._exchange = Exchange(identity, source, database, tools.link)
        pinned = partial(pinned_keys, source, tools.centre_keys)
        self._read_backs = ReadBacks(identity, database, pinned, tools.link.call)
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
            self._exchange.run(self._store)
            self._proposing.run(self._store)
            if tools.source.is_governed():
                self._feed.run()
            tools.uplink.sending(self.deliveries)
            while (delivery := self._next()) is not None:
                if (arrived := self._deliver(delivery, self._uploader)) is not None:
                    self._receipts.settle_one(store_id, arrived)
                self._escrow.run(self._store, at_once=False)
            trouble = self._receipts.settle(store_id) or self._pause()
            self._exchange.run(self._store)
            self._read_backs.run(self._store)
            self._purge()
            self._escrow.run(self._store, at_once=True)
            tools.uplink.rest(self.deliveries, trouble)
            return trouble
        finally:
            self._tools.gate.write()
            self._store.close()

    def _purge(self) -> None:
        try:
            self._purging.run(self._store)
        except StationNotRunningError:
            return  # another time

    def reconcile(self) -> None:
        """Compare station and store once a day; the outcome goes to screen and ledger.

        Also where delivery stands still because something does not fit: then most of all.

        Raises:
            StopRequested: asked to stop; it is begun anew.
            TransientError: the store or the station is away; it is tried again.
        """
        tools = self._tools
        if not tools.database.store_id:
            return
        try:
            if self._reconciling.is_due(tools.clock.now()):
                self._store.describe()
                self._reconciling.run(self._store, on_block=tools.stop.check)
            last = self._reconciling.last()
            tools.uplink.reconciled(len(last.differences) if last is not None else 0)
            self._reconciling.tell(tools.link.call)
        finally:
            self._store.close()

    def _next(self, passing: Delivery | None = None) -> Delivery | None:
        self._tools.stop.check()
        self._take_outbox()
        self.deliveries.take_wishes()
        self._tools.gate.regulate(self._tools.bucket)
        is_shut = self._tools.gate.shut() is not None
        return self.deliveries.next_open(passing, is_shut=is_shut)

    def _let_pass(self, large: Delivery) -> None:
        """Between two pieces of a clip: ledger lines, and clips that may pass it.

        Raises:
            DeliveryPausedError, DeliveryWaitsError: a person, or the settings, said so; the
                upload is gone on with later.
        """
        if large.size_bytes <= SMALL_BYTES:
            return
        self._escrow.run(self._store, at_once=False)
        while (delivery := self._next(large)) is not None:
            if (arrived := self._deliver(delivery, self._lane)) is not None:
                self._receipts.settle_one(self._tools.database.store_id, arrived)
        if large.urgent_at is not None:
            return
        if self.deliveries.is_paused():
            raise DeliveryPausedError(clip=large.clip_id)
        shut = self._tools.gate.shut()
        if shut is not None:
            raise shut

    def _take_outbox(self) -> None:
        while rows := self._tools.source.outbox(self.deliveries.outbox_seq, _PAGE):
            self.deliveries.enqueue(rows[-1].seq, [*map(self._planned, filter(_is_clip, rows))])

    def _planned(self, row: OutboxRow) -> Delivery:
        clip = self._tools.source.clip(row.ref)
        key = clip_key(self._tools.identity.station, clip)
        due_at = self._tools.due.at(clip)
        digest = clip.digest.sha256
        return Delivery(clip.id, row.seq, key, clip.size_bytes, digest, due_at=due_at)

    def _pause(self) -> StationError | None:
        """What is to be said where clips wait because of a person or of the settings."""
        if not self.deliveries.backlog().clips:
            return None
        return DeliveryPausedError() if self.deliveries.is_paused() else self._tools.gate.shut()

    def settle(self) -> StationError | None:
        """Only the receipts; the store is not needed for them."""
        return self._receipts.settle(self._tools.database.store_id)

    def _deliver(self, delivery: Delivery, uploader: Uploader) -> Delivery | None:
        """Bring one clip to ``PUBLISHED``, or set it aside for a person (None)."""
        try:
            if delivery.state is ClipState.WAITING:
                uploader.deliver(self._store, delivery)
        except (IntegrityError, OperatorError, UsageError) as error:
            logger.warning("clip held clip=%s: %s", delivery.clip_id, error)
            self.deliveries.hold(delivery.clip_id, error)
            return None
        delivery = self.deliveries.get(delivery.clip_id) or delivery  # with its version and lock
        self._publisher.publish(self._store, delivery)
        self._tools.breaker.reset()
        self._tools.uplink.delivered()
        logger.info("clip delivered clip=%s bytes=%d", delivery.clip_id, delivery.size_bytes)
        return delivery

    def _sent(self, delivery: Delivery, size_bytes: int) -> None:
        if delivery.size_bytes > SMALL_BYTES:
            is_over = self._tools.gate.spend(size_bytes) and delivery.urgent_at is None
            if is_over and (shut := self._tools.gate.shut()) is not None:
                raise shut
        self._tools.uplink.sent(size_bytes, self.deliveries)


def _is_clip(row: OutboxRow) -> bool:
    return row.kind == _CLIP
