"""The browser's rows: as many as there are clips, of which only pages near the eye are held."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtQml import QmlElement

from ui.models.card_face import BLANK, CardFace, face_of
from ui.models.face_list import NO_PARENT, FaceListModel

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex

    from workstation.catalog.browsing import ClipCard

QML_IMPORT_NAME = "Evidock"
QML_IMPORT_MAJOR_VERSION = 1

PAGE: Final = 60  # rows that are read at once: two screens of the largest grid
_KEPT_PAGES: Final = 12


@QmlElement
class CardModel(FaceListModel):
    """A row that is looked at before it was read is blank, and ``wanted`` asks for its page."""

    wanted = Signal(int)
    picks = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(CardFace, parent)
        self._total = 0
        self._pages: OrderedDict[int, list[ClipCard]] = OrderedDict()
        self._worded: dict[int, CardFace] = {}
        self._pictured: set[str] = set()
        self._picked: dict[str, None] = {}  # an ordered set

    def rowCount(  # noqa: N802 - Qt's name
        self, parent: QModelIndex | QPersistentModelIndex = NO_PARENT
    ) -> int:
        return 0 if parent.isValid() else self._total

    def face_at(self, row: int) -> CardFace:
        """What a row shows; blank until its page was read."""
        return self._face(row)

    def begin(self, total: int, first: Sequence[ClipCard]) -> None:
        """Another question was asked: so many clips, of which these are the first."""
        self.beginResetModel()
        self._total = total
        self._pages.clear()
        self._worded.clear()
        self._pictured.clear()
        self._lay(0, first)
        self.endResetModel()

    def fill(self, page: int, cards: Sequence[ClipCard]) -> None:
        """A page was read."""
        if page * PAGE >= self._total:
            return
        self._lay(page, cards)
        first, last = page * PAGE, min(self._total, (page + 1) * PAGE) - 1
        self.dataChanged.emit(self.index(first), self.index(last))

    def has_page(self, page: int) -> bool:
        """Whether the page is held."""
        return page in self._pages

    def show_picture(self, clip_id: str) -> None:
        """A clip's thumbnail can be had now."""
        for page, cards in self._pages.items():
            for place, card in enumerate(cards):
                if card.clip.id == clip_id:
                    self._pictured.add(clip_id)
                    self._reword(page * PAGE + place)

    def card(self, row: int) -> ClipCard | None:
        """The clip of a row, where it was read."""
        cards = self._pages.get(row // PAGE, [])
        return cards[row % PAGE] if row % PAGE < len(cards) else None

    def neighbours(self, row: int) -> list[str]:
        """The clips read around a row that can be looked into, in the order of the list."""
        page = row // PAGE
        return [
            card.clip.id
            for near in (page - 1, page, page + 1)
            for place, card in enumerate(self._pages.get(near, ()))
            if self._face(near * PAGE + place).footage
        ]

    # -- what is picked ---------------------------------------------------------------------

    @property
    def picked(self) -> tuple[str, ...]:
        """The clips that are picked, in the order they were."""
        return tuple(self._picked)

    def toggle(self, row: int) -> None:
        """Pick a clip, or put it back."""
        card = self.card(row)
        if card is None:
            return
        if card.clip.id in self._picked:
            del self._picked[card.clip.id]
        else:
            self._picked[card.clip.id] = None
        self._reword(row)
        self.picks.emit()

    def pick(self, clips: Iterable[str]) -> None:
        """Pick all of these."""
        self._picked.update(dict.fromkeys(clips))
        self.reword()
        self.picks.emit()

    def pick_none(self) -> None:
        """Put everything back."""
        if self._picked:
            self._picked.clear()
            self.reword()
            self.picks.emit()

    def reword(self) -> None:
        """Word every row that is held anew."""
        for row in list(self._worded):
            self._reword(row)

    # -- how it is kept ----------------------------------------------------------------------

    def _lay(self, page: int, cards: Sequence[ClipCard]) -> None:
        self._pages[page] = list(cards)
        self._pages.move_to_end(page)
        self._forget_faces(page)
        while len(self._pages) > _KEPT_PAGES:
            gone, dropped = self._pages.popitem(last=False)
            self._forget_faces(gone)
            self._pictured.difference_update(card.clip.id for card in dropped)

    def _forget_faces(self, page: int) -> None:
        for row in range(page * PAGE, (page + 1) * PAGE):
            self._worded.pop(row, None)

    def _face(self, row: int) -> CardFace:
        face = self._worded.get(row)
        if face is not None:
            return face
        card = self.card(row)
        if card is None:
            if row // PAGE not in self._pages:
                self.wanted.emit(row // PAGE)
            return BLANK
        self._worded[row] = face = self._word(card)
        return face

    def _word(self, card: ClipCard) -> CardFace:
        name = card.clip.id
        return face_of(card, has_picture=name in self._pictured, is_picked=name in self._picked)

    def _reword(self, row: int) -> None:
        card = self.card(row)
        if card is None:
            return
        face = self._word(card)
        if face != self._worded.get(row):
            self._worded[row] = face
            self.dataChanged.emit(self.index(row), self.index(row))
