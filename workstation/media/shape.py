"""Whether a file is as long as its own structure says, told from headers alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workstation.media.api import RandomReader

# ISO/IEC 14496-12, 4.2: a box is a 32-bit size and a four-letter type; size 1 means that a
# 64-bit size follows, size 0 that the box runs to the end of the file.
_BOX_HEADER = 8
_MAX_BOXES = 256
_TOP_LEVEL = frozenset(
    {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"moof", b"uuid", b"udta", b"meta"}
)
_PACKET_SIZES = (188, 192, 204)  # ISO/IEC 13818-1 transport packet; with timecode; with parity
_SYNC = 0x47
_JPEG_TAIL = 64 << 10  # cameras append padding and previews after the end marker


def shape_warnings(file: RandomReader) -> tuple[str, ...]:
    """``media.no_moov`` and ``media.truncated`` where the structure shows it."""
    head = file.read_at(0, 16)
    if head[4:8] in _TOP_LEVEL:
        return _boxes(file)
    if head[:4] in {b"RIFF", b"RF64"}:
        return _riff(file, head)
    if head[:3] == b"\xff\xd8\xff":
        return _jpeg(file)
    return _transport_stream(file, head)


def _boxes(file: RandomReader) -> tuple[str, ...]:
    place, seen, is_short = 0, set[bytes](), False
    for _ in range(_MAX_BOXES):
        header = file.read_at(place, 16)
        if len(header) < _BOX_HEADER:
            is_short = is_short or bool(header)
            break
        size, kind = int.from_bytes(header[:4], "big"), header[4:8]
        if size == 1 and len(header) == 16:
            size = int.from_bytes(header[8:], "big")
        elif size == 0:
            size = file.size_bytes - place
        seen.add(kind)
        if size < _BOX_HEADER or place + size > file.size_bytes:
            is_short = True
            break
        place += size
    no_index = b"moov" not in seen
    return ("media.no_moov",) * no_index + ("media.truncated",) * is_short


def _riff(file: RandomReader, head: bytes) -> tuple[str, ...]:
    promised = 8 + int.from_bytes(head[4:8], "little")
    is_stream = promised in {8, 8 + 0xFFFFFFFF}  # a size never filled in, or kept elsewhere
    if head[:4] == b"RIFF" and (promised == 8 or (promised > file.size_bytes and not is_stream)):
        return ("media.truncated",)
    return ()


def _jpeg(file: RandomReader) -> tuple[str, ...]:
    tail = file.read_at(max(0, file.size_bytes - _JPEG_TAIL), _JPEG_TAIL)
    return () if b"\xff\xd9" in tail else ("media.truncated",)


def _transport_stream(file: RandomReader, head: bytes) -> tuple[str, ...]:
    start = {0: 0, 4: 4}.get(head.find(bytes([_SYNC])))
    if start is None:
        return ()
    sample = file.read_at(start, 204 * 4 + 1)
    for size in _PACKET_SIZES:
        if len(sample) > 3 * size and all(sample[n * size] == _SYNC for n in range(4)):
            return ("media.truncated",) * bool(file.size_bytes % size)
    return ()
