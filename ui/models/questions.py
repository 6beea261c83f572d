"""The questions of a shift as a list: an outing a row, with the likeliest case and the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtQml import QmlElement

from ui.formats import clips_text
from ui.models.face_list import FaceListModel
from ui.models.shift_face import ask_text, case_name, minutes_text, span_of, why_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtCore import QObject

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


@QmlElement
class QuestionModel(FaceListModel):
    """Answers are what the ledger says; only ``later`` is remembered here."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(QuestionFace, parent)
        self._questions: tuple[Question, ...] = ()
        self._names: dict[str, str] = {}
        self._later: set[str] = set()

    def spoken(self, face: QuestionFace) -> str:
        """An outing in one sentence."""
        return f"{face.span} {face.ask}"

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
        self.settle([self._face(row, one) for row, one in enumerate(self._questions)])

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
