"""What is done with a recorder that stays docked: read once more, then erased where allowed.

The collection is closed and told before this begins. A recorder pulled out here is no fault.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from workstation.domain.dock import SlotPhase, SlotStatus
from workstation.domain.erasing import ErasePolicy
from workstation.domain.errors import CollectionStoppedError, RecorderGoneError
from workstation.ingest.erasing import Eraser
from workstation.ingest.second_read import SecondReading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workstation.domain.clip import ClipEntry
    from workstation.ingest.docking import AfterDocking

logger = logging.getLogger(__name__)


def look_after(docking: AfterDocking, entries: Mapping[str, ClipEntry]) -> None:
    """Settle, read again, erase. ``entries``: what was to be copied, by item id.

    Raises:
        StationError: the ledger or the vault can not go on; the collection stays as it is.
    """
    context, tracker = docking.context, docking.tracker
    rule = context.erase_rule(docking.collection.identity.unit)
    face = tracker.view
    try:
        eraser = Eraser(docking, entries, rule)
        eraser.settle_open()
        differing = lost = 0
        if context.second_read or rule.policy is not ErasePolicy.NEVER:
            held = context.catalog.held_files(docking.collection.id)
            differing = SecondReading(docking, entries).run(held)
        if rule.policy is not ErasePolicy.NEVER and not differing:
            lost = eraser.run(context.catalog.held_files(docking.collection.id))
        code = "copy.second_differs" if differing else "erase.not_exact" if lost else face.code
        status = SlotStatus.ATTENTION if differing or lost else face.status
        tracker.change(status=status, phase=SlotPhase.IDLE, code=code)
    except (RecorderGoneError, CollectionStoppedError) as end:
        logger.info("docking ended after the collection slot=%d: %s", tracker.view.slot, end)
        tracker.change(status=face.status, phase=SlotPhase.IDLE)
