"""The wall's list model: one row per slot, changed by slot number as news arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtQml import QmlElement

from ui.models.face_list import NO_PARENT, FaceListModel
from ui.models.slot_face import SlotFace, face_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtCore import QObject

    from ui.i18n import Tongue
    from workstation.domain.dock import SlotView

QML_IMPORT_NAME = "Evidock"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
class SlotModel(FaceListModel):
    """Rows stand in the order of slot numbers and are never reset."""

    def __init__(self, tongue: Tongue, parent: QObject | None = None) -> None:
        super().__init__(SlotFace, parent)
        self._tongue = tongue
        self._views: list[SlotView] = []
        self._own = ""

    def view(self, slot: int) -> SlotView | None:
        """The slot as the station last told it."""
        row = self._row(slot)
        return None if row is None else self._views[row]

    def views(self) -> tuple[SlotView, ...]:
        """All slots, in the order of their numbers."""
        return tuple(self._views)

    def show_dock(self, views: Iterable[SlotView]) -> None:
        """Take the whole wall: rows come, change and go so that it matches."""
        wanted = {view.slot: view for view in views}
        for row in reversed(range(len(self._views))):
            if self._views[row].slot not in wanted:
                self.beginRemoveRows(NO_PARENT, row, row)
                del self._views[row], self._faces[row]
                self.endRemoveRows()
        for slot in sorted(wanted):
            self.show_slot(wanted[slot])

    def show_slot(self, view: SlotView) -> None:
        """One slot looks different now."""
        row = self._row(view.slot)
        if row is None:
            row = sum(known.slot < view.slot for known in self._views)
            self.beginInsertRows(NO_PARENT, row, row)
            self._views.insert(row, view)
            self._faces.insert(row, self._face(view))
            self.endInsertRows()
        else:
            self._views[row] = view
            self._reword(row)

    def mark(self, badge: str) -> None:
        """The slots of this officer light up; the empty text puts them all out."""
        self._own = badge
        self.retranslate()

    def retranslate(self) -> None:
        """Word every row anew in the language spoken now."""
        for row in range(len(self._views)):
            self._reword(row)

    def _reword(self, row: int) -> None:
        self.replace_face(row, self._face(self._views[row]))

    def _face(self, view: SlotView) -> SlotFace:
        return face_of(view, self._tongue, own=self._own)

    def _row(self, slot: int) -> int | None:
        for row, known in enumerate(self._views):
            if known.slot == slot:
                return row
        return None
