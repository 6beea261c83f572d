"""The view-model of the cases: find one, and open its page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Property, QCoreApplication, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.models.case_face import CaseFace, face_of
from ui.models.case_page import LINK_TICKET, TICKET, CasePageModel
from ui.models.face_list import FaceListModel
from ui.pinyin import matches
from workstation.domain.people import Permission, Scope

if TYPE_CHECKING:
    from ui.errands import Answered, Looked
    from ui.i18n import Tongue
    from ui.maps.tiles import TileStore
    from ui.models.room import Line
    from workstation.catalog.reader import Catalog
    from workstation.catalog.values import CaseLine
    from workstation.ipc.messages_people import PersonView

QML_IMPORT_NAME = "Evidock"
QML_IMPORT_MAJOR_VERSION = 1

NAME: Final = "casebook"
_LIST: Final = f"{NAME}:list"
_LONGEST: Final = 40  # characters that are looked for

translate = QCoreApplication.translate


@QmlElement
class CasebookModel(QObject):
    """Read when it is entered. Nothing of it outlasts the person."""

    changed = Signal()

    def __init__(self, tongue: Tongue, line: Line, tiles: TileStore, parent: QObject) -> None:
        super().__init__(parent)
        self._line = line
        self._person: PersonView | None = None
        self._lines: tuple[CaseLine, ...] | None = None
        self._words = ""
        self._typing = False
        self.cases = FaceListModel(CaseFace, self)
        self.page = CasePageModel(tongue, line, tiles, self)
        self.page.linked.connect(self.read)

    def admit(self, person: PersonView | None) -> None:
        """Somebody has signed in, or nobody is there."""
        self._person, self._lines, self._words, self._typing = person, None, "", False
        self.page.admit(person)
        self._settle()

    def enter(self) -> None:
        """Look again: clips and cases have come in since."""
        self.read()
        self.page.read()

    @Slot()
    def read(self) -> None:
        """Read the list of cases."""
        person = self._person
        if person is None:
            return
        badge, scope = person.badge, Scope[person.may[Permission.VIEW.value].upper()]

        def look(catalog: Catalog) -> tuple[CaseLine, ...] | None:
            officer = catalog.officer(badge)
            if officer is None:
                return None
            return tuple(catalog.cases_within(catalog.reach(officer, scope)))

        self._line.look(_LIST, look)

    def hear(self, answer: Answered) -> None:
        """Something was said of a case's clips, or refused."""
        if answer.ticket == LINK_TICKET:
            self.page.hear(answer)
        else:
            self.page.way.answered(answer)

    def see(self, looked: Looked) -> None:
        """The list was read, or a case."""
        found: Any = looked.found
        if looked.ticket.startswith(TICKET):
            self.page.see(looked)
        elif self._person is not None and found is not None:
            self._lines = found
            self._settle()

    def show_picture(self, clip_id: str) -> None:
        """A thumbnail is on the shelf."""
        self.page.show_picture(clip_id)

    def retranslate(self) -> None:
        """Word everything in the language spoken now."""
        self._settle()
        self.page.retranslate()

    # -- what people do ----------------------------------------------------------------------

    @Slot(str)
    def open_case(self, case: str) -> None:
        """Look at one of the cases."""
        self._typing = False
        self.page.show(case)
        self.changed.emit()

    @Slot(str)
    def type_in(self, character: str) -> None:
        """Look for one more character: of number, title, place or people, or first letters."""
        if len(self._words) < _LONGEST:
            self._words = (self._words + character).lstrip()
            self._settle()

    @Slot()
    def erase(self) -> None:
        """Take the last character back."""
        self._words = self._words[:-1]
        self._settle()

    @Slot()
    def clear_words(self) -> None:
        """Show every case again."""
        self._words = ""
        self._settle()

    @Slot(bool)
    def show_keys(self, shown: bool) -> None:
        """Show the letters, or put them away."""
        self._typing = shown
        self.changed.emit()

    def _settle(self) -> None:
        faces = [face_of(line) for line in self._lines or ()]
        words = self._words.split()
        found = [one for one in faces if all(matches(word, one.sought) for word in words)]
        self.cases.settle(found)
        self.changed.emit()

    def _sums(self) -> str:
        if self._lines is None:
            return ""
        return translate("Case", "{count} 起").format(count=self.cases.rowCount())

    rows = Property(FaceListModel, lambda self: self.cases, constant=True)
    open = Property(CasePageModel, lambda self: self.page, constant=True)
    words = Property(str, lambda self: self._words, notify=changed)
    typing = Property(bool, lambda self: self._typing, notify=changed)
    sums = Property(str, _sums, notify=changed)
    empty = Property(
        bool,
        lambda self: self._lines is not None and self.cases.rowCount() == 0,
        notify=changed,
    )
