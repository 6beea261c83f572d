"""The view-model of the frame: name, clock, room, delivery, sums, and the trend of the rate."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QObject, QPointF, Signal
from PySide6.QtQml import QmlElement

from ui.models.field import shown
from ui.models.slot_face import HOT, STATUS_ORDER, status_icon, status_word
from ui.models.station_face import COUNTED, StationFace, count_slots, station_face
from ui.tokens import SPARK_H_PX, SPARK_W_PX

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ui.i18n import Tongue
    from workstation.domain.dock import SlotView, StationView
    from workstation.platform.clock import Clock

QML_IMPORT_NAME = "Evidock"
QML_IMPORT_MAJOR_VERSION = 1

TREND_SAMPLES = 60  # one a second: the last minute
_FLOOR_BPS = 10e6  # a trend below this is drawn low, not stretched to full height
_HEADROOM = 1.15  # of the trend's height above its highest sample


@QmlElement
class StationModel(QObject):
    """``face`` holds the words; the counters and the trend change at their own pace."""

    changed = Signal()
    counted = Signal()
    trended = Signal()

    def __init__(self, tongue: Tongue, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tongue = tongue
        self._clock = clock
        self._view: StationView | None = None
        self._slots: Sequence[SlotView] = ()
        self._counts = [0] * len(COUNTED)
        self._trend: deque[float] = deque(maxlen=TREND_SAMPLES)
        self.face = StationFace()
        self.refresh()

    def show_station(self, view: StationView) -> None:
        """The station's own counters are these now."""
        self._view = view
        self.refresh()

    def show_slots(self, slots: Sequence[SlotView]) -> None:
        """The wall looks like this now."""
        self._slots = slots
        counts = count_slots(slots)
        if counts != self._counts:
            self._counts = counts
            self.counted.emit()
            self.refresh()

    def tick(self) -> None:
        """A second has passed: move the clock and the trend."""
        if self._view is not None:
            self._trend.append(self._view.rate_bps)
            self.trended.emit()
        self.refresh()

    def refresh(self) -> None:
        """Word everything anew; tells QML only when something reads differently."""
        face = station_face(self._view, self._slots, self._clock.now(), self._tongue)
        if face != self.face:
            self.face = face
            self.changed.emit()

    def retranslate(self) -> None:
        """Word everything in the language spoken now."""
        self.refresh()
        self.counted.emit()

    def _points(self) -> list[QPointF]:
        top = max(_FLOOR_BPS, *self._trend, 0.0) * _HEADROOM
        step = SPARK_W_PX / (TREND_SAMPLES - 1)
        left = SPARK_W_PX - step * (len(self._trend) - 1)
        return [
            QPointF(left + step * place, SPARK_H_PX * (1.0 - rate / top))
            for place, rate in enumerate(self._trend)
        ]

    def _counters(self) -> list[dict[str, str | int | bool]]:
        return [
            {
                "status": STATUS_ORDER.index(status),
                "word": status_word(status),
                "icon": status_icon(status),
                "count": count,
                "loud": count > 0 and status in HOT,
            }
            for status, count in zip(COUNTED, self._counts, strict=True)
        ]

    name = shown(str, "name", changed)
    clock = shown(str, "clock", changed)
    date = shown(str, "date", changed)
    storage = shown(str, "storage", changed)
    room = shown(str, "room", changed)
    tight = shown(bool, "tight", changed)
    uplink = shown(str, "uplink", changed)
    delivery = shown(str, "delivery", changed)
    speed = shown(str, "speed", changed)
    cloud = shown(str, "cloud", changed)
    held = shown(bool, "held", changed)
    rate = shown(str, "rate", changed)
    finish = shown(str, "finish", changed)
    today = shown(str, "today", changed)
    alarm = shown(bool, "alarm", changed)
    title = shown(str, "title", changed)
    reason = shown(str, "reason", changed)
    mend = shown(str, "mend", changed)
    counters = Property(list, _counters, notify=counted)
    trend = Property(list, _points, notify=trended)
