"""The view-model of one case: its facts, its clips, what belongs to it and what not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Property, QCoreApplication, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.formats import clips_text
from ui.maps.ways import Span
from ui.models.cards import PAGE, CardModel
from ui.models.case_face import contested_of, facts_of, name_of, state_of, tags_of
from ui.models.case_line import CaseLineModel
from ui.models.case_times import began_s
from ui.models.clips import SEEN
from ui.models.finding import WORDS
from ui.models.way import WayModel
from workstation.domain.people import Permission, Scope
from workstation.ipc.messages_casework import LinkClips

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ui.errands import Answered, Looked
    from ui.i18n import Tongue
    from ui.maps.tiles import TileStore
    from ui.models.room import Line
    from workstation.catalog.browsing import ClipCard
    from workstation.catalog.case_page import CasePage
    from workstation.catalog.reader import Catalog
    from workstation.ipc.messages_people import PersonView

QML_IMPORT_NAME = "Evidock"
QML_IMPORT_MAJOR_VERSION = 1

TICKET: Final = "casebook:page"
LINK_TICKET: Final = "casebook:link"
_AT_ONCE: Final = 200  # clips in one command

translate = QCoreApplication.translate


@QmlElement
class CasePageModel(QObject):
    """Open while a case is looked at; read anew after everything that is said of it."""

    changed = Signal()
    previewed = Signal(object, str)
    jumped = Signal(int)  # to a moment of the clip that is previewed
    drilled = Signal(object)  # filters of the evidence browser
    linked = Signal()
    packed = Signal(str, str)  # a case that is to be exported, and its name

    def __init__(self, tongue: Tongue, line: Line, tiles: TileStore, parent: QObject) -> None:
        super().__init__(parent)
        self._tongue = tongue
        self._line = line
        self._person: PersonView | None = None
        self._case = ""
        self._page: CasePage | None = None
        self._note = ""
        self._waiting = 0
        self.cards = CardModel(self)
        self.cards.picks.connect(self.changed)
        self.times = CaseLineModel(self)
        self.times.chosen.connect(self.look_into)
        self.way = WayModel("casebook:way", line, tiles, self)
        self.way.sought.connect(self._go_to)

    def admit(self, person: PersonView | None) -> None:
        """Somebody has signed in, or nobody is there."""
        self._person = person
        self._waiting = 0
        self.close()

    def show(self, case: str) -> None:
        """Look at a case."""
        self._case, self._page, self._note = case, None, ""
        self._lay((), is_other=True)
        self.read()

    @Slot()
    def read(self) -> None:
        """Read it from the ledger."""
        person, case = self._person, self._case
        if person is None or not case:
            return
        badge, scope = person.badge, Scope[person.may[Permission.VIEW.value].upper()]

        def look(catalog: Catalog) -> CasePage | None:
            officer = catalog.officer(badge)
            return (
                None if officer is None else catalog.case_page(case, catalog.reach(officer, scope))
            )

        self._line.look(f"{TICKET}:{case}", look)

    def see(self, looked: Looked) -> None:
        """It was read."""
        found: Any = looked.found
        if looked.ticket != f"{TICKET}:{self._case}" or not self._case:
            return
        is_other = self._page is None
        self._page = found
        if found is None:
            self._note = translate("Case", "这起案件不在您的查看范围，或已经读不到。")
        self._lay(found.clips if found else (), is_other=is_other)

    def hear(self, answer: Answered) -> None:
        """Clips were added or taken away, or not."""
        self._waiting -= 1
        if answer.refusal is not None:
            said = self._tongue.word(answer.refusal.code, answer.refusal.facts)
            self._note = said.title
        if self._waiting == 0:
            self.cards.pick_none()
            self.linked.emit()
            self.read()
        self.changed.emit()

    def show_picture(self, clip_id: str) -> None:
        """A thumbnail is on the shelf."""
        self.cards.show_picture(clip_id)

    def retranslate(self) -> None:
        """Word everything in the language spoken now."""
        self.cards.reword()
        self.way.changed.emit()
        self.changed.emit()

    # -- what people do --------------------------------------------------------------------

    @Slot()
    def close(self) -> None:
        """Back to the list."""
        self._case, self._page, self._note = "", None, ""
        self.way.show_clip(None)
        self._lay((), is_other=True)

    @Slot(str)
    def look_into(self, clip: str) -> None:
        """Open a clip in the preview; the others of the case are its neighbours."""
        seen = [card.clip.id for card in self._cards() if _is_seen(card)]
        if clip in seen:
            self.previewed.emit(seen, clip)

    @Slot(str, int)
    def _go_to(self, clip: str, at_ms: int) -> None:
        """A point of the map was pressed: its clip, at the moment when it was filmed there."""
        self.look_into(clip)
        self.jumped.emit(at_ms)

    @Slot(int)
    def look_into_row(self, row: int) -> None:
        """The same for a line of the list."""
        if (card := self.cards.card(row)) is not None:
            self.look_into(card.clip.id)

    @Slot(int)
    def toggle(self, row: int) -> None:
        """Pick a clip, or put it back."""
        self.cards.toggle(row)

    @Slot()
    def pick_none(self) -> None:
        """Put every picked clip back."""
        self.cards.pick_none()

    @Slot()
    def remove(self) -> None:
        """What is picked does not belong here."""
        clips = self.cards.picked
        said = translate("Case", "{clips}移出案件")
        self._note = said.format(clips=clips_text(len(clips)))
        self._say(clips, link=(), unlink=(self._case,))

    @Slot(str)
    def confirm(self, clip: str) -> None:
        """A contested clip does belong here."""
        self._note = translate("Case", "已确认归入本案")
        self._say((clip,), link=(self._case,), unlink=())

    @Slot(str)
    def refuse(self, clip: str) -> None:
        """A contested clip does not belong here."""
        self._note = translate("Case", "{clips}移出案件").format(clips=clips_text(1))
        self._say((clip,), link=(), unlink=(self._case,))

    @Slot()
    def browse(self) -> None:
        """Show its clips in the evidence browser."""
        self.drilled.emit({"cases": (self._case,)})

    @Slot()
    def pack(self) -> None:
        """Export this case."""
        self.packed.emit(self._case, str(self.property("title")))

    @Slot()
    def add(self) -> None:
        """Look for clips that belong to no case yet, to link them there."""
        self.drilled.emit({"states": ("unlinked",)})

    @Slot(str)
    def browse_tag(self, tag: str) -> None:
        """Show all clips with a tag."""
        self.drilled.emit({WORDS: (tag,)})

    def _say(self, clips: Sequence[str], link: tuple[str, ...], unlink: tuple[str, ...]) -> None:
        for first in range(0, len(clips), _AT_ONCE):
            part = tuple(clips[first : first + _AT_ONCE])
            self._waiting += 1
            self._line.ask(LINK_TICKET, LinkClips(part, link, unlink))
        self.changed.emit()

    # -- how it is shown -----------------------------------------------------------------------

    def _cards(self) -> tuple[ClipCard, ...]:
        return self._page.clips if self._page else ()

    def _lay(self, cards: Sequence[ClipCard], *, is_other: bool) -> None:
        self.cards.begin(len(cards), cards[:PAGE])
        for page in range(1, -(-len(cards) // PAGE)):
            self.cards.fill(page, cards[page * PAGE : (page + 1) * PAGE])
        if is_other:
            self.cards.pick_none()
        for card in reversed(cards):
            if card.has_thumbnail:
                self._line.want_thumbnail(card.clip.id)
        self.times.show_cards(cards, is_other=is_other)
        spans = [
            Span(card.clip.id, began_s(card.clip), card.clip.duration_s or 0.0) for card in cards
        ]
        self.way.show_tracks(self._page.tracks if self._page else {}, spans)
        self.changed.emit()

    def _may_export(self) -> bool:
        return self._person is not None and Permission.EXPORT.value in self._person.may

    def _may_link(self) -> bool:
        return self._person is not None and Permission.LINK.value in self._person.may

    def _state(self, part: int) -> str | int:
        return state_of(self._page.file)[part] if self._page else ("" if part else 0)

    def _picked(self) -> str:
        count = len(self.cards.picked)
        return clips_text(count) if count else ""

    shown = Property(bool, lambda self: bool(self._case), notify=changed)
    known = Property(bool, lambda self: self._page is not None, notify=changed)
    title = Property(
        str, lambda self: name_of(self._page.file) if self._page else "", notify=changed
    )
    status = Property(int, lambda self: self._state(0), notify=changed)
    icon = Property(str, lambda self: self._state(1), notify=changed)
    word = Property(str, lambda self: self._state(2), notify=changed)
    facts = Property(list, lambda self: facts_of(self._page) if self._page else [], notify=changed)
    tags = Property(list, lambda self: tags_of(self._cards()), notify=changed)
    doubts = Property(list, lambda self: contested_of(self._cards(), self._case), notify=changed)
    rows = Property(CardModel, lambda self: self.cards, constant=True)
    ways = Property(WayModel, lambda self: self.way, constant=True)
    line = Property(CaseLineModel, lambda self: self.times, constant=True)
    links = Property(bool, _may_link, notify=changed)
    exports = Property(bool, _may_export, notify=changed)
    picked = Property(str, _picked, notify=changed)
    note = Property(str, lambda self: self._note, notify=changed)
    bare = Property(
        bool, lambda self: self._page is not None and not self._page.clips, notify=changed
    )


def _is_seen(card: ClipCard) -> bool:
    return card.clip.kind in SEEN and not card.is_destroyed
