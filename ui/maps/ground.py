"""What every file of map tiles gives, whichever format it is; nothing in one is trusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LARGEST_TILE_BYTES: Final = 4 << 20
MOST_ZOOM: Final = 24
_LONGEST: Final = 200  # characters of a name or an attribution
_SHIFTED: Final = frozenset({"gcj02", "gcj-02", "gcj_02"})
SIGNS: Final = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpeg", b"RIFF": "webp"}


class MapFileError(Exception):
    """A file of tiles can not be used. ``reason`` is one word, for a person who knows maps."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class GroundFacts:
    """What a file of tiles says of itself.

    Attributes:
        bounds: west, south, east, north in degrees, as the file's own system has them.
        is_shifted: drawn in GCJ-02 (metadata ``crs``), so that places are moved for display.
    """

    name: str
    attribution: str
    least_zoom: int
    most_zoom: int
    bounds: tuple[float, float, float, float] | None = None
    is_shifted: bool = False


class Ground(Protocol):
    """An open file of tiles. Used by one thread."""

    @property
    def facts(self) -> GroundFacts: ...

    def tile(self, zoom: int, column: int, row: int) -> bytes | None:
        """A picture, PNG, JPEG or WebP; row 0 is in the north. None where there is none.

        Raises:
            MapFileError: the file is not what it says.
        """

    def close(self) -> None:
        """Let go of the file."""


def facts_of(told: Mapping[str, object], path: Path, zooms: tuple[int, int]) -> GroundFacts:
    """Facts from metadata; what is too long is cut, what makes no sense is refused.

    Raises:
        MapFileError: zoom levels that no map has.
    """
    least, most = zooms
    if not 0 <= least <= most <= MOST_ZOOM:
        raise MapFileError("zoom")
    return GroundFacts(
        name=_text(told.get("name")) or path.stem,
        attribution=_text(told.get("attribution")),
        least_zoom=least,
        most_zoom=most,
        bounds=_bounds(told.get("bounds")),
        is_shifted=_text(told.get("crs")).casefold() in _SHIFTED,
    )


def _text(value: object) -> str:
    """One line of plain words: an attribution may come as HTML."""
    if not isinstance(value, str):
        return ""
    words, depth = [], 0
    for mark in value[: 4 * _LONGEST]:
        depth += (mark == "<") - (mark == ">" and depth > 0)
        if depth == 0 and mark != ">" and mark.isprintable():
            words.append(mark)
    return "".join(words).strip()[:_LONGEST]


def _bounds(value: object) -> tuple[float, float, float, float] | None:
    if not isinstance(value, str):
        return None
    try:
        west, south, east, north = (float(part) for part in value.split(","))
    except ValueError:
        return None
    is_sane = -180 <= west < east <= 180 and -90 <= south < north <= 90
    return (west, south, east, north) if is_sane else None
