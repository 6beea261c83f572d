"""Hand events from engine threads to one reader, which may be a Qt event loop."""

from __future__ import annotations

import os
import threading
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable


class Mailbox:
    """Facts queue up in order; progress under one key overwrites itself.

    ``fileno`` becomes readable when there is post, so a selector or a QSocketNotifier can
    wait for it and the engine needs to know neither.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._facts: deque[object] = deque()
        self._latest: dict[Hashable, object] = {}
        self._reader, self._writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

    def fileno(self) -> int:
        return self._reader

    def post(self, event: object, *, replaces: Hashable | None = None) -> None:
        """Leave an event; with ``replaces``, drop an undelivered one of the same key."""
        with self._lock:
            was_empty = not self._facts and not self._latest
            if replaces is None:
                self._facts.append(event)
            else:
                self._latest[replaces] = event
            if was_empty:
                os.write(self._writer, b"\0")

    def close(self) -> None:
        """Give the descriptors back; posting afterwards is a bug."""
        os.close(self._reader)
        os.close(self._writer)

    def drain(self) -> list[object]:
        """Take all post: facts in the order they happened, then the latest progress."""
        with self._lock:
            post = [*self._facts, *self._latest.values()]
            self._facts.clear()
            self._latest.clear()
            if post:
                os.read(self._reader, 1)
        return post
