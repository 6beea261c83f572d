"""Map files made for a test: a colour for each tile, in both formats."""

from __future__ import annotations

import gzip
import json
import sqlite3
import struct
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image

from ui.maps.pmtiles import tile_id

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Tiles = dict[tuple[int, int, int], bytes]


def picture(colour: tuple[int, int, int]) -> bytes:
    """A tile of one colour."""
    sink = BytesIO()
    Image.new("RGB", (256, 256), colour).save(sink, "PNG")
    return sink.getvalue()


def around(zoom: int, column: int, row: int, colour: tuple[int, int, int]) -> Tiles:
    """A tile and those about it, all of one colour."""
    made = picture(colour)
    return {(zoom, column + dx, row + dy): made for dx in range(-3, 4) for dy in range(-3, 4)}


def write_mbtiles(path: Path, tiles: Tiles, **told: str) -> None:
    """As the specification has it: rows are counted from the south."""
    zooms = sorted({zoom for zoom, _, _ in tiles})
    told = {"format": "png", "minzoom": str(zooms[0]), "maxzoom": str(zooms[-1]), **told}
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
        file.execute(
            "CREATE TABLE tiles (zoom_level INT, tile_column INT, tile_row INT, tile_data BLOB)"
        )
        file.executemany("INSERT INTO metadata VALUES (?, ?)", told.items())
        rows = [(z, x, (1 << z) - 1 - y, data) for (z, x, y), data in tiles.items()]
        file.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
    file.close()


def write_pmtiles(path: Path, tiles: Tiles, *, kind: int = 2, **told: str) -> None:
    """Version 3 with a leaf directory, everything but the tiles packed by gzip."""
    zooms = sorted({zoom for zoom, _, _ in tiles})
    order = sorted((tile_id(*spot), data) for spot, data in tiles.items())
    body, entries = b"", []
    for number, data in order:
        entries.append((number, 1, len(data), len(body)))
        body += data
    leaf = gzip.compress(_directory(entries))
    root = gzip.compress(_directory([(entries[0][0], 0, len(leaf), 0)]))
    about = gzip.compress(json.dumps(told).encode())
    at = [127, 127 + len(root), 127 + len(root) + len(about)]
    data_at = at[2] + len(leaf)
    sizes = (at[0], len(root), at[1], len(about), at[2], len(leaf), data_at, len(body))
    head = struct.pack(
        "<7sB8Q3Q6B", b"PMTiles", 3, *sizes, *[len(order)] * 3, 1, 2, 1, kind, zooms[0], zooms[-1]
    )
    head += struct.pack("<4iB2i", -1_800_000_000, -850_000_000, 1_800_000_000, 850_000_000, 0, 0, 0)
    path.write_bytes(head + root + about + leaf + body)


def _directory(entries: Iterable[tuple[int, int, int, int]]) -> bytes:
    rows = list(entries)
    last, deltas = 0, []
    for number, _, _, _ in rows:
        deltas.append(number - last)
        last = number
    columns = [deltas, *([row[part] for row in rows] for part in (1, 2)), [r[3] + 1 for r in rows]]
    return b"".join(map(_varint, [len(rows), *(one for column in columns for one in column)]))


def _varint(value: int) -> bytes:
    parts = bytearray()
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*parts, value])
