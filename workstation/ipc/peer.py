"""One connected client as the station sees it: who it is and what it has still to hear."""

from __future__ import annotations

import socket
import struct
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workstation.ipc.codec import LineSplitter

if TYPE_CHECKING:
    from collections.abc import Hashable

    from workstation.ipc.messages import Request

_UCRED = struct.Struct("3i")  # struct ucred of <sys/socket.h>: pid, uid, gid

# Facts and replies a client has not fetched yet. The kiosk reads within milliseconds; one that
# is this far behind re-reads the database faster than it catches up.
BACKLOG_LIMIT_BYTES = 8 << 20

# Unread beyond this, a client's further requests wait.
UNREAD_LIMIT_BYTES = 1 << 20

# Requests read ahead of the one being handled; beyond it we let the client's writes block.
INBOX_LIMIT = 64


@dataclass(frozen=True, slots=True)
class Peer:
    """Who is at the other end, by the kernel's word (``SO_PEERCRED``).

    ``session`` is the peer's own word, and a secret: see ``Request.session``.
    """

    pid: int
    uid: int
    gid: int
    session: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, connection: socket.socket) -> Peer:
        """Ask the kernel who connected."""
        raw = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _UCRED.size)
        return cls(*_UCRED.unpack(raw))


class ClientLink:
    """Buffers of one client. Only the server's loop touches it."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.peer = Peer.of(connection)
        self.splitter = LineSplitter()
        self.inbox: deque[Request] = deque()
        self.is_busy = False  # a handler works for it
        self.is_subscribed = False
        self.is_closed = False
        self.watched = 0  # what the selector waits for, as it has been told
        self._held: list[bytes] | None = None  # facts since Subscribe arrived, until its reply
        self._queue: deque[memoryview] = deque()
        self._queued_bytes = 0
        self._latest: dict[Hashable, bytes] = {}

    @property
    def wants_to_write(self) -> bool:
        return bool(self._queue) or (bool(self._latest) and self._held is None)

    @property
    def wants_to_read(self) -> bool:
        return len(self.inbox) < INBOX_LIMIT

    @property
    def is_ready(self) -> bool:
        """Has a request, and fetches its answers fast enough to get another one."""
        return bool(self.inbox) and not self.is_busy and self._queued_bytes < UNREAD_LIMIT_BYTES

    @property
    def is_hopeless(self) -> bool:
        """So far behind that it must be cut off; it will connect and read anew."""
        return self._queued_bytes > BACKLOG_LIMIT_BYTES

    def expect_snapshot(self) -> None:
        """From here on facts wait, so that the snapshot's reply comes before them."""
        if not self.is_subscribed and self._held is None:
            self._held = []

    def drop_snapshot(self) -> None:
        """The subscription was refused; what waited for it is nobody's."""
        self._take_held()
        self._latest.clear()

    def push_snapshot(self, line: bytes) -> None:
        """Send the snapshot, then whatever happened since it was asked for."""
        self.push(line)
        self.is_subscribed = True
        for held in self._take_held():
            self.push(held)

    def push(self, line: bytes) -> None:
        """Queue a line that must not be lost."""
        self._queue.append(memoryview(line))
        self._queued_bytes += len(line)

    def push_fact(self, line: bytes) -> None:
        """Queue a notice for a subscriber; others never hear it."""
        if self.is_subscribed:
            self.push(line)
        elif self._held is not None:
            self._held.append(line)
            self._queued_bytes += len(line)

    def push_latest(self, key: Hashable, line: bytes) -> None:
        """Leave a state; an unsent one under the same key is replaced."""
        if self.is_subscribed or self._held is not None:
            self._latest[key] = line

    def write(self) -> None:
        """Give the kernel what it takes without waiting; states go once facts are out.

        Raises:
            OSError: the client is gone.
        """
        while True:
            if not self._queue and (self._held is not None or not self._take_latest()):
                return
            chunk = self._queue[0]
            try:
                count = self.connection.send(chunk)
            except BlockingIOError:
                return
            self._queued_bytes -= count
            if count == len(chunk):
                self._queue.popleft()
            else:
                self._queue[0] = chunk[count:]

    def _take_held(self) -> list[bytes]:
        held, self._held = self._held or [], None
        self._queued_bytes -= sum(map(len, held))
        return held

    def _take_latest(self) -> bool:
        if not self._latest:
            return False
        key = next(iter(self._latest))
        self.push(self._latest.pop(key))
        return True
