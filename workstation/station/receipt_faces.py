"""The QR code of a hand-in receipt: as a picture, as a drawing, as text for a terminal."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import segno

SCALE = 6  # points or pixels a module
BORDER = 4  # modules of quiet zone, as ISO/IEC 18004 asks


def code_of(text: str) -> segno.QRCode:
    """The code; the text is of the alphanumeric mode, correction level M bears a crumpled slip."""
    import segno  # only where a code is drawn: every command loads this module

    return segno.make_qr(text, error="m", boost_error=False)


def png(text: str) -> bytes:
    """Black on white."""
    out = io.BytesIO()
    code_of(text).save(out, kind="png", scale=SCALE, border=BORDER)
    return out.getvalue()


def svg(text: str) -> bytes:
    """A drawing that prints sharply at any size."""
    out = io.BytesIO()
    code_of(text).save(out, kind="svg", scale=SCALE, border=BORDER, light="white")
    return out.getvalue()


def terminal(text: str) -> str:
    """Half blocks, two rows of modules a line; readable off a dark terminal and a light one."""
    rows = [list(row) for row in code_of(text).matrix_iter(border=BORDER)]
    if len(rows) % 2:
        rows.append([0] * len(rows[0]))
    # Light modules are drawn, so that a dark terminal shows black on white.
    glyphs = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}
    return "\n".join(
        "".join(glyphs[upper, lower] for upper, lower in zip(*pair, strict=True))
        for pair in zip(rows[::2], rows[1::2], strict=True)
    )
