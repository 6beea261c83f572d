"""The wire between the station and its media child: short frames, every length limited.

A frame is one type byte, a big-endian 32-bit length, and so many bytes. The child asks
(``READ``), tells (``FACTS``, at most twice for one file) and ends (``IMAGE``, perhaps empty).
The station starts a file (``TASK``) and answers (``BYTES``). ``READY`` is the child's first word.
"""

from __future__ import annotations

import struct
from enum import IntEnum
from typing import TYPE_CHECKING

from workstation.domain.errors import ProtocolError

if TYPE_CHECKING:
    import socket

_HEADER = struct.Struct(">BI")
_RANGE = struct.Struct(">QI")
_TASK = struct.Struct(">BQ")
MAX_READ_BYTES = 1 << 20


class FrameType(IntEnum):
    """What a frame is about."""

    READY = 1
    TASK = 2
    READ = 3
    BYTES = 4
    FACTS = 5
    IMAGE = 6


_LIMITS = {
    FrameType.READY: 0,
    FrameType.TASK: _TASK.size,
    FrameType.READ: _RANGE.size,
    FrameType.BYTES: MAX_READ_BYTES,
    FrameType.FACTS: 16 << 10,
    FrameType.IMAGE: 256 << 10,
}


def send_frame(wire: socket.socket, kind: FrameType, payload: bytes = b"") -> None:
    """Write one frame.

    Raises:
        OSError: the other side is gone, or takes nothing for longer than the socket's timeout.
    """
    wire.sendall(_HEADER.pack(kind, len(payload)) + payload)


def split_header(header: bytes) -> tuple[FrameType, int]:
    """The type and the length of what follows.

    Raises:
        ProtocolError: no frame begins like this, or it is longer than its type may be.
    """
    number, length = _HEADER.unpack(header)
    try:
        kind = FrameType(number)
    except ValueError as error:
        raise ProtocolError(frame=number) from error
    if length > _LIMITS[kind]:
        raise ProtocolError(frame=kind.name, length=length)
    return kind, length


HEADER_BYTES = _HEADER.size


def receive_frame(wire: socket.socket) -> tuple[FrameType, bytes]:
    """Wait for one frame on a blocking socket.

    Raises:
        ProtocolError: what came is no frame.
        EOFError: the other side has gone.
    """
    kind, length = split_header(_receive_exactly(wire, HEADER_BYTES))
    return kind, _receive_exactly(wire, length)


def _receive_exactly(wire: socket.socket, count: int) -> bytes:
    got = bytearray()
    while len(got) < count:
        piece = wire.recv(count - len(got))
        if not piece:
            raise EOFError
        got += piece
    return bytes(got)


def pack_range(offset: int, count: int) -> bytes:
    """Payload of ``READ``."""
    return _RANGE.pack(offset, count)


def unpack_range(payload: bytes) -> tuple[int, int]:
    """Offset and count of a ``READ``.

    Raises:
        ProtocolError: it asks for nothing, for too much, or is no range.
    """
    if len(payload) != _RANGE.size:
        raise ProtocolError(frame="READ", length=len(payload))
    offset, count = _RANGE.unpack(payload)
    if not 0 < count <= MAX_READ_BYTES:
        raise ProtocolError(frame="READ", count=count)
    return offset, count


def pack_task(size_bytes: int, *, is_photo: bool) -> bytes:
    """Payload of ``TASK``: the child learns neither name nor place of the file."""
    return _TASK.pack(is_photo, size_bytes)


def unpack_task(payload: bytes) -> tuple[int, bool]:
    """Size in bytes, and whether it is a photo."""
    is_photo, size_bytes = _TASK.unpack(payload)
    return size_bytes, bool(is_photo)
