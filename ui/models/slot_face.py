"""What a card says about one slot: a value, worded for the language that is installed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from ui.formats import (
    clips_of_text,
    clips_text,
    rate_text,
    remaining_text,
    time_text,
)
from ui.texts import size_text
from workstation.domain.dock import SlotPhase, SlotStatus

if TYPE_CHECKING:
    from ui.i18n import Tongue
    from workstation.domain.dock import SlotView

translate = QCoreApplication.translate

STATUS_ORDER = tuple(SlotStatus)  # the order of the palette's status rows
LIVE = frozenset({SlotStatus.IMPORTING, SlotStatus.VERIFYING})
HOT = frozenset({SlotStatus.ATTENTION, SlotStatus.FAULT})
LOW_BATTERY_PERCENT = 20

_ICONS = {
    SlotStatus.EMPTY: "plug-connected",
    SlotStatus.IMPORTING: "arrow-bar-to-down",
    SlotStatus.VERIFYING: "shield-check",
    SlotStatus.DONE: "check",
    SlotStatus.ATTENTION: "hand-stop",
    SlotStatus.FAULT: "alert-octagon",
}


_FIGURES = {
    SlotStatus.EMPTY: "plug",
    SlotStatus.IMPORTING: "ring",
    SlotStatus.VERIFYING: "ring",
    SlotStatus.DONE: "disc",
    SlotStatus.ATTENTION: "square",
    SlotStatus.FAULT: "octagon",
}
_SIGNS = {SlotStatus.DONE: "check", SlotStatus.ATTENTION: "hand-stop", SlotStatus.FAULT: "x"}


def status_figure(status: SlotStatus) -> str:
    """The big shape of a status: plug, ring, disc, square or octagon."""
    return _FIGURES[status]


def status_sign(status: SlotStatus) -> str:
    """The icon on that shape; none on a ring, which holds a number."""
    return _SIGNS.get(status, "")


def status_icon(status: SlotStatus) -> str:
    """The shape that goes with a status, beside its colour and its word."""
    return _ICONS[status]


def status_word(status: SlotStatus) -> str:
    """The word that goes with a status."""
    return {
        SlotStatus.EMPTY: translate("Slot", "空闲"),
        SlotStatus.IMPORTING: translate("Slot", "采集中"),
        SlotStatus.VERIFYING: translate("Slot", "校验中"),
        SlotStatus.DONE: translate("Slot", "可取走"),
        SlotStatus.ATTENTION: translate("Slot", "待处理"),
        SlotStatus.FAULT: translate("Slot", "异常"),
    }[status]


def live_word(view: SlotView) -> str:
    """The pill of a running slot says what the lane does, not only that it runs."""
    phases = {
        SlotPhase.WAITING: translate("Slot", "排队中"),
        SlotPhase.IDENTIFYING: translate("Slot", "识别中"),
        SlotPhase.LISTING: translate("Slot", "读取清单"),
        SlotPhase.CLOSING: translate("Slot", "收尾中"),
        SlotPhase.ERASING: translate("Slot", "清理中，勿拔"),
    }
    return phases.get(view.phase) or status_word(view.status)


def progress_of(view: SlotView) -> float:
    """How far a slot is, 0 to 1, by bytes where they are known and by files otherwise."""
    if view.status is SlotStatus.DONE:
        return 1.0
    done, total = view.bytes_done, view.bytes_total
    if total <= 0:
        done, total = view.entries_done, view.entries_total
    return min(1.0, max(0.0, done / total)) if total > 0 else 0.0


def who(view: SlotView) -> str:
    """The officer, or as much of the officer as is known."""
    known = view.officer_name or view.badge
    if known:
        return known
    if view.recorder_serial:
        return translate("Slot", "未绑定人员")
    return translate("Slot", "未识别记录仪")


@dataclass(frozen=True, slots=True)
class SlotFace:
    """Every role of the wall's model; two faces differ exactly where the card must change."""

    slot: int
    number: str
    status: int
    figure: str
    sign: str
    icon: str
    word: str
    live: bool
    hot: bool
    headline: str
    serial: str
    note: str
    percent: int
    progress: float
    tally: str
    tail: str
    battery: int
    weak: bool
    spoken: str
    mine: bool = False


def face_of(view: SlotView, tongue: Tongue, own: str = "") -> SlotFace:
    """Word one slot; ``own`` is the badge number of whoever is signed in."""
    live, hot = view.status in LIVE, view.status in HOT
    fault = tongue.word(view.code, view.facts).title if hot and view.code else ""
    word = live_word(view) if live else status_word(view.status)
    progress = progress_of(view)
    percent = int(progress * 100)
    number = f"{view.slot:02d}"
    headline = "" if view.status is SlotStatus.EMPTY else who(view)
    return SlotFace(
        slot=view.slot,
        number=number,
        status=STATUS_ORDER.index(view.status),
        figure=status_figure(view.status),
        sign=status_sign(view.status),
        icon=status_icon(view.status),
        word=word,
        live=live,
        hot=hot,
        headline=headline,
        serial=view.recorder_serial or view.label,
        note=fault,
        percent=percent,
        progress=progress,
        tally=" · ".join(filter(None, (unmapped(view), _counted(view), _remaining(view)))),
        tail=_tail(view),
        battery=-1 if view.battery_percent is None else view.battery_percent,
        weak=(view.battery_percent or 0) < LOW_BATTERY_PERCENT,
        spoken=_spoken(view, word, headline, fault, percent),
        mine=bool(own) and view.badge == own,
    )


def unmapped(view: SlotView) -> str:
    """Said where nobody has told which bay this port is: the number is by chance."""
    return "" if view.is_mapped else translate("Slot", "端口未登记")


def _counted(view: SlotView) -> str:
    if view.entries_total == 0:
        return ""
    if view.status is SlotStatus.DONE:
        return clips_text(view.entries_total)
    return clips_of_text(view.entries_done, view.entries_total)


def _remaining(view: SlotView) -> str:
    if view.status is SlotStatus.DONE:
        ended = time_text(view.ended_at)
        return translate("Slot", "{time} 完成").format(time=ended) if ended else ""
    return remaining_text(view.eta_s) if view.status in LIVE else ""


def _tail(view: SlotView) -> str:
    """The foot of the card, beside the pill."""
    if view.status is SlotStatus.DONE:
        return size_text(view.bytes_total)
    if view.status in HOT:
        total = view.entries_total
        return f"{view.entries_done}/{total}" if total else translate("Slot", "点按查看")
    return rate_text(view.rate_bps) if view.rate_bps > 0 else ""


def _spoken(view: SlotView, word: str, headline: str, fault: str, percent: int) -> str:
    parts = [translate("Slot", "{slot} 号口").format(slot=view.slot), word, headline, fault]
    if view.status in LIVE:
        parts.append(f"{percent}%")
    return " ".join(part for part in parts if part)
