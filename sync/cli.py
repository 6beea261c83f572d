"""``sync status``, ``log``, ``now``, ``pause``, ``resume``: look at delivery and steer it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING

import msgspec

from sync.cases.memory import source_line
from sync.cases.memory import standings as case_standings
from sync.database import SyncDatabase
from sync.feed.cli import standing_lines
from sync.pace.gate import gate_of
from sync.pace.telling import Forecasts
from sync.platforms.memory import Filing, standings
from sync.platforms.runner import CLOCK_TOLERANCE_S
from sync.readback.memory import heard
from sync.reconcile.cli import outcome_lines
from sync.reconcile.running import last_of
from sync.standing import Standing, Where, Wish
from workstation.catalog.reader import Catalog
from workstation.domain.errors import NotInitialisedError, UnknownClipError, UsageError
from workstation.platform import settings
from workstation.platform.clock import SystemClock
from workstation.station.feed.standing import standing as directory_standing

if TYPE_CHECKING:
    from sync.platforms.memory import PlatformStanding
    from sync.readback.memory import Heard
    from sync.reconcile.values import Reconciliation
    from sync.standing import ClipStanding, StoreStanding
    from workstation.platform.paths import StatePaths
    from workstation.station.cli.output import Voice
    from workstation.station.feed.standing import DirectoryStanding

WHATS = ("status", "log", "now", "pause", "resume")
RECONCILE = "reconcile"  # needs the store, so ``main`` runs it
SHOWN = 50  # lines
_FILED = {
    Filing.NUMBERED: "待登记 / waiting",
    Filing.ACCEPTED: "已登记 / accepted",
    Filing.KNOWN: "平台已有 / known",
    Filing.REFUSED: "被拒绝 / refused",
}
_WHERE = {
    Where.HERE: "仅在本站 / on this station only",
    Where.ON_ITS_WAY: "传输中 / on its way",
    Where.IN_STORE: "已入库 / in the store",
    Where.HELD: "等待人工处理 / held for a person",
}


def run(paths: StatePaths, what: str, clip: str | None, voice: Voice) -> int:
    """One of ``WHATS``; the exit code.

    Raises:
        NotInitialisedError: nothing was ever delivered from here.
        UnknownClipError: no clip waits that begins with ``clip``, or more than one does.
        UsageError: ``now`` without a clip.
    """
    others = (paths.platforms, paths.cases)
    if not (paths.sync.exists() or (what == "status" and any(one.exists() for one in others))):
        raise NotInitialisedError(path=str(paths.sync))
    with closing(SyncDatabase(paths.sync, SystemClock())) as database:
        standing = Standing(database)
        match what:
            case "status":
                _status(paths, database, voice)
            case "log":
                _log(standing, clip, voice)
            case "now":
                _now(standing, clip, voice)
            case _:
                standing.wish(Wish(what))
                voice.line(f"已记下 / noted: {what}")
    return 0


def _status(paths: StatePaths, database: SyncDatabase, voice: Voice) -> None:
    gate = gate_of(settings.load(paths.settings).sync, database, SystemClock())
    standing, forecasts = Standing(database), Forecasts(database, gate)
    stores = standing.stores()
    told, sources = standings(paths.platforms), case_standings(paths.cases)
    if voice.as_json:
        shown = [
            {
                **asdict(store),
                "forecast": forecasts.document(store.store_id),
                "all_clips": [*map(asdict, standing.clips(store.store_id))],
                "reconciliation": last_of(database, store.store_id),
                "read_back": heard(database, store.store_id),
            }
            for store in stores
        ]
        line = {"large_clips": forecasts.line(), "directory": _directory(paths)}
        voice.document({"stores": shown, **line, "platforms": told, "cases": sources})
        return
    _say_directory(paths, voice)
    forecasts.say_line(voice)
    for platform in told:
        voice.line(_platform_line(platform))
    for source in sources:
        voice.line(source_line(source))
    for store in stores:
        _say_store(store, last_of(database, store.store_id), voice)
        _say_read_back(heard(database, store.store_id), voice)
        forecasts.say(store.store_id, voice)
        clips = standing.clips(store.store_id)
        for clip in clips[:SHOWN]:
            voice.line(_clip_line(clip))
        if len(clips) > SHOWN:
            more = len(clips) - SHOWN
            voice.line(f"    … 另有 {more} 个，见 --json / {more} more: --json")


def _directory(paths: StatePaths) -> DirectoryStanding | None:
    """How the centre's directory stands; None where the station was never started."""
    if not paths.ledger.exists():
        return None
    with closing(Catalog.open(paths.ledger)) as catalog:
        return directory_standing(catalog, SystemClock().now())


