"""The view-model of a case's time line: what is on it, and which part of it is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.models.case_times import Window, lanes_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ui.models.case_times import Lane
    from workstation.catalog.browsing import ClipCard

QML_IMPORT_NAME = "Evidock"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
class CaseLineModel(QObject):
    """``chosen`` when a clip of it is pressed. Painted by ``CaseLineView``."""

    changed = Signal()
    chosen = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.lanes: tuple[Lane, ...] = ()
        self.window = Window()

    def show_cards(self, cards: Sequence[ClipCard], *, is_other: bool) -> None:
        """These clips; of the same case, what is looked at stays where it is."""
        self.lanes = lanes_of(cards)
        whole = Window.around(self.lanes)
        seen = self.window
        self.window = whole
        if not is_other and seen.span_s < seen.last_s - seen.first_s:
            near = whole.zoomed(whole.span_s / seen.span_s, 0.0)
            self.window = near.panned((seen.begins_s - near.begins_s) / near.span_s)
        self.changed.emit()

    @Slot(float, float)
    def zoom(self, factor: float, part: float) -> None:
        """So many times nearer, about a part of the width."""
        self._look(self.window.zoomed(factor, part))

    @Slot(float)
    def pan(self, part: float) -> None:
        """Move on by a part of the width."""
        self._look(self.window.panned(part))

    @Slot()
    def whole(self) -> None:
        """Look at all of it."""
        self._look(self.window.whole())

    def _look(self, window: Window) -> None:
        if window != self.window:
            self.window = window
            self.changed.emit()

    count = Property(int, lambda self: len(self.lanes), notify=changed)
    near = Property(
        bool,
        lambda self: self.window.span_s < self.window.last_s - self.window.first_s,
        notify=changed,
    )
