"""The view-model of exporting: what, where to, why, for whom, the second person, and how it goes.

The station packs; here people only say what they want and see how far it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.models.filters import Option, case_word
from ui.models.pack_face import (
    PLAIN,
    RUNNING,
    STEPS,
    Chosen,
    face_of,
    place_word,
    recipient_word,
    usual_reasons,
)
from ui.pinyin import matches
from workstation.domain.people import Permission, Scope
from workstation.ipc.messages_export import (
    ExportPlaces,
    GetPack,
    ListExportPlaces,
    PackStanding,
    StartPack,
    StopPack,
)
from workstation.ipc.words import Proved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ui.errands import Answered, Looked, Refusal
    from ui.i18n import Tongue
    from ui.models.room import Line
    from workstation.catalog.choices import CaseChoice
    from workstation.catalog.reader import Catalog
    from workstation.events.facts import PackChanged
    from workstation.ipc.messages_people import PersonView

QML_IMPORT_NAME = "Evidock"
QML_IMPORT_MAJOR_VERSION = 1

NAME: Final = "pack"
_LONGEST: Final = 64  # characters of a reason, a number or a PIN
_LOOK_TICKS: Final = 2  # seconds between looks for disks
_LISTS: Final = frozenset({"what", "reason"})  # that letters narrow
_PICKED: Final = "picked"  # the value of the picked clips in the list of what to export


@QmlElement
class PackModel(QObject):
    """One export, step by step. What is under way is the station's; it outlives the person."""

    changed = Signal()

    def __init__(self, tongue: Tongue, line: Line, parent: QObject) -> None:
        super().__init__(parent)
        self._tongue = tongue
        self._line = line
        self._person: PersonView | None = None
        self._put_away: set[str] = set()  # ends that people have seen
        self._cases: tuple[CaseChoice, ...] = ()
        self._places = ExportPlaces(())
        self._standing = PackStanding()
        self._ticks = 0
        self._clear()
        self.face = face_of(self._step, self._chosen, self._standing, None)

    def _clear(self) -> None:
        self._step = STEPS[0]
        self._clips: tuple[str, ...] = ()
        self._chosen = Chosen()
        self._narrow = self._typed = self._badge = self._card = ""
        self._refusal: Refusal | None = None
        self._is_busy = False

    # -- what the rooms say --------------------------------------------------------------------

    def admit(self, person: PersonView | None) -> None:
        """Somebody has signed in, or nobody is there: nothing of before stays."""
        self._person = person
        self._cases, self._standing = (), PackStanding()
        self._clear()
        self._refresh()

    def enter(self) -> None:
        """Is a pack of this person under way, or over and not seen yet?"""
        person = self._person
        if person is None:
            return
        self._line.ask(f"{NAME}:standing", GetPack())
        self._line.ask(f"{NAME}:places", ListExportPlaces())
        badge, scope = person.badge, Scope[person.may[Permission.EXPORT.value].upper()]

        def look(catalog: Catalog) -> tuple[CaseChoice, ...] | None:
            officer = catalog.officer(badge)
            return None if officer is None else catalog.choices(catalog.reach(officer, scope)).cases

        self._line.look(f"{NAME}:cases", look)

    def leave(self) -> None:
        """Another screen is open: no secret stays typed here."""
        self._typed = self._card = ""
        self._refresh()

    def tick(self) -> None:
        """A second has passed: while people choose where, disks come and go."""
        self._ticks += 1
        if self._person is not None and self._step == "where" and not self._ticks % _LOOK_TICKS:
            self._line.ask(f"{NAME}:places", ListExportPlaces())

    def take(self, clips: Sequence[str]) -> None:
        """Export these clips: where to is the next question."""
        if self._standing.state in RUNNING or not clips:
            return
        self._clear()
        self._clips = tuple(clips)
        self._chosen = Chosen(what=self._clips, clips=len(clips))
        self._step = "where"
        self._standing = PackStanding()
        self._refresh()

    def take_case(self, case: str, word: str) -> None:
        """Export this case, called ``word`` on the screen it was chosen on."""
        if self._standing.state not in RUNNING:
            self._clear()
            self._standing = PackStanding()
            self._chosen = Chosen(what=(case,), case_word=word)
            self._step = "where"
            self._refresh()

    def hear(self, answer: Answered) -> None:
        """The station answers."""
        what = answer.ticket.partition(":")[2]
        if isinstance(answer.result, ExportPlaces):
            self._places = answer.result
        elif isinstance(answer.result, PackStanding):
            self._stands(answer.result)
        if what == "start":
            self._is_busy = False
            self._refusal = answer.refusal
            self._typed = self._card = ""
            if answer.refusal is None:
                self._badge = ""
        self._refresh()

    def see(self, looked: Looked) -> None:
        """The catalog answers: the cases there are."""
        found: Any = looked.found
        self._cases = found or ()
        self._refresh()

    def follow(self, event: PackChanged) -> None:
        """A pack is so far; whose it is the station says to whoever may know."""
        person, standing = self._person, self._standing
        if person is None or event.export != standing.export:
            return
        if event.state in RUNNING:
            self._standing = msgspec.structs.replace(
                standing,
                state=event.state,
                done_bytes=event.done_bytes,
                total_bytes=event.total_bytes,
            )
            self._refresh()
        else:
            self._line.ask(f"{NAME}:standing", GetPack())

    def retranslate(self) -> None:
        """Word everything in the language spoken now."""
        self._refresh()

    # -- what people do ----------------------------------------------------------------------

    @Slot(str)
    def choose(self, value: str) -> None:
        """Answer the question of this step; the next one follows."""
        word = next((one.word for one in self._offered() if one.value == value), value)
        match self._step:
            case "what" if value == _PICKED:
                self._chosen = Chosen(what=self._clips, clips=len(self._clips))
            case "what":
                self._chosen = Chosen(what=(value,), case_word=word)
            case "where":
                place = next((one for one in self._places.places if one.path == value), None)
                self._chosen = self._chosen.but(place=place)
            case "reason":
                self._chosen = self._chosen.but(reason=word)
            case "seal":
                self._chosen = self._chosen.but(recipient="" if value == PLAIN else value)
        self._go(1)

    @Slot()
    def back(self) -> None:
        """The step before."""
        if not self._is_busy:
            self._go(-1)

    @Slot()
    def stop(self) -> None:
        """Give the pack up."""
        if self._standing.state in RUNNING:
            self._line.ask(f"{NAME}:stop", StopPack(self._standing.export))

    @Slot()
    def again(self) -> None:
        """What came of it has been seen; begin anew, after a failure with the same choice."""
        chosen, clips = self._chosen, self._clips
        was_whole = self._standing.state == "done"
        self._put_away.add(self._standing.export)
        self._standing = PackStanding()
        self._clear()
        if not was_whole and chosen.what:
            self._chosen, self._clips, self._step = chosen, clips, "where"
            self._line.ask(f"{NAME}:places", ListExportPlaces())
        self._refresh()

    @Slot(str)
    def type_in(self, character: str) -> None:
        """Narrow a list, or type the second person's number or PIN."""
        if self._step != "second":
            if len(self._narrow) < _LONGEST and self._step in _LISTS:
                self._narrow += character.strip()
        elif self._may_type(character):
            self._typed += character.strip()
            self._refusal = None
        self._refresh()

    @Slot()
    def erase(self) -> None:
        """Take the last character back; with nothing typed, the number before the PIN."""
        if self._step != "second":
            self._narrow = self._narrow[:-1]
        elif not self._is_busy:
            if not self._typed and self._wants_pin:
                self._badge = self._card = ""
            self._typed = self._typed[:-1]
        self._refresh()

    def read_card(self, card: str) -> bool:
        """The second person's card was held to the reader; whether it was meant for us."""
        if self._step != "second" or self._standing.state != "none" or self._is_busy:
            return False
        self._card, self._badge, self._typed, self._refusal = card, "", "", None
        self._refresh()
        return True

    @Slot()
    def accept(self) -> None:
        """The number, and then the PIN, is complete."""
        if self._is_busy or not self._typed:
            return
        typed, self._typed = self._typed, ""
        self._refusal = None
        if not self._wants_pin:
            self._badge = typed
        else:
            self._is_busy = True
            chosen, second = self._chosen, Proved(self._badge, self._card, typed)
            path = chosen.place.path if chosen.place else ""
            self._line.ask(
                f"{NAME}:start",
                StartPack(chosen.what, path, chosen.reason, second, chosen.recipient),
            )
        self._refresh()

    # -- how it goes on ------------------------------------------------------------------------

    def _stands(self, standing: PackStanding) -> None:
        """Take the station's word; an older end does not come between people and a new export."""
        is_old = standing.state not in RUNNING and self._standing.state not in RUNNING
        if standing.export not in self._put_away and not (is_old and self._chosen.what):
            self._standing = standing

    def _go(self, way: int) -> None:
        """To the next question or the one before; who has no keys is asked for none."""
        place = STEPS.index(self._step) + way
        if 0 <= place < len(STEPS) and STEPS[place] == "seal" and not self._places.recipients:
            place += way
        self._step = STEPS[max(0, min(place, len(STEPS) - 1))]
        self._narrow = self._typed = self._badge = self._card = ""
        self._refusal = None
        self._refresh()

    def _may_type(self, character: str) -> bool:
        if self._is_busy or len(self._typed) >= _LONGEST:
            return False
        return character.isdigit() if self._wants_pin else character.isprintable()

    @property
    def _wants_pin(self) -> bool:
        return bool(self._badge or self._card)

    # -- how it is shown -----------------------------------------------------------------------

    def _offered(self) -> list[Option]:
        match self._step:
            case "what":
                cases = [Option(one.id, case_word(one.number, one.title)) for one in self._cases]
                picked = Chosen(what=self._clips, clips=len(self._clips)).what_word
                return [*([Option(_PICKED, picked)] if self._clips else []), *cases]
            case "where":
                return [Option(one.path, place_word(one)) for one in self._places.places]
            case "reason":
                return [Option(one, one) for one in usual_reasons()]
            case "seal":
                return [Option(one, recipient_word(one)) for one in ("", *self._places.recipients)]
        return []

    def _entries(self) -> list[dict[str, str | bool]]:
        shown = [one for one in self._offered() if matches(self._narrow, one.word)]
        if self._step == "reason" and self._narrow:
            shown.append(Option(self._narrow, self._narrow))
        held = self._chosen.held(self._step)
        return [
            {"value": one.value or PLAIN, "word": one.word, "held": one.value == held}
            for one in shown
        ]

    def _refresh(self) -> None:
        """Word everything anew, once for all who look."""
        said = None
        if self._refusal is not None:
            said = self._tongue.word(self._refusal.code, self._refusal.facts)
        elif self._standing.state == "failed":
            said = self._tongue.word(self._standing.code, self._standing.facts)
        self.face = face_of(self._step, self._chosen, self._standing, said)
        self.changed.emit()

    def _typed_word(self) -> str:
        return "●" * len(self._typed) if self._wants_pin else self._typed

    step = Property(str, lambda self: self.face.step, notify=changed)
    listing = Property(bool, lambda self: self.face.step in STEPS[:-1], notify=changed)
    narrows = Property(bool, lambda self: self._step in _LISTS, notify=changed)
    first = Property(bool, lambda self: self._step == STEPS[0], notify=changed)
    heading = Property(str, lambda self: self.face.heading, notify=changed)
    note = Property(str, lambda self: self.face.note, notify=changed)
    crumbs = Property(list, lambda self: list(self.face.crumbs), notify=changed)
    options = Property(list, _entries, notify=changed)
    narrowed = Property(str, lambda self: self._narrow, notify=changed)
    label = Property(
        str,
        lambda self: self.face.pin_label if self._wants_pin else self.face.badge_label,
        notify=changed,
    )
    typed = Property(str, _typed_word, notify=changed)
    ready = Property(bool, lambda self: bool(self._typed) and not self._is_busy, notify=changed)
    busy = Property(bool, lambda self: self._is_busy, notify=changed)
    facts = Property(list, lambda self: list(self.face.facts), notify=changed)
    trouble = Property(str, lambda self: self.face.trouble, notify=changed)
    reason = Property(str, lambda self: self.face.reason, notify=changed)
    mend = Property(str, lambda self: self.face.mend, notify=changed)
    progress = Property(float, lambda self: self.face.progress, notify=changed)
    percent = Property(int, lambda self: int(100 * self.face.progress), notify=changed)
    amount = Property(str, lambda self: self.face.amount, notify=changed)
    whole = Property(bool, lambda self: self._standing.state == "done", notify=changed)