def _say_directory(paths: StatePaths, voice: Voice) -> None:
    found = _directory(paths)
    if found is None or found.key is None:
        return
    for line in standing_lines(found):
        voice.line(line)
    for one in found.refusals:
        facts = one["facts"]
        voice.line(voice.words(str(one["code"]), facts if isinstance(facts, dict) else {}))


def _platform_line(one: PlatformStanding) -> str:
    counts = ", ".join(f"{_FILED[Filing(state)]} {count}" for state, count in one.files.items())
    said = f"{one.name}  {one.url}  {counts or '-'}"
    if one.released:
        said += f"；平台已放行但本站仍按规定保存 / released, kept here by our rules: {one.released}"
    if one.clock_offset_s is not None and abs(one.clock_offset_s) > CLOCK_TOLERANCE_S:
        said += f"；平台时钟偏差 / its clock is off by {one.clock_offset_s:.0f} s"
    if one.loops:
        said += f"；机构树有环 / loops among its units: {one.loops}"
    if one.code is not None:
        said += f"；[{one.code}] {one.reason}"
    return f"{said}；最近成功 / last heard {one.ok_at or '-'}"


def _say_store(store: StoreStanding, last: Reconciliation | None, voice: Voice) -> None:
    voice.line(f"{store.url}  ({store.store_id})")
    if last is not None:
        for line in outcome_lines(last):
            voice.line(line)
    for where, count in store.clips.items():
        if count:
            voice.line(f"    {count:>7}  {_WHERE[where]}")
    if store.paused_at is not None:
        voice.line(f"    已暂停 / paused: {store.paused_at}")


def _say_read_back(centres: list[Heard], voice: Voice) -> None:
    for one in centres:
        voice.line(f"    {one.clips:>7}  已由中心读回 / read back by the centre ({one.centre})")
        if one.code is not None:
            voice.line(voice.words(one.code, msgspec.json.decode(one.facts)))


def _clip_line(clip: ClipStanding) -> str:
    said = _WHERE[clip.where]
    if clip.where is Where.IN_STORE:
        until = clip.locked_until
        said += f"，锁定至 / locked until {until}" if until else "，不能锁定 / which can not lock"
    if clip.code is not None and clip.where is not Where.IN_STORE:
        said += f" ({clip.code})"
    if clip.is_urgent and clip.where is not Where.IN_STORE:
        said += "，优先 / first"
    return f"  {clip.clip_id}  {clip.size_bytes:>15,}  {said}"


def _log(standing: Standing, clip: str | None, voice: Voice) -> None:
    lines = standing.journal(SHOWN, clip)
    if voice.as_json:
        voice.document({"lines": lines})
        return
    for line in lines:
        voice.line(f"{line['at']}  {line['clip_id'] or '-':<26}  {line['what']}  {line['detail']}")


def _now(standing: Standing, clip: str | None, voice: Voice) -> None:
    if clip is None:
        raise UsageError(reason="sync now CLIP")
    waiting = {
        each.clip_id
        for store in standing.stores()
        for each in standing.clips(store.store_id)
        if each.where is not Where.IN_STORE and each.clip_id.startswith(clip)
    }
    if len(waiting) != 1:
        raise UnknownClipError(clip=clip)
    (found,) = waiting
    standing.wish(Wish.NOW, found)
    voice.line(f"将优先传输 / goes first: {found}")
