"""A ledger of 100,000 clips: how soon the station stands, how long any page takes."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from tests.bench.measure import Row, clear, seconds
from workstation.catalog.reader import Catalog
from workstation.catalog.values import ClipFilter
from workstation.domain.clip import (
    ClipEntry,
    ClipId,
    ClipKind,
    CollectionId,
    Digest,
    ItemId,
    VerificationLevel,
)
from workstation.domain.recorder import RecorderIdentity
from workstation.ledger.records import NewClip, NewCollection, NewItem, StagedItem
from workstation.ledger.writer import Ledger
from workstation.platform.ids import new_id
from workstation.platform.paths import StatePaths
from workstation.platform.settings import Settings
from workstation.station import record
from workstation.station.engine import Engine, EngineParts

if TYPE_CHECKING:
    from pathlib import Path

CLIPS = 100_000
PER_COLLECTION = 1000


def run(work: Path) -> list[Row]:
    """Fill a ledger, start an engine on it, turn its pages."""
    paths = StatePaths(work / "state")
    made = record.initialise(paths, Settings())
    fill(paths, made.id)

    def start() -> None:
        engine.start()

    engine = Engine(paths, Settings(), EngineParts(()))
    started = seconds(start)
    engine.stop()
    catalog = Catalog.open(paths.ledger)
    slowest = max(
        max(seconds(partial(catalog.clips, after_seq=after)) for after in range(0, CLIPS, 5000)),
        seconds(lambda: catalog.clips(ClipFilter(badge="100042"), after_seq=CLIPS // 2)),
        seconds(lambda: catalog.clips(ClipFilter(kind=ClipKind.PHOTO), after_seq=CLIPS // 2)),
        seconds(catalog.totals),
        seconds(lambda: catalog.collections(limit=100)),
    )
    catalog.close()
    clear(work)
    return [
        Row("catalog", "station start, 100,000 clips", started * 1000, "ms", "1 s", 1 / started, 1),
        Row("catalog", "slowest page", slowest * 1000, "ms", "50 ms", 0.05 / slowest, 1),
    ]


def fill(paths: StatePaths, station_id: str) -> None:
    """Write so many clips into a ledger as if they had come in."""
    ledger = Ledger(paths.ledger, station_id, record.load_key(paths))
    for _ in range(CLIPS // PER_COLLECTION):
        collection = NewCollection(
            CollectionId(new_id()), 1, "bench", "bench", "bench", RecorderIdentity("R1", "bench")
        )
        clips = [_clip(collection.id, number) for number in range(PER_COLLECTION)]
        with ledger.transaction() as tx:
            tx.open_collection(collection)
            tx.list_items(collection.id, 0, [NewItem(clip.staged.id, clip.entry) for clip in clips])
            tx.add_clips(clips)
    ledger.close()


def _clip(collection: CollectionId, number: int) -> NewClip:
    path = f"DCIM/{number:04d}.mp4"
    clip_id = ClipId(new_id())
    digest = Digest(f"{time.monotonic_ns():032x}{number:032x}")
    kind = ClipKind.PHOTO if number % 3 == 0 else ClipKind.VIDEO
    return NewClip(
        staged=StagedItem(
            ItemId(new_id()), clip_id, digest, 1000, 1, bytes(40), VerificationLevel.V2
        ),
        entry=ClipEntry(path, path.encode(), 1000, 0, kind),
        collection_id=collection,
        slot=1,
        recorder_serial="R1",
        badge=f"1000{number % 100:02d}",
    )
