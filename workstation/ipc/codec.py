"""Turn messages into JSON lines and back; whatever does not parse is an error, never a guess."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from workstation.domain.errors import ProtocolError
from workstation.ipc.messages import (
    MAX_LINE_BYTES,
    Failure,
    Notice,
    Reply,
    Request,
)

if TYPE_CHECKING:
    from workstation.domain.errors import StationError
    from workstation.ipc.messages import FromStation
    from workstation.ipc.words import FactValue

_EXCERPT_BYTES = 80  # of a bad line, quoted in the error's facts
_SECRETS = (b"pin", b"card", b"session")  # a line with one of these is never quoted
_MAX_INT = 1 << 63  # what fits a JSON reader's 64-bit integer


class _Envelope(msgspec.Struct):
    """Only the number of a request: what is left of one that we do not understand."""

    id: int


_encoder = msgspec.json.Encoder()
_request_decoder = msgspec.json.Decoder(Request)
_station_decoder: msgspec.json.Decoder[FromStation] = msgspec.json.Decoder(Reply | Notice)
_envelope_decoder = msgspec.json.Decoder(_Envelope)

# RecursionError: nested deeper than the decoder goes; UnicodeError: a string is not UTF-8.
_UNREADABLE = (msgspec.MsgspecError, RecursionError, UnicodeError)
# A value that slipped past its declared type must cost its message, not the station's loop.
_UNWRITABLE = (*_UNREADABLE, TypeError, OverflowError)


def encode(message: Request | Reply | Notice) -> bytes:
    r"""Write one message as one line, ``\n`` included.

    Raises:
        ProtocolError: the line would exceed ``MAX_LINE_BYTES`` or holds what JSON can not say.
    """
    try:
        line = _encoder.encode(message) + b"\n"
    except _UNWRITABLE as error:
        raise ProtocolError(reason="unwritable", detail=str(error)) from error
    if len(line) > MAX_LINE_BYTES:
        raise ProtocolError(reason="too_long", size_bytes=len(line), limit_bytes=MAX_LINE_BYTES)
    return line


def decode_request(line: bytes) -> Request:
    """Read a client's line.

    Raises:
        ProtocolError: not a request that this version knows (facts: ``reason``, ``line``).
    """
    try:
        return _request_decoder.decode(line)
    except _UNREADABLE as error:
        raise _unreadable(line, error) from error


def decode_from_station(line: bytes) -> FromStation:
    """Read a line of the station.

    Raises:
        ProtocolError: neither a reply nor a notice that this version knows.
    """
    try:
        return _station_decoder.decode(line)
    except _UNREADABLE as error:
        raise _unreadable(line, error) from error


def request_number(line: bytes) -> int:
    """The number of a request whose command we could not read; 0 where even that is missing."""
    try:
        return _envelope_decoder.decode(line).id
    except _UNREADABLE:
        return 0


def failure_of(error: StationError) -> Failure:
    """The wire form of an error: facts that JSON can not say become text."""
    facts = {name: _fact(value) for name, value in error.facts.items()}
    return Failure(code=error.code, exit_code=error.exit_code, facts=facts)


def _fact(value: object) -> FactValue:
    if value is None or isinstance(value, (bool, float)):
        return value
    if isinstance(value, int) and -_MAX_INT <= value < _MAX_INT:
        return value
    # A path from os.fsdecode may hold lone surrogates, which UTF-8 has no place for.
    return str(value).encode("utf-8", "replace").decode("utf-8")


def _unreadable(line: bytes, error: Exception) -> ProtocolError:
    if any(word in line for word in _SECRETS):
        return ProtocolError(reason="unreadable", detail=type(error).__name__)
    excerpt = line[:_EXCERPT_BYTES].decode("utf-8", "replace")
    return ProtocolError(reason="unreadable", detail=str(error), line=excerpt)


class LineSplitter:
    """Cuts a byte stream into lines of bounded length."""

    def __init__(self, limit_bytes: int = MAX_LINE_BYTES) -> None:
        self._limit_bytes = limit_bytes
        self._rest = bytearray()

    def feed(self, chunk: bytes) -> list[bytes]:
        r"""Take what arrived; give the lines now complete, without their ``\n``.

        Raises:
            ProtocolError: a line is longer than the limit; the stream can not be followed on.
        """
        searched = len(self._rest)
        self._rest += chunk
        if self._rest.find(b"\n", searched) < 0:
            self._refuse_longer(len(self._rest))
            return []
        *lines, rest = bytes(self._rest).split(b"\n")
        self._rest = bytearray(rest)
        for line in (*lines, rest):
            self._refuse_longer(len(line))
        return lines

    def _refuse_longer(self, size_bytes: int) -> None:
        if size_bytes >= self._limit_bytes:
            raise ProtocolError(reason="too_long", limit_bytes=self._limit_bytes)
