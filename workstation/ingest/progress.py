"""What one slot looks like, kept by its lane and posted at a pace a screen can use."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

from workstation.domain.dock import SlotPhase, SlotStatus, SlotView
from workstation.domain.ingest_state import IngestState
from workstation.events.facts import SlotChanged

if TYPE_CHECKING:
    from typing import Any

    from workstation.events.mailbox import Mailbox

POST_EVERY_S = 0.1
RATE_WINDOW_S = 3.0

_COUNTED = {
    IngestState.VAULTED: "vaulted",
    IngestState.DUPLICATE: "duplicates",
    IngestState.SKIPPED: "skipped",
    IngestState.QUARANTINED: "quarantined",
}


class SlotTracker:
    """The present ``SlotView`` of one slot. Written by its lane, read by anybody."""

    def __init__(self, slot: int, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._lock = threading.Lock()
        self._view = SlotView(slot)
        self._posted_s = 0.0
        self._marks: deque[tuple[float, int]] = deque()

    @property
    def view(self) -> SlotView:
        """The slot as of now."""
        return self._view

    def change(self, **fields: Any) -> None:  # noqa: ANN401 - the fields of SlotView
        """Set fields and tell at once."""
        with self._lock:
            self._view = replace(self._view, **fields)
            self._post()

    def reset(self, **fields: Any) -> None:  # noqa: ANN401
        """A new docking: forget everything but the slot's number."""
        with self._lock:
            self._marks.clear()
            self._view = replace(SlotView(self._view.slot), **fields)
            self._post()

    def advance(self, count: int) -> None:
        """``count`` more bytes were taken in; told at most ten times a second."""
        with self._lock:
            now = time.monotonic()
            view = self._view
            done = view.bytes_done + count
            self._marks.append((now, done))
            while now - self._marks[0][0] > RATE_WINDOW_S and len(self._marks) > 2:
                self._marks.popleft()
            since, then = self._marks[0]
            rate = (done - then) / (now - since) if now > since else view.rate_bps
            left = max(0, view.bytes_total - done)
            self._view = replace(
                view, bytes_done=done, rate_bps=rate, eta_s=left / rate if rate else None
            )
            if now - self._posted_s >= POST_EVERY_S:
                self._post()

    def ended(self, state: IngestState, count: int = 1) -> None:
        """So many files reached a final state."""
        with self._lock:
            field = _COUNTED.get(state)
            view = replace(self._view, entries_done=self._view.entries_done + count)
            if field is not None:
                view = replace(view, **{field: getattr(view, field) + count})
            self._view = view
            if time.monotonic() - self._posted_s >= POST_EVERY_S:
                self._post()

    def _post(self) -> None:
        self._posted_s = time.monotonic()
        self._mailbox.post(SlotChanged(self._view), replaces=("slot", self._view.slot))


IMPORTING = {"status": SlotStatus.IMPORTING, "phase": SlotPhase.COPYING}
VERIFYING = {"status": SlotStatus.VERIFYING, "phase": SlotPhase.VERIFYING}
