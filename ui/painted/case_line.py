"""A case's clips on one time line, painted: a lane for each recorder, a bar for each clip."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Property, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QPen
from PySide6.QtQml import QmlElement
from PySide6.QtQuick import QQuickPaintedItem

from ui.models.case_line import CaseLineModel

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter
    from PySide6.QtQuick import QQuickItem

    from ui.models.case_times import Bar, Lane

QML_IMPORT_NAME = "Evidock"
QML_IMPORT_MAJOR_VERSION = 1

HEAD_PX: Final = 30  # the scale
LANE_PX: Final = 72
_NAME_PX: Final = 24  # of a lane, over its bars
_BAR_PX: Final = 40
_LEAST_PX: Final = 6  # an instant is seen, too
_FINGER_PX: Final = 28  # beside a bar, on which a finger still means it
_TICK_PX: Final = 150
_DAY_S: Final = 86_400


@QmlElement
class CaseLineView(QQuickPaintedItem):
    """Bars are pressed by ``press``; the colours come from whoever uses it."""

    bound = Signal()

    def __init__(self, parent: QQuickItem | None = None) -> None:
        super().__init__(parent)
        self._line: CaseLineModel | None = None
        self._tones = [QColor("grey")] * 4

    def paint(self, painter: QPainter) -> None:
        if self._line is None:
            return
        tone, _, faint, words = self._tones
        font = QFont(painter.font())
        font.setPixelSize(15)
        painter.setFont(font)
        self._paint_scale(painter, faint, words)
        painter.setRenderHint(painter.RenderHint.Antialiasing)
        for place, lane in enumerate(self._line.lanes):
            self._paint_lane(painter, place, lane, tone)

    def _paint_scale(self, painter: QPainter, faint: QColor, words: QColor) -> None:
        if self._line is None:
            return
        window = self._line.window
        step = window.step_s(int(self.width() / _TICK_PX))
        offset = datetime.now().astimezone().utcoffset()
        local = 0.0 if offset is None else offset.total_seconds()
        moment = math.ceil((window.begins_s + local) / step) * step - local
        is_first = True
        while moment <= window.begins_s + window.span_s:
            x = window.part_of(moment) * self.width()
            painter.setPen(QPen(faint, 1))
            painter.drawLine(QPointF(x, HEAD_PX), QPointF(x, self.height()))
            painter.setPen(words)
            painter.drawText(QPointF(x + 4, HEAD_PX - 10), _tick(moment, step, is_first))
            is_first = False
            moment += step

    def _paint_lane(self, painter: QPainter, place: int, lane: Lane, tone: QColor) -> None:
        _, hot, _, words = self._tones
        top = HEAD_PX + place * LANE_PX
        painter.setPen(Qt.PenStyle.NoPen)
        for bar in lane.bars:
            painter.setBrush(hot if bar.is_contested else tone)
            painter.drawRoundedRect(self.place_of(place, bar), 4, 4)
        painter.setPen(words)
        painter.drawText(
            QRectF(6, top, self.width() - 12, _NAME_PX), Qt.AlignmentFlag.AlignVCenter, lane.name
        )

    def place_of(self, lane: int, bar: Bar) -> QRectF:
        """Where a bar is painted, in this item."""
        if self._line is None:
            return QRectF()
        window = self._line.window
        left = window.part_of(bar.begins_s) * self.width()
        width = max(_LEAST_PX, bar.lasts_s / window.span_s * self.width())
        return QRectF(left, HEAD_PX + lane * LANE_PX + _NAME_PX, width, _BAR_PX)

    @Slot(float, float)
    def press(self, x: float, y: float) -> None:
        """Choose the clip under a finger: of its lane, the bar that is nearest."""
        if self._line is None:
            return
        lane = int((y - HEAD_PX) // LANE_PX)
        if y < HEAD_PX or lane >= len(self._line.lanes):
            return
        far = [
            (max(place.left() - x, x - place.right(), 0.0), bar.clip)
            for bar in self._line.lanes[lane].bars
            for place in (self.place_of(lane, bar),)
        ]
        distance, clip = min(far)
        if distance <= _FINGER_PX:
            self._line.chosen.emit(clip)

    def _bind(self, line: CaseLineModel | None) -> None:
        if self._line is not None:
            self._line.changed.disconnect(self.update)
        self._line = line
        if line is not None:
            line.changed.connect(self.update)
        self.bound.emit()
        self.update()

    def _dye(self, tones: list[QColor]) -> None:
        self._tones = [QColor(tone) for tone in tones]
        self.bound.emit()
        self.update()

    line = Property(CaseLineModel, lambda self: self._line, _bind, notify=bound)
    tones = Property(list, lambda self: self._tones, _dye, notify=bound)
    head = Property(float, lambda _: float(HEAD_PX), constant=True)
    lane = Property(float, lambda _: float(LANE_PX), constant=True)


def _tick(moment_s: float, step_s: float, is_first: bool) -> str:
    """A line of the scale in words: the day on the first and where it begins."""
    at = datetime.fromtimestamp(moment_s, UTC).astimezone()
    if step_s >= _DAY_S or (at.hour, at.minute, at.second) == (0, 0, 0):
        return at.strftime("%m-%d")
    day = at.strftime("%m-%d ") if is_first else ""
    return day + at.strftime("%H:%M" if step_s >= 60 else "%H:%M:%S")
