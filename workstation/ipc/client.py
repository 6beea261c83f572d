"""A client's end of the station's socket: ask, be told, notice when it hangs up."""

from __future__ import annotations

import contextlib
import itertools
import logging
import socket
import struct
import threading
from typing import TYPE_CHECKING, Self

from workstation.domain.errors import ProtocolError, StationError, StationNotRunningError
from workstation.ipc.codec import LineSplitter, decode_from_station, encode
from workstation.ipc.endpoint import connect
from workstation.ipc.messages import DockState, Notice, Request, Subscribe

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

    from workstation.domain.dock import DockView
    from workstation.events.facts import AnyEvent
    from workstation.ipc.messages import AnyCommand, Failure, Reply
    from workstation.ipc.words import Result

logger = logging.getLogger(__name__)

CALL_TIMEOUT_S = 10.0
_CONNECT_TIMEOUT_S = 5.0
_SEND_TIMEOUT_S = 10  # a station that takes no byte for so long is as good as gone
_TIMEVAL = struct.Struct("ll")  # struct timeval: seconds, microseconds
_READ_BYTES = 256 << 10


class RemoteError(StationError):
    """The station answered with a failure: code, exit code and facts are the station's own."""

    def __init__(self, failure: Failure) -> None:
        # An instance speaks for whatever class of error the station raised.
        vars(self).update(code=failure.code, exit_code=failure.exit_code)
        super().__init__(**failure.facts)


class _Call:
    """A question on its way."""

    def __init__(self, on_result: Callable[[Result], None] | None) -> None:
        self.on_result = on_result
        self.answered = threading.Event()
        self.reply: Reply | None = None


