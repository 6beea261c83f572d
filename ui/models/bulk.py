"""The view-model of what is said of many clips at once: a tag, or the case they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Property, QCoreApplication, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.formats import clips_text
from ui.models.filters import Option, case_word
from ui.pinyin import matches
from workstation.catalog.choices import Choices
from workstation.domain.people import Permission
from workstation.ipc.messages_casework import Annotate, LinkClips

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ui.errands import Answered
    from ui.i18n import Tongue
    from ui.models.room import Line
    from workstation.ipc.messages_people import PersonView

QML_IMPORT_NAME = "Evidock"
QML_IMPORT_MAJOR_VERSION = 1

translate = QCoreApplication.translate

TAG, LINK = "tag", "link"
_AT_ONCE: Final = 200  # clips in one command: the ledger's one transaction stays short
_LONGEST: Final = 40  # characters of a new tag


def usual_tags() -> tuple[str, ...]:
    """Tags that are offered while a station has none of its own."""
    return (
        translate("Tag", "占道经营"),
        translate("Tag", "违章建筑"),
        translate("Tag", "噪音扰民"),
        translate("Tag", "交通违法"),
        translate("Tag", "纠纷调解"),
        translate("Tag", "盗窃警情"),
        translate("Tag", "日常巡查"),
    )


@QmlElement
class BulkModel(QObject):
    """``done`` when the station has said it of all of them."""

    changed = Signal()
    done = Signal()

    def __init__(self, prefix: str, tongue: Tongue, line: Line, parent: QObject) -> None:
        super().__init__(parent)
        self._prefix = prefix  # of the tickets, with which the answers come back
        self._tongue = tongue
        self._line = line
        self._person: PersonView | None = None
        self._choices = Choices()
        self._clips: tuple[str, ...] = ()
        self._mode = ""
        self._narrow = ""
        self._note = ""
        self._waiting = 0

    def admit(self, person: PersonView | None) -> None:
        """Somebody has signed in, or nobody is there."""
        self._person = person
        self._clips, self._mode, self._narrow, self._note, self._waiting = (), "", "", "", 0
        self.changed.emit()

    def show_choices(self, choices: Choices) -> None:
        """This is what there is to choose from now."""
        self._choices = choices
        self.changed.emit()

    def show_clips(self, clips: Sequence[str]) -> None:
        """These clips are meant."""
        self._clips = tuple(clips)
        if clips:
            self._note = ""
        self.changed.emit()

    def hear(self, answer: Answered) -> None:
        """The station has said it, or refuses to."""
        self._waiting -= 1
        if answer.refusal is not None:
            said = self._tongue.word(answer.refusal.code, answer.refusal.facts)
            self._note = said.title
        elif self._waiting == 0:
            self.done.emit()
        self.changed.emit()

    def retranslate(self) -> None:
        """Word everything in the language spoken now."""
        self.changed.emit()

    # -- what people do ----------------------------------------------------------------------

    @Slot(str)
    def begin(self, mode: str) -> None:
        """Choose a tag or a case; the empty mode puts the list away."""
        self._mode, self._narrow = mode, ""
        self.changed.emit()

    @Slot(str)
    def type_in(self, character: str) -> None:
        """Narrow the list."""
        if len(self._narrow) < _LONGEST:
            self._narrow += character.strip()
            self.changed.emit()

    @Slot()
    def erase(self) -> None:
        """Take the last character back."""
        self._narrow = self._narrow[:-1]
        self.changed.emit()

    @Slot(str)
    def choose(self, value: str) -> None:
        """Say it of every clip that is meant."""
        mode, clips = self._mode, self._clips
        self.begin("")
        said = translate("Bulk", "{clips}打上标签“{value}”") if mode == TAG else ""
        said = said or translate("Bulk", "{clips}归入 {value}")
        word = next((one.word for one in self._offered(mode) if one.value == value), value)
        self._note = said.format(clips=clips_text(len(clips)), value=word)
        for first in range(0, len(clips), _AT_ONCE):
            part = clips[first : first + _AT_ONCE]
            tagged = Annotate(part, add_tags=(value,))
            self._waiting += 1
            self._line.ask(
                f"{self._prefix}:bulk", tagged if mode == TAG else LinkClips(part, link=(value,))
            )

    # -- how it is shown -----------------------------------------------------------------------

    def _offered(self, mode: str) -> list[Option]:
        if mode == LINK:
            open_cases = (case for case in self._choices.cases if not case.is_closed)
            return [Option(case.id, case_word(case.number, case.title)) for case in open_cases]
        known = self._choices.tags or usual_tags()
        return [Option(tag, tag) for tag in known] if mode == TAG else []

    def _entries(self) -> list[dict[str, str | bool]]:
        offered = self._offered(self._mode)
        shown = [one for one in offered if matches(self._narrow, one.word)]
        if self._mode == TAG and self._narrow and self._narrow not in {one.value for one in shown}:
            shown.append(Option(self._narrow, self._narrow))
        return [{"value": one.value, "word": one.word, "held": False} for one in shown]

    def _heading(self) -> str:
        return {
            TAG: translate("Bulk", "给{clips}打标签"),
            LINK: translate("Bulk", "把{clips}归入案件"),
        }.get(self._mode, "{clips}").format(clips=clips_text(len(self._clips)))

    def _may(self, permission: Permission) -> bool:
        return self._person is not None and permission.value in self._person.may

    count = Property(str, lambda self: clips_text(len(self._clips)), notify=changed)
    some = Property(bool, lambda self: bool(self._clips), notify=changed)
    tags = Property(bool, lambda self: self._may(Permission.TAG), notify=changed)
    exports = Property(bool, lambda self: self._may(Permission.EXPORT), notify=changed)
    links = Property(bool, lambda self: self._may(Permission.LINK), notify=changed)
    listing = Property(str, lambda self: self._mode, notify=changed)
    heading = Property(str, _heading, notify=changed)
    options = Property(list, _entries, notify=changed)
    narrowed = Property(str, lambda self: self._narrow, notify=changed)
    note = Property(str, lambda self: self._note, notify=changed)
