"""Clips sealed for the preview's tests, and a station's answer that opens them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from workstation.ipc.messages_preview import ClipOpened
from workstation.sealing.segments import HEADER_BYTES, Geometry, Segments

if TYPE_CHECKING:
    from pathlib import Path

SEGMENT_BYTES = 128 << 10


def seal(content: bytes, path: Path, name: str, kind: str = "video") -> ClipOpened:
    """Write the sealed object to ``path``; what the station would hand out for it."""
    secret = os.urandom(32)
    header = bytes([HEADER_BYTES]) + os.urandom(HEADER_BYTES - 1)
    geometry, segments = Geometry(SEGMENT_BYTES), Segments(secret, header)
    sealed, place, number = bytearray(header), 0, 0
    while True:
        room = geometry.plain_bytes if number else geometry.first_plain_bytes
        piece = content[place : place + room]
        place += len(piece)
        out = bytearray(len(piece) + 16)
        is_last = place == len(content)
        segments.seal_into(number, memoryview(piece), memoryview(out), is_last=is_last)
        sealed += out
        number += 1
        if is_last:
            break
    path.write_bytes(sealed)
    return ClipOpened(
        clip_id=path.name,
        path=str(path),
        secret=secret,
        header=header,
        segment_bytes=SEGMENT_BYTES,
        size_bytes=len(content),
        name=name,
        kind=kind,
        viewer="012345",
        viewer_name="王芳",
        recorded_at="2025-11-22T08:04:00",
    )
