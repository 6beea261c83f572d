"""The view-model of a clip's markers: begin, end, take away. Originals are never cut."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Final, Protocol

from PySide6.QtCore import Property, QCoreApplication, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.models.deck_face import moment
from workstation.ipc.messages_casework import Annotate, MarkerPoints, Said

if TYPE_CHECKING:
    from collections.abc import Callable

    from ui.errands import Answered, Looked
    from ui.i18n import Tongue
    from ui.models.deck import DeckModel
    from workstation.catalog.reader import Catalog
    from workstation.ipc.messages import AnyCommand

QML_IMPORT_NAME = "Evidock"
QML_IMPORT_MAJOR_VERSION = 1

TICKET: Final = "preview:mark"
_NEAR_MS: Final = 1000  # an instant is meant by whoever stands so near to it

translate = QCoreApplication.translate


class Line(Protocol):
    """What is asked of the line to the station."""

    def ask(self, ticket: str, command: AnyCommand) -> None: ...
    def look(self, ticket: str, question: Callable[[Any], object]) -> None: ...


@QmlElement
class MarkingModel(QObject):
    """``said`` brings a sentence for the person; what is marked is read from the ledger."""

    changed = Signal()
    said = Signal(str)

    def __init__(self, tongue: Tongue, line: Line, deck: DeckModel, parent: QObject) -> None:
        super().__init__(parent)
        self._tongue = tongue
        self._line = line
        self._deck = deck
        self._numbers = itertools.count(1)
        self._clip: str | None = None
        self._waiting: dict[str, str] = {}  # by ticket, what is said when it is done
        deck.changed.connect(self.changed)

    def show_clip(self, clip: str | None) -> None:
        """This clip is looked into now."""
        self._clip = clip
        self._waiting.clear()

    def answered(self, event: Answered) -> None:
        """The station keeps it, or refuses."""
        done = self._waiting.pop(event.ticket, None)
        if done is None:
            return
        if event.refusal is not None:
            self.said.emit(self._tongue.word(event.refusal.code, event.refusal.facts).title)
        elif isinstance(event.result, Said):
            self._deck.forget_in()
            self.said.emit(done)
            self._look()

    def see(self, looked: Looked) -> None:
        """The clip's markers were read."""
        found: Any = looked.found
        if looked.ticket == f"{TICKET}:{self._clip}" and found is not None:
            self._deck.show_markers(found)

    @Slot()
    def mark(self) -> None:
        """Begin a marker here, or end the one that was begun and keep it."""
        facts = self._deck.facts
        if facts.in_ms is None:
            self._deck.mark_in()
        elif self._clip is not None:
            first, last = sorted((facts.in_ms, facts.at_ms))
            points = MarkerPoints(first, last if last > first else None)
            said = Annotate((self._clip,), add_markers=(points,))
            self._ask(said, translate("Preview", "标记已保存"))

    @Slot()
    def remove(self) -> None:
        """Take the marker away at which the clip stands."""
        here = self._here()
        if here is not None and self._clip is not None:
            said = Annotate((self._clip,), remove_markers=(here.name,))
            self._ask(said, translate("Preview", "标记已删除"))

    def _ask(self, command: Annotate, done: str) -> None:
        ticket = f"{TICKET}:{next(self._numbers)}"
        self._waiting[ticket] = done
        self._line.ask(ticket, command)

    def _look(self) -> None:
        clip = self._clip
        if clip is None:
            return

        def look(catalog: Catalog) -> tuple[MarkerPoints, ...]:
            return tuple(
                MarkerPoints(one.in_ms or 0, one.out_ms, one.value, one.operation)
                for one in catalog.casework_of(clip).markers
            )

        self._line.look(f"{TICKET}:{clip}", look)

    def _here(self) -> MarkerPoints | None:
        """The marker at which the clip stands; of several the one that begins nearest."""
        at_ms = self._deck.facts.at_ms
        around = [
            mark
            for mark in self._deck.facts.markers
            if mark.name
            and mark.in_ms - _NEAR_MS <= at_ms <= (mark.out_ms or mark.in_ms) + _NEAR_MS
        ]
        return min(around, key=lambda mark: abs(mark.in_ms - at_ms), default=None)

    def _where(self) -> str:
        here = self._here()
        return "" if here is None else moment(here.in_ms)

    here = Property(str, _where, notify=changed)
