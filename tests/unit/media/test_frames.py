"""The wire between station and media child keeps its limits."""

from __future__ import annotations

import socket
import struct
from typing import TYPE_CHECKING

import pytest

from workstation.domain.errors import ProtocolError
from workstation.media.frames import (
    MAX_READ_BYTES,
    FrameType,
    pack_range,
    pack_task,
    receive_frame,
    send_frame,
    unpack_range,
    unpack_task,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def wire() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def test_a_frame_arrives_as_it_was_sent(wire: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = wire
    send_frame(ours, FrameType.BYTES, b"abc")
    send_frame(ours, FrameType.READY)
    assert receive_frame(theirs) == (FrameType.BYTES, b"abc")
    assert receive_frame(theirs) == (FrameType.READY, b"")


@pytest.mark.parametrize(
    "header",
    [
        struct.pack(">BI", 99, 0),
        struct.pack(">BI", FrameType.BYTES, MAX_READ_BYTES + 1),
        struct.pack(">BI", FrameType.IMAGE, 1 << 31),
        struct.pack(">BI", FrameType.READY, 1),
    ],
)
def test_a_frame_of_unknown_type_or_excessive_length_is_refused(
    wire: tuple[socket.socket, socket.socket], header: bytes
) -> None:
    wire[0].sendall(header)
    with pytest.raises(ProtocolError):
        receive_frame(wire[1])


def test_a_closed_wire_is_the_end(wire: tuple[socket.socket, socket.socket]) -> None:
    wire[0].sendall(struct.pack(">BI", FrameType.BYTES, 10) + b"half")
    wire[0].close()
    with pytest.raises(EOFError):
        receive_frame(wire[1])


def test_ranges_and_tasks_survive_packing() -> None:
    assert unpack_range(pack_range(1 << 40, MAX_READ_BYTES)) == (1 << 40, MAX_READ_BYTES)
    assert unpack_task(pack_task(1 << 50, is_photo=True)) == (1 << 50, True)


@pytest.mark.parametrize(
    "payload", [b"", b"\0" * 12, b"\0" * 11, pack_range(0, MAX_READ_BYTES + 1)]
)
def test_an_ask_for_nothing_or_too_much_is_refused(payload: bytes) -> None:
    with pytest.raises(ProtocolError):
        unpack_range(payload)
