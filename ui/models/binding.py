"""The view-model of giving a recorder to an officer: first which one, then to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QCoreApplication, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.models.filters import Option
from ui.pinyin import matches
from workstation.domain.people import Permission
from workstation.ipc.messages_recorders import BindRecorder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ui.errands import Answered
    from ui.i18n import Tongue
    from ui.models.room import Line
    from workstation.casework.board import Homecoming
    from workstation.catalog.values import RecorderLine
    from workstation.ipc.messages_people import PersonView

QML_IMPORT_NAME = "Evidock"
QML_IMPORT_MAJOR_VERSION = 1

translate = QCoreApplication.translate

_RECORDER, _OFFICER = "recorder", "officer"


@QmlElement
class BindingModel(QObject):
    """``done`` when the station has written the binding down."""

    changed = Signal()
    done = Signal()

    def __init__(self, prefix: str, tongue: Tongue, line: Line, parent: QObject) -> None:
        super().__init__(parent)
        self._prefix = prefix
        self._tongue = tongue
        self._line = line
        self.admit(None)

    def admit(self, person: PersonView | None) -> None:
        """Somebody has signed in, or nobody is there."""
        self._person = person
        self._recorders: tuple[RecorderLine, ...] = ()
        self._people: tuple[Homecoming, ...] = ()
        self._step = self._serial = self._narrow = self._note = ""
        self.changed.emit()

    def show(self, recorders: Sequence[RecorderLine], people: Sequence[Homecoming]) -> None:
        """These recorders and these people there are."""
        self._recorders, self._people = tuple(recorders), tuple(people)
        self.changed.emit()

    def hear(self, answer: Answered) -> None:
        """The station has written it down, or refuses to."""
        if answer.refusal is not None:
            said = self._tongue.word(answer.refusal.code, answer.refusal.facts)
            self._note = said.title
        else:
            self._note = translate("Binding", "已绑定")
            self.done.emit()
        self.changed.emit()

    @Slot()
    def begin(self) -> None:
        """Choose a recorder."""
        self._step, self._serial, self._narrow, self._note = _RECORDER, "", "", ""
        self.changed.emit()

    @Slot()
    def close(self) -> None:
        """Give nothing to anybody."""
        self._step = ""
        self.changed.emit()

    @Slot(str)
    def type_in(self, character: str) -> None:
        """Narrow the list."""
        self._narrow += character.strip()
        self.changed.emit()

    @Slot()
    def erase(self) -> None:
        """Take the last character back."""
        self._narrow = self._narrow[:-1]
        self.changed.emit()

    @Slot(str)
    def choose(self, value: str) -> None:
        """This recorder; then, to this officer."""
        self._narrow = ""
        if self._step == _RECORDER:
            self._step, self._serial = _OFFICER, value
        else:
            self._step = ""
            name = next((one.name for one in self._people if one.badge == value), "")
            self._line.ask(f"{self._prefix}:bind", BindRecorder(self._serial, value, name))
        self.changed.emit()

    def _entries(self) -> list[dict[str, str | bool]]:
        if self._step == _RECORDER:
            offered = [Option(one.serial, _held(one)) for one in self._recorders]
        else:
            offered = [Option(one.badge, f"{one.name} {one.badge}") for one in self._people]
        return [
            {"value": one.value, "word": one.word, "held": False}
            for one in offered
            if matches(self._narrow, one.word)
        ]

    def _heading(self) -> str:
        if self._step == _OFFICER:
            return translate("Binding", "{recorder} 交给谁").format(recorder=self._serial)
        return translate("Binding", "绑定哪台记录仪")

    def _may(self) -> bool:
        return self._person is not None and Permission.BIND.value in self._person.may

    allowed = Property(bool, _may, notify=changed)
    open = Property(bool, lambda self: self._step != "", notify=changed)
    heading = Property(str, _heading, notify=changed)
    options = Property(list, _entries, notify=changed)
    narrowed = Property(str, lambda self: self._narrow, notify=changed)
    note = Property(str, lambda self: self._note, notify=changed)


def _held(one: RecorderLine) -> str:
    if one.binding is None:
        return translate("Binding", "{recorder}（未绑定）").format(recorder=one.serial)
    return f"{one.serial} · {one.binding.officer_name or one.binding.badge}"
