"""What the detail screen says about one slot: who, what was taken in, and whether to go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from ui.formats import clips_text, offset_text, rate_text, remaining_text, stamp_text
from ui.models.slot_face import (
    HOT,
    LIVE,
    STATUS_ORDER,
    live_word,
    progress_of,
    status_figure,
    status_icon,
    status_sign,
    status_word,
    unmapped,
    who,
)
from ui.texts import size_text
from workstation.domain.dock import SlotStatus

if TYPE_CHECKING:
    from ui.i18n import Tongue
    from workstation.domain.dock import SlotView

translate = QCoreApplication.translate

CLOCK_ALARM_S = 3.0  # a recorder may drift 3 s a day (GA/T 947.2-2015)


@dataclass(frozen=True, slots=True)
class DetailFace:
    """One slot in full."""

    slot: int = 0
    number: str = ""
    status: int = 0
    figure: str = "plug"
    sign: str = ""
    icon: str = ""
    word: str = ""
    live: bool = False
    hot: bool = False
    empty: bool = True
    officer: str = ""
    unit: str = ""
    badge: str = ""
    serial: str = ""
    model: str = ""
    offset: str = ""
    skewed: bool = False
    battery: str = ""
    started: str = ""
    ended: str = ""
    percent: int = 0
    progress: float = 0.0
    amount: str = ""
    pace: str = ""
    advice: str = ""
    title: str = ""
    reason: str = ""
    mend: str = ""


def detail_face(view: SlotView, tongue: Tongue) -> DetailFace:
    """Word one slot in full."""
    live = view.status in LIVE
    progress = progress_of(view)
    text = tongue.word(view.code, view.facts) if view.code else None
    unknown = translate("Detail", "未知")
    return DetailFace(
        slot=view.slot,
        number=f"{view.slot:02d}",
        status=STATUS_ORDER.index(view.status),
        figure=status_figure(view.status),
        sign=status_sign(view.status),
        icon=status_icon(view.status),
        word=live_word(view) if live else status_word(view.status),
        live=live,
        hot=view.status in HOT,
        empty=view.status is SlotStatus.EMPTY,
        officer=who(view),
        unit=view.unit or unknown,
        badge=view.badge or unknown,
        serial=view.recorder_serial or view.label or unknown,
        model=" · ".join(filter(None, (view.profile or view.driver or unknown, unmapped(view)))),
        offset=offset_text(view.clock_offset_s, view.clock_uncertainty_s),
        skewed=abs(view.clock_offset_s or 0.0) > CLOCK_ALARM_S,
        battery=unknown if view.battery_percent is None else f"{view.battery_percent}%",
        started=stamp_text(view.started_at),
        ended=stamp_text(view.ended_at),
        percent=int(progress * 100),
        progress=progress,
        amount=_amount(view),
        pace=_pace(view),
        advice=_advice(view),
        title=text.title if text else "",
        reason=text.reason if text else "",
        mend=text.mend if text else "",
    )


def sums(view: SlotView) -> list[dict[str, str | int]]:
    """What became of the files, as counted by the station: word, count, status for colour."""
    waiting = max(0, view.entries_total - view.entries_done)
    told = (
        (translate("Detail", "已入库"), view.vaulted, SlotStatus.DONE),
        (translate("Detail", "此前已入库"), view.duplicates, SlotStatus.DONE),
        (translate("Detail", "等待"), waiting, SlotStatus.EMPTY),
        (translate("Detail", "未采集"), view.skipped, SlotStatus.EMPTY),
        (translate("Detail", "已隔离"), view.quarantined, SlotStatus.FAULT),
    )
    return [
        {"word": word, "count": count, "status": STATUS_ORDER.index(status)}
        for word, count, status in told
    ]


def _amount(view: SlotView) -> str:
    if view.status is SlotStatus.EMPTY or view.bytes_total == 0:
        return ""
    return f"{size_text(view.bytes_done)} / {size_text(view.bytes_total)}"


def _pace(view: SlotView) -> str:
    if view.status not in LIVE:
        return ""
    parts = (rate_text(view.rate_bps), remaining_text(view.eta_s))
    return " · ".join(part for part in parts if part)


def _advice(view: SlotView) -> str:
    """The one sentence the officer came for."""
    if view.status is SlotStatus.EMPTY:
        return translate("Detail", "采集口空闲，插入执法记录仪即自动采集")
    if view.status in LIVE:
        return translate("Detail", "正在采集，请勿拔出记录仪")
    if view.status in HOT:
        return translate("Detail", "采集未完成，请看下方说明")
    kept = view.vaulted + view.duplicates
    return translate("Detail", "采集完成，可以取走记录仪。{clips}在库").format(
        clips=clips_text(kept)
    )
