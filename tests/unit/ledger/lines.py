"""Facts to write into a ledger, and what an audit says of it."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

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
from workstation.domain.recorder_clock import ClockMark, RecorderClock, StationTime
from workstation.ledger.audit import check_ledger
from workstation.ledger.records import NewClip, NewCollection, NewItem, StagedItem

if TYPE_CHECKING:
    from pathlib import Path

    from workstation.ledger.audit import LedgerReport
    from workstation.ledger.signing import StationKey
    from workstation.ledger.writer import Ledger

STATION = "01STATION0000000000000000"


@dataclass(slots=True)
class Desk:
    """An open ledger and what is needed to check it."""

    path: Path
    key: StationKey
    ledger: Ledger

    def collection(self, number: int = 1) -> CollectionId:
        """Write down a docking."""
        new = NewCollection(
            id=CollectionId(f"collection-{number}"),
            slot=number,
            port=f"port:{number}",
            source="/media/card",
            driver="scripted",
            identity=RecorderIdentity(serial=f"REC-{number}", profile="scripted"),
            clock=RecorderClock(
                ClockMark(datetime(2026, 3, 1, 8, tzinfo=UTC), -93.25, 0.5),
                "scripted",
                StationTime("chrony", is_synced=True, error_s=0.01),
            ),
        )
        with self.ledger.transaction() as tx:
            tx.open_collection(new)
        return new.id

    def clips(self, collection: CollectionId, *numbers: int) -> list[NewClip]:
        """Write down clips, from listing to vault, in one transaction."""
        made = [clip(collection, number) for number in numbers]
        with self.ledger.transaction() as tx:
            tx.list_items(collection, numbers[0], [NewItem(c.staged.id, c.entry) for c in made])
            tx.stage_items([c.staged for c in made])
            tx.add_clips(made)
        return made

    def audit(self) -> LedgerReport:
        """Check it as a stranger would."""
        return check_ledger(self.path, STATION, self.key, lambda _: None)

    def tamper(self, *statements: str) -> None:
        """Change the file as somebody with full access to it would."""
        with closing(sqlite3.connect(self.path)) as db:
            names = db.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall()
            for (name,) in names:
                db.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                db.execute(statement)
            db.commit()


def clip(collection: CollectionId, number: int) -> NewClip:
    """A clip; the same number gives the same bytes."""
    content = b"clip %d" % number
    digest = Digest(hashlib.sha256(content).hexdigest(), hashlib.new("sm3", content).hexdigest())
    staged = StagedItem(
        id=ItemId(f"item-{number}"),
        clip_id=ClipId(f"CLIP-{number}"),
        digest=digest,
        size_bytes=len(content),
        key_id=7,
        header=bytes([40]) + digest.sha256.encode()[:39],
        level=VerificationLevel.V2,
    )
    entry = ClipEntry(
        path=f"DCIM/{number}.MP4",
        raw_path=b"DCIM/%d.MP4" % number,
        size_bytes=len(content),
        mtime_ns=10**18 + number,
        kind=ClipKind.VIDEO,
        findings=("name.unparsed",),
    )
    return NewClip(staged, entry, collection, slot=1, recorder_serial="REC-1", badge="012345")
