"""What one slot looks like, kept by its lane and posted at a pace a screen can use."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from dataclasses import replace
from typing import TYPE_CHECKING

from workstation.domain.dock import SlotView
from workstation.domain.ingest_state import IngestState
from workstation.events.facts import SlotChanged

if TYPE_CHECKING:
    from collections.abc import Callable
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
    """The present ``SlotView`` of one slot. Written by its lane, read by anybody.

    Counting a file or a block only adds numbers; the view is built when somebody looks.
    """

    def __init__(
        self, slot: int, mailbox: Mailbox, is_mapped: Callable[[str], bool] = lambda _: True
    ) -> None:
        self._mailbox = mailbox
        self._is_mapped = is_mapped
        self._lock = threading.Lock()
        self._view = SlotView(slot)
        self._posted_s = 0.0
        self._marks: deque[tuple[float, int]] = deque()
        self._bytes = 0  # counted and not in the view yet
        self._ends: Counter[str] = Counter()

    @property
    def view(self) -> SlotView:
        """The slot as of now."""
        with self._lock:
            return self._settled()

    def change(self, **fields: Any) -> None:  # noqa: ANN401 - the fields of SlotView
        """Set fields and tell at once."""
        with self._lock:
            self._view = replace(self._settled(), **fields)
            self._post()

    def reset(self, **fields: Any) -> None:  # noqa: ANN401
        """A new docking: forget everything but the slot's number."""
        with self._lock:
            self._marks.clear()
            self._bytes = 0
            self._ends.clear()
            view = replace(SlotView(self._view.slot), **fields)
            self._view = replace(view, is_mapped=self._is_mapped(view.port))
            self._post()

    def advance(self, count: int) -> None:
        """``count`` more bytes were taken in; told at most ten times a second."""
        with self._lock:
            self._bytes += count
            self._post_if_due()

    def ended(self, state: IngestState, count: int = 1) -> None:
        """So many files reached a final state."""
        with self._lock:
            self._ends["entries_done"] += count
            if (field := _COUNTED.get(state)) is not None:
                self._ends[field] += count
            self._post_if_due()

    def _settled(self) -> SlotView:
        """The view with everything counted so far."""
        if not self._bytes and not self._ends:
            return self._view
        counts = {name: getattr(self._view, name) + more for name, more in self._ends.items()}
        done = self._view.bytes_done + self._bytes
        if self._bytes:
            counts |= self._pace(done)
        self._bytes = 0
        self._ends.clear()
        self._view = replace(self._view, **counts)
        return self._view

    def _pace(self, done: int) -> dict[str, Any]:
        now = time.monotonic()
        self._marks.append((now, done))
        while now - self._marks[0][0] > RATE_WINDOW_S and len(self._marks) > 2:
            self._marks.popleft()
        since, then = self._marks[0]
        rate = (done - then) / (now - since) if now > since else self._view.rate_bps
        left = max(0, self._view.bytes_total - done)
        return {"bytes_done": done, "rate_bps": rate, "eta_s": left / rate if rate else None}

    def _post_if_due(self) -> None:
        if time.monotonic() - self._posted_s >= POST_EVERY_S:
            self._settled()
            self._post()

    def _post(self) -> None:
        self._posted_s = time.monotonic()
        self._mailbox.post(SlotChanged(self._view), replaces=("slot", self._view.slot))
