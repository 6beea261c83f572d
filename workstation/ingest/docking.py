"""One docking: what both copiers work with, and what is known once its collection is closed."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from workstation.devices.api import ErasesClips
    from workstation.ingest.context import IngestContext
    from workstation.ingest.endings import Endings
    from workstation.ingest.progress import SlotTracker
    from workstation.ingest.watch import ReaderPermit, RecorderWatch, WatchedSession
    from workstation.ledger.records import NewCollection


@dataclass(frozen=True, slots=True)
class Docking:
    """An open recorder and where its files go. ``check_stop`` raises when the docking is over."""

    context: IngestContext
    session: WatchedSession
    endings: Endings
    tracker: SlotTracker
    check_stop: Callable[[], None]


@dataclass(frozen=True, slots=True)
class AfterDocking:
    """An open recorder whose collection is closed. ``check_stop`` raises when it is over."""

    context: IngestContext
    session: WatchedSession
    eraser: ErasesClips | None  # the session's ability, where it has it
    watch: RecorderWatch
    permit: ReaderPermit
    collection: NewCollection
    tracker: SlotTracker
    check_stop: Callable[[], None]

    @contextmanager
    def reading(self) -> Iterator[None]:
        """One file's turn: recorders that are being collected read between two of ours."""
        self.permit.take(self.check_stop)
        try:
            yield
        finally:
            self.permit.give_back()
