"""Which USB port is which bay: a lesson at the screen, bay by bay, and the map in force."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Property, QCoreApplication, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from workstation.domain.errors import UsageError
from workstation.ipc.messages_slots import (
    ForgetSlots,
    GetSlotMap,
    LearnSlots,
    SlotLesson,
    SlotMapState,
)

if TYPE_CHECKING:
    from ui.errands import Answered, Looked, Refusal
    from ui.i18n import Tongue
    from ui.models.room import Line
    from workstation.ipc.messages import AnyCommand
    from workstation.ipc.messages_people import PersonView
    from workstation.ipc.messages_slots import LearnedBay

QML_IMPORT_NAME = "Evidock"
QML_IMPORT_MAJOR_VERSION = 1

translate = QCoreApplication.translate

NAME: Final = "bays"
_TICKET: Final = f"{NAME}:step"
LAST_BAY = 64
_NOBODY = SlotLesson(is_open=False)
_STEP_ONLY = frozenset({"nothing_plugged", "no_known_hub"})  # a step that does not fit
_PORT = re.compile(r"(?P<controller>.+)-usb-0:(?P<chain>[0-9.]+)")


@QmlElement
class BaysModel(QObject):
    """One lesson at a time. The station decides; this says what it is told and asks again.

    A recorder that is plugged in where none was met yet is taken at once for the bay that is
    asked for; only a known hub is a question, because it fills many bays.
    """

    changed = Signal()
    met = Signal()  # something was plugged in: somebody is at work, though not at the screen

    def __init__(self, tongue: Tongue, link: Line, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tongue = tongue
        self._link = link
        self._bays: tuple[LearnedBay, ...] = ()
        self._lesson = _NOBODY
        self._slot = 1  # that is asked for; a person may leave one out
        self._last_port = ""
        self._declined: set[str] = set()  # hubs whose other bays are not wanted
        self._refusal: Refusal | None = None
        self._noted = False  # a bay was taken down in this lesson
        self._sure = False  # asked whether to forget all
        self._asking = False

    # -- as a room ---------------------------------------------------------------------------

    def admit(self, person: PersonView | None) -> None:
        """Nothing is asked in the name of somebody who has left."""
        if person is None:
            self._lesson, self._refusal, self._bays = _NOBODY, None, ()
            self.changed.emit()

    def enter(self) -> None:
        """Show the map in force."""
        self._refusal, self._sure = None, False
        self._ask(GetSlotMap())
        self.changed.emit()

    def see(self, looked: Looked) -> None:
        """Nothing is asked of the catalog from here."""

    # -- what is heard -------------------------------------------------------------------------

    def hear(self, answer: Answered) -> None:
        """What the station says to a step, or its map."""
        self._asking = False
        if answer.refusal is not None:
            self._refuse(answer.refusal)
        elif isinstance(answer.result, SlotMapState):
            self._bays = answer.result.bays
        elif isinstance(answer.result, SlotLesson):
            self._take(answer.result)
        self.changed.emit()

    def tick(self) -> None:
        """A second has passed: see what was plugged in since."""
        if self._lesson.is_open and not self._asking:
            self._step("observe")

    def retranslate(self) -> None:
        """Word everything in the language spoken now."""
        self.changed.emit()

    def _refuse(self, refusal: Refusal) -> None:
        """The lesson goes on only where the step alone did not fit."""
        self._refusal = refusal
        if refusal.facts.get("reason") not in _STEP_ONLY:
            self._lesson = _NOBODY

    def _take(self, lesson: SlotLesson) -> None:
        was, self._lesson = self._lesson, lesson
        if not lesson.is_open:
            self._ask(GetSlotMap())
            return
        if not was.is_open or lesson.slot != was.slot:
            self._slot = min(lesson.slot, LAST_BAY)
            self._noted = was.is_open
        if lesson.port and lesson.port != self._last_port:
            self.met.emit()
        self._last_port = lesson.port
        if self._may_take:
            self._confirm(whole_hub=False)

    @property
    def _may_take(self) -> bool:
        lesson = self._lesson
        return bool(lesson.port) and not lesson.taken_by and not self._offer

    # -- what people do ------------------------------------------------------------------------

    def close(self) -> None:
        """Nobody looks any more: a lesson that is open is dropped."""
        if self._lesson.is_open:
            self.cancel()
        self._lesson = _NOBODY
        self.changed.emit()

    @Slot()
    def begin(self) -> None:
        """Ask for a recorder in bay 1, then in bay 2, and so on."""
        self._refusal, self._sure, self._last_port = None, False, ""
        self._declined.clear()
        self._noted = False
        self._ask(LearnSlots("begin", slot=1))

    @Slot()
    def skip(self) -> None:
        """Leave this bay out."""
        self._slot = min(self._slot + 1, LAST_BAY)
        self.changed.emit()

    @Slot()
    def again(self) -> None:
        """Back to the bay before."""
        self._slot = max(self._slot - 1, 1)
        self.changed.emit()

    @Slot(bool)
    def answer_hub(self, whole: bool) -> None:
        """Take all bays of the known hub, or this one only."""
        if not whole:
            self._declined.add(self._lesson.hub)
        self._confirm(whole_hub=whole)

    @Slot()
    def save(self) -> None:
        """Keep what was learned."""
        self._step("save")

    @Slot()
    def cancel(self) -> None:
        """Drop what was learned in this lesson."""
        self._step("cancel")

    @Slot()
    def forget_all(self) -> None:
        """Forget every bay that was learned; the second press is the answer to "sure?"."""
        if self._sure:
            self._ask(ForgetSlots())
        self._sure = not self._sure
        self.changed.emit()

    def _confirm(self, *, whole_hub: bool) -> None:
        self._refusal = None
        self._ask(LearnSlots("confirm", slot=self._slot, whole_hub=whole_hub))

    def _step(self, step: str) -> None:
        steps = {one: LearnSlots(one) for one in ("observe", "save", "cancel")}
        self._ask(steps[step])

    def _ask(self, command: AnyCommand) -> None:
        self._asking = True
        self._link.ask(_TICKET, command)

    # -- what is shown -------------------------------------------------------------------------

    @property
    def _offer(self) -> bool:
        """Whether a known hub is waiting for an answer."""
        lesson = self._lesson
        return bool(lesson.port and lesson.hub) and lesson.hub not in self._declined

    def _met_text(self) -> str:
        lesson = self._lesson
        if self._offer:
            moved = self._slot - lesson.slot  # bays that a person left out
            first, last = (one.slot + moved for one in (lesson.hub_bays[0], lesson.hub_bays[-1]))
            words = translate("Bays", "认得这个集线器：{hub}。按它的顺序登记 {first}–{last} 号口？")
            return words.format(hub=lesson.hub, first=first, last=last)
        if lesson.taken_by:
            words = translate("Bays", "这是 {slot} 号口，刚才已登记。请插入 {next} 号口。")
            return words.format(slot=lesson.taken_by, next=self._slot)
        if self._noted:
            return translate("Bays", "已记下，请插下一个。插过的记录仪可以拔出，再插到下一个口。")
        return translate("Bays", "登记期间插入的记录仪先不采集，登记结束后自动采集。")

    def _rows(self) -> list[dict[str, str | int]]:
        bays = self._lesson.bays if self._lesson.is_open else self._bays
        return [
            {
                "number": f"{bay.slot:02d}",
                "ports": "\n".join(dict.fromkeys(map(port_text, _sockets(bay.ports)))),
                "source": _source_text(bay.source),
            }
            for bay in bays
        ]

    def _trouble(self, part: str) -> str:
        if (refusal := self._refusal) is None:
            return ""
        if refusal.code == UsageError.code and (words := _usage_words(refusal)) is not None:
            return words[part == "mend"]
        return str(getattr(self._tongue.word(refusal.code, refusal.facts), part))

    open_lesson = Property(bool, lambda self: self._lesson.is_open, notify=changed)
    slot = Property(str, lambda self: f"{self._slot:02d}", notify=changed)
    offered = Property(bool, lambda self: self._offer, notify=changed)
    seen = Property(str, lambda self: self._met_text(), notify=changed)
    rows = Property(list, lambda self: self._rows(), notify=changed)
    sure = Property(bool, lambda self: self._sure, notify=changed)
    forgettable = Property(
        bool, lambda self: any(bay.source == "learned" for bay in self._bays), notify=changed
    )
    trouble = Property(str, lambda self: self._trouble("title"), notify=changed)
    mend = Property(str, lambda self: self._trouble("mend"), notify=changed)


def port_text(port: str) -> str:
    """A port as a fitter knows it: ``USB 8.3``, with the controller it belongs to."""
    found = _PORT.fullmatch(port)
    if found is None:
        return port
    return f"USB {found['chain']} · {found['controller'].removeprefix('pci-')}"


def _sockets(ports: tuple[str, ...]) -> tuple[str, ...]:
    """Without the second names that sockets have at USB 3 speed."""
    return tuple(port for port in ports if "-usbv3-" not in port) or ports


def _source_text(source: str) -> str:
    return {
        "learned": translate("Bays", "现场登记"),
        "settings": translate("Bays", "配置文件"),
        "dock": translate("Bays", "采集柜自带"),
    }.get(source, source)


def _usage_words(refusal: Refusal) -> tuple[str, str] | None:
    """What is the matter and what to do, where the station only says that a step does not fit."""
    match refusal.facts.get("reason"):
        case "lesson_open":
            return (
                translate("Bays", "另一处正在登记采集口"),
                translate("Bays", "请先完成或取消那里的登记；两分钟没有动静会自动取消。"),
            )
        case "no_lesson":
            return (
                translate("Bays", "登记已自动取消"),
                translate("Bays", "太久没有动静，没有保存任何改动。请重新开始。"),
            )
        case "no_known_hub":
            return (
                translate("Bays", "这个集线器不能从这个口号排起"),
                translate("Bays", "请只登记这一个，或用“上一个”“跳过”换一个口号。"),
            )
        case _:
            return None
