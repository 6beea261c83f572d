"""The view-model of the people's room: who there is, PINs, lockouts, and lists to import."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Property, QCoreApplication, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.formats import stamp_text
from ui.models.filters import Option
from ui.models.pad import PadModel
from ui.models.picking import PickModel
from ui.models.roles import role_word
from ui.models.roster import FILE, RosterModel
from workstation.domain.people import Role
from workstation.ipc.messages import Done
from workstation.ipc.messages_people import (
    GiveRole,
    ListPeople,
    People,
    SetActive,
    SetPin,
    UnlockOfficer,
)

if TYPE_CHECKING:
    from ui.errands import Answered, Looked, Refusal
    from ui.i18n import Tongue
    from ui.models.room import Line
    from workstation.ipc.messages import AnyCommand
    from workstation.ipc.messages_people import OfficerView, PersonView

QML_IMPORT_NAME = "Evidock"
QML_IMPORT_MAJOR_VERSION = 1

translate = QCoreApplication.translate

NAME: Final = "people"
_LIST, _ACT, _ROSTER = (f"{NAME}:{what}" for what in ("list", "act", "roster"))
_UNIT, _FIND, _ROLE, _PIN, _AGAIN = "unit", "find", "role", "pin", "again"
_IDLE, _DONE, _HOT, _FAULT = 0, 3, 4, 5  # places in the order of ``SlotStatus``


@QmlElement
class PeopleModel(QObject):
    """Asks the station for everything; a PIN is kept only until it was typed twice."""

    changed = Signal()

    def __init__(self, tongue: Tongue, line: Line, parent: QObject) -> None:
        super().__init__(parent)
        self._tongue = tongue
        self._line = line
        self.pick = PickModel(self)
        self.pick.chosen.connect(self._picked)
        self.pad = PadModel(self)
        self.pad.entered.connect(self._typed)
        self.roster = RosterModel(_ROSTER, tongue, line, self.pick, self)
        self.roster.done.connect(self.enter)
        self._found: People | None = None
        self._unit = self._badge = self._pin = ""
        self._note = ""
        self._refusal: Refusal | None = None

    # -- as a room ---------------------------------------------------------------------------

    def admit(self, person: PersonView | None) -> None:
        """Somebody has signed in, or nobody is there: forget everything."""
        del person
        self._found = None
        self._unit = self._badge = self._pin = self._note = ""
        self._refusal = None
        self.pick.close()
        self.pad.close()
        self.roster.forget()
        self.changed.emit()

    @Slot()
    def enter(self) -> None:
        """Read the directory."""
        self._line.ask(_LIST, ListPeople())

    def hear(self, answer: Answered) -> None:
        """The directory, that something was done, or what a list would change."""
        self._refusal = answer.refusal
        if answer.ticket == _ROSTER:
            self.roster.hear(answer)
        elif isinstance(answer.result, People):
            self._found = answer.result
        elif isinstance(answer.result, Done):
            self._note = translate("People", "已记入台账")
            self.enter()
        self.changed.emit()

    def see(self, looked: Looked) -> None:
        """Nothing is asked of the catalog from here."""

    def retranslate(self) -> None:
        """Word everything in the language spoken now."""
        self.pick.changed.emit()
        self.pad.changed.emit()
        self.roster.changed.emit()
        self.changed.emit()

    # -- what people do ----------------------------------------------------------------------

    @Slot()
    def choose_unit(self) -> None:
        """Show only one unit's people."""
        heads = [one.unit for one in self._officers()]

        def options() -> list[Option]:
            words = translate("People", "{name} {code} · {count} 人")
            units = self._found.units if self._found else ()
            return [
                Option(
                    one.code,
                    words.format(name=one.name, code=one.code, count=heads.count(one.code)),
                )
                for one in units
            ]

        self.pick.open(
            _UNIT, lambda: translate("People", "单位"), options, self._unit, clearable=True
        )

    @Slot()
    def find(self) -> None:
        """Find somebody by number, name, or first letters of the name."""

        def options() -> list[Option]:
            return [Option(one.badge, f"{one.name} {one.badge}") for one in self._officers()]

        self.pick.open(_FIND, lambda: translate("People", "查找人员"), options)

    @Slot(str)
    def open_person(self, badge: str) -> None:
        """Show one officer; the empty number puts the sheet away."""
        self._badge, self._note, self._refusal = badge, "", None
        self.roster.forget()
        self.changed.emit()

    @Slot()
    def reset_pin(self) -> None:
        """Give the officer a PIN to change at once; typed twice."""
        self._pin = ""
        self._ask_pin(_PIN)

    @Slot()
    def unlock(self) -> None:
        """Let the officer try again."""
        self._act(UnlockOfficer(self._badge))

    @Slot()
    def switch_active(self) -> None:
        """Let the officer sign in no more, or again."""
        if (one := self._person()) is not None:
            self._act(SetActive(one.badge, is_active=not one.is_active))

    @Slot()
    def choose_role(self) -> None:
        """Give the officer another role."""
        if (one := self._person()) is None:
            return

        def options() -> list[Option]:
            return [Option(role.value, role_word(role.value)) for role in Role]

        self.pick.open(_ROLE, lambda: translate("People", "角色"), options, one.role)

    @Slot(str, str)
    def _picked(self, name: str, value: str) -> None:
        if name == _UNIT:
            self._unit = value
        elif name == _FIND:
            self.open_person(value)
        elif name == FILE:
            self._badge = ""
            self.roster.look(value)
        elif name == _ROLE:
            self._act(GiveRole(self._badge, value))
        self.changed.emit()

    @Slot(str, str)
    def _typed(self, name: str, typed: str) -> None:
        if name == _PIN:
            self._pin = typed
            self._ask_pin(_AGAIN)
            return
        pin, self._pin = self._pin, ""
        if typed == pin:
            self._act(SetPin(self._badge, pin))
        else:
            self._note = translate("People", "两次输入不同，PIN 没有改动")
            self.changed.emit()

    def _ask_pin(self, step: str) -> None:
        one = self._person()
        name = "" if one is None else one.name

        def heading() -> str:
            if step == _AGAIN:
                return translate("People", "再输入一次")
            return translate("People", "{name} 的临时 PIN").format(name=name)

        def note() -> str:
            return translate("People", "本人首次登录时必须改掉。重设记入台账。")

        self.pad.open(step, heading, secret=True, note=note)

    def _act(self, command: AnyCommand) -> None:
        self._note, self._refusal = "", None
        self._line.ask(_ACT, command)
        self.changed.emit()

    # -- how it is shown -----------------------------------------------------------------------

    def _officers(self) -> tuple[OfficerView, ...]:
        return self._found.officers if self._found else ()

    def _person(self) -> OfficerView | None:
        return next((one for one in self._officers() if one.badge == self._badge), None)

    def _unit_name(self, code: str) -> str:
        units = self._found.units if self._found else ()
        return next((one.name for one in units if one.code == code), code)

    def _rows(self) -> list[dict[str, str | int]]:
        return [
            {
                "badge": one.badge,
                "lead": f"{one.name} · {one.badge}",
                "detail": f"{self._unit_name(one.unit)} · {role_word(one.role)}",
                **_standing(one),
            }
            for one in self._officers()
            if self._unit in ("", one.unit)
        ]

    def _facts(self) -> list[dict[str, str]]:
        one = self._person()
        if one is None:
            return []
        until = datetime.fromisoformat(one.locked_until) if one.locked_until else None
        told = [
            (translate("People", "单位"), f"{self._unit_name(one.unit)} {one.unit}"),
            (translate("People", "角色"), role_word(one.role)),
            (translate("People", "状态"), str(_standing(one)["word"])),
            (translate("People", "锁定至"), stamp_text(until)),
            (translate("People", "证件卡"), str(one.cards)),
            (translate("People", "来源"), _source_word(one.source)),
        ]
        return [{"label": label, "fact": fact} for label, fact in told if fact]

    def _chip(self) -> str:
        return self._unit_name(self._unit) if self._unit else translate("People", "单位")

    def _trouble(self, part: str) -> str:
        if self._refusal is None:
            return ""
        return str(getattr(self._tongue.word(self._refusal.code, self._refusal.facts), part))

    picker = Property(PickModel, lambda self: self.pick, constant=True)
    keys = Property(PadModel, lambda self: self.pad, constant=True)
    lists = Property(RosterModel, lambda self: self.roster, constant=True)
    rows = Property(list, _rows, notify=changed)
    unit = Property(str, _chip, notify=changed)
    narrowed = Property(bool, lambda self: self._unit != "", notify=changed)
    opened = Property(bool, lambda self: self._person() is not None, notify=changed)
    title = Property(
        str,
        lambda self: f"{one.name} · {one.badge}" if (one := self._person()) else "",
        notify=changed,
    )
    facts = Property(list, _facts, notify=changed)
    active = Property(
        bool, lambda self: (one := self._person()) is not None and one.is_active, notify=changed
    )
    locked = Property(
        bool,
        lambda self: (one := self._person()) is not None and one.locked_until is not None,
        notify=changed,
    )
    note = Property(str, lambda self: self._note, notify=changed)
    trouble = Property(str, lambda self: self._trouble("title"), notify=changed)
    mend = Property(str, lambda self: self._trouble("mend"), notify=changed)


def _standing(one: OfficerView) -> dict[str, str | int]:
    """How it stands with somebody's way in, the most important first."""
    if not one.is_active:
        return {"status": _IDLE, "icon": "x", "word": translate("People", "已停用")}
    if one.locked_until is not None:
        return {"status": _FAULT, "icon": "lock", "word": translate("People", "已锁定")}
    if not one.has_pin:
        return {"status": _HOT, "icon": "hand-stop", "word": translate("People", "没有 PIN")}
    if one.must_change_pin:
        return {"status": _HOT, "icon": "clock", "word": translate("People", "待改 PIN")}
    return {"status": _DONE, "icon": "check", "word": translate("People", "可登录")}


def _source_word(source: str) -> str:
    return {
        "local": translate("People", "本站登记"),
        "central": translate("People", "上级下发"),
    }.get(source, source)
