"""The view-model of "verify now": the station checks, this tells how far and what it found."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Property, QCoreApplication, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.formats import stamp_text
from ui.texts import size_text
from workstation.ipc.messages_audit import (
    BeginVerification,
    GetVerification,
    StopVerification,
    VerificationState,
)

if TYPE_CHECKING:
    from ui.errands import Answered
    from ui.i18n import Tongue
    from ui.models.room import Line

QML_IMPORT_NAME = "Evidock"
QML_IMPORT_MAJOR_VERSION = 1

translate = QCoreApplication.translate

_BUSY, _DONE, _HOT, _FAULT = 2, 3, 4, 5  # places in the order of ``SlotStatus``
_SHOWN: Final = 6  # faults in words


@QmlElement
class CheckModel(QObject):
    """Asks again each second while a check is under way, and only while somebody looks."""

    changed = Signal()

    def __init__(self, ticket: str, tongue: Tongue, line: Line, parent: QObject) -> None:
        super().__init__(parent)
        self._ticket = ticket
        self._tongue = tongue
        self._line = line
        self.forget()

    def forget(self) -> None:
        """Nobody looks any more."""
        self._state: VerificationState | None = None
        self._asking = False
        self.changed.emit()

    def look(self) -> None:
        """Ask how it stands."""
        if not self._asking:
            self._asking = True
            self._line.ask(self._ticket, GetVerification())

    def tick(self) -> None:
        """A second has passed."""
        if self._is_running():
            self.look()

    def hear(self, answer: Answered) -> None:
        """How it stands."""
        self._asking = False
        if isinstance(answer.result, VerificationState):
            self._state = answer.result
        self.changed.emit()

    @Slot(bool)
    def begin(self, vault: bool) -> None:
        """Check the ledger; with ``vault`` every object as well."""
        self._asking = True
        self._line.ask(self._ticket, BeginVerification(vault=vault))

    @Slot()
    def stop(self) -> None:
        """Enough."""
        self._asking = True
        self._line.ask(self._ticket, StopVerification())

    def _is_running(self) -> bool:
        return self._state is not None and self._state.step == "running"

    def _progress(self) -> float:
        state = self._state
        if state is None or not state.bytes_total:
            return 0.0
        return min(1.0, state.bytes_read / state.bytes_total)

    def _lead(self) -> str:
        state = self._state
        if state is None or state.step == "never":
            return translate("Check", "启动以来还没有核验")
        if state.step == "running":
            return translate("Check", "正在核验")
        if state.step == "stopped":
            return translate("Check", "核验已停止")
        if state.fault_count:
            return translate("Check", "发现 {count} 处问题").format(count=state.fault_count)
        if state.with_vault:
            return translate("Check", "台账和全部证据完好")
        return translate("Check", "台账完好")

    def _detail(self) -> str:
        state = self._state
        if state is None or state.step == "never":
            return translate("Check", "逐行核对台账、签名，并重读每一件证据。采集不受影响。")
        words = translate("Check", "台账 {lines} 行，证据 {objects} 件（{size}）")
        told = words.format(
            lines=state.lines, objects=state.objects, size=size_text(state.bytes_read)
        )
        if state.step != "ended":
            return told
        more = [told]
        if state.unsigned_lines:
            unsigned = translate("Check", "最后 {count} 行尚未签名")
            more.append(unsigned.format(count=state.unsigned_lines))
        if state.strangers:
            strangers = translate("Check", "{count} 个文件不在台账里")
            more.append(strangers.format(count=state.strangers))
        if state.ended_at:
            more.append(stamp_text(datetime.fromisoformat(state.ended_at)))
        return " · ".join(more)

    def _status(self) -> int:
        state = self._state
        if state is None or state.step in {"never", "stopped"}:
            return 0
        if state.step == "running":
            return _BUSY
        return _FAULT if state.fault_count else _HOT if state.strangers else _DONE

    def _faults(self) -> list[dict[str, str]]:
        found = self._state.faults[:_SHOWN] if self._state is not None else ()
        worded = [(fault, self._tongue.word(fault.code, fault.facts)) for fault in found]
        return [
            {"lead": f"{words.title} · {fault.code}", "mend": f"{words.reason}{words.mend}"}
            for fault, words in worded
        ]

    running = Property(bool, lambda self: self._is_running(), notify=changed)
    progress = Property(float, lambda self: self._progress(), notify=changed)
    lead = Property(str, lambda self: self._lead(), notify=changed)
    detail = Property(str, lambda self: self._detail(), notify=changed)
    status = Property(int, lambda self: self._status(), notify=changed)
    faults = Property(list, lambda self: self._faults(), notify=changed)
