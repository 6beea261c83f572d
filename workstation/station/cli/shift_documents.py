"""A shift's coverage as a command tells it: one document, or lines in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from workstation.casework.completeness import Basis
from workstation.domain.continuity import PRE_RECORD_S, PreRecord
from workstation.domain.coverage import Cover, GapReason
from workstation.platform.clock import to_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from workstation.casework.completeness import Coverage
    from workstation.domain.continuity import Missing
    from workstation.domain.coverage import Stretch

COVERS: Final = {
    Cover.RECORDED: "已录 recorded",
    Cover.EXPLAINED: "已说明 explained",
    Cover.UNEXPLAINED: "未说明 unexplained",
}
REASONS: Final = {
    GapReason.CHARGING: "充电 charging",
    GapReason.MEAL: "用餐 meal break",
    GapReason.STANDBY: "备勤，无执法活动 standby, nothing to record",
    GapReason.FAULT: "记录仪故障 recorder fault",
    GapReason.OTHER: "其他 other",
    GapReason.WITHDRAWN: "撤回 withdrawn",
    GapReason.DOCKED: "在采集口采集 being collected",
}
BASES: Final = {
    Basis.GIVEN: "按给定的班次时间 as given",
    Basis.DOCKING: "从最早的文件到交回采集 from the first file to its docking",
    Basis.LATE: "交回很晚，从最早到最晚的文件 docked late: from the first file to the last",
    Basis.FOOTAGE: "当天没有采集，从最早到最晚的文件 not docked: from the first file to the last",
    Basis.NOTHING: "没有文件，也没有给定时间，无从说明 no footage, no times given",
}


def coverage_document(found: Coverage) -> dict[str, object]:
    """Everything that can be said of a shift."""
    shift = found.shift
    return {
        "officer": found.badge,
        "basis": found.basis.value,
        "begins": None if shift is None else to_text(shift.begins),
        "ends": None if shift is None else to_text(shift.ends),
        "seconds": {
            "shift": 0.0 if shift is None else shift.seconds,
            **{one.value: found.seconds(one) for one in Cover},
        },
        "is_complete": found.is_complete,
        "parts": [_part(one) for one in found.parts],
        "missing": [{**_missing(one), "statement": statement(one)} for one in found.missing],
        "restarts": [
            {"recorder": one.recorder, "last": one.last, "next": one.next, "at": to_text(one.at)}
            for one in found.restarts
        ],
        "not_taken": [
            {"recorder": one.recorder, "path": one.path, "number": one.number, "code": one.code}
            for one in found.not_taken
        ],
        "seams": [
            {
                "clip": one.clip,
                "next_clip": one.next_clip,
                "at": to_text(one.at),
                "gap_s": round(one.gap_s, 3),
                "doubt_s": one.doubt_s,
                "joint": one.joint.value,
            }
            for one in found.seams
        ],
        "pre_record": [
            {"clip": one.clip, "at": to_text(one.at), "found": one.found.value, "s": one.seconds}
            for one in found.leads
        ],
        "clips": found.clips,
        "undated": found.undated,
        "unmeasured": found.unmeasured,
        "unnumbered": list(found.unnumbered),
        "logs_and_tracks_not_read": found.beside,
        "clock_doubt_s": None if found.clock_doubt_s is None else round(found.clock_doubt_s, 3),
    }


def _part(one: Stretch) -> dict[str, object]:
    said = one.explanation
    return {
        "begins": to_text(one.span.begins),
        "ends": to_text(one.span.ends),
        "seconds": one.span.seconds,
        "cover": one.cover.value,
        "reason": None if said is None else said.reason.value,
        "by": None if said is None else said.by or None,
        "note": None if said is None else said.note or None,
    }


def _missing(one: Missing) -> dict[str, object]:
    return {
        "recorder": one.recorder,
        "first": one.first,
        "last": one.last,
        "count": one.count,
        "after": to_text(one.after),
        "before": to_text(one.before),
        "is_sure": one.is_sure,
    }


def statement(one: Missing) -> str:
    """Between which two moments which numbers never reached us, in both languages."""
    numbers = str(one.first) if one.count == 1 else f"{one.first}–{one.last}"
    begins, ends = _moment(one.after), _moment(one.before)
    text = (
        f"记录仪 {one.recorder}：{begins} 与 {ends} 之间，"
        f"编号 {numbers}（{one.count} 个）从未到达本站 / "
        f"recorder {one.recorder}: between {begins} and {ends} the numbers {numbers} "
        f"({one.count}) never reached this station"
    )
    if one.is_sure:
        return text
    return f"{text}（或记录仪改了编号 or it began another numbering）"


def tell_coverage(found: Coverage) -> Iterator[str]:
    """The same for a person."""
    shift = found.shift
    if shift is None:
        yield f"{found.badge}  {BASES[found.basis]}"
        return
    yield f"{found.badge}  {_moment(shift.begins)} – {_moment(shift.ends)}  {BASES[found.basis]}"
    for what in Cover:
        yield f"  {_length(found.seconds(what)):>8}  {COVERS[what]}"
    for part in found.parts:
        said = part.explanation
        why = "" if said is None else f"  {REASONS[said.reason]} {said.by} {said.note}".rstrip()
        begins, ends = _clock(part.span.begins), _clock(part.span.ends)
        yield f"{begins}–{ends}  {_length(part.span.seconds):>8}  {COVERS[part.cover]}{why}"
    yield from (statement(one) for one in found.missing)
    for again in found.restarts:
        yield (
            f"记录仪 {again.recorder}：{_moment(again.at)} "
            f"从 {again.last} 重新编号为 {again.next}，"
            f"此处缺失无从得知 / counted anew there: what is missing just there can not be said"
        )
    for lost in found.not_taken:
        yield f"未能采集 offered, not taken: {lost.recorder} {lost.path} {lost.code or ''}".rstrip()
    for torn in found.torn:
        yield (
            f"接缝 seam: {torn.clip} → {torn.next_clip}  {torn.gap_s:.2f} ± {torn.doubt_s:g} s"
            f"（不得超过 at most 0.04 s）"
        )
    yield from _remarks(found)


def _remarks(found: Coverage) -> Iterator[str]:
    if found.leads:
        counts = {one: sum(lead.found is one for lead in found.leads) for one in PreRecord}
        yield (
            f"预录 {PRE_RECORD_S:g} s pre-record: 有 there {counts[PreRecord.PRESENT]}，"
            f"不足 short {counts[PreRecord.SHORT]}，"
            f"无从得知 can not be told {counts[PreRecord.UNKNOWN]}"
        )
    for name in found.unnumbered:
        yield f"记录仪 {name} 的文件名没有编号，缺失无从得知 / its names carry no numbers"
    if found.unmeasured:
        yield f"{found.unmeasured} 个文件时长未知，未计入 / files of unknown length, not counted"
    if found.undated:
        yield f"{found.undated} 个文件没有时间，未计入 / files that tell no time, not counted"
    if found.clock_doubt_s is None:
        yield "记录仪时钟未经核对，时间以记录仪为准 / the recorder's clock was not compared"
    else:
        yield f"时间误差 every time ± {found.clock_doubt_s:.1f} s"


def _moment(at: datetime) -> str:
    return at.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _clock(at: datetime) -> str:
    return at.astimezone().strftime("%H:%M:%S")


def _length(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
