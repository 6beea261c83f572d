"""Map tiles in one PMTiles file (specification version 3): header, directories, pictures.

Only pictures (PNG, JPEG, WebP) are shown; directories may be plain or gzip. Vector tiles need a
painter of their own, which this station does not have: they are refused and said so.
"""

from __future__ import annotations

import json
import os
import struct
import zlib
from bisect import bisect_right
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ui.maps.ground import LARGEST_TILE_BYTES, MapFileError, facts_of

if TYPE_CHECKING:
    from pathlib import Path

_HEADER: Final = struct.Struct("<7sB11QBBBBBBiiiiBii")  # 127 bytes
_PICTURES: Final = frozenset({2, 3, 4})  # PNG, JPEG, WebP
_UNSAID, _PLAIN, _GZIP = 0, 1, 2
_LARGEST_DIRECTORY: Final = 8 << 20  # bytes, unpacked
_MOST_ENTRIES: Final = 400_000  # of one directory
_DEPTH: Final = 4
_KEPT: Final = 8  # leaf directories
_E7: Final = 10_000_000


@dataclass(frozen=True, slots=True)
class _Directory:
    """Entries side by side, sorted by tile."""

    tiles: list[int]
    runs: list[int]  # 0: the entry is another directory
    sizes: list[int]
    offsets: list[int]


class PmTiles:
    """One file.

    Raises:
        MapFileError: not PMTiles 3, packed in a way we do not read, or tiles that are no pictures.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            raise MapFileError("open") from error
        try:
            self._begin(path)
        except MapFileError:
            self.close()
            raise

    def _begin(self, path: Path) -> None:
        try:
            head = _HEADER.unpack(self._read(0, _HEADER.size))
        except struct.error as error:
            raise MapFileError("header") from error
        if head[0] != b"PMTiles" or head[1] != 3:
            raise MapFileError("header")
        root, root_size, about, about_size, self._leaves, _, self._data = head[2:9]
        _, self._packing, self._tile_packing, kind, least, most = head[13:19]
        if kind not in _PICTURES:
            raise MapFileError("format")
        self._root = self._directory(root, root_size)
        self._kept: OrderedDict[int, _Directory] = OrderedDict()
        told = self._about(about, about_size)
        told["bounds"] = ",".join(str(part / _E7) for part in head[19:23])
        self.facts = facts_of(told, path, (least, most))

    def tile(self, zoom: int, column: int, row: int) -> bytes | None:
        """A picture; PMTiles counts tiles along a Hilbert curve."""
        wanted = tile_id(zoom, column, row)
        directory = self._root
        for _ in range(_DEPTH):
            place = bisect_right(directory.tiles, wanted) - 1
            if place < 0:
                return None
            size, offset = directory.sizes[place], directory.offsets[place]
            if directory.runs[place]:
                if wanted >= directory.tiles[place] + directory.runs[place]:
                    return None
                if size > LARGEST_TILE_BYTES:
                    return None
                return self._unpack(self._read(self._data + offset, size), self._tile_packing)
            directory = self._leaf(self._leaves + offset, size)
        raise MapFileError("directory")

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)

    def _leaf(self, offset: int, size: int) -> _Directory:
        found = self._kept.get(offset)
        if found is None:
            found = self._kept[offset] = self._directory(offset, size)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(offset)
        return found

    def _directory(self, offset: int, size: int) -> _Directory:
        if size > _LARGEST_DIRECTORY:
            raise MapFileError("directory")
        numbers = _Numbers(self._unpack(self._read(offset, size), self._packing))
        count = numbers.next()
        if not 0 < count <= _MOST_ENTRIES:
            raise MapFileError("directory")
        tiles, last = [], 0
        for _ in range(count):
            last += numbers.next()
            tiles.append(last)
        runs = [numbers.next() for _ in range(count)]
        sizes = [numbers.next() for _ in range(count)]
        offsets: list[int] = []
        for place in range(count):
            told = numbers.next()
            if told == 0 and place == 0:
                raise MapFileError("directory")
            offsets.append(told - 1 if told else offsets[-1] + sizes[place - 1])
        return _Directory(tiles, runs, sizes, offsets)

    def _about(self, offset: int, size: int) -> dict[str, object]:
        if not 0 < size <= _LARGEST_DIRECTORY:
            return {}
        try:
            told = json.loads(self._unpack(self._read(offset, size), self._packing))
        except (ValueError, RecursionError) as error:
            raise MapFileError("metadata") from error
        return dict(told) if isinstance(told, dict) else {}

    def _read(self, offset: int, size: int) -> bytes:
        try:
            return os.pread(self._file, size, offset)
        except (OSError, OverflowError, ValueError) as error:
            raise MapFileError("read") from error

    def _unpack(self, packed: bytes, how: int) -> bytes:
        if how in (_UNSAID, _PLAIN):
            return packed
        if how != _GZIP:
            raise MapFileError("compression")
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            plain = unpacker.decompress(packed, _LARGEST_DIRECTORY)
        except zlib.error as error:
            raise MapFileError("compression") from error
        if unpacker.unconsumed_tail:
            raise MapFileError("compression")
        return plain


class _Numbers:
    """Whole numbers of any length, seven bits a byte, the lowest first."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0

    def next(self) -> int:
        """The next one.

        Raises:
            MapFileError: there is none, or it has more than 64 bits.
        """
        value = shift = 0
        while shift < 64:
            if self._place >= len(self._data):
                raise MapFileError("directory")
            byte = self._data[self._place]
            self._place += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7
        raise MapFileError("directory")


def tile_id(zoom: int, column: int, row: int) -> int:
    """A tile's number: all of the smaller zooms, then its place on the Hilbert curve."""
    before = ((1 << (2 * zoom)) - 1) // 3
    place, x, y = 0, column, row
    side = 1 << zoom >> 1
    while side:
        right, low = int(bool(x & side)), int(bool(y & side))
        place += side * side * ((3 * right) ^ low)
        if not low:
            if right:
                x, y = side - 1 - (x & (side - 1)), side - 1 - (y & (side - 1))
            x, y = y, x
        side >>= 1
    return before + place
