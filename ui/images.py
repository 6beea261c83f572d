"""Pictures for QML: icons in any token's colour, and thumbnails the station has sent."""

from __future__ import annotations

import threading
from collections import OrderedDict
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import segno
from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtQuick import QQuickImageProvider
from PySide6.QtSvg import QSvgRenderer

if TYPE_CHECKING:
    from PySide6.QtCore import QSize

ICON_DIR = Path(__file__).resolve().parent.parent / "resources" / "icons"
_DRAWN_STROKE = 'stroke-width="2"'  # as the icon set ships them
_LEAST_PX = 8
_QUIET_MODULES = 4  # ISO/IEC 18004
_INK, _PAPER = 0xFF000000, 0xFFFFFFFF
_KEPT_THUMBNAILS = 1000  # about 8 KB each


@lru_cache(maxsize=128)
def _drawing(name: str) -> str:
    return (ICON_DIR / f"{name}.svg").read_text(encoding="utf-8")


def icon_image(name: str, colour: str, stroke: str, size_px: int) -> QImage:
    """One icon, square, on nothing."""
    drawing = _drawing(name).replace("currentColor", colour)
    drawing = drawing.replace(_DRAWN_STROKE, f'stroke-width="{stroke}"')
    image = QImage(size_px, size_px, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter)
    painter.end()
    return image


class IconProvider(QQuickImageProvider):
    """``image://icon/<name>/<rrggbb>/<stroke>``."""

    def __init__(self) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)

    def requestImage(self, id: str, size: QSize, requestedSize: QSize) -> QImage:  # noqa: ARG002, N802, N803 - Qt's names
        name, colour, stroke = id.split("/")
        return icon_image(name, f"#{colour}", stroke, max(_LEAST_PX, requestedSize.width()))


class ThumbnailShelf:
    """Holds the JPEGs the station sent, the latest asked for longest. Safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jpegs: OrderedDict[str, bytes] = OrderedDict()

    def put(self, clip_id: str, jpeg: bytes) -> None:
        """Lay a picture down; the oldest go when there are too many."""
        with self._lock:
            self._jpegs[clip_id] = jpeg
            self._jpegs.move_to_end(clip_id)
            while len(self._jpegs) > _KEPT_THUMBNAILS:
                self._jpegs.popitem(last=False)

    def get(self, clip_id: str) -> bytes:
        """The picture, or no bytes."""
        with self._lock:
            return self._jpegs.get(clip_id, b"")


class ThumbnailProvider(QQuickImageProvider):
    """``image://thumbnail/<clip id>``, decoded outside the GUI thread."""

    def __init__(self, shelf: ThumbnailShelf) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)
        self._shelf = shelf

    def requestImage(self, id: str, size: QSize, requestedSize: QSize) -> QImage:  # noqa: ARG002, N802, N803 - Qt's names
        return QImage.fromData(self._shelf.get(id))


class ReceiptProvider(QQuickImageProvider):
    """``image://receipt/<text>``: the text as a QR code, one pixel a module."""

    def __init__(self) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)

    def requestImage(self, id: str, size: QSize, requestedSize: QSize) -> QImage:  # noqa: ARG002, N802, N803 - Qt's names
        return qr_image(id)


def qr_image(text: str) -> QImage:
    """A QR code, error correction M: a scratched screen still reads."""
    code = segno.make_qr(text, error="m")
    rows = [bytes(row) for row in code.matrix_iter(border=_QUIET_MODULES)]
    image = QImage(len(rows[0]), len(rows), QImage.Format.Format_Grayscale8)
    for y, row in enumerate(rows):
        for x, is_dark in enumerate(row):
            image.setPixel(x, y, _INK if is_dark else _PAPER)
    return image
