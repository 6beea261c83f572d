"""The view-model of the evidence browser: asks for pages, picks, opens the preview."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.formats import clips_text
from ui.models.bulk import BulkModel
from ui.models.cards import PAGE, CardModel
from ui.models.finding import FindingModel
from workstation.domain.people import Permission, Scope

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ui.errands import Answered, Looked
    from ui.i18n import Tongue
    from ui.models.room import Line
    from workstation.catalog.browsing import ClipCard, Survey
    from workstation.catalog.choices import Choices
    from workstation.catalog.people import Reach
    from workstation.catalog.reader import Catalog
    from workstation.catalog.values import Search
    from workstation.ipc.messages_people import PersonView
    from workstation.platform.clock import Clock

QML_IMPORT_NAME = "Evidock"
QML_IMPORT_MAJOR_VERSION = 1

NAME: Final = "browser"
PICKED_AT_ONCE: Final = 1000
_PATIENT: Final = 4  # pages that wait to be read; who scrolls past more does not look at them


@dataclass(frozen=True, slots=True)
class _Found:
    """A question's answer as of one moment, and its first page."""

    reach: Reach
    wanted: Search
    survey: Survey
    cards: list[ClipCard]
    choices: Choices


@QmlElement
class BrowserModel(QObject):
    """What it shows is what the person may view: the reach is asked of the catalog each time."""

    changed = Signal()
    previewed = Signal(object, str)
    packed = Signal(object)  # clips that are to be exported

    def __init__(self, tongue: Tongue, clock: Clock, line: Line, parent: QObject) -> None:
        super().__init__(parent)
        self._line = line
        self._person: PersonView | None = None
        self._asked = 0  # questions so far; the answers to older ones are stale
        self._found: _Found | None = None
        self._wanted: list[int] = []
        self._reading: int | None = None  # the page that is under way
        self.cards = CardModel(self)
        self.cards.wanted.connect(self._want)
        self.cards.picks.connect(self._picks)
        self.finding = FindingModel(clock, self)
        self.finding.asked.connect(self.ask)
        self.many = BulkModel(NAME, tongue, line, self)
        self.many.done.connect(self._said)
        self._is_list = False

    # -- what the station says ----------------------------------------------------------------

    def admit(self, person: PersonView | None) -> None:
        """Somebody has signed in, or nobody is there."""
        self._person = person
        self._forget()
        self.cards.begin(0, [])
        self.cards.pick_none()
        self.finding.forget()
        self.many.admit(person)
        self.changed.emit()

    def enter(self) -> None:
        """Look again: clips have come in since."""
        self.ask()

    def hear(self, answer: Answered) -> None:
        """Something was said of clips, or refused."""
        self.many.hear(answer)

    def see(self, looked: Looked) -> None:
        """A survey with its first page, or another page of it."""
        _, number, page = looked.ticket.split(":")
        if int(number) != self._asked:
            return
        found: Any = looked.found
        if page == "":
            self._take(found)
        elif page == "all":
            self.cards.pick(found or ())
        else:
            self._reading = None
            if found is not None:
                self._lay(int(page), found)
            self._read_next()

    def show_picture(self, clip_id: str) -> None:
        """A thumbnail is on the shelf."""
        self.cards.show_picture(clip_id)

    def retranslate(self) -> None:
        """Word everything in the language spoken now."""
        self.cards.reword()
        self.finding.retranslate()
        self.many.retranslate()
        self.changed.emit()

    # -- what people do --------------------------------------------------------------------

    @Slot(int)
    def look_into(self, row: int) -> None:
        """Open a clip in the preview; those read around it are its neighbours."""
        card = self.cards.card(row)
        near = self.cards.neighbours(row)
        if card is not None and card.clip.id in near:
            self.previewed.emit(near, card.clip.id)

    @Slot(int)
    def toggle(self, row: int) -> None:
        """Pick a clip, or put it back."""
        self.cards.toggle(row)

    @Slot()
    def pick_none(self) -> None:
        """Put every picked clip back."""
        self.cards.pick_none()

    @Slot()
    def pack(self) -> None:
        """Export what is picked."""
        self.packed.emit(self.cards.picked)

    @Slot(bool)
    def show_list(self, is_list: bool) -> None:
        """One clip a line, or pictures side by side."""
        self._is_list = is_list
        self.changed.emit()

    @Slot()
    def pick_all(self) -> None:
        """Pick every clip that was found, the latest first, as far as is sensible."""
        found = self._found
        if found is not None:

            def look(catalog: Catalog) -> list[str]:
                return catalog.found(found.wanted, found.reach, found.survey, limit=PICKED_AT_ONCE)

            self._line.look(f"{NAME}:{self._asked}:all", look)

    def type_in(self, character: str) -> None:
        """A key of a keyboard: of the question, or of what narrows an open list."""
        (self.many if self.many.property("listing") else self.finding).type_in(character)

    def erase(self) -> None:
        """Take the last character back."""
        (self.many if self.many.property("listing") else self.finding).erase()

    def preset(self, chosen: Mapping[str, tuple[str, ...]]) -> None:
        """Another screen asks: show what these filters choose."""
        self.finding.preset(chosen)

    @Slot()
    def _picks(self) -> None:
        self.many.show_clips(self.cards.picked)
        self.changed.emit()

    @Slot()
    def _said(self) -> None:
        self.cards.pick_none()
        self.ask()

    # -- how it is read ----------------------------------------------------------------------

    @Slot()
    def ask(self) -> None:
        """Put the question to the catalog anew."""
        person = self._person
        if person is None:
            return
        self._forget()
        put, badge = self.finding.asks(), person.badge
        scope = Scope[person.may[Permission.VIEW.value].upper()]

        def look(catalog: Catalog) -> _Found | None:
            officer = catalog.officer(badge)
            if officer is None:
                return None
            reach = catalog.reach(officer, scope)
            wanted = put()
            survey = catalog.survey(wanted, reach)
            cards = catalog.cards(wanted, reach, survey, limit=PAGE)
            return _Found(reach, wanted, survey, cards, catalog.choices(reach))

        self._line.look(f"{NAME}:{self._asked}:", look)

    def _forget(self) -> None:
        self._asked += 1
        self._found = self._reading = None
        self._wanted.clear()

    def _take(self, found: _Found | None) -> None:
        self._found = found
        if found is None:
            self.cards.begin(0, [])
        else:
            self.cards.begin(found.survey.total, found.cards)
            self.finding.show_choices(found.choices)
            self.many.show_choices(found.choices)
            self._picture(found.cards)
        self.changed.emit()

    def _lay(self, page: int, cards: list[ClipCard]) -> None:
        self.cards.fill(page, cards)
        self._picture(cards)

    def _picture(self, cards: list[ClipCard]) -> None:
        for card in reversed(cards):  # the line gives the latest asked for first
            if card.has_thumbnail:
                self._line.want_thumbnail(card.clip.id)

    @Slot(int)
    def _want(self, page: int) -> None:
        if page != self._reading and page not in self._wanted:
            self._wanted = [*self._wanted[-_PATIENT + 1 :], page]
            self._read_next()

    def _read_next(self) -> None:
        found = self._found
        if self._reading is not None or not self._wanted or found is None:
            return
        page = self._reading = self._wanted.pop()

        def look(catalog: Catalog) -> list[ClipCard]:
            reach, survey = found.reach, found.survey
            return catalog.cards(found.wanted, reach, survey, skip=page * PAGE, limit=PAGE)

        self._line.look(f"{NAME}:{self._asked}:{page}", look)

    def _sums(self) -> str:
        return "" if self._found is None else clips_text(self._found.survey.total)

    rows = Property(CardModel, lambda self: self.cards, constant=True)
    sums = Property(str, _sums, notify=changed)
    find = Property(FindingModel, lambda self: self.finding, constant=True)
    bulk = Property(BulkModel, lambda self: self.many, constant=True)
    lines = Property(bool, lambda self: self._is_list, notify=changed)
    empty = Property(
        bool, lambda self: self._found is not None and not self._found.survey.total, notify=changed
    )
