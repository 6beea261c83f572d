"""How loud a clip is along its time line, painted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QLineF, Signal
from PySide6.QtGui import QColor, QPen
from PySide6.QtQml import QmlElement
from PySide6.QtQuick import QQuickPaintedItem

from ui.models.deck import DeckModel

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter
    from PySide6.QtQuick import QQuickItem

QML_IMPORT_NAME = "Evidock"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
class WaveForm(QQuickPaintedItem):
    """One line for each column of a deck's peaks, mirrored about the middle."""

    bound = Signal()

    def __init__(self, parent: QQuickItem | None = None) -> None:
        super().__init__(parent)
        self._deck: DeckModel | None = None
        self._tone = QColor("grey")

    def paint(self, painter: QPainter) -> None:
        peaks: list[int] = self._deck.loudness if self._deck is not None else []
        if not any(peaks):
            return
        step, middle = self.width() / len(peaks), self.height() / 2
        painter.setPen(QPen(self._tone, max(1.0, step * 0.7)))
        painter.drawLines(
            [
                QLineF(step * (place + 0.5), middle - part, step * (place + 0.5), middle + part)
                for place, peak in enumerate(peaks)
                for part in (max(0.5, middle * peak / 100),)
            ]
        )

    def _bind(self, deck: DeckModel | None) -> None:
        if self._deck is not None:
            self._deck.waved.disconnect(self.update)
        self._deck = deck
        if deck is not None:
            deck.waved.connect(self.update)
        self.bound.emit()
        self.update()

    def _dye(self, tone: QColor) -> None:
        self._tone = tone
        self.bound.emit()
        self.update()

    deck = Property(DeckModel, lambda self: self._deck, _bind, notify=bound)
    tone = Property(QColor, lambda self: self._tone, _dye, notify=bound)
