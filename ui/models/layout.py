"""How the wall divides its room among the cards."""

from __future__ import annotations

from dataclasses import dataclass

# Cells hold a card and the gap beside it, in pixels: what a card needs to show its words.
_TALL_WIDTH_PX, _TALL_HEIGHT_PX = 196, 262
_LOW_WIDTH_PX, _LOW_HEIGHT_PX = 270, 138
_TALL_SHAPE = 0.8  # width to height that suits a tall card
_LOW_SHAPE = 2.0


@dataclass(frozen=True, slots=True)
class Grid:
    """So many columns of cells this high; more rows than fit are scrolled."""

    columns: int
    cell_height: float
    is_compact: bool


def wall_grid(width: float, height: float, count: int) -> Grid:
    """The grid that shows all cards at once in the kindest shape.

    Tall cards are tried first, then low ones; when even those do not fit, low ones scroll.
    """
    tall = _best(width, height, count, (_TALL_WIDTH_PX, _TALL_HEIGHT_PX), _TALL_SHAPE)
    if tall is not None:
        return Grid(tall, height / _rows(count, tall), is_compact=False)
    low = _best(width, height, count, (_LOW_WIDTH_PX, _LOW_HEIGHT_PX), _LOW_SHAPE)
    if low is not None:
        return Grid(low, height / _rows(count, low), is_compact=True)
    columns = max(1, int(width // _LOW_WIDTH_PX))
    return Grid(columns, _LOW_HEIGHT_PX, is_compact=True)


def _best(
    width: float, height: float, count: int, least: tuple[int, int], shape: float
) -> int | None:
    fits = [
        columns
        for columns in range(1, max(1, count) + 1)
        if width / columns >= least[0] and height / _rows(count, columns) >= least[1]
    ]
    if not fits:
        return None

    def unkind(columns: int) -> float:
        rows = _rows(count, columns)
        stretch = (width / columns) / (height / rows) / shape
        return max(stretch, 1 / stretch) * (1 + (rows * columns - count) / max(1, count))

    return min(fits, key=unkind)


def _rows(count: int, columns: int) -> int:
    return max(1, -(-count // columns))
