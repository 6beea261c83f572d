"""Where pictures are laid for the kiosk: places in shared memory. Runs in the player child only."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from ui.player.wire import PLACE_BYTES, SLOTS, Frame

if TYPE_CHECKING:
    import mmap
    from collections.abc import Callable

    from ui.player.wire import Word


class Board:
    """Lays frames into free places and tells of them. Safe between threads.

    When the kiosk looks at all places, the newest frame waits for the next that is given back;
    older ones are dropped.
    """

    def __init__(self, memory: mmap.mmap, say: Callable[[Word], None]) -> None:
        self._memory = memory
        self._say = say
        self._lock = threading.Lock()
        self._free = set(range(SLOTS))
        self._waiting: tuple[Frame, bytes] | None = None

    def show(self, pixels: memoryview, shape: Frame) -> None:
        """A frame of ``shape`` (whose place does not count) is to be seen now."""
        with self._lock:
            if self._free:
                self._waiting = None
                self._lay(pixels, shape)
            else:
                self._waiting = (shape, bytes(pixels))

    def free(self, place: int) -> None:
        """The kiosk has copied what lay there."""
        with self._lock:
            self._free.add(place)
            if self._waiting is not None:
                (shape, pixels), self._waiting = self._waiting, None
                self._lay(memoryview(pixels), shape)

    def borrow(self, content: bytes) -> int | None:
        """Lay a file; its place, or None where there is no room. The kiosk gives it back."""
        with self._lock:
            if not self._free or len(content) > PLACE_BYTES:
                return None
            place = self._free.pop()
            start = place * PLACE_BYTES
            self._memory[start : start + len(content)] = content
            return place

    def _lay(self, pixels: memoryview, shape: Frame) -> None:
        place = self._free.pop()
        start = place * PLACE_BYTES
        self._memory[start : start + len(pixels)] = pixels
        self._say(
            Frame(place, shape.width, shape.height, shape.stride, shape.at_ms, shape.turn_deg)
        )
