"""What sync last told of delivery, and what people at the screen ask of it meanwhile."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from workstation.domain.outlook import StoreFindings
from workstation.ipc.messages_delivery import DeliveryWish
from workstation.ledger.custody import Act, decode

if TYPE_CHECKING:
    from workstation.catalog.reader import Catalog
    from workstation.domain.outlook import DeliveryView
    from workstation.ipc.messages_delivery import WishKind

MOST_WISHES = 1000  # a sync process that never comes is not waited for with more


class DeliveryDesk:
    """Kept in memory only: sync says it all again. Safe to call from any thread."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._lock = threading.Lock()
        self._view: DeliveryView | None = None
        self._wishes: list[DeliveryWish] = []
        self._last = 0

    def take(self, view: DeliveryView, heard: int) -> tuple[DeliveryWish, ...]:
        """Sync's report; wishes up to number ``heard`` are done with. Those that are not."""
        with self._lock:
            self._view = view
            self._wishes = [wish for wish in self._wishes if wish.number > heard]
            return tuple(self._wishes)

    def wish(self, kind: WishKind, clip: str | None, by: str) -> None:
        """A person asks something; sync hears of it with its next report."""
        with self._lock:
            self._last += 1
            self._wishes.append(DeliveryWish(self._last, kind, clip, by))
            del self._wishes[:-MOST_WISHES]

    @property
    def view(self) -> DeliveryView | None:
        """As last told; None before that."""
        with self._lock:
            return self._view

    def findings(self) -> StoreFindings | None:
        """What was found when a store was last tried; None where none ever was."""
        line = self._catalog.newest(Act.STORE_COMMISSIONED)
        if line is None:
            return None
        entry = decode(line, 0)
        facts = entry.facts
        holds, lacks = (
            tuple(filter(None, str(facts.get(name) or "").split(",")))
            for name in ("holds", "lacks")
        )
        days = facts.get("landing_days")
        return StoreFindings(
            at=entry.at,
            url=str(facts.get("url") or ""),
            landing_days=days if isinstance(days, int) else 0,
            holds=holds,
            lacks=lacks,
        )
