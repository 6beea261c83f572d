"""The view-model of the detail screen: one slot's face, its sums and its files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QObject, Signal
from PySide6.QtQml import QmlElement

from ui.models.clips import ClipListModel
from ui.models.detail_face import DetailFace, detail_face, sums
from ui.models.field import shown
from ui.models.shift_face import slot_remarks

if TYPE_CHECKING:
    from ui.i18n import Tongue
    from workstation.domain.dock import SlotView

QML_IMPORT_NAME = "Evidock"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
class SlotDetailModel(QObject):
    """Follows one slot for as long as its screen is open."""

    changed = Signal()
    summed = Signal()
    remarked = Signal()

    def __init__(self, tongue: Tongue, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tongue = tongue
        self._view: SlotView | None = None
        self._sums: list[dict[str, str | int]] = []
        self._remarks: list[dict[str, str | int]] = []
        self.face = DetailFace()
        self.clips = ClipListModel(tongue, self)

    @property
    def slot(self) -> int | None:
        """The slot that is shown."""
        return self._view.slot if self._view else None

    @property
    def collection_id(self) -> str | None:
        """The collection whose files are shown."""
        return self._view.collection_id if self._view else None

    def show_slot(self, view: SlotView) -> None:
        """The slot looks like this now; another collection empties the file list."""
        self._view = view
        self.clips.follow(view.collection_id)
        self._refresh()

    def retranslate(self) -> None:
        """Word everything in the language spoken now."""
        self._refresh()
        self.clips.retranslate()

    def _refresh(self) -> None:
        if self._view is None:
            return
        face, told = detail_face(self._view, self._tongue), sums(self._view)
        if face != self.face:
            self.face = face
            self.changed.emit()
        remarks = slot_remarks(self._view, self._tongue)
        if remarks != self._remarks:
            self._remarks = remarks
            self.remarked.emit()
        if told != self._sums:
            self._sums = told
            self.summed.emit()

    number = shown(str, "number", changed)
    status = shown(int, "status", changed)
    figure = shown(str, "figure", changed)
    sign = shown(str, "sign", changed)
    icon = shown(str, "icon", changed)
    word = shown(str, "word", changed)
    live = shown(bool, "live", changed)
    hot = shown(bool, "hot", changed)
    empty = shown(bool, "empty", changed)
    officer = shown(str, "officer", changed)
    unit = shown(str, "unit", changed)
    badge = shown(str, "badge", changed)
    serial = shown(str, "serial", changed)
    model = shown(str, "model", changed)
    offset = shown(str, "offset", changed)
    skewed = shown(bool, "skewed", changed)
    battery = shown(str, "battery", changed)
    started = shown(str, "started", changed)
    ended = shown(str, "ended", changed)
    percent = shown(int, "percent", changed)
    progress = shown(float, "progress", changed)
    amount = shown(str, "amount", changed)
    pace = shown(str, "pace", changed)
    advice = shown(str, "advice", changed)
    title = shown(str, "title", changed)
    reason = shown(str, "reason", changed)
    mend = shown(str, "mend", changed)
    remarks = Property(list, lambda self: self._remarks, notify=remarked)
    totals = Property(list, lambda self: self._sums, notify=summed)
    files = Property(ClipListModel, lambda self: self.clips, constant=True)
