"""What lies on a simulated recorder's card: planned as plain values, then written to disk."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta, timezone
from enum import Enum
from typing import TYPE_CHECKING

from workstation.devices.simulation.families import (
    Moment,
    Sort,
    log_path,
    owner_of,
    path_of,
    track_suffix,
    unfinished,
)
from workstation.devices.simulation.picture import dice

if TYPE_CHECKING:
    from random import Random

    from workstation.devices.simulation.families import Owner
    from workstation.devices.simulation.plan import SlotPlan

ZONE = timezone(timedelta(hours=8))  # of the clocks of these recorders
_SHIFT_BEGINS = time(8, 20)
_SHIFT_S = 11.5 * 3600
_ROWS = (3, 1, 2)  # so many files follow one another without a gap, then a pause, in turn
# Docks with more videos than this are filmed in fewer lines: ready in a third of the time.
_FINE_VIDEOS = 100
_FINE, _COARSE = 540, 360
_USUAL_MB_S = 0.94  # of footage, measured; tells how long a clip of a wished size runs


class Make(Enum):
    """How the bytes of an item come to be."""

    VIDEO = "video"
    STRAY = "stray"  # a pre-record segment that was never joined: MPEG-TS
    PHOTO = "photo"
    VOICE = "voice"
    TRACK = "track"
    TEXT = "text"
    COPY = "copy"  # of the item whose path is ``text``
    CUT = "cut"  # the first half of that
    LINK = "link"  # a directory entry that leads back up, as on a broken card


@dataclass(frozen=True, slots=True)
class Item:
    """One file. ``at`` is the recorder's clock when it began, ``seconds`` how long it ran."""

    path: bytes
    make: Make
    at: datetime
    seconds: int = 0
    unique_s: int = 10
    size_bytes: int | None = None
    h265: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A whole card; ``cycle`` is the shift it was worn for."""

    owner: Owner
    seed: int
    cycle: int
    lines: int
    items: tuple[Item, ...]

    @property
    def videos(self) -> tuple[Item, ...]:
        """The finished videos in order of time: video number 1 of a URL is the first."""
        return tuple(item for item in self.items if item.make is Make.VIDEO)


def card_of(plan: SlotPlan) -> Card:
    """The card in ``plan``'s recorder; the same plan gives the same card."""
    owner = owner_of(plan.dock.seed, plan.slot)
    chance = dice("card", plan.dock.seed, plan.slot, plan.cycle)
    late_s = chance.randrange(1200)
    begins = datetime.combine(plan.dock.day, _SHIFT_BEGINS)
    begins += timedelta(seconds=plan.clock_skew_s + late_s)
    items = _videos(plan, owner, chance, begins)
    items += _stills_and_voices(plan, owner, chance, items)
    items += _tracks(owner, items)
    items += _leftovers(owner, items, begins)
    items += _faulty(plan, owner, items)
    lines = _FINE if plan.dock.slots * plan.dock.clips <= _FINE_VIDEOS else _COARSE
    return Card(owner, plan.dock.seed, plan.cycle, lines, tuple(items))


def _videos(plan: SlotPlan, owner: Owner, chance: Random, begins: datetime) -> list[Item]:
    dock = plan.dock
    size_bytes = None if dock.mb is None else int(dock.mb * 1e6)
    seconds = dock.seconds if dock.mb is None else max(1, math.ceil(dock.mb / _USUAL_MB_S))
    starts = _row_starts(dock.clips)
    pause_s = _SHIFT_S / len(starts)
    items: list[Item] = []
    at = begins
    for number in range(1, dock.clips + 1):
        if number > 1 and number - 1 in starts:
            pause = max(5, int(pause_s * chance.uniform(0.5, 1)))
            at += timedelta(seconds=pause, milliseconds=chance.randrange(1000))
        important = number % 5 == 2
        path = path_of(owner, Sort.VIDEO, Moment(at, number, important))
        h265 = owner.family == "dcam" and number == 2
        unique_s = min(10, dock.seconds)
        items.append(Item(path.encode(), Make.VIDEO, at, seconds, unique_s, size_bytes, h265))
        at += timedelta(seconds=seconds)
    return items


def _row_starts(clips: int) -> frozenset[int]:
    """Index of the first video of each row of files that follow one another."""
    begins = itertools.accumulate(itertools.cycle(_ROWS), initial=0)
    return frozenset(itertools.takewhile(lambda index: index < clips, begins))


