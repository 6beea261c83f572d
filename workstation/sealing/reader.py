"""Read one sealed object at random with nothing but its own key and an open descriptor."""

from __future__ import annotations

import os
from collections import OrderedDict
from dataclasses import dataclass

from workstation.domain.errors import ObjectDamagedError, VaultIoError
from workstation.sealing.segments import (
    HEADER_BYTES,
    LEAST_SEGMENT_BYTES,
    OBJECT_KEY_BYTES,
    TAG_BYTES,
    Geometry,
    Segments,
)

KEPT_SEGMENTS = 16  # 2 MiB at 128 KiB a segment; a demuxer hops between a few places


@dataclass(frozen=True, slots=True)
class ObjectKey:
    """What opens one object: its own key, the header it must begin with, the plaintext's size."""

    secret: bytes
    header: bytes
    segment_bytes: int
    size_bytes: int

    def __post_init__(self) -> None:
        if len(self.secret) != OBJECT_KEY_BYTES or self.segment_bytes < LEAST_SEGMENT_BYTES:
            raise ObjectDamagedError(reason="key")

    def __repr__(self) -> str:
        return f"ObjectKey(size_bytes={self.size_bytes})"


class ObjectReader:
    """Plain bytes of one object, anywhere; each has passed its segment's tag.

    Used by one thread; any number of readers may share a descriptor. The descriptor stays the
    caller's. Nothing is written anywhere.

    Raises (all methods):
        ObjectDamagedError: a tag, the header or the length does not hold.
        VaultIoError: the disk fails.
    """

    def __init__(self, descriptor: int, key: ObjectKey) -> None:
        self._descriptor = descriptor
        self._geometry = Geometry(key.segment_bytes)
        self._segments = Segments(key.secret, key.header)
        self._kept: OrderedDict[int, bytes] = OrderedDict()
        try:
            self._sealed_bytes = os.fstat(descriptor).st_size
        except OSError as error:
            raise VaultIoError(errno=error.errno) from error
        self.size_bytes = self._geometry.opened_bytes(self._sealed_bytes)
        if self._pread(0, HEADER_BYTES) != key.header or self.size_bytes != key.size_bytes:
            raise ObjectDamagedError(reason="another object")

    def read_at(self, offset: int, count: int) -> bytes:
        """Up to ``count`` bytes at ``offset``; fewer only at the end."""
        end = min(offset + count, self.size_bytes)
        pieces = []
        while offset < end:
            number, _ = self._geometry.locate(offset)
            start = offset - self._geometry.origin(number)
            pieces.append(self._segment(number)[start : start + end - offset])
            offset += len(pieces[-1])
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _segment(self, number: int) -> bytes:
        kept = self._kept.get(number)
        if kept is not None:
            self._kept.move_to_end(number)
            return kept
        size = self._geometry.segment_bytes
        start, end = number * size, min((number + 1) * size, self._sealed_bytes)
        start += HEADER_BYTES if number == 0 else 0
        sealed = self._pread(start, end - start)
        plain = bytearray(len(sealed) - TAG_BYTES)
        is_last = number == self._geometry.segments(self._sealed_bytes) - 1
        self._segments.open_into(number, memoryview(sealed), memoryview(plain), is_last=is_last)
        opened = self._kept[number] = bytes(plain)
        if len(self._kept) > KEPT_SEGMENTS:
            self._kept.popitem(last=False)
        return opened

    def _pread(self, offset: int, count: int) -> bytes:
        pieces = []
        while count:
            try:
                piece = os.pread(self._descriptor, count, offset)
            except OSError as error:
                raise VaultIoError(errno=error.errno) from error
            if not piece:
                raise ObjectDamagedError(reason="truncated")
            pieces.append(piece)
            offset, count = offset + len(piece), count - len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)
