"""What the room "Uplink" says, in the language that is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication

from ui.formats import clips_text, rate_text, span_text, stamp_text
from ui.texts import size_text
from workstation.domain.dock import UplinkState
from workstation.platform.clock import from_text

if TYPE_CHECKING:
    from ui.errands import Refusal
    from ui.i18n import Tongue
    from workstation.domain.dock import UplinkView
    from workstation.domain.outlook import Counterpart, DeliveryView, LateClip, StoreFindings

translate = QCoreApplication.translate

Row = dict[str, str | int | bool]
_EMPTY, _DONE, _HOT, _FAULT = 0, 3, 4, 5  # places in the order of ``SlotStatus``
_TAIL: Final = 8  # characters of a clip's name: as many as people compare


def state(view: DeliveryView | None, uplink: UplinkView | None, tongue: Tongue) -> Row:
    """How delivery as a whole stands: status, icon, words, and the store.

    ``uplink`` is None where no sync process tells anything now.
    """
    store = "" if view is None else view.store
    if uplink is None or view is None:
        said = translate("Uplink", "传输进程没有消息，下面是它最后说的")
        return _state(_FAULT, "cloud-off", said, store)
    line = view.line
    if not view.store:
        return _state(_EMPTY, "cloud-off", translate("Uplink", "没有设置中心库"), store)
    if line.paused_at is not None:
        told = translate("Uplink", "已暂停，从 {at} 起").format(at=stamp_text(line.paused_at))
        return _state(_HOT, "cloud-pause", told, store)
    if uplink.code is not None and uplink.state in {UplinkState.WAITING, UplinkState.HELD}:
        status = _FAULT if uplink.state is UplinkState.HELD else _HOT
        return _state(status, "cloud-exclamation", _trouble_text(uplink, tongue), store)
    if line.shut:
        return _state(_HOT, "cloud-pause", _shut_text(view), store)
    if not any(one.clips for one in view.queue):
        return _state(_DONE, "cloud-check", translate("Uplink", "全部已入库"), store)
    return _state(_DONE, "cloud-upload", translate("Uplink", "正在上传"), store)


def _state(status: int, icon: str, word: str, store: str) -> Row:
    return {"status": status, "icon": icon, "word": word, "store": store}


def _trouble_text(uplink: UplinkView, tongue: Tongue) -> str:
    said = tongue.word(uplink.code or "", {}).title
    if uplink.next_try_at is None:
        return said
    at = stamp_text(uplink.next_try_at)[-8:]
    return said + translate("Uplink", "，{at} 再试").format(at=at)


def _shut_text(view: DeliveryView) -> str:
    why = {
        "window": translate("Uplink", "大文件等待：不在传输时段"),
        "budget": translate("Uplink", "大文件等待：今日额度已用完"),
        "metered": translate("Uplink", "大文件等待：线路按流量计费"),
    }.get(view.line.shut, view.line.shut)
    until = view.line.until
    if until is None:
        return why
    return why + translate("Uplink", "，到 {at}").format(at=stamp_text(until))


def tiles(view: DeliveryView | None) -> list[Row]:
    """The numbers: each class of the queue, the pace, the end, what is late."""
    if view is None or not view.store:
        return []
    expected = view.expected
    rate = "–" if expected.rate_bps is None else rate_text(expected.rate_bps)
    ends = "–" if expected.ends_at is None else stamp_text(expected.ends_at)[:-3]
    late = expected.late_clips
    return [
        *(_queue_tile(one.name, one.clips, one.size_bytes) for one in view.queue),
        _tile("rate", rate, translate("Uplink", "近来速率"), _DONE),
        _tile("ends", ends, translate("Uplink", "预计传完"), _DONE),
        _tile("late", str(late), translate("Uplink", "将会迟到"), _HOT if late else _DONE),
    ]


def _queue_tile(name: str, clips: int, size_bytes: int) -> Row:
    word = {
        "urgent": translate("Uplink", "优先"),
        "small": translate("Uplink", "小文件"),
        "large": translate("Uplink", "大文件"),
        "held": translate("Uplink", "等待人工处理"),
    }.get(name, name)
    status = _FAULT if name == "held" else _DONE
    return _tile(name, str(clips), f"{word} · {size_text(size_bytes)}", status)


def _tile(name: str, count: str, word: str, status: int) -> Row:
    return {"name": name, "count": count, "word": word, "status": status}


def late(view: DeliveryView | None) -> list[Row]:
    """Clips that will miss their time, the worst first."""
    return [] if view is None else [_late(one) for one in view.expected.late]


def _late(one: LateClip) -> Row:
    if one.by_s is None:
        word = translate("Uplink", "传不到")
    else:
        word = translate("Uplink", "迟 {span}").format(span=span_text(one.by_s))
    lead = f"{size_text(one.size_bytes)} · {one.clip[-_TAIL:]}"
    return {"clip": one.clip, "lead": lead, "word": word}


def late_note(view: DeliveryView | None) -> str:
    """What would help; where nothing is late, that."""
    if view is None or not view.store:
        return ""
    expected = view.expected
    if not expected.left_bytes:
        return translate("Uplink", "没有要传的。")
    if expected.rate_bps is None:
        return translate("Uplink", "还没有测得速率，尚无法预计。")
    if not expected.late_clips:
        return translate("Uplink", "按近来的速率，都能按时送达。")
    said = [translate("Uplink", "点按一条：优先上传。有用的办法：")]
    if expected.late_if_open is not None:
        told = translate("Uplink", "全天开放、不设额度后仍迟到 {clips}")
        said.append(told.format(clips=clips_text(expected.late_if_open)))
    if expected.needed_bps is not None:
        told = translate("Uplink", "速率达到 {rate} 则都不迟到")
        said.append(told.format(rate=rate_text(expected.needed_bps)))
    told = translate("Uplink", "迟到的共 {size}")
    said.append(told.format(size=size_text(expected.late_bytes)))
    return said[0] + translate("Uplink", "；").join(said[1:]) + translate("Uplink", "。")


def others(view: DeliveryView | None, tongue: Tongue) -> list[Row]:
    """Platforms and sources of cases, each with its last fault in words."""
    return [] if view is None else [_other(one, tongue) for one in view.counterparts]


def _other(one: Counterpart, tongue: Tongue) -> Row:
    names = {
        "gosuncn": translate("Uplink", "国迈平台"),
        "ga947": translate("Uplink", "GA/T 947.4 平台"),
        "open311": translate("Uplink", "市政工单 Open311"),
        "folder": translate("Uplink", "案件清单文件夹"),
    }
    counted = _cases_text(one.counts) if one.is_source else _files_text(one.counts)
    if one.code is not None:
        fault = tongue.word(one.code, {"reason": one.reason})
        status, icon, word = _HOT, "cloud-exclamation", fault.title
        counted = f"{fault.reason} {counted}"
    elif one.ok_at is None:
        status, icon, word = _EMPTY, "clock", translate("Uplink", "尚未连通")
    else:
        told = translate("Uplink", "正常 {at}")
        status, icon, word = _DONE, "check", told.format(at=stamp_text(one.ok_at)[-8:])
    lead = names.get(one.name, one.name)
    return {"lead": lead, "detail": counted, "status": status, "icon": icon, "word": word}


def _files_text(counts: dict[str, int]) -> str:
    known = counts.get("accepted", 0) + counts.get("known", 0)
    told = translate("Uplink", "已登记 {known} · 待登记 {waiting} · 被拒 {refused}")
    waiting, refused_files = counts.get("numbered", 0), counts.get("refused", 0)
    return told.format(known=known, waiting=waiting, refused=refused_files)


def _cases_text(counts: dict[str, int]) -> str:
    told = translate(
        "Uplink", "新建 {opened} · 并入 {joined} · 未采纳 {refused} · 有分歧 {contested}"
    )
    names = ("opened", "joined", "refused", "contested")
    return told.format(**{name: counts.get(name, 0) for name in names})


def findings(found: StoreFindings | None) -> list[Row]:
    """What the store can not do, then what it can."""
    if found is None:
        return []
    lacks = [_finding(name, _HOT, "x", translate("Uplink", "不能")) for name in found.lacks]
    return lacks + [
        _finding(name, _DONE, "check", translate("Uplink", "能")) for name in found.holds
    ]


def _finding(name: str, status: int, icon: str, word: str) -> Row:
    return {"lead": _test(name), "status": status, "icon": icon, "word": word}


def findings_note(found: StoreFindings | None) -> str:
    """When and where it was tried."""
    if found is None:
        return translate("Uplink", "中心库还没有开通测试：main.py store commission")
    told = translate("Uplink", "{at} 测试，锁定期 {days} 天")
    return told.format(at=stamp_text(from_text(found.at)), days=found.landing_days)


def rules(view: DeliveryView | None) -> str:
    """The rules of the line in one sentence."""
    if view is None or not view.store:
        return ""
    line = view.line
    windows = translate("Uplink", "、").join(line.windows) or translate("Uplink", "随时")
    said = [translate("Uplink", "传输时段：{windows}").format(windows=windows)]
    if line.limit_bps:
        said.append(translate("Uplink", "限速 {rate}").format(rate=rate_text(line.limit_bps)))
    if line.budget_bytes:
        told = translate("Uplink", "今日额度 {spent} / {budget}")
        spent, budget = size_text(line.spent_bytes), size_text(line.budget_bytes)
        said.append(told.format(spent=spent, budget=budget))
    return " · ".join(said)


def asked(kind: str, clip: str) -> str:
    """What was asked, once the station has taken it."""
    return {
        "now": translate("Uplink", "{clip} 将优先上传。").format(clip=clip[-_TAIL:]),
        "pause": translate("Uplink", "已要求暂停，几秒内生效。"),
        "resume": translate("Uplink", "已要求继续，几秒内生效。"),
    }.get(kind, "")


def refused(refusal: Refusal, tongue: Tongue) -> str:
    """Why something that was asked is not done."""
    said = tongue.word(refusal.code, refusal.facts)
    return " ".join((said.reason, said.mend))


def _test(name: str) -> str:
    """What a test of a store asks."""
    return {
        "locks_by_itself": translate("Uplink", "自动锁定新对象"),
        "refuses_delete_by_version": translate("Uplink", "拒绝按版本删除"),
        "refuses_delete_with_bypass": translate("Uplink", "拒绝越权删除"),
        "refuses_shortening": translate("Uplink", "拒绝缩短锁定期"),
        "refuses_weaker_mode": translate("Uplink", "拒绝降低锁定方式"),
        "keeps_what_is_deleted": translate("Uplink", "删除后原版本仍在"),
        "keeps_what_is_overwritten": translate("Uplink", "覆盖后原版本仍在"),
        "refuses_a_wrong_hash": translate("Uplink", "拒绝与摘要不符的字节"),
        "goes_on_with_uploads": translate("Uplink", "分段上传可续传"),
        "locks_uploads_in_parts": translate("Uplink", "锁定分段上传的对象"),
        "forgets_dropped_uploads": translate("Uplink", "放弃的上传不留痕迹"),
        "honours_create_only": translate("Uplink", "支持仅新建写入"),
        "keeps_dates_after_2106": translate("Uplink", "2106 年后的日期不出错"),
        "has_a_quota": translate("Uplink", "设有配额"),
        "agrees_on_the_time": translate("Uplink", "与本站时间一致"),
        "station_can_put": translate("Uplink", "本站可写自己的目录"),
        "station_can_not_delete": translate("Uplink", "禁止本站删除"),
        "station_can_not_delete_versions": translate("Uplink", "禁止本站删除版本"),
        "station_keeps_to_its_prefix": translate("Uplink", "禁止本站写入别处"),
        "station_can_not_change_the_rules": translate("Uplink", "禁止本站改规则"),
    }.get(name, name)