class Connection:
    """One connection to the station, for any number of threads. It does not reconnect.

    ``on_event`` and ``on_lost`` are called on the connection's own reader thread and must not
    call the station from there. ``on_lost`` is called once, when the station hangs up; never
    after ``close``.
    """

    def __init__(
        self,
        socket_path: Path,
        *,
        on_event: Callable[[AnyEvent], None] | None = None,
        on_lost: Callable[[], None] | None = None,
    ) -> None:
        self._path = socket_path
        self._on_event = on_event
        self._on_lost = on_lost
        self._socket: socket.socket | None = None
        self._reader = threading.Thread(target=self._read, name="ipc-client", daemon=True)
        self._send_lock = threading.Lock()
        self._state_lock = threading.Lock()
        self._calls: dict[int, _Call] = {}
        self._numbers = itertools.count(1)
        self._is_over = False  # lost or closed; nothing is sent or answered any more
        self._is_closing = False
        self.session: str | None = None  # goes with every request; see ``Request.session``

    def connect(self) -> None:
        """Reach the station. Once per object; make a new one after ``on_lost``.

        Raises:
            StationNotRunningError: nobody serves the socket, or we may not open it.
        """
        try:
            self._socket = connect(self._path, _CONNECT_TIMEOUT_S)
        except OSError as error:
            raise StationNotRunningError(path=str(self._path), errno=error.errno) from error
        self._socket.setsockopt(
            socket.SOL_SOCKET, socket.SO_SNDTIMEO, _TIMEVAL.pack(_SEND_TIMEOUT_S, 0)
        )
        self._reader.start()

    def call(self, command: AnyCommand, timeout_s: float = CALL_TIMEOUT_S) -> Result:
        """Give a command and wait for its answer.

        Raises:
            RemoteError: the station refused; code and facts are its own.
            StationNotRunningError: it hung up or did not answer in time. The command may
                have been carried out all the same.
            ProtocolError: the command is too long to be said.
        """
        return self._ask(command, timeout_s, None)

    def subscribe(
        self,
        on_snapshot: Callable[[DockView], None] | None = None,
        timeout_s: float = CALL_TIMEOUT_S,
    ) -> DockView:
        """Ask for the present state and all events from now on.

        ``on_snapshot`` gets the same view on the reader thread, before any later event: who
        keeps a model takes it from there, since the returned one may be overtaken.

        Raises: as ``call``.
        """

        def deliver(result: Result) -> None:
            if on_snapshot is not None and isinstance(result, DockState):
                on_snapshot(result.dock)

        answer = self._ask(Subscribe(), timeout_s, deliver)
        if not isinstance(answer, DockState):
            raise ProtocolError(reason="unexpected_answer", answer=type(answer).__name__)
        return answer.dock

    def close(self) -> None:
        """Hang up; calls still waiting fail."""
        self._is_closing = True
        if self._socket is None:
            return
        self._hang_up()
        if threading.current_thread() is not self._reader:
            self._reader.join()

    def __enter__(self) -> Self:
        self.connect()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # -- asking -------------------------------------------------------------------------

    def _ask(
        self, command: AnyCommand, timeout_s: float, on_result: Callable[[Result], None] | None
    ) -> Result:
        if threading.current_thread() is self._reader:
            raise RuntimeError("the reader thread would wait for itself")
        number = next(self._numbers)
        line = encode(Request(number, command, self.session))
        call = _Call(on_result)
        with self._state_lock:
            if self._is_over:
                raise self._not_running("hung_up")
            self._calls[number] = call
        try:
            self._send(line)
            if not call.answered.wait(timeout_s):
                raise self._not_running("no_answer")
        finally:
            with self._state_lock:
                self._calls.pop(number, None)
        return self._outcome(call)

    def _outcome(self, call: _Call) -> Result:
        if call.reply is None:
            raise self._not_running("hung_up")
        if call.reply.failure is not None:
            raise RemoteError(call.reply.failure)
        if call.reply.result is None:
            raise ProtocolError(reason="empty_answer")
        return call.reply.result

    def _send(self, line: bytes) -> None:
        if self._socket is None:
            raise self._not_running("not_connected")
        try:
            with self._send_lock:
                self._socket.sendall(line)
        except OSError as error:  # half a line may be out: the stream is of no use any more
            self._hang_up()
            raise self._not_running("hung_up") from error

    def _not_running(self, reason: str) -> StationNotRunningError:
        return StationNotRunningError(path=str(self._path), reason=reason)

    def _hang_up(self) -> None:
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    # -- reading ------------------------------------------------------------------------

    def _read(self) -> None:
        splitter = LineSplitter()
        try:
            while chunk := self._receive():
                for line in splitter.feed(chunk):
                    self._take(line)
        except ProtocolError as error:
            logger.warning("station speaks in tongues: %s", error)
        finally:
            self._end()

    def _receive(self) -> bytes:
        if self._socket is None:
            return b""
        try:
            return self._socket.recv(_READ_BYTES)
        except OSError as error:
            logger.debug("station's socket failed errno=%s", error.errno)
            return b""

    def _take(self, line: bytes) -> None:
        message = decode_from_station(line)
        if isinstance(message, Notice):
            self._tell(message.event)
            return
        with self._state_lock:
            call = self._calls.get(message.id)
        if call is None:
            logger.debug("late answer id=%d", message.id)
            return
        call.reply = message
        if message.result is not None and call.on_result is not None:
            try:
                call.on_result(message.result)
            except Exception:
                logger.exception("snapshot was not taken")
        call.answered.set()

    def _tell(self, event: AnyEvent) -> None:
        if self._on_event is None:
            return
        try:
            self._on_event(event)
        except Exception:
            logger.exception("event was not taken: %s", type(event).__name__)

    def _end(self) -> None:
        self._hang_up()
        if self._socket is not None:
            with self._send_lock:  # nobody is in sendall with the descriptor we give back
                self._socket.close()
        with self._state_lock:
            self._is_over = True
            calls = list(self._calls.values())
        for call in calls:
            call.answered.set()
        if self._on_lost is not None and not self._is_closing:
            self._on_lost()
