"""Give the station its receipts, again and again until it has written them down."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from workstation.domain.errors import StationNotRunningError, TransientError
from workstation.ipc.client import RemoteError
from workstation.ipc.messages import RecordReceipt
from workstation.platform.failpoints import reach

if TYPE_CHECKING:
    from sync.chains import Manifests
    from sync.deliveries import Deliveries, Delivery
    from sync.station_link import StationLink
    from sync.stopping import StopFlag
    from workstation.domain.errors import StationError

logger = logging.getLogger(__name__)

_PAGE = 100


class Receipts:
    """Settles published clips, oldest first."""

    def __init__(
        self, link: StationLink, deliveries: Deliveries, manifests: Manifests, stop: StopFlag
    ) -> None:
        self._link = link
        self._deliveries = deliveries
        self._manifests = manifests
        self._stop = stop

    def settle(self, store_id: str) -> StationError | None:
        """Send every open receipt; the first thing that stood in the way, or None.

        A receipt is idempotent at the station by clip and store, so one that was written down
        without our learning of it is simply sent again.
        """
        trouble: StationError | None = None
        tried: set[str] = set()
        while page := self._page(tried):
            for delivery in page:
                self._stop.check()
                tried.add(delivery.clip_id)
                error = self.settle_one(store_id, delivery)
                if error is not None and error.exit_code == TransientError.exit_code:
                    return error
                trouble = trouble or error
        return trouble

    def settle_one(self, store_id: str, delivery: Delivery) -> StationError | None:
        """Send one receipt; what stood in the way, or None."""
        try:
            self._send(store_id, delivery)
        except StationNotRunningError as error:
            return error
        except RemoteError as error:
            logger.warning("receipt refused clip=%s: %s", delivery.clip_id, error)
            return error
        return None

    def _page(self, tried: set[str]) -> list[Delivery]:
        found = self._deliveries.unsettled(_PAGE + len(tried))
        return [delivery for delivery in found if delivery.clip_id not in tried]

    def _send(self, store_id: str, delivery: Delivery) -> None:
        manifest = self._manifests.of(delivery.clip_id)
        if manifest is None or manifest.published_at is None:
            return
        receipt = RecordReceipt(
            clip_id=delivery.clip_id,
            store_id=store_id,
            object_key=delivery.object_key,
            manifest_key=manifest.key,
            sha256=delivery.sha256,
            size_bytes=delivery.size_bytes,
            stored_at=manifest.published_at,
            locked_until=delivery.locked_until,
            proof={
                "read_back": True,
                "version": delivery.version,
                "manifest_seq": manifest.seq,
                "manifest_sha256": manifest.sha256,
            },
        )
        self._link.call(receipt)
        reach("sync.receipt_sent")
        self._deliveries.settle(delivery.clip_id)
