"""The picture of an open clip, painted; works on every backend of the scene graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QRectF, Signal
from PySide6.QtGui import QColor
from PySide6.QtQml import QmlElement
from PySide6.QtQuick import QQuickPaintedItem

from ui.models.deck import DeckModel

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter
    from PySide6.QtQuick import QQuickItem

QML_IMPORT_NAME = "Evidock"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
class VideoSurface(QQuickPaintedItem):
    """Shows a deck's newest picture, whole, in the middle of black."""

    bound = Signal()

    def __init__(self, parent: QQuickItem | None = None) -> None:
        super().__init__(parent)
        self._deck: DeckModel | None = None
        self.setOpaquePainting(True)
        self.setFillColor(QColor("black"))

    def paint(self, painter: QPainter) -> None:
        if self._deck is None or self._deck.image.isNull():
            return
        painter.setRenderHint(painter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self.target(), self._deck.image)

    def target(self) -> QRectF:
        """Where the picture is painted, in this item."""
        if self._deck is None or self._deck.image.isNull():
            return QRectF()
        image = self._deck.image
        scale = min(self.width() / image.width(), self.height() / image.height())
        width, height = image.width() * scale, image.height() * scale
        return QRectF((self.width() - width) / 2, (self.height() - height) / 2, width, height)

    def _bind(self, deck: DeckModel | None) -> None:
        if self._deck is not None:
            self._deck.painted.disconnect(self.update)
        self._deck = deck
        if deck is not None:
            deck.painted.connect(self.update)
        self.bound.emit()
        self.update()

    deck = Property(DeckModel, lambda self: self._deck, _bind, notify=bound)
