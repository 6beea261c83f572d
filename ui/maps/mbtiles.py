"""Map tiles in an SQLite file (MBTiles specification 1.3), read only and on a short leash."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Final

from ui.maps.ground import LARGEST_TILE_BYTES, MOST_ZOOM, MapFileError, facts_of

if TYPE_CHECKING:
    from pathlib import Path

_STEPS: Final = 200_000  # of SQLite's machine, for one question
_PICTURES: Final = frozenset({"png", "jpg", "jpeg", "webp"})
_MOST_ROWS: Final = 200  # of metadata


class MbTiles:
    """One file. A view or an index in it that never ends is cut off after ``_STEPS``.

    Raises:
        MapFileError: not SQLite, not MBTiles, or tiles that are no pictures.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._file = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
        except sqlite3.Error as error:
            raise MapFileError("open") from error
        try:
            self._leash()
            told = self._metadata()
            zooms = (_whole(told.get("minzoom"), 0), _whole(told.get("maxzoom"), -1))
            if zooms[1] < 0:
                zooms = self._zooms()
            _require_pictures(told)
            self.facts = facts_of(told, path, zooms)
        except (sqlite3.Error, OverflowError) as error:
            self.close()
            raise MapFileError("sqlite") from error
        except MapFileError:
            self.close()
            raise

    def tile(self, zoom: int, column: int, row: int) -> bytes | None:
        """A picture; MBTiles counts its rows from the south."""
        try:
            self._allow()
            found = self._file.execute(
                "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ?"
                " AND tile_row = ? LIMIT 1",
                (zoom, column, (1 << zoom) - 1 - row),
            ).fetchone()
        except sqlite3.Error as error:
            raise MapFileError("sqlite") from error
        if found is None or not isinstance(found[0], bytes):
            return None
        return found[0] if len(found[0]) <= LARGEST_TILE_BYTES else None

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _leash(self) -> None:
        self._file.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_TILE_BYTES + 1024)
        self._file.execute("PRAGMA trusted_schema = OFF")
        self._file.execute("PRAGMA query_only = ON")
        self._file.execute("PRAGMA mmap_size = 0")
        self._file.set_progress_handler(self._pull, 1000)
        self._allow()

    def _allow(self) -> None:
        self._left = _STEPS // 1000

    def _pull(self) -> int:
        self._left -= 1
        return int(self._left < 0)

    def _metadata(self) -> dict[str, str]:
        rows = self._file.execute(f"SELECT name, value FROM metadata LIMIT {_MOST_ROWS}")  # noqa: S608 - a number of ours
        return {str(name): str(value) for name, value in rows}

    def _zooms(self) -> tuple[int, int]:
        query = "SELECT min(zoom_level), max(zoom_level) FROM tiles"
        least, most = self._file.execute(query).fetchone()
        return _whole(least, 0), _whole(most, MOST_ZOOM + 1)


def _require_pictures(told: dict[str, str]) -> None:
    if told.get("format", "png").casefold() not in _PICTURES:
        raise MapFileError("format")


def _whole(value: object, otherwise: int) -> int:
    try:
        return int(str(value))
    except ValueError:
        return otherwise
