"""The view-model of signing in: badge number or card, PIN, and a PIN of one's own where needed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final, Protocol

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.models.field import shown
from workstation.domain.errors import PinMustChangeError
from workstation.ipc.messages_people import ChangePin, SignedIn, SignIn, SignOut, Who

if TYPE_CHECKING:
    from ui.errands import Answered, Refusal
    from ui.i18n import Tongue
    from workstation.ipc.messages import AnyCommand
    from workstation.ipc.messages_people import PersonView

QML_IMPORT_NAME = "Evidock"
QML_IMPORT_MAJOR_VERSION = 1

translate = QCoreApplication.translate

LONGEST: Final = 32  # characters of a number or a PIN
SIGN_IN, CHANGE_PIN, SIGN_OUT = "sign_in", "change_pin", "sign_out"  # tickets


class Asks(Protocol):
    """What is asked of the line to the station."""

    def ask(self, ticket: str, command: AnyCommand) -> None: ...


class Stage(Enum):
    """What is typed now."""

    BADGE = "badge"
    PIN = "pin"
    NEW_PIN = "new_pin"
    AGAIN = "again"


@dataclass(frozen=True, slots=True)
class SignInFace:
    """Everything the sign-in screen shows."""

    lead: str = ""
    label: str = ""
    typed: str = ""
    ready: bool = False
    busy: bool = False
    secret: bool = False
    trouble: str = ""
    mend: str = ""
    note: str = ""


@QmlElement
class SignInModel(QObject):
    """Types on behalf of a finger, a keyboard or a card reader; ``proved`` says who it was."""

    changed = Signal()
    proved = Signal(object)  # PersonView
    idle_known = Signal(float)  # seconds until a session ends by itself

    def __init__(self, tongue: Tongue, link: Asks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tongue = tongue
        self._link = link
        self._card_needs_pin = True
        self._note = ""
        self._typed = self._badge = self._card = self._pin = self._new_pin = ""
        self._refusal: Refusal | None = None
        self.face = SignInFace()
        self._begin()

    def use_cards(self, *, needs_pin: bool) -> None:
        """Whether a card alone signs nobody in (``people.card_needs_pin``)."""
        self._card_needs_pin = needs_pin

    def open(self, note: str = "") -> None:
        """Begin anew; ``note`` says why somebody has to sign in."""
        self._note = note
        self._begin()
        self._refresh()

    def read_card(self, card: str) -> None:
        """The reader read a card."""
        if self._busy:
            return
        self._begin()
        self._card = card
        if self._card_needs_pin:
            self._stage = Stage.PIN
            self._refresh()
        else:
            self._send(SIGN_IN, SignIn(card=card))

    def hear(self, answer: Answered) -> bool:
        """Take an answer if it is one of ours."""
        if answer.ticket not in (SIGN_IN, CHANGE_PIN):
            return False
        self._busy = False
        if answer.refusal is not None:
            self._refused(answer.ticket, answer.refusal)
        elif isinstance(answer.result, SignedIn):
            self.idle_known.emit(answer.result.idle_s)
            self._let_in(answer.result.person)
        elif isinstance(answer.result, Who) and answer.result.person is not None:
            self._let_in(answer.result.person)
        self._refresh()
        return True

    def retranslate(self) -> None:
        """Word everything in the language spoken now."""
        self._refresh()

    # -- what people do ----------------------------------------------------------------------

    @Slot(str)
    def type_in(self, character: str) -> None:
        """One more character."""
        if self._busy or len(self._typed) >= LONGEST or not character.isprintable():
            return
        if self._stage is not Stage.BADGE and not character.isdigit():
            return
        self._typed += character.strip()
        self._refusal = None
        self._refresh()

    @Slot()
    def erase(self) -> None:
        """Take the last character back; with nothing typed, go one step back."""
        if self._busy:
            return
        if not self._typed and self._stage is Stage.PIN:
            self._begin()
        self._typed = self._typed[:-1]
        self._refresh()

    @Slot()
    def accept(self) -> None:
        """What was typed is complete."""
        if self._busy or not self._typed:
            return
        typed, self._typed = self._typed, ""
        self._refusal = None
        match self._stage:
            case Stage.BADGE:
                self._badge, self._stage = typed, Stage.PIN
            case Stage.PIN:
                self._pin = typed
                self._send(SIGN_IN, SignIn(badge=self._badge, card=self._card, pin=typed))
            case Stage.NEW_PIN:
                self._new_pin, self._stage = typed, Stage.AGAIN
            case Stage.AGAIN:
                self._compare(typed)
        self._refresh()

    @Slot()
    def forget(self) -> None:
        """The person goes away: nothing typed stays, nobody stays signed in."""
        if self._stage in (Stage.NEW_PIN, Stage.AGAIN):
            self._link.ask(SIGN_OUT, SignOut())
        self._note = ""
        self._begin()
        self._refresh()

    # -- how it goes on ----------------------------------------------------------------------

    def _begin(self) -> None:
        self._stage = Stage.BADGE
        self._typed = self._badge = self._card = self._pin = self._new_pin = ""
        self._refusal = None
        self._differ = False
        self._busy = False

    def _send(self, ticket: str, command: AnyCommand) -> None:
        self._busy = True
        self._link.ask(ticket, command)
        self._refresh()

    def _compare(self, typed: str) -> None:
        self._differ = typed != self._new_pin
        if self._differ:
            self._stage = Stage.NEW_PIN
        else:
            self._send(CHANGE_PIN, ChangePin(self._pin, typed))

    def _let_in(self, person: PersonView) -> None:
        if person.must_change_pin:
            self._stage, self._typed = Stage.NEW_PIN, ""
            return
        self._note = ""
        self._begin()
        self.proved.emit(person)

    def _refused(self, ticket: str, refusal: Refusal) -> None:
        note, card, badge, pin = self._note, self._card, self._badge, self._pin
        self._begin()
        self._note, self._refusal = note, refusal
        if ticket == CHANGE_PIN:
            self._stage, self._pin = Stage.NEW_PIN, pin
        elif card:
            self._card, self._stage = card, Stage.PIN
        elif badge:
            self._badge, self._stage = badge, Stage.PIN

    def _refresh(self) -> None:
        face = self._word()
        if face != self.face:
            self.face = face
            self.changed.emit()

    def _word(self) -> SignInFace:
        secret = self._stage is not Stage.BADGE
        said = self._tongue.word(self._refusal.code, self._refusal.facts) if self._refusal else None
        trouble, mend = (said.title, said.mend) if said else ("", "")
        if said and self._refusal and self._refusal.facts.get("tries_left") is not None:
            mend = said.reason
        if self._differ and self._stage is Stage.NEW_PIN and not said:
            trouble = translate("SignIn", "两次输入的 PIN 不一样")
            mend = translate("SignIn", "请重新输入新的 PIN")
        return SignInFace(
            lead=self._lead(),
            label=self._label(),
            typed="●" * len(self._typed) if secret else self._typed,
            ready=bool(self._typed) and not self._busy,
            busy=self._busy,
            secret=secret,
            trouble=trouble,
            mend=mend,
            note=self._note_words(),
        )

    def _lead(self) -> str:
        if self._stage in (Stage.NEW_PIN, Stage.AGAIN):
            return translate("SignIn", "设定自己的 PIN")
        if self._stage is Stage.PIN and self._card:
            return translate("SignIn", "已读到证件卡")
        return translate("SignIn", "证号登录")

    def _label(self) -> str:
        return {
            Stage.BADGE: translate("SignIn", "执法证号"),
            Stage.PIN: translate("SignIn", "PIN"),
            Stage.NEW_PIN: translate("SignIn", "新的 PIN"),
            Stage.AGAIN: translate("SignIn", "再输一次"),
        }[self._stage]

    def _note_words(self) -> str:
        if self._stage in (Stage.NEW_PIN, Stage.AGAIN):
            return self._tongue.word(PinMustChangeError.code, {}).reason
        if self._note == "back":
            return translate("SignIn", "屏幕刚刚重新启动，请再登录一次，会回到原来的页面")
        if self._note == "ended":
            return translate("SignIn", "登录已结束，请重新登录")
        return ""

    lead = shown(str, "lead", changed)
    label = shown(str, "label", changed)
    typed = shown(str, "typed", changed)
    ready = shown(bool, "ready", changed)
    busy = shown(bool, "busy", changed)
    secret = shown(bool, "secret", changed)
    trouble = shown(str, "trouble", changed)
    mend = shown(str, "mend", changed)
    note = shown(str, "note", changed)
