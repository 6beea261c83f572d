"""What the lists of faces share: a row is a frozen record, and each of its fields is a role."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QByteArray, QModelIndex, Qt
from PySide6.QtQml import QmlElement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QObject, QPersistentModelIndex

QML_IMPORT_NAME = "Evidock"
QML_IMPORT_MAJOR_VERSION = 1

NO_PARENT = QModelIndex()


@QmlElement
class FaceListModel(QAbstractListModel):
    """Rows of one kind of face. ``spoken`` is what a screen reader says of a row."""

    def __init__(self, kind: type[Any], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._faces: list[Any] = []
        self._roles = {
            int(Qt.ItemDataRole.UserRole) + place: field.name
            for place, field in enumerate(fields(kind), 1)
        }

    def rowCount(  # noqa: N802 - Qt's name
        self, parent: QModelIndex | QPersistentModelIndex = NO_PARENT
    ) -> int:
        return 0 if parent.isValid() else len(self._faces)

    def roleNames(self) -> dict[int, QByteArray]:  # noqa: N802 - Qt's name
        return {role: QByteArray(name.encode()) for role, name in self._roles.items()}

    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = int(Qt.ItemDataRole.DisplayRole),
    ) -> str | int | float | bool | None:
        if not index.isValid() or index.row() >= self.rowCount():
            return None
        face = self.face_at(index.row())
        if role == Qt.ItemDataRole.DisplayRole:
            return self.spoken(face)
        name = self._roles.get(role)
        value: str | int | float | bool | None = getattr(face, name) if name else None
        return value

    def face_at(self, row: int) -> Any:  # noqa: ANN401 - of whatever kind the list is
        """What a row shows."""
        return self._faces[row]

    def spoken(self, face: Any) -> str:  # noqa: ANN401 - of whatever kind the list is
        """A row in one sentence."""
        return str(face.spoken)

    def replace_face(self, row: int, face: object) -> None:
        """A row says something else now, or the same."""
        old = self._faces[row]
        news = [
            role for role, name in self._roles.items() if getattr(old, name) != getattr(face, name)
        ]
        if news:
            self._faces[row] = face
            index = self.index(row)
            self.dataChanged.emit(index, index, [*news, int(Qt.ItemDataRole.DisplayRole)])

    def settle(self, faces: Sequence[object]) -> None:
        """Rows come, change and go, so that what is pressed does not move under the finger."""
        kept = min(len(faces), len(self._faces))
        if len(self._faces) > kept:
            self.beginRemoveRows(NO_PARENT, kept, len(self._faces) - 1)
            del self._faces[kept:]
            self.endRemoveRows()
        for row in range(kept):
            self.replace_face(row, faces[row])
        if len(faces) > kept:
            self.beginInsertRows(NO_PARENT, kept, len(faces) - 1)
            self._faces.extend(faces[kept:])
            self.endInsertRows()
