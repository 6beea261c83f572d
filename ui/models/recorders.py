"""The view-model of the recorders' room: who has which, and what each docking said of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Property, QCoreApplication, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.formats import offset_text, stamp_text
from ui.models.filters import Option
from ui.models.picking import PickModel
from workstation.ipc.messages import Done
from workstation.ipc.messages_recorders import BindRecorder, UnbindRecorder

if TYPE_CHECKING:
    from ui.errands import Answered, Looked, Refusal
    from ui.i18n import Tongue
    from ui.models.room import Line
    from workstation.catalog.reader import Catalog
    from workstation.catalog.values import DockingLine, RecorderLine
    from workstation.domain.binding import Binding
    from workstation.ipc.messages import AnyCommand
    from workstation.ipc.messages_people import PersonView

QML_IMPORT_NAME = "Evidock"
QML_IMPORT_MAJOR_VERSION = 1

translate = QCoreApplication.translate

NAME: Final = "recorders"
_LIST, _ONE, _ACT = (f"{NAME}:{what}" for what in ("list", "one", "act"))
_FIND, _BIND = "find", "bind"
_IDLE, _DONE = 0, 3  # places in the order of ``SlotStatus``


@dataclass(frozen=True, slots=True)
class _All:
    recorders: tuple[RecorderLine, ...]
    people: tuple[tuple[str, str], ...]  # badge and name of whoever is active


@dataclass(frozen=True, slots=True)
class _History:
    bindings: tuple[Binding, ...]
    dockings: tuple[DockingLine, ...]


@QmlElement
class RecordersModel(QObject):
    """Reads on the link's thread; the station writes each binding down."""

    changed = Signal()

    def __init__(self, tongue: Tongue, line: Line, parent: QObject) -> None:
        super().__init__(parent)
        self._tongue = tongue
        self._line = line
        self.pick = PickModel(self)
        self.pick.chosen.connect(self._picked)
        self.admit(None)

    # -- as a room ---------------------------------------------------------------------------

    def admit(self, person: PersonView | None) -> None:
        """Somebody has signed in, or nobody is there: forget everything."""
        self._is_there = person is not None
        self._all = _All((), ())
        self._serial = self._note = ""
        self._history = _History((), ())
        self._refusal: Refusal | None = None
        self.pick.close()
        self.changed.emit()

    def enter(self) -> None:
        """Read every recorder."""

        def look(catalog: Catalog) -> _All:
            people = [one.officer for one in catalog.officers() if one.officer.is_active]
            return _All(tuple(catalog.recorders()), tuple((one.badge, one.name) for one in people))

        self._line.look(_LIST, look)
        if self._serial:
            self._read(self._serial)

    def see(self, looked: Looked) -> None:
        """All recorders, or the history of one."""
        found: Any = looked.found
        if not self._is_there or found is None:
            return
        if looked.ticket == _LIST:
            self._all = found
        elif found[0] == self._serial:
            self._history = found[1]
        self.changed.emit()

    def hear(self, answer: Answered) -> None:
        """It was written down, or refused."""
        if not self._is_there:
            return
        self._refusal = answer.refusal
        if isinstance(answer.result, Done):
            self._note = translate("Recorders", "已记入台账")
            self.enter()
        self.changed.emit()

    def retranslate(self) -> None:
        """Word everything in the language spoken now."""
        self.pick.changed.emit()
        self.changed.emit()

    # -- what people do ----------------------------------------------------------------------

    @Slot(str)
    def open_recorder(self, serial: str) -> None:
        """Show one recorder; the empty serial puts the sheet away."""
        self._serial, self._note, self._refusal = serial, "", None
        self._history = _History((), ())
        if serial:
            self._read(serial)
        self.changed.emit()

    @Slot()
    def find(self) -> None:
        """Find a recorder by its number or by who has it."""

        def options() -> list[Option]:
            return [Option(one.serial, _held(one)) for one in self._all.recorders]

        self.pick.open(_FIND, lambda: translate("Recorders", "查找记录仪"), options)

    @Slot()
    def bind(self) -> None:
        """Give the recorder to somebody."""
        serial = self._serial

        def options() -> list[Option]:
            return [Option(badge, f"{name} {badge}") for badge, name in self._all.people]

        def heading() -> str:
            return translate("Recorders", "{recorder} 交给谁").format(recorder=serial)

        self.pick.open(_BIND, heading, options)

    @Slot()
    def unbind(self) -> None:
        """Nobody has the recorder from now on."""
        self._act(UnbindRecorder(self._serial))

    @Slot(str, str)
    def _picked(self, name: str, value: str) -> None:
        if name == _FIND:
            self.open_recorder(value)
            return
        names = dict(self._all.people)
        self._act(BindRecorder(self._serial, value, names.get(value, "")))

    def _act(self, command: AnyCommand) -> None:
        self._note, self._refusal = "", None
        self._line.ask(_ACT, command)
        self.changed.emit()

    def _read(self, serial: str) -> None:
        def look(catalog: Catalog) -> tuple[str, _History]:
            bindings, dockings = catalog.bindings(serial), catalog.dockings(serial)
            return serial, _History(tuple(bindings), tuple(dockings))

        self._line.look(_ONE, look)

    # -- how it is shown -----------------------------------------------------------------------

    def _one(self) -> RecorderLine | None:
        return next((one for one in self._all.recorders if one.serial == self._serial), None)

    def _rows(self) -> list[dict[str, str | int]]:
        return [
            {
                "serial": one.serial,
                "lead": one.serial,
                "detail": _last(one),
                "word": _holder(one.binding) or translate("Recorders", "未绑定"),
                "icon": "user" if one.binding else "hand-stop",
                "status": _DONE if one.binding else _IDLE,
            }
            for one in self._all.recorders
        ]

    def _lines(self) -> list[dict[str, str | bool]]:
        """The dockings with what was remarked, then who had it when."""
        shown: list[dict[str, str | bool]] = []
        for docked in self._history.dockings:
            told = [translate("Recorders", "{slot} 号口").format(slot=docked.slot)]
            if docked.clock is not None:
                mark = docked.clock.mark
                told.append(offset_text(mark.offset_s, mark.uncertainty_s))
                drift = docked.clock.drift_s_per_day
                if drift is not None:
                    words = translate("Recorders", "每天走偏 {drift} 秒")
                    told.append(words.format(drift=f"{drift:+.1f}"))
            told += [self._tongue.word(one.code, one.facts).title for one in docked.remarks]
            shown.append(
                {
                    "lead": stamp_text(docked.started_at),
                    "detail": " · ".join(part for part in told if part),
                    "loud": bool(docked.remarks),
                }
            )
        for held in self._history.bindings:
            until = stamp_text(held.until) or translate("Recorders", "至今")
            who = translate("Recorders", "{holder}（由 {by} 登记）")
            shown.append(
                {
                    "lead": f"{stamp_text(held.since)} – {until}",
                    "detail": who.format(holder=_holder(held), by=held.bound_by),
                    "loud": False,
                }
            )
        return shown

    def _trouble(self, part: str) -> str:
        if self._refusal is None:
            return ""
        return str(getattr(self._tongue.word(self._refusal.code, self._refusal.facts), part))

    picker = Property(PickModel, lambda self: self.pick, constant=True)
    rows = Property(list, _rows, notify=changed)
    opened = Property(bool, lambda self: self._one() is not None, notify=changed)
    title = Property(str, lambda self: self._serial, notify=changed)
    holder = Property(
        str,
        lambda self: _holder(one.binding) if (one := self._one()) else "",
        notify=changed,
    )
    lines = Property(list, _lines, notify=changed)
    note = Property(str, lambda self: self._note, notify=changed)
    trouble = Property(str, lambda self: self._trouble("title"), notify=changed)
    mend = Property(str, lambda self: self._trouble("mend"), notify=changed)


def _holder(binding: Binding | None) -> str:
    if binding is None:
        return ""
    return " ".join(part for part in (binding.officer_name, str(binding.badge)) if part)


def _held(one: RecorderLine) -> str:
    return " · ".join(part for part in (one.serial, _holder(one.binding)) if part)


def _last(one: RecorderLine) -> str:
    if one.last_docked_at is None:
        return translate("Recorders", "还没有插入过")
    words = translate("Recorders", "最近 {when} · 共 {count} 次")
    return words.format(when=stamp_text(one.last_docked_at), count=one.dockings)