def _stills_and_voices(
    plan: SlotPlan, owner: Owner, chance: Random, videos: list[Item]
) -> list[Item]:
    items: list[Item] = []
    clips = plan.dock.clips
    for sort, make, count in (
        (Sort.PHOTO, Make.PHOTO, max(1, clips // 4)),
        (Sort.VOICE, Make.VOICE, max(1, clips // 8)),
    ):
        for _ in range(count):
            at = chance.choice(videos).at + timedelta(milliseconds=chance.randrange(1, 1_200_000))
            number = clips + len(items) + 1
            path = path_of(owner, sort, Moment(at, number)).encode()
            taken = {item.path for item in items}
            if path not in taken:
                items.append(Item(path, make, at, 6 if make is Make.VOICE else 0))
    return items


def _tracks(owner: Owner, items: list[Item]) -> list[Item]:
    """A walk beside every video (zzx) or beside the first of each row of files."""
    tracks = []
    videos = [item for item in items if item.make is Make.VIDEO]
    starts = _row_starts(len(videos))
    for index, video in enumerate(videos):
        if owner.family == "zzx" or index in starts:
            path = video.path.rpartition(b".")[0] + b"." + track_suffix(owner).encode()
            tracks.append(Item(path, Make.TRACK, video.at, max(60, min(600, video.seconds))))
    return tracks


def _leftovers(owner: Owner, items: list[Item], begins: datetime) -> list[Item]:
    """The recorder's log, its identity file, and what should not be there."""
    log = _log(items, begins)
    found = [Item(log_path(owner, begins).encode(), Make.TEXT, items[-1].at, text=log)]
    if owner.family == "zzx":
        text = f"[ZFY]\r\nPolNo={owner.badge}\r\nDevNo={owner.serial}\r\n"
        found.append(Item(b"bad.ini", Make.TEXT, begins, text=text))
        found.append(Item(b"Android/data/.nomedia", Make.TEXT, begins))
    if owner.family == "e12":
        found.append(Item(b"DCIM/PRERECORD/pre_0001.ts", Make.STRAY, begins, 1, 1, 90_000))
        found.append(Item(b"LOST.DIR/00000017", Make.TEXT, begins, text="\0" * 512))
    return found


def _log(items: list[Item], begins: datetime) -> str:
    """Event lines with the type numbers that platforms use (2 on, 4 video, 7 end, 1 off)."""
    rows = [(begins - timedelta(minutes=4), 2, "POWER ON")]
    for item in sorted(items, key=lambda item: item.at):
        if item.make is Make.VIDEO:
            rows.append((item.at, 4, "VIDEO START"))
            rows.append((item.at + timedelta(seconds=item.seconds), 7, "RECORD END"))
        elif item.make is Make.PHOTO:
            rows.append((item.at, 3, "PHOTO"))
        elif item.make is Make.VOICE:
            rows.append((item.at, 5, "AUDIO"))
    rows.append((max(at for at, *_ in rows) + timedelta(minutes=9), 1, "POWER OFF"))
    return "".join(f"{at:%Y-%m-%d %H:%M:%S},{kind},{word}\r\n" for at, kind, word in rows)


def _faulty(plan: SlotPlan, owner: Owner, items: list[Item]) -> list[Item]:
    """What the URL asks to be wrong with the files themselves."""
    videos = [item for item in items if item.make is Make.VIDEO]
    last = videos[-1].at + timedelta(seconds=videos[-1].seconds, minutes=2)
    number = len(items) + 1
    found = []
    if plan.has("zero"):
        path = path_of(owner, Sort.VIDEO, Moment(last, number))
        found.append(Item(path.encode(), Make.TEXT, last))
    if plan.has("in_progress"):
        at = last + timedelta(minutes=1)
        path = unfinished(path_of(owner, Sort.VIDEO, Moment(at, number + 1)), owner)
        found.append(Item(path.encode(), Make.CUT, at, text=videos[0].path.decode()))
    if plan.has("duplicate"):
        at = videos[0].at + timedelta(seconds=1)
        path = path_of(owner, Sort.VIDEO, Moment(at, number + 2, important=True))
        found.append(Item(path.encode(), Make.COPY, at, text=videos[0].path.decode()))
    if plan.has("hostile"):
        found += _hostile(owner, Item(b"", Make.PHOTO, last), number + 3)
    return found


def _hostile(owner: Owner, still: Item, number: int) -> list[Item]:
    """Names that break programs; those that the file system refuses are left out later."""
    unset = path_of(owner, Sort.PHOTO, Moment(datetime(2010, 1, 1, 0, 0, 12), number))  # noqa: DTZ001 - a recorder's clock has no zone
    place = unset.encode().rpartition(b"/")[0] + b"/"
    names = (
        "证据照片.jpg".encode("gbk"),
        b"x" * 251 + b".jpg",
        b"line\nbreak.jpg",
        b"bell\x07tab\t.jpg",
        "\u202egpj.exe.jpg".encode(),
        b"..\\..\\outside.jpg",
        b"CLASH.JPG",
        b"clash.jpg",
    )
    found = [replace(still, path=place + name) for name in names]
    found.append(replace(still, path=unset.encode()))
    found.append(Item(place + b"LOOP", Make.LINK, still.at, text="."))
    return found


def ended_at_ns(item: Item) -> int:
    """When the file was closed, by the recorder's own clock, as a modification time."""
    ended = (item.at + timedelta(seconds=item.seconds)).replace(tzinfo=ZONE)
    return int(max(0.0, ended.timestamp())) * 1_000_000_000


def utc_of(item: Item) -> datetime:
    """When the file was begun."""
    return item.at.replace(tzinfo=ZONE).astimezone(UTC)
