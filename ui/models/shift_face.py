"""What the officer's screen says of a docking: sums, what is missing, and which case it may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication

from ui.formats import clips_text, offset_text, stamp_text
from ui.models.detail_face import CLOCK_ALARM_S
from ui.models.slot_face import LIVE, LOW_BATTERY_PERCENT, STATUS_ORDER
from workstation.domain.dock import SlotStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ui.i18n import Tongue
    from workstation.casework.shift import Docking, Question
    from workstation.casework.suggesting import Guess, OpenCase
    from workstation.domain.dock import SlotView

translate = QCoreApplication.translate

_ATTENTION, _DONE = (STATUS_ORDER.index(s) for s in (SlotStatus.ATTENTION, SlotStatus.DONE))
_NAMED_GAPS: Final = 3  # more missing numbers than this are only counted
_MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class ShiftFace:
    """The docking in front of the officer."""

    slot: str = ""
    lead: str = ""
    status: int = 0
    figure: str = "plug"
    sign: str = ""
    percent: int = 0
    progress: float = 0.0
    recorder: str = ""
    minutes: str = ""
    clips: str = ""
    size: str = ""
    offset: str = ""
    skewed: bool = False
    gaps: str = ""
    broken: bool = False
    over: bool = False
    handed: str = ""


def minutes_text(seconds: float) -> str:
    """Minutes of footage, rounded up: a short clip is not nothing."""
    if seconds <= 0:
        return translate("Shift", "时长未知")
    minutes = int(-(-seconds // _MINUTE_S))
    if minutes == 1:
        return translate("Shift", "1 分钟")
    return translate("Shift", "{minutes} 分钟").format(minutes=minutes)


def gaps_text(docking: Docking) -> str:
    """Whether anything is missing."""
    parts = []
    if docking.lost:
        parts.append(translate("Shift", "{clips}没能采集").format(clips=clips_text(docking.lost)))
    if 0 < len(docking.gaps) <= _NAMED_GAPS:
        numbers = "、".join(str(number) for number in docking.gaps)
        parts.append(translate("Shift", "缺少编号 {numbers}").format(numbers=numbers))
    elif docking.gaps:
        parts.append(translate("Shift", "缺少 {count} 个编号").format(count=len(docking.gaps)))
    return " · ".join(parts) or translate("Shift", "没有缺失")


def remarks(docking: Docking, view: SlotView | None, tongue: Tongue) -> list[dict[str, str | int]]:
    """One sentence each, with what to do: what a person should know of this docking."""
    said = [_sentence(tongue, one.code, one.facts) for one in docking.remarks]
    if view is not None and (low := low_battery(view)):
        said.append(low)
    return said


def slot_remarks(view: SlotView, tongue: Tongue) -> list[dict[str, str | int]]:
    """The same for a slot, without what its alarm says already."""
    codes = [code for code in view.remarks if code != view.code]
    said = [_sentence(tongue, code, {}) for code in codes]
    if low := low_battery(view):
        said.append(low)
    return said


def low_battery(view: SlotView) -> dict[str, str | int] | None:
    """Tomorrow's shift begins with an empty battery."""
    if view.battery_percent is None or view.battery_percent >= LOW_BATTERY_PERCENT:
        return None
    lead = translate("Shift", "电量只剩 {percent}%").format(percent=view.battery_percent)
    mend = translate("Shift", "把记录仪留在采集口充电，下次出勤前再取走")
    return {"lead": lead, "mend": mend, "status": _ATTENTION, "icon": "battery"}


def _sentence(tongue: Tongue, code: str, facts: Mapping[str, object]) -> dict[str, str | int]:
    text = tongue.word(code, facts)
    return {"lead": text.title, "mend": text.mend, "status": _ATTENTION, "icon": "bulb"}


def lead_of(docking: Docking, view: SlotView | None) -> str:
    """The one sentence the officer came for."""
    if docking.handed_in_at is not None:
        return translate("Shift", "已交接，可以离开")
    if view is not None and view.status in LIVE:
        return translate("Shift", "正在采集，请勿拔出；可以先确认案件")
    if not docking.is_over:
        return translate("Shift", "正在采集，请稍候")
    if docking.lost:
        return translate("Shift", "采集结束，有文件没能采集")
    return translate("Shift", "采集完成，请确认案件并交接")


def clock_of(docking: Docking) -> tuple[str, bool]:
    """The recorder's clock against the station's, and whether that is an alarm."""
    error = docking.summary.clock_offset_s
    text = offset_text(error, docking.summary.clock_uncertainty_s)
    return text, abs(error or 0.0) > CLOCK_ALARM_S


def handed_text(docking: Docking) -> str:
    """When it was handed in; empty if it was not."""
    if docking.handed_in_at is None:
        return ""
    return translate("Shift", "{time} 已交接").format(time=stamp_text(docking.handed_in_at))


def case_name(case: OpenCase) -> str:
    """A case as people call it."""
    return " ".join(filter(None, (case.number or translate("Shift", "未编号案件"), case.title)))


def span_of(question: Question) -> str:
    """When an outing was: ``10:05–10:50``."""
    outing = question.outing
    begins, ends = outing.begins.strftime("%H:%M"), outing.ends.strftime("%H:%M")
    return begins if begins == ends else f"{begins}–{ends}"


def ask_text(question: Question) -> str:
    """The question about an outing, as a sentence."""
    if not question.guesses:
        return translate("Shift", "这段时间没有找到可能的案件")
    case = question.guesses[0].case
    return translate("Shift", "属于案件 {case} 吗？").format(case=case_name(case))


def why_text(guess: Guess) -> str:
    """What speaks for a case."""
    words = {
        "time": translate("Shift", "时间吻合"),
        "officer": translate("Shift", "您参与的案件"),
        "place": guess.case.place,
    }
    told = [words[reason] for reason in guess.reasons]
    if guess.case.place and "place" not in guess.reasons:
        told.append(guess.case.place)
    return " · ".join(told)
