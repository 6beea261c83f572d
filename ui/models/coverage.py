"""The bar of one's own shift, and the reasons for what was not recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from PySide6.QtCore import Property, QCoreApplication, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.formats import span_text, time_text
from workstation.casework.completeness import ASKED_S
from workstation.domain.coverage import Cover, GapReason
from workstation.ipc.messages_shift import ExplainGap
from workstation.platform.clock import to_text

if TYPE_CHECKING:
    from datetime import date

    from workstation.casework.completeness import Coverage
    from workstation.domain.continuity import Missing
    from workstation.domain.coverage import Stretch
    from workstation.ipc.messages import AnyCommand

QML_IMPORT_NAME = "Evidock"
QML_IMPORT_MAJOR_VERSION = 1

translate = QCoreApplication.translate

EXPLAIN: Final = "explain"  # the ticket
_ORDER: Final = tuple(Cover)
_NAMED: Final = 2  # statements of missing numbers that are said in full; the rest is counted
_OFFERED: Final = (
    GapReason.CHARGING,
    GapReason.MEAL,
    GapReason.STANDBY,
    GapReason.FAULT,
    GapReason.OTHER,
)


class Asks(Protocol):
    """What is asked of the line to the station."""

    def ask(self, ticket: str, command: AnyCommand) -> None: ...


@QmlElement
class CoverageModel(QObject):
    """What of a shift was recorded, as the ledger says; a reason is said, then read again."""

    changed = Signal()

    def __init__(self, link: Asks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self._found: Coverage | None = None
        self._picking = False
        self._row = 0

    def show(self, found: Coverage) -> None:
        """Take what the ledger says now."""
        self._found = found
        rows = self._rows()
        if not any(one.cover is Cover.UNEXPLAINED for one in rows):
            self._picking = False
        elif self._picking and self._is_answered(rows):
            self._row = next(at for at, one in enumerate(rows) if one.cover is Cover.UNEXPLAINED)
        self.changed.emit()

    def forget(self) -> None:
        """Nobody stands there any more."""
        self._found, self._picking, self._row = None, False, 0
        self.changed.emit()

    def retranslate(self) -> None:
        """Word everything in the language spoken now."""
        self.changed.emit()

    @Slot(int)
    def pick(self, row: int) -> None:
        """Show the gaps, this one chosen; -1 puts the list away."""
        self._picking, self._row = row >= 0, max(0, row)
        self.changed.emit()

    @Slot(str)
    def say(self, reason: str) -> None:
        """Why nothing was recorded in the gap that is chosen."""
        rows = self._rows()
        if self._found is None or self._row >= len(rows):
            return
        span = rows[self._row].span
        begins, ends = to_text(span.begins), to_text(span.ends)
        self._link.ask(EXPLAIN, ExplainGap(self._found.badge, begins, ends, reason))

    # -- what is shown -------------------------------------------------------------------------

    def _is_answered(self, rows: list[Stretch]) -> bool:
        """The gap that was chosen has its reason, or is there no more."""
        return self._row >= len(rows) or rows[self._row].cover is not Cover.UNEXPLAINED

    def _rows(self) -> list[Stretch]:
        """Gaps that a person has explained, or that are long enough to be asked about."""
        parts = self._found.parts if self._found else ()
        return [one for one in parts if _is_asked(one) or (one.explanation and one.explanation.by)]

    def _bar(self) -> list[dict[str, float | int]]:
        found = self._found
        if found is None or found.shift is None:
            return []
        whole, begins = found.shift.seconds, found.shift.begins_ms
        rows = {id(one): row for row, one in enumerate(self._rows())}
        return [
            {
                "from": (one.span.begins_ms - begins) / 1000 / whole,
                "share": one.span.seconds / whole,
                "cover": _ORDER.index(one.cover),
                "row": rows.get(id(one), -1),
            }
            for one in found.parts
        ]

    def _heading(self) -> str:
        if self._found is None or (shift := self._found.shift) is None:
            return ""
        return translate("Coverage", "本班 {begins}–{ends}").format(
            begins=time_text(shift.begins), ends=time_text(shift.ends)
        )

    def _legend(self) -> list[dict[str, str | int]]:
        if self._found is None:
            return []
        words = {
            Cover.RECORDED: translate("Coverage", "已录 {span}"),
            Cover.EXPLAINED: translate("Coverage", "已说明 {span}"),
            Cover.UNEXPLAINED: translate("Coverage", "未说明 {span}"),
        }
        return [
            {"cover": place, "words": words[one].format(span=span_text(self._found.seconds(one)))}
            for place, one in enumerate(_ORDER)
        ]

    def _statements(self) -> list[str]:
        """What never reached us, and seams that are proven."""
        if self._found is None or self._found.shift is None:
            return []
        day = self._found.shift.ends.astimezone().date()
        missing = sorted(self._found.missing, key=lambda one: one.after)
        said = [_missing_text(one, day) for one in missing]
        said += [
            translate("Coverage", "{time} 两段录像之间缺 {gap} 秒").format(
                time=time_text(one.at), gap=f"{one.gap_s:.1f}"
            )
            for one in self._found.torn
        ]
        if len(said) > _NAMED:
            rest = translate("Coverage", "另有 {count} 处缺失，请告知中队长")
            said[_NAMED:] = [rest.format(count=len(said) - _NAMED)]
        return said

    def _gaps(self) -> list[dict[str, str | bool]]:
        return [
            {
                "title": f"{time_text(one.span.begins)}–{time_text(one.span.ends)}",
                "amount": span_text(one.span.seconds),
                "said": reason_text(one.explanation.reason)
                if one.explanation
                else translate("Coverage", "未说明"),
                "settled": one.cover is Cover.EXPLAINED,
                "current": row == self._row,
            }
            for row, one in enumerate(self._rows())
        ]

    def _reasons(self) -> list[dict[str, str]]:
        rows = self._rows()
        offered = list(_OFFERED)
        if self._row < len(rows) and rows[self._row].cover is Cover.EXPLAINED:
            offered.append(GapReason.WITHDRAWN)
        return [{"value": one.value, "word": reason_text(one)} for one in offered]

    def _open(self) -> int:
        return sum(_is_asked(one) for one in self._rows())

    def _ask(self) -> str:
        if count := self._open():
            return translate("Coverage", "说明未录时段（{count}）").format(count=count)
        return translate("Coverage", "更改说明")

    known = Property(bool, lambda self: bool(self._heading()), notify=changed)
    heading = Property(str, lambda self: self._heading(), notify=changed)
    bar = Property(list, lambda self: self._bar(), notify=changed)
    legend = Property(list, lambda self: self._legend(), notify=changed)
    statements = Property(list, lambda self: self._statements(), notify=changed)
    gaps = Property(list, lambda self: self._gaps(), notify=changed)
    reasons = Property(list, lambda self: self._reasons(), notify=changed)
    open = Property(int, lambda self: self._open(), notify=changed)
    ask = Property(str, lambda self: self._ask(), notify=changed)
    picking = Property(bool, lambda self: self._picking, notify=changed)


def reason_text(reason: GapReason) -> str:
    """A reason as people say it."""
    words = {
        GapReason.CHARGING: translate("Coverage", "记录仪充电"),
        GapReason.MEAL: translate("Coverage", "用餐休息"),
        GapReason.STANDBY: translate("Coverage", "备勤，没有执法活动"),
        GapReason.FAULT: translate("Coverage", "记录仪故障"),
        GapReason.OTHER: translate("Coverage", "其他原因"),
        GapReason.WITHDRAWN: translate("Coverage", "撤回说明"),
        GapReason.DOCKED: translate("Coverage", "正在采集"),
    }
    return words[reason]


def _is_asked(one: Stretch) -> bool:
    return one.cover is Cover.UNEXPLAINED and one.span.seconds >= ASKED_S


def _missing_text(one: Missing, day: date) -> str:
    """With the day where it is not that of the shift alone."""
    numbers = str(one.first) if one.count == 1 else f"{one.first}–{one.last}"
    text = translate("Coverage", "{begins} 与 {ends} 之间，编号 {numbers} 从未到达本站")
    if not one.is_sure:
        text = translate(
            "Coverage", "{begins} 与 {ends} 之间，编号 {numbers} 没有到达本站，或编号规则变了"
        )
    begins, ends = one.after.astimezone(), one.before.astimezone()
    form = "%H:%M" if begins.date() == ends.date() == day else "%m-%d %H:%M"
    return text.format(begins=begins.strftime(form), ends=ends.strftime(form), numbers=numbers)
