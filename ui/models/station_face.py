"""What the frame of the wall says about the whole station, worded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from ui.formats import (
    clips_text,
    date_text,
    rate_text,
    time_text,
)
from ui.models.slot_face import LIVE
from ui.texts import size_text
from workstation.domain.dock import SlotStatus, UplinkState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ui.i18n import Tongue
    from workstation.domain.dock import SlotView, StationView, StorageView, UplinkView

translate = QCoreApplication.translate

_UPLINK_ICONS = {
    UplinkState.OFF: "cloud-off",
    UplinkState.IDLE: "cloud-check",
    UplinkState.SENDING: "cloud-upload",
    UplinkState.WAITING: "cloud-pause",
    UplinkState.HELD: "cloud-exclamation",
}
_ON_PURPOSE = frozenset({"store.paused", "store.waits"})  # people or the settings said so
COUNTED = (
    SlotStatus.IMPORTING,
    SlotStatus.VERIFYING,
    SlotStatus.DONE,
    SlotStatus.ATTENTION,
    SlotStatus.FAULT,
    SlotStatus.EMPTY,
)


@dataclass(frozen=True, slots=True)
class StationFace:
    """Everything around the cards. ``alarm`` is set while the whole intake stands still."""

    name: str = ""
    clock: str = ""
    date: str = ""
    storage: str = ""
    room: str = ""
    tight: bool = False
    uplink: str = ""
    delivery: str = ""
    speed: str = ""
    cloud: str = "cloud-off"
    held: bool = False
    rate: str = "0"
    finish: str = ""
    today: str = ""
    alarm: bool = False
    title: str = ""
    reason: str = ""
    mend: str = ""


def station_face(
    view: StationView | None, slots: Sequence[SlotView], now: datetime, tongue: Tongue
) -> StationFace:
    """Word the station; ``view`` is None until it has answered for the first time."""
    clock, date = time_text(now), date_text(now, tongue.language)
    if view is None:
        return StationFace(name=translate("Station", "采集工作站"), clock=clock, date=date)
    alarm = tongue.word(view.code, view.facts) if view.code else None
    return StationFace(
        name=view.name,
        clock=clock,
        date=date,
        storage=_storage(view.storage),
        room=translate("Station", "余 {size}").format(size=size_text(view.storage.free_bytes)),
        tight=view.storage.free_bytes < 2 * view.storage.reserve_bytes,
        uplink=_uplink(view.uplink),
        delivery=_delivery(view, tongue),
        speed=_speed(view.uplink),
        cloud=_UPLINK_ICONS[view.uplink.state],
        held=view.uplink.state is UplinkState.HELD
        or view.notice is not None
        or view.uplink.differences > 0,
        rate=f"{view.rate_bps / 1e6:.0f}",
        finish=_finish(view, slots),
        today=translate("Station", "今日 {clips} · {size}").format(
            clips=clips_text(view.clips_today), size=size_text(view.bytes_today)
        ),
        alarm=alarm is not None,
        title=alarm.title if alarm else "",
        reason=alarm.reason if alarm else "",
        mend=alarm.mend if alarm else "",
    )


def count_slots(slots: Sequence[SlotView]) -> list[int]:
    """How many slots wear each status, in the order of ``COUNTED``."""
    worn = [view.status for view in slots]
    return [worn.count(status) for status in COUNTED]


def _storage(storage: StorageView) -> str:
    total = max(1, storage.total_bytes)
    percent = round(100 * (total - storage.free_bytes) / total)
    return translate("Station", "存储已用 {percent}%").format(percent=percent)


def _uplink(uplink: UplinkView) -> str:
    words = {
        UplinkState.OFF: translate("Station", "仅本地保存"),
        UplinkState.IDLE: translate("Station", "已全部上传"),
        UplinkState.SENDING: translate("Station", "上传中"),
        UplinkState.WAITING: translate("Station", "暂缓上传")
        if uplink.code in _ON_PURPOSE
        else translate("Station", "等待网络"),
        UplinkState.HELD: translate("Station", "上传需处理"),
    }
    return words[uplink.state]


def _delivery(view: StationView, tongue: Tongue) -> str:
    """The second line: what a person must know, what waits, or why it does."""
    uplink = view.uplink
    if view.notice is not None and uplink.state is not UplinkState.HELD:
        return tongue.word(view.notice, view.notice_facts).title
    if uplink.differences and uplink.state is not UplinkState.HELD:
        return tongue.word("centre.differs", {"count": uplink.differences}).title
    if uplink.state is UplinkState.OFF:
        return translate("Station", "未连接上级平台")
    if uplink.state is UplinkState.HELD and uplink.code:
        return tongue.word(uplink.code, {}).title
    if uplink.state is UplinkState.IDLE:
        last = time_text(uplink.last_success_at)
        return translate("Station", "最近 {time}").format(time=last) if last else uplink.store
    waits = translate("Station", "待传 {clips}").format(clips=clips_text(uplink.pending_clips))
    if not uplink.late_clips:
        return waits
    late = translate("Station", "{clips} 将迟到").format(clips=clips_text(uplink.late_clips))
    if uplink.late_by_s is not None:
        hours = max(1, round(uplink.late_by_s / 3600))
        late += translate("Station", " {hours} 小时").format(hours=hours)
    return f"{waits} · {late}"


def _speed(uplink: UplinkView) -> str:
    is_moving = uplink.state is UplinkState.SENDING and uplink.rate_bps > 0
    return rate_text(uplink.rate_bps) if is_moving else ""


def _finish(view: StationView, slots: Sequence[SlotView]) -> str:
    if not any(slot.status in LIVE for slot in slots):
        return translate("Station", "没有正在进行的采集")
    if view.finish_at is None:
        return translate("Station", "正在估算完成时间")
    return translate("Station", "约 {time} 全部完成").format(time=time_text(view.finish_at))
