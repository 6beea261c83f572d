"""One docking under way: what both copiers work with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from workstation.devices.api import RecorderSession
    from workstation.ingest.context import IngestContext
    from workstation.ingest.endings import Endings
    from workstation.ingest.progress import SlotTracker


@dataclass(frozen=True, slots=True)
class Docking:
    """An open recorder and where its files go. ``check_stop`` raises when the docking is over."""

    context: IngestContext
    session: RecorderSession
    endings: Endings
    tracker: SlotTracker
    check_stop: Callable[[], None]
