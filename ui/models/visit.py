"""A person at the screen: who it is, what the shift brought, the answers, and the receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from PySide6.QtCore import Property, QCoreApplication, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.formats import clips_text
from ui.models.coverage import CoverageModel
from ui.models.field import shown
from ui.models.questions import QuestionModel, names_of
from ui.models.shift_face import (
    ShiftFace,
    case_name,
    clock_of,
    gaps_text,
    handed_text,
    lead_of,
    minutes_text,
    remarks,
    why_text,
)
from ui.models.sign_in import SIGN_OUT, SignInModel
from ui.models.slot_face import STATUS_ORDER, progress_of, status_figure, status_sign
from ui.texts import size_text
from workstation.casework.completeness import read_coverage
from workstation.casework.shift import read_shift
from workstation.domain.dock import SlotStatus
from workstation.domain.people import Permission
from workstation.ipc.messages_casework import LinkClips
from workstation.ipc.messages_handin import HandedIn, HandIn, PrintReceipt
from workstation.ipc.messages_people import SignOut, StayIn

if TYPE_CHECKING:
    from collections.abc import Callable

    from ui.errands import Answered, Looked, Refusal
    from ui.i18n import Tongue
    from workstation.casework.shift import Docking, Question, Shift
    from workstation.domain.dock import SlotView
    from workstation.ipc.messages import AnyCommand
    from workstation.ipc.messages_people import PersonView
    from workstation.platform.clock import Clock

QML_IMPORT_NAME = "Evidock"
QML_IMPORT_MAJOR_VERSION = 1

translate = QCoreApplication.translate

SHIFT, LINK, HAND_IN, STAY = "shift", "link", "hand_in", "stay"  # tickets
PRINT, COVERAGE = "print", "coverage"
_DONE: Final = STATUS_ORDER.index(SlotStatus.DONE)


class Line(Protocol):
    """What is asked of the line to the station."""

    def ask(self, ticket: str, command: AnyCommand) -> None: ...
    def look(self, ticket: str, question: Callable[[Any], object]) -> None: ...


@QmlElement
class VisitModel(QObject):
    """From signing in to signing out. What it shows is read from the ledger, never assumed."""

    changed = Signal()
    asked = Signal()  # the list of cases to choose from
    entered = Signal()
    handed = Signal()
    left = Signal()

    def __init__(
        self, tongue: Tongue, clock: Clock, link: Line, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._tongue = tongue
        self._clock = clock
        self._link = link
        self._person: PersonView | None = None
        self._shift: Shift | None = None
        self._views: tuple[SlotView, ...] = ()
        self._docking = 0
        self._asking = -1  # the row of the question for which a case is chosen
        self._filter = ""
        self._receipt: HandedIn | None = None
        self._printed = False
        self._refusal: Refusal | None = None
        self._busy = False
        self.face = ShiftFace()
        self.sign_in = SignInModel(tongue, link, self)
        self.sign_in.proved.connect(self._enter)
        self.asks = QuestionModel(self)
        self.bar = CoverageModel(link, self)

    # -- what is heard -------------------------------------------------------------------------

    @property
    def person(self) -> PersonView | None:
        """Who is signed in."""
        return self._person

    def hear(self, answer: Answered) -> None:
        """A command was carried out, or refused."""
        if self.sign_in.hear(answer) or answer.ticket in (SIGN_OUT, STAY):
            return
        self._busy = False
        self._refusal = answer.refusal
        if isinstance(answer.result, HandedIn):
            self._receipt, self._printed = answer.result, False
            self.handed.emit()
        if answer.ticket == PRINT:
            self._printed = answer.refusal is None
        self.look_again()
        self._refresh()

    def see(self, looked: Looked) -> None:
        """The shift was read."""
        found = looked.found
        person = self._person
        if looked.ticket == SHIFT and person is not None and found is not None:
            self._take(found)
        if looked.ticket == COVERAGE and person is not None and found is not None:
            self._take_coverage(found)

    def show_slots(self, views: tuple[SlotView, ...]) -> None:
        """The wall looks like this now; a change at one's own slot is worth another look."""
        if self._person is None:
            return
        badge = self._person.badge
        mine = tuple(view for view in views if view.badge == badge)
        if mine != self._views:
            self._views = mine
            self.look_again()
            self._refresh()

    def look_again(self) -> None:
        """Read the shift from the ledger."""
        if (person := self._person) is None or not self.may_hand_in:
            return
        now = self._clock.now()
        self._link.look(SHIFT, lambda catalog: read_shift(catalog, person.badge, person.name, now))
        day = now.astimezone().date()
        self._link.look(COVERAGE, lambda catalog: read_coverage(catalog, person.badge, day, now))

    def stay(self) -> None:
        """The person touched the screen."""
        if self._person is not None:
            self._link.ask(STAY, StayIn())

    def retranslate(self) -> None:
        """Word everything in the language spoken now."""
        self.sign_in.retranslate()
        self.asks.retranslate()
        self.bar.retranslate()
        if self._shift is not None:
            self._take(self._shift)
        self._refresh()
        self.asked.emit()

    # -- what people do ------------------------------------------------------------------------

    @Slot()
    def leave(self) -> None:
        """Sign out."""
        if self._person is not None:
            self._link.ask(SIGN_OUT, SignOut())
        self.forget()

    def forget(self) -> None:
        """Nobody stands there any more."""
        self._person = self._shift = self._receipt = self._refusal = None
        self._views = ()
        self._docking, self._asking, self._busy = 0, -1, False
        self.asks.forget()
        self.bar.forget()
        self._refresh()
        self.left.emit()

    @Slot(int)
    def say_yes(self, row: int) -> None:
        """The outing is of the likeliest case."""
        question = self.asks.question(row)
        if question is not None and question.guesses:
            self._say(question, link=(question.guesses[0].case.id,))

    @Slot(int)
    def say_later(self, row: int) -> None:
        """The officer does not say now."""
        self.asks.put_off(row)
        self._refresh()

    @Slot(int)
    def take_back(self, row: int) -> None:
        """The outing is of none of the cases it was linked to."""
        question = self.asks.question(row)
        if question is not None:
            self._say(question, unlink=question.outing.cases)

    @Slot(int)
    def ask_other(self, row: int) -> None:
        """Show every open case to choose from; -1 puts the list away."""
        self._asking, self._filter = row, ""
        self.asked.emit()

    @Slot(str)
    def narrow(self, typed: str) -> None:
        """Only cases whose number holds these digits; the empty text takes the last one back."""
        self._filter = self._filter + typed if typed else self._filter[:-1]
        self.asked.emit()

    @Slot(str)
    def choose(self, case: str) -> None:
        """The outing is of this case."""
        question = self.asks.question(self._asking)
        self.ask_other(-1)
        if question is not None:
            self._say(question, link=(case,))

    @Slot()
    def hand_in(self) -> None:
        """Accept what is held, and take the receipt."""
        if (docking := self._current()) is not None and not self._busy:
            self._busy = True
            self._link.ask(HAND_IN, HandIn(docking.summary.id))
            self._refresh()

    @Slot()
    def print_receipt(self) -> None:
        """Have the receipt on paper, too; the code on the screen stays."""
        if (docking := self._current()) is not None and not self._busy:
            self._busy, self._printed, self._refusal = True, False, None
            self._link.ask(PRINT, PrintReceipt(docking.summary.id))
            self._refresh()

    @Slot(int)
    def show_docking(self, place: int) -> None:
        """Another docking of this shift."""
        self._docking = place
        self._show_questions()
        self._refresh()

    # -- how it goes on ------------------------------------------------------------------------

    @Slot(object)
    def _enter(self, person: PersonView) -> None:
        self._person = person
        self._receipt = self._refusal = None
        self.entered.emit()
        self.look_again()
        self._refresh()

    def _take(self, found: object) -> None:
        shift: Any = found
        self._shift = shift
        self._docking = min(self._docking, max(0, len(shift.dockings) - 1))
        self._show_questions()
        self._refresh()
        self.asked.emit()

    def _take_coverage(self, found: object) -> None:
        coverage: Any = found
        if self._person is not None and coverage.badge == self._person.badge:
            self.bar.show(coverage)

    def _show_questions(self) -> None:
        docking, shift = self._current(), self._shift
        if docking is not None and shift is not None:
            self.asks.show_questions(docking.questions, names_of(shift.cases))
        else:
            self.asks.show_questions((), {})

    def _say(
        self, question: Question, link: tuple[str, ...] = (), unlink: tuple[str, ...] = ()
    ) -> None:
        self._link.ask(LINK, LinkClips(question.outing.clips, link, unlink))

    def _current(self) -> Docking | None:
        dockings = self._shift.dockings if self._shift else ()
        return dockings[self._docking] if self._docking < len(dockings) else None

    def _view(self) -> SlotView | None:
        docking = self._current()
        wanted = docking.summary.id if docking else None
        return next((view for view in self._views if view.collection_id == wanted), None)

    def _refresh(self) -> None:
        docking = self._current()
        self.face = ShiftFace() if docking is None else self._word(docking, self._view())
        self.changed.emit()

    def _word(self, docking: Docking, view: SlotView | None) -> ShiftFace:
        status = SlotStatus.DONE if view is None else view.status
        offset, skewed = clock_of(docking)
        progress = 1.0 if view is None else progress_of(view)
        return ShiftFace(
            slot=f"{docking.summary.slot:02d}",
            lead=lead_of(docking, view),
            status=STATUS_ORDER.index(status),
            figure=status_figure(status),
            sign=status_sign(status),
            percent=int(progress * 100),
            progress=progress,
            recorder=docking.summary.recorder_serial,
            minutes=minutes_text(docking.seconds),
            clips=clips_text(docking.clips),
            size=size_text(docking.size_bytes),
            offset=offset,
            skewed=skewed,
            gaps=gaps_text(docking),
            broken=bool(docking.lost or docking.gaps),
            over=docking.is_over and not self._busy,
            handed=handed_text(docking),
        )

    @property
    def may_hand_in(self) -> bool:
        """Whether a shift of one's own is shown at all."""
        return self._may(Permission.HAND_IN)

    @property
    def may_configure(self) -> bool:
        """Whether the kiosk may be closed."""
        return self._may(Permission.CONFIGURE)

    def _may(self, permission: Permission) -> bool:
        return self._person is not None and permission.value in self._person.may

    def _remarks(self) -> list[dict[str, str | int]]:
        docking = self._current()
        return [] if docking is None else remarks(docking, self._view(), self._tongue)

    def _choices(self) -> list[dict[str, str]]:
        question, shift = self.asks.question(self._asking), self._shift
        if question is None or shift is None:
            return []
        why = {guess.case.id: why_text(guess) for guess in question.guesses}
        order = {case: place for place, case in enumerate(why)}
        cases = sorted(shift.cases, key=lambda case: order.get(case.id, len(order)))
        return [
            {"case": one.id, "title": case_name(one), "why": why.get(one.id) or one.place}
            for one in cases
            if self._filter in one.number
        ]

    def _dockings(self) -> list[dict[str, str | bool]]:
        dockings = self._shift.dockings if self._shift else ()
        names = translate("Shift", "{slot} 号口 {time}")
        return [
            {
                "title": names.format(
                    slot=f"{one.summary.slot:02d}",
                    time=one.summary.started_at.astimezone().strftime("%H:%M"),
                ),
                "current": place == self._docking,
            }
            for place, one in enumerate(dockings)
        ]

    def _trouble(self, part: str) -> str:
        if self._refusal is None:
            return ""
        return str(getattr(self._tongue.word(self._refusal.code, self._refusal.facts), part))

    def _sums(self) -> str:
        if (made := self._receipt) is None:
            return ""
        return f"{clips_text(made.held)} · {minutes_text(made.seconds)}"

    signed = Property(bool, lambda self: self._person is not None, notify=changed)
    name = Property(str, lambda self: self._person.name if self._person else "", notify=changed)
    badge = Property(str, lambda self: self._person.badge if self._person else "", notify=changed)
    unit = Property(
        str, lambda self: self._person.unit_name if self._person else "", notify=changed
    )
    shifts = Property(bool, lambda self: self.may_hand_in, notify=changed)
    governs = Property(bool, lambda self: self.may_configure, notify=changed)
    known = Property(bool, lambda self: self._shift is not None, notify=changed)
    docked = Property(bool, lambda self: self._current() is not None, notify=changed)
    dockings = Property(list, lambda self: self._dockings(), notify=changed)
    remarks = Property(list, lambda self: self._remarks(), notify=changed)
    open = Property(int, lambda self: self.asks.unanswered(), notify=changed)
    choosing = Property(bool, lambda self: self._asking >= 0, notify=asked)
    choices = Property(list, lambda self: self._choices(), notify=asked)
    sought = Property(str, lambda self: self._filter, notify=asked)
    trouble = Property(str, lambda self: self._trouble("title"), notify=changed)
    mend = Property(str, lambda self: self._trouble("mend"), notify=changed)
    receipt = Property(
        str, lambda self: self._receipt.receipt if self._receipt else "", notify=changed
    )
    sums = Property(str, lambda self: self._sums(), notify=changed)
    prints = Property(
        bool, lambda self: self._receipt is not None and self._receipt.prints, notify=changed
    )
    printed = Property(bool, lambda self: self._printed, notify=changed)
    idle = Property(bool, lambda self: not self._busy, notify=changed)
    untaken = Property(int, lambda self: self._receipt.open if self._receipt else 0, notify=changed)
    slot = shown(str, "slot", changed)
    lead = shown(str, "lead", changed)
    status = shown(int, "status", changed)
    figure = shown(str, "figure", changed)
    sign = shown(str, "sign", changed)
    percent = shown(int, "percent", changed)
    progress = shown(float, "progress", changed)
    recorder = shown(str, "recorder", changed)
    minutes = shown(str, "minutes", changed)
    clips = shown(str, "clips", changed)
    size = shown(str, "size", changed)
    offset = shown(str, "offset", changed)
    skewed = shown(bool, "skewed", changed)
    gaps = shown(str, "gaps", changed)
    broken = shown(bool, "broken", changed)
    over = shown(bool, "over", changed)
    handedwhen = shown(str, "handed", changed)
    desk = Property(SignInModel, lambda self: self.sign_in, constant=True)
    coverage = Property(CoverageModel, lambda self: self.bar, constant=True)
    questions = Property(QuestionModel, lambda self: self.asks, constant=True)
