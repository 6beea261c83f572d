"""Serve the station's socket: commands in, replies and events out, nobody waits for a client."""

from __future__ import annotations

import contextlib
import logging
import os
import selectors
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from workstation.domain.errors import ProtocolError, StationError
from workstation.events.facts import AnyEvent, PackChanged, SlotChanged, StationChanged
from workstation.ipc.codec import decode_request, encode, failure_of, request_number
from workstation.ipc.endpoint import Listener
from workstation.ipc.messages import (
    AnyResult,
    Failure,
    Notice,
    Reply,
    Subscribe,
)
from workstation.ipc.peer import ClientLink

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from concurrent.futures import Future
    from pathlib import Path

    from workstation.events.mailbox import Mailbox
    from workstation.ipc.messages import Request
    from workstation.ipc.peer import Peer
    from workstation.ipc.words import Command, Result

    Handler = Callable[[Command, Peer], Result]

logger = logging.getLogger(__name__)

PROGRESS_PERIOD_S = 0.25  # 4 Hz: more is not seen on the wall and only costs the kiosk CPU
_HANDLERS = 4
_READ_BYTES = 256 << 10
_ACCEPT_PAUSE_S = 0.25  # after running out of descriptors


class StationServer:
    """The station's end of the socket.

    ``handle`` runs on a small pool, one command at a time per client and in the order sent;
    everything else happens on one thread that never waits for a client.
    """

    def __init__(self, socket_path: Path, handle: Handler, mailbox: Mailbox) -> None:
        self._path = socket_path
        self._handle = handle
        self._mailbox = mailbox
        self._selector = selectors.DefaultSelector()
        self._links: set[ClientLink] = set()
        self._progress: dict[Hashable, AnyEvent] = {}
        self._progress_due = 0.0
        self._accept_due = 0.0  # 0: accepting
        self._finished: deque[tuple[ClientLink, Request, Future[Result]]] = deque()
        self._wake_reader, self._wake_writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._stopping = threading.Event()
        self._listener: Listener | None = None
        self._thread = threading.Thread(target=self._serve, name="ipc", daemon=True)
        self._pool = ThreadPoolExecutor(_HANDLERS, thread_name_prefix="ipc-handler")

    def start(self) -> None:
        """Take the socket's place and serve from a thread of our own.

        Raises:
            StateLockedError: somebody serves there already.
            StateUnusableError: the place can not be used for a socket.
        """
        self._listener = Listener(self._path)
        self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
        self._selector.register(self._wake_reader, selectors.EVENT_READ, self._answer_finished)
        self._selector.register(self._mailbox, selectors.EVENT_READ, self._deliver_post)
        self._thread.start()

    def stop(self) -> None:
        """Hang up on everybody, wait for running handlers, remove the socket. Once only."""
        self._stopping.set()
        self._wake()
        if self._thread.is_alive():
            self._thread.join()
        for link in list(self._links):
            self._drop(link)
        if self._listener is not None:
            self._listener.close()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._selector.close()
        os.close(self._wake_reader)
        os.close(self._wake_writer)

    # -- the loop -----------------------------------------------------------------------

    def _serve(self) -> None:
        while not self._stopping.is_set():
            for key, mask in self._selector.select(self._next_due_s()):
                if isinstance(key.data, ClientLink):
                    self._serve_client(key.data, mask)
                else:
                    key.data()
            now = time.monotonic()
            if self._progress and now >= self._progress_due:
                self._deliver_progress(now)
            if self._accept_due and now >= self._accept_due:
                self._resume_accepting()

    def _next_due_s(self) -> float | None:
        due = [self._progress_due] if self._progress else []
        if self._accept_due:
            due.append(self._accept_due)
        return max(0.0, min(due) - time.monotonic()) if due else None

    def _wake(self) -> None:
        with contextlib.suppress(BlockingIOError):  # full: the loop is awake already
            os.write(self._wake_writer, b"\0")

    def _accept(self) -> None:
        if self._listener is None:
            return
        try:
            connection = self._listener.accept()
        except (BlockingIOError, ConnectionError):
            return
        except OSError as error:
            logger.warning("socket: accepting pauses errno=%s", error.errno)
            self._selector.unregister(self._listener)
            self._accept_due = time.monotonic() + _ACCEPT_PAUSE_S
            return
        link = ClientLink(connection)
        self._links.add(link)
        self._watch(link, selectors.EVENT_READ)

    def _resume_accepting(self) -> None:
        self._accept_due = 0.0
        if self._listener is not None:
            self._selector.register(self._listener, selectors.EVENT_READ, self._accept)

    # -- one client ---------------------------------------------------------------------

    def _serve_client(self, link: ClientLink, mask: int) -> None:
        if link.is_closed:
            return
        try:
            if mask & selectors.EVENT_READ and not self._read(link):
                self._drop(link)
                return
        except ProtocolError as error:
            logger.warning("socket: hanging up on pid=%d: %s", link.peer.pid, error)
            self._drop(link)
            return
        except OSError as error:
            logger.debug("socket: pid=%d is gone errno=%s", link.peer.pid, error.errno)
            self._drop(link)
            return
        self._advance(link)

    def _read(self, link: ClientLink) -> bool:
        """Take what a client sent; False once it has hung up."""
        try:
            chunk = link.connection.recv(_READ_BYTES)
        except BlockingIOError:
            return True
        for line in link.splitter.feed(chunk):
            try:
                request = decode_request(line)
            except ProtocolError as error:
                logger.info("socket: pid=%d: %s", link.peer.pid, error)
                link.push(encode(Reply(request_number(line), failure=failure_of(error))))
            else:
                link.inbox.append(request)
        return bool(chunk)

    def _begin_next(self, link: ClientLink) -> None:
        if not link.is_ready:
            return
        request = link.inbox.popleft()
        link.is_busy = True
        if isinstance(request.command, Subscribe):
            link.expect_snapshot()
        peer = replace(link.peer, session=request.session)
        future = self._pool.submit(self._handle, request.command, peer)
        future.add_done_callback(lambda done: self._finish(link, request, done))

    def _finish(self, link: ClientLink, request: Request, future: Future[Result]) -> None:
        """Called on the pool: leave the outcome for the loop."""
        self._finished.append((link, request, future))
        self._wake()

    def _answer_finished(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.read(self._wake_reader, 4096)
        while self._finished:
            link, request, future = self._finished.popleft()
            link.is_busy = False
            if not link.is_closed and not future.cancelled():
                self._answer(link, request, future)
                self._advance(link)

    def _answer(self, link: ClientLink, request: Request, future: Future[Result]) -> None:
        reply = _reply_of(request, future)
        try:
            line = encode(reply)
        except ProtocolError as error:
            logger.exception("socket: answer to %s can not be said", type(request.command).__name__)
            reply = Reply(request.id, failure=failure_of(error))
            line = encode(reply)
        if not isinstance(request.command, Subscribe):
            link.push(line)
        elif reply.failure is None:
            link.push_snapshot(line)
        else:
            link.drop_snapshot()
            link.push(line)

    def _advance(self, link: ClientLink) -> None:
        """Write what can be written, begin what can be begun, wait for the rest."""
        if link.is_closed:
            return
        try:
            link.write()
        except OSError as error:
            logger.debug("socket: pid=%d is gone errno=%s", link.peer.pid, error.errno)
            self._drop(link)
            return
        if link.is_hopeless:
            logger.warning("socket: pid=%d does not read, hanging up", link.peer.pid)
            self._drop(link)
            return
        self._begin_next(link)
        events = selectors.EVENT_WRITE * link.wants_to_write
        events |= selectors.EVENT_READ * link.wants_to_read
        self._watch(link, events)

    def _watch(self, link: ClientLink, events: int) -> None:
        """Wait for exactly these events; a selector has no word for none."""
        if link.watched == events:
            return
        if not events:
            self._selector.unregister(link.connection)
        elif link.watched:
            self._selector.modify(link.connection, events, link)
        else:
            self._selector.register(link.connection, events, link)
        link.watched = events

    def _drop(self, link: ClientLink) -> None:
        link.is_closed = True
        self._links.discard(link)
        self._watch(link, 0)
        link.connection.close()

    # -- events -------------------------------------------------------------------------

    def _deliver_post(self) -> None:
        for event in self._mailbox.drain():
            key = _state_key(event)
            if not isinstance(event, AnyEvent):
                logger.error("mailbox held a %s, which is no event", type(event).__name__)
            elif key is None:
                self._send(event, None)
            else:
                self._progress[key] = event

    def _deliver_progress(self, now: float) -> None:
        for key, event in self._progress.items():
            self._send(event, key)
        self._progress.clear()
        self._progress_due = now + PROGRESS_PERIOD_S

    def _send(self, event: AnyEvent, key: Hashable) -> None:
        try:
            line = encode(Notice(event))
        except ProtocolError:
            logger.exception("socket: %s can not be said", type(event).__name__)
            return
        for link in list(self._links):
            if key is None:
                link.push_fact(line)
            else:
                link.push_latest(key, line)
            self._advance(link)


def _state_key(event: object) -> Hashable:
    """The key under which a state replaces the one before; None for a fact."""
    if isinstance(event, SlotChanged):
        return event.view.slot
    if isinstance(event, StationChanged):
        return "station"
    if isinstance(event, PackChanged):
        return "pack"
    return None


def _reply_of(request: Request, future: Future[Result]) -> Reply:
    error = future.exception()
    if error is None:
        result = future.result()
        if isinstance(result, AnyResult):
            return Reply(request.id, result=result)
        error = TypeError(f"{type(result).__name__} is no answer")
    if isinstance(error, StationError):
        return Reply(request.id, failure=failure_of(error))
    logger.error("command %s failed", type(request.command).__name__, exc_info=error)
    return Reply(request.id, failure=Failure(code=StationError.code, exit_code=1))
