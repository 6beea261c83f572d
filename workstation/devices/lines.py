"""Commands and answers as lines of text, over whatever carries bytes."""

from __future__ import annotations

from typing import Protocol

from workstation.domain.errors import RecorderGoneError, RecorderProtocolError

_LONGEST_LINE = 64 * 1024


class Stream(Protocol):
    """What of a socket is needed."""

    def sendall(self, payload: bytes, /) -> None: ...
    def recv(self, size: int, /) -> bytes: ...


class Lines:
    """Lines of text over a stream. Used by one thread."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._rest = b""

    def send(self, text: str) -> None:
        """One line.

        Raises:
            RecorderGoneError: the recorder left.
        """
        try:
            self._stream.sendall(text.encode("utf-8") + b"\n")
        except OSError as error:
            raise RecorderGoneError(errno=error.errno) from error

    def receive(self) -> str:
        """One line, however many packets it came in.

        Raises:
            RecorderGoneError: the recorder left, or says nothing in time.
            RecorderProtocolError: a line without end.
        """
        while b"\n" not in self._rest:
            if len(self._rest) > _LONGEST_LINE:
                raise RecorderProtocolError(command="receive", answer=f"{len(self._rest)} bytes")
            try:
                part = self._stream.recv(4096)
            except OSError as error:
                raise RecorderGoneError(errno=error.errno) from error
            if not part:
                raise RecorderGoneError(reason="closed")
            self._rest += part
        line, _, self._rest = self._rest.partition(b"\n")
        return line.decode("utf-8", "replace").strip()
