"""The view-model of the browser's question: typed words, chosen filters, what is offered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Property, QCoreApplication, QObject, QTimer, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.models.filters import BY_NAME, FILTERS, Option, day_word, question
from ui.pinyin import matches, meant
from workstation.catalog.choices import Choices

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from workstation.catalog.values import Search
    from workstation.platform.clock import Clock

QML_IMPORT_NAME = "Evidock"
QML_IMPORT_MAJOR_VERSION = 1

translate = QCoreApplication.translate

WORDS: Final = "words"  # among filters that another screen sets
LONGEST: Final = 60  # characters of a question
_PAUSE_MS: Final = 120  # after the last key: who types fast is asked for once
_MEANT: Final = 12  # texts that a word of letters may stand for
_OFFERED: Final = 6  # of them, on the screen


@QmlElement
class FindingModel(QObject):
    """``asked`` when another question is put. Nothing of it outlasts the person."""

    changed = Signal()
    listed = Signal()  # the list to choose from
    asked = Signal()

    def __init__(self, clock: Clock, parent: QObject) -> None:
        super().__init__(parent)
        self._clock = clock
        self._choices = Choices()
        self._chosen: dict[str, tuple[str, ...]] = {}
        self._words = ""
        self._typing = False
        self._open = ""  # the filter whose list is shown
        self._narrow = ""
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self.asked)

    def forget(self) -> None:
        """Nobody stands there any more."""
        self._pause.stop()
        self._choices = Choices()
        self._chosen.clear()
        self._words = self._open = self._narrow = ""
        self._typing = False
        self.retranslate()

    def show_choices(self, choices: Choices) -> None:
        """This is what there is to choose from now."""
        if choices != self._choices:
            self._choices = choices
            self.retranslate()

    @property
    def choices(self) -> Choices:
        """What there is to choose from."""
        return self._choices

    @property
    def is_typing(self) -> bool:
        """Whether blanks belong to the question, and do not press what has the focus."""
        return self._typing

    def asks(self) -> Callable[[], Search]:
        """The question as it is put now; looking up letters is for the link's thread."""
        words, chosen, choices = self._words, dict(self._chosen), self._choices
        known = tuple(self._known())

        def put() -> Search:
            search = question(words, chosen, choices)
            ways = {
                part: tuple(meant(part, known, _MEANT)) for part in words.split() if _spells(part)
            }
            return search.meaning({part: way for part, way in ways.items() if way})

        return put

    def preset(self, chosen: Mapping[str, tuple[str, ...]]) -> None:
        """Another screen asks: only these filters, and what it has under ``WORDS``."""
        self._words = " ".join(chosen.get(WORDS, ()))
        self._chosen = {name: held for name, held in chosen.items() if name != WORDS}
        self._open, self._typing = "", False
        self.retranslate()

    def retranslate(self) -> None:
        """Word everything in the language spoken now."""
        self.changed.emit()
        self.listed.emit()

    # -- what people do ----------------------------------------------------------------------

    @Slot(str)
    def type_in(self, character: str) -> None:
        """One more character, of the question or of what narrows an open list."""
        if self._open:
            self._narrow += character.strip()
            self.listed.emit()
        elif len(self._words) < LONGEST:
            self._typing = True
            self._say((self._words + character).lstrip())

    @Slot()
    def erase(self) -> None:
        """Take the last character back."""
        if self._open:
            self._narrow = self._narrow[:-1]
            self.listed.emit()
        else:
            self._say(self._words[:-1])

    @Slot()
    def clear_words(self) -> None:
        """Look for words no more."""
        self._say("")

    @Slot(bool)
    def show_keys(self, shown: bool) -> None:
        """Show the letters, or put them away."""
        self._typing = shown
        self.changed.emit()

    @Slot(str)
    def take(self, text: str) -> None:
        """The letters typed last meant this."""
        before = self._words.split()[:-1]
        self._say(" ".join((*before, text)) + " ")

    @Slot(str)
    def open_list(self, name: str) -> None:
        """Show what a filter offers; the empty name puts the list away."""
        self._open, self._narrow, self._typing = name, "", False
        self.retranslate()

    @Slot(str)
    def choose(self, value: str) -> None:
        """Choose something of the open list, or put it back."""
        found = BY_NAME[self._open]
        held = self._chosen.get(self._open, ())
        if value in held:
            held = tuple(one for one in held if one != value)
        else:
            held = (value,) if found.is_single else (*held, value)
        self._hold(self._open, held)

    @Slot(str)
    def drop(self, name: str) -> None:
        """Filter by this no more."""
        self._hold(name, ())

    @Slot()
    def drop_all(self) -> None:
        """Show everything again."""
        self.preset({})
        self.asked.emit()

    # -- how it is shown -----------------------------------------------------------------------

    def _say(self, words: str) -> None:
        self._words = words
        self._pause.start()
        self.changed.emit()

    def _hold(self, name: str, values: tuple[str, ...]) -> None:
        self._chosen[name] = values
        self.retranslate()
        self.asked.emit()

    def _known(self) -> Iterable[str]:
        """Texts that letters may stand for: tags, names, units, cases, places."""
        found = self._choices
        yield from found.tags
        yield from (name for _, name in found.officers)
        yield from found.units
        for case in found.cases:
            yield from (text for text in (case.title, case.place) if text)

    def _meant(self) -> list[str]:
        last = self._words.split()[-1:] if not self._words.endswith(" ") else []
        if not last or not self._typing or not _spells(last[0]):
            return []
        return meant(last[0], self._known(), _OFFERED)

    def _options(self, name: str) -> list[Option]:
        offered = list(BY_NAME[name].offer(self._choices, self._clock.now().astimezone().date()))
        there = {one.value for one in offered}
        held = self._chosen.get(name, ())
        missing = [Option(one, self._word(name, one)) for one in held if one not in there]
        return [*missing, *offered]

    def _word(self, name: str, value: str) -> str:
        return day_word(value) if name == "days" else value

    def _entries(self) -> list[dict[str, str | bool]]:
        held = self._chosen.get(self._open, ())
        return [
            {"value": one.value, "word": one.word, "held": one.value in held}
            for one in (self._options(self._open) if self._open else ())
            if matches(self._narrow, one.word)
        ]

    def _bar(self) -> list[dict[str, str | bool]]:
        return [
            {"name": one.name, "glyph": one.glyph, "word": self._told(one.name), "held": held}
            for one in FILTERS
            for held in (bool(self._chosen.get(one.name)),)
        ]

    def _told(self, name: str) -> str:
        """A filter's name, or what is chosen of it."""
        held = self._chosen.get(name, ())
        if not held:
            return BY_NAME[name].word()
        words = {one.value: one.word for one in self._options(name)}
        first = words.get(held[0], held[0])
        if len(held) == 1:
            return first
        return translate("Filter", "{first} 等 {count} 项").format(first=first, count=len(held))

    words = Property(str, lambda self: self._words, notify=changed)
    typing = Property(bool, lambda self: self._typing, notify=changed)
    bar = Property(list, lambda self: self._bar(), notify=changed)
    guesses = Property(list, lambda self: self._meant(), notify=changed)
    filtered = Property(
        bool, lambda self: bool(self._words or any(self._chosen.values())), notify=changed
    )
    listing = Property(str, lambda self: self._open, notify=changed)
    heading = Property(
        str, lambda self: BY_NAME[self._open].word() if self._open else "", notify=changed
    )
    options = Property(list, lambda self: self._entries(), notify=listed)
    narrowed = Property(str, lambda self: self._narrow, notify=listed)


def _spells(part: str) -> bool:
    """Whether a word may be the first letters of Chinese ones: at least two, all Latin."""
    return len(part) > 1 and part.isascii() and part.isalpha()
