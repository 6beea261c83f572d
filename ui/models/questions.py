"""The questions of a shift as a list: an outing a row, with the likeliest case and the answer."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QByteArray, QModelIndex, Qt
from PySide6.QtQml import QmlElement

from ui.formats import clips_text
from ui.models.shift_face import ask_text, case_name, minutes_text, span_of, why_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtCore import QObject, QPersistentModelIndex

    from workstation.casework.shift import Question
    from workstation.casework.suggesting import OpenCase

QML_IMPORT_NAME = "Evidock"
QML_IMPORT_MAJOR_VERSION = 1


@dataclass(frozen=True, slots=True)
class QuestionFace:
    """Every role of the list."""

    row: int
    span: str
    amount: str
    ask: str
    why: str
    likely: bool
    linked: str
    later: bool


_ROLES = {
    int(Qt.ItemDataRole.UserRole) + place: field.name
    for place, field in enumerate(fields(QuestionFace), 1)
}
_NO_PARENT = QModelIndex()


@QmlElement
class QuestionModel(QAbstractListModel):
    """Answers are what the ledger says; only ``later`` is remembered here."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._questions: tuple[Question, ...] = ()
        self._names: dict[str, str] = {}
        self._later: set[str] = set()
        self._faces: list[QuestionFace] = []

    def rowCount(  # noqa: N802 - Qt's name
        self, parent: QModelIndex | QPersistentModelIndex = _NO_PARENT
    ) -> int:
        return 0 if parent.isValid() else len(self._faces)

    def roleNames(self) -> dict[int, QByteArray]:  # noqa: N802 - Qt's name
        return {role: QByteArray(name.encode()) for role, name in _ROLES.items()}

    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = int(Qt.ItemDataRole.DisplayRole),
    ) -> str | int | bool | None:
        if not index.isValid() or index.row() >= len(self._faces):
            return None
        face = self._faces[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{face.span} {face.ask}"
        name = _ROLES.get(role)
        value: str | int | bool | None = getattr(face, name) if name else None
        return value

    def show_questions(self, questions: Sequence[Question], names: Mapping[str, str]) -> None:
        """Take the questions as the catalog has them now; ``names`` words cases by id."""
        self._questions, self._names = tuple(questions), dict(names)
        self._settle()

    def question(self, row: int) -> Question | None:
        """The question in a row."""
        return self._questions[row] if 0 <= row < len(self._questions) else None

    def put_off(self, row: int) -> None:
        """The officer will say it later."""
        if (question := self.question(row)) is not None:
            self._later.add(question.outing.clips[0])
            self._settle()

    def forget(self) -> None:
        """Somebody else stands there now."""
        self._later.clear()
        self.show_questions((), {})

    def retranslate(self) -> None:
        """Word every row anew in the language spoken now."""
        self._settle()

    def unanswered(self) -> int:
        """Outings that are in no case and were not put off."""
        return sum(not face.linked and not face.later for face in self._faces)

    def _settle(self) -> None:
        """Rows come, change and go, so that what is pressed does not move under the finger."""
        faces = [self._face(row, question) for row, question in enumerate(self._questions)]
        kept = min(len(faces), len(self._faces))
        if len(self._faces) > kept:
            self.beginRemoveRows(_NO_PARENT, kept, len(self._faces) - 1)
            del self._faces[kept:]
            self.endRemoveRows()
        for row in range(kept):
            if self._faces[row] != faces[row]:
                self._faces[row] = faces[row]
                self.dataChanged.emit(self.index(row), self.index(row))
        if len(faces) > kept:
            self.beginInsertRows(_NO_PARENT, kept, len(faces) - 1)
            self._faces.extend(faces[kept:])
            self.endInsertRows()

    def _face(self, row: int, question: Question) -> QuestionFace:
        outing = question.outing
        seconds = sum(one.seconds for one in outing.footage)
        first = question.guesses[0] if question.guesses else None
        return QuestionFace(
            row=row,
            span=span_of(question),
            amount=f"{clips_text(len(outing.clips))} · {minutes_text(seconds)}",
            ask=ask_text(question),
            why=why_text(first) if first else "",
            likely=first is not None,
            linked="、".join(self._names.get(case, case) for case in outing.cases),
            later=outing.clips[0] in self._later,
        )


def names_of(cases: Sequence[OpenCase]) -> dict[str, str]:
    """How people call the cases, by id."""
    return {case.id: case_name(case) for case in cases}
