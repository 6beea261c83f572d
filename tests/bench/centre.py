"""The index of a central store with a million clips: filling it, and how long any page takes."""

from __future__ import annotations

import hashlib
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from sync.centre.index import finding
from sync.centre.index.database import CentreIndex, StationRow, Taken
from sync.centre.index.finding import Wanted
from sync.documents import FORMAT, NO_PREVIOUS, Manifest
from tests.bench.measure import Row, clear, seconds
from workstation.domain.casework import Field, Operation, Verb
from workstation.ledger import operations
from workstation.ledger.signing import StationKey, VerifyKey
from workstation.platform.clock import to_text
from workstation.platform.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CLIPS = 1_000_000
STATIONS = 100
PORTION = 5000
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
TAGGED = 20_000
TAGS = ("占道经营", "违章建筑", "噪音扰民", "夜市巡查")
SEARCHES = (
    Wanted(),
    Wanted("占"),
    Wanted("占道"),
    Wanted("1"),  # a beginning that every clip has
    Wanted("mp4"),
    Wanted("0042"),
    Wanted("100042 mp4"),
    Wanted("文明路"),
    Wanted(stations=("st-042",)),
    Wanted(badges=("100042",), kinds=("photo",)),
    Wanted(badges=("100042",), stations=("st-042",), kinds=("video",)),
    Wanted(first_day=date(2026, 1, 3), last_day=date(2026, 2, 20), kinds=("photo",)),
    Wanted("mp4", tags=("夜市巡查",)),
    Wanted("nothing of this name"),
)


def run(work: Path, clips: int = CLIPS) -> list[Row]:
    """Fill an index as ``centre index`` does, then turn pages everywhere."""
    work.mkdir(parents=True)
    with closing(CentreIndex(work / "centre.sqlite")) as index:
        filled = seconds(lambda: _fill(index, clips))
        newest = finding.search(index, Wanted(), limit=1)[0].place
        oldest = newest - ((newest - (int(BEGAN.timestamp() * 1000) << 20)) // 2)
        took = {
            (wanted, before): seconds(partial(finding.search, index, wanted, before=before))
            for wanted in SEARCHES
            for before in (None, oldest)
        }
        slowest = max(took.values())
        counted = max(seconds(partial(finding.count, index, wanted)) for wanted in SEARCHES)
        some = finding.search(index, Wanted(), before=oldest, limit=1)[0]
        named = seconds(lambda: finding.clips_named(index, some.store_id, some.clip[:20]))
        digest = seconds(lambda: finding.clips_named(index, some.store_id, some.sha256[:20]))
    size = (work / "centre.sqlite").stat().st_size
    clear(work)
    rate = clips / filled
    return [
        Row("centre", f"index filled, {clips:,} clips", rate, "/s"),
        Row("centre", "index on disk", size / 1e6, "MB"),
        Row("centre", "slowest page", slowest * 1000, "ms", "50 ms", 0.05 / slowest, 1),
        Row("centre", "slowest count", counted * 1000, "ms", "50 ms", 0.05 / counted, 1),
        Row("centre", "one clip named", max(named, digest) * 1000, "ms"),
    ]


def _fill(index: CentreIndex, clips: int) -> None:
    key = VerifyKey(StationKey.generate().public)
    each = clips // STATIONS
    tagged: list[str] = []
    for number in range(STATIONS):
        row = StationRow("STORE", f"st-{number:03}", (key,))
        for first in range(0, each, PORTION):
            portion = [_taken(row.station, seq, number) for seq in _numbers(first, each)]
            tagged += [one.manifest.clip for one in portion[:: max(1, clips // TAGGED)]]
            row = replace(row, seq=first + len(portion), head=portion[-1].sha256)
            index.take_manifests(row, portion)
    row = StationRow("STORE", "st-000", (key,))
    for first in range(0, len(tagged), 500):
        lines = [*_case(first), *map(_tag, tagged[first : first + 500])]
        index.take_operations(row, [operations.encode(one) for one in lines])


def _numbers(first: int, each: int) -> range:
    return range(first + 1, min(first + PORTION, each) + 1)


def _taken(station: str, seq: int, number: int) -> Taken:
    vaulted = BEGAN + timedelta(seconds=seq * 520 + number)  # 10,000 clips in sixty days
    kind, ending = ("photo", "jpg") if seq % 3 == 0 else ("video", "mp4")
    manifest = Manifest(
        format=FORMAT,
        station=station,
        seq=seq,
        previous=NO_PREVIOUS,
        published=to_text(vaulted),
        clip=new_id(),
        kind=kind,
        size=100_000_000,
        sha256=hashlib.sha256(f"{station}/{seq}".encode()).hexdigest(),
        sm3=None,
        recorded_at=(vaulted - timedelta(hours=3)).replace(tzinfo=None).isoformat(),
        vaulted_at=to_text(vaulted),
        recorder=f"REC{number:03}{seq % 40:02}",
        badge=f"100{seq % 1000:03}",
        source_path=f"DCIM/{seq % 10_000:04}_100{seq % 1000:03}.{ending}",
        level=2,
        custody=None,
        objects=[],
    )
    return Taken(manifest, NO_PREVIOUS)


def _case(first: int) -> Iterator[Operation]:
    for field, value in ((Field.NUMBER, f"2026-{first}"), (Field.PLACE, "文明路")):
        yield _said(Verb.SET, field, value, case=f"CASE{first}")


def _tag(clip: str) -> Operation:
    return _said(Verb.ADD, Field.TAG, TAGS[hash(clip) % len(TAGS)], clip=clip)


def _said(
    verb: Verb, field: Field, value: str, *, clip: str | None = None, case: str | None = None
) -> Operation:
    return Operation(new_id(), "st-000", BEGAN, "100042", verb, field, clip, case, value)
