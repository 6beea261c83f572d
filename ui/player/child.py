"""The player child: one clip, opened with that clip's own key. No path, no place to write.

Run as ``python -m ui.player.child <socket fd> <memory fd>``.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import queue
import resource
import signal
import socket
import sys
import threading
from typing import TYPE_CHECKING

from ui.player.deck import Deck
from ui.player.wire import MEMORY_BYTES, Lines, Open, Seek, encode, order_of
from workstation.platform.prctl import PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS, PR_SET_PDEATHSIG, prctl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ui.player.wire import AnyOrder, Word

MEMORY_LIMIT_BYTES = 6 << 30  # of address space: libVLC's threads and plugins take much, use little
BEAT_S = 0.1  # how often is told where playing is
_OPEN_FILES = 256
_RECEIVE_BYTES = 64 << 10


def confine() -> None:
    """No file that could take a plain byte, no core dump, no new rights; gone with the kiosk."""
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the kiosk; it ends us
    for limit, value in (
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_AS, MEMORY_LIMIT_BYTES),
    ):
        resource.setrlimit(limit, (value, value))
    prctl(PR_SET_DUMPABLE, 0)
    prctl(PR_SET_NO_NEW_PRIVS, 1)


class Mouth:
    """Says words to the kiosk, one thread at a time."""

    def __init__(self, wire: socket.socket) -> None:
        self._wire = wire
        self._lock = threading.Lock()

    def say(self, word: Word) -> None:
        """One line; if the kiosk is gone, so are we soon."""
        with self._lock, contextlib.suppress(OSError):
            self._wire.sendall(encode(word))


class Ear:
    """Hears orders on a thread of its own, so that a long seek can be overtaken by a later one."""

    def __init__(self, wire: socket.socket, deck: Deck) -> None:
        self._wire = wire
        self._deck = deck
        self.orders: queue.SimpleQueue[AnyOrder | None] = queue.SimpleQueue()
        self.descriptor = -1
        self._ahead: list[AnyOrder | None] = []
        threading.Thread(target=self._hear, name="ear", daemon=True).start()

    def _hear(self) -> None:
        lines = Lines()
        while True:
            chunk, descriptors, _, _ = socket.recv_fds(self._wire, _RECEIVE_BYTES, 1)
            if descriptors:
                self.descriptor = descriptors[0]
            if not chunk:
                break
            for line in lines.feed(chunk):
                order = order_of(line)
                if not self._deck.free(order):
                    self.orders.put(order)
        self.orders.put(None)

    def next(self, timeout_s: float) -> AnyOrder | None:
        """The next order; of seeks in a row only the last.

        Raises:
            queue.Empty: there is none.
        """
        if self._ahead:
            return self._ahead.pop()
        order = self.orders.get(timeout=timeout_s)
        while isinstance(order, Seek) and not self.orders.empty():
            later = self.orders.get()
            if not isinstance(later, Seek):
                self._ahead.append(later)
                break
            order = later
        return order


def main(arguments: Sequence[str]) -> None:
    """Confine ourselves, then obey until the kiosk hangs up."""
    wire_descriptor, memory_descriptor = (int(argument) for argument in arguments)
    wire = socket.socket(fileno=wire_descriptor)
    memory = mmap.mmap(memory_descriptor, MEMORY_BYTES)
    os.close(memory_descriptor)
    confine()
    deck = Deck(memory, Mouth(wire).say)
    ear = Ear(wire, deck)
    while True:
        try:
            order = ear.next(BEAT_S)
        except queue.Empty:
            deck.beat()
            continue
        if order is None:
            break
        if isinstance(order, Open):
            deck.open(order, ear.descriptor)
        else:
            deck.obey(order)
    os._exit(0)  # whatever libVLC's threads do: nothing of ours is left to save


if __name__ == "__main__":
    main(sys.argv[1:])
