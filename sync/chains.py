"""What goes to the store in gap-free order: manifests by number, ledger segments by line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, update

from sync import schema
from sync.documents import NO_PREVIOUS
from sync.states import ClipState

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Row

    from sync.database import SyncDatabase
    from sync.deliveries import Deliveries, Delivery

_clip, _manifest, _segment = schema.clip, schema.manifest, schema.segment


@dataclass(frozen=True, slots=True)
class ManifestRow:
    """A numbered manifest; ``body`` is there until it is known to be out."""

    seq: int
    clip_id: str
    key: str
    sha256: str
    body: bytes | None
    published_at: str | None


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """Ledger lines ``first`` to ``last``, as they were or will be sent."""

    first: int
    last: int
    sha256: str


class Manifests:
    """The rows of ``manifest``. At most one, the last, is not published."""

    def __init__(self, database: SyncDatabase, deliveries: Deliveries) -> None:
        self._database = database
        self._deliveries = deliveries

    def last(self) -> ManifestRow | None:
        """The highest number given out."""
        query = select(_manifest).where(self._mine()).order_by(_manifest.c.seq.desc()).limit(1)
        with self._database.transaction() as db:
            row = db.execute(query).one_or_none()
        return _manifest_row(row) if row is not None else None

    def last_published(self) -> ManifestRow | None:
        """The highest number known to be at the store."""
        query = (
            select(_manifest)
            .where(self._mine(), _manifest.c.published_at.isnot(None))
            .order_by(_manifest.c.seq.desc())
            .limit(1)
        )
        with self._database.transaction() as db:
            row = db.execute(query).one_or_none()
        return _manifest_row(row) if row is not None else None

    def of(self, clip_id: str) -> ManifestRow | None:
        """The clip's manifest, if it has one."""
        query = select(_manifest).where(self._mine(), _manifest.c.clip_id == clip_id)
        with self._database.transaction() as db:
            row = db.execute(query).one_or_none()
        return _manifest_row(row) if row is not None else None

    def next_place(self) -> tuple[int, str]:
        """The number the next manifest gets, and the hash of the one before."""
        last = self.last()
        return (1, NO_PREVIOUS) if last is None else (last.seq + 1, last.sha256)

    def number(self, new: ManifestRow) -> None:
        """Give a clip its number; from now on exactly these bytes go out under it."""
        with self._database.transaction() as db:
            db.execute(insert(_manifest).values(**self._values(new)))
            self._deliveries.clip_becomes(db, new.clip_id, ClipState.PUBLISHING, f"no. {new.seq}")

    def published(self, manifest: ManifestRow) -> None:
        """The manifest is at the store and was read back."""
        out = {"body": None, "published_at": self._database.now()}
        with self._database.transaction() as db:
            db.execute(
                update(_manifest).where(self._mine(), _manifest.c.seq == manifest.seq).values(**out)
            )
            self._deliveries.clip_becomes(
                db, manifest.clip_id, ClipState.PUBLISHED, f"no. {manifest.seq}"
            )

    def adopt(self, delivered: Delivery, manifest: ManifestRow) -> None:
        """Take in a clip that the store holds though we did not remember it."""
        store = self._database.store_id
        with self._database.transaction() as db:
            rival = select(_manifest.c.clip_id).where(
                self._mine(),
                _manifest.c.seq == manifest.seq,
                _manifest.c.clip_id != manifest.clip_id,
            )
            for clip_id in db.execute(rival).scalars().all():
                self._deliveries.clip_becomes(db, clip_id, ClipState.WAITING, "number taken")
            db.execute(
                delete(_clip).where(_clip.c.store_id == store, _clip.c.clip_id == delivered.clip_id)
            )
            db.execute(
                delete(_manifest).where(
                    self._mine(),
                    (_manifest.c.seq == manifest.seq) | (_manifest.c.clip_id == manifest.clip_id),
                )
            )
            self._deliveries.insert(db, delivered)
            db.execute(insert(_manifest).values(**self._values(manifest)))
            self._database.note(db, delivered.clip_id, "found delivered", manifest.key)

    def _mine(self) -> ColumnElement[bool]:
        return _manifest.c.store_id == self._database.store_id

    def _values(self, new: ManifestRow) -> dict[str, object]:
        return {
            "store_id": self._database.store_id,
            "seq": new.seq,
            "clip_id": new.clip_id,
            "key": new.key,
            "sha256": new.sha256,
            "body": new.body,
            "published_at": new.published_at,
        }


class Segments:
    """The rows of ``segment``. At most one, the last, is not stored."""

    def __init__(self, database: SyncDatabase) -> None:
        self._database = database

    def last_line(self) -> int:
        """Number of the last ledger line known to be at the store; 0 for none."""
        query = select(func.max(_segment.c.last)).where(
            self._mine(), _segment.c.stored_at.isnot(None)
        )
        with self._database.transaction() as db:
            return int(db.execute(query).scalar_one() or 0)

    def unfinished(self) -> SegmentRow | None:
        """The segment that was cut but is not known to be at the store."""
        query = select(_segment).where(self._mine(), _segment.c.stored_at.is_(None))
        with self._database.transaction() as db:
            row = db.execute(query).one_or_none()
        return SegmentRow(row.first, row.last, row.sha256) if row is not None else None

    def cut(self, new: SegmentRow) -> None:
        """Fix where a segment ends, so that trying again sends the same bytes."""
        with self._database.transaction() as db:
            db.execute(insert(_segment).values(**self._values(new, None)))

    def stored(self, segment: SegmentRow) -> None:
        """The segment is at the store and was read back."""
        done = update(_segment).where(self._mine(), _segment.c.first == segment.first)
        with self._database.transaction() as db:
            db.execute(done.values(stored_at=self._database.now()))
            lines = f"lines {segment.first}-{segment.last}"
            self._database.note(db, None, "ledger segment stored", lines)

    def adopt(self, found: SegmentRow) -> None:
        """Take in a segment that the store holds though we did not remember it."""
        with self._database.transaction() as db:
            db.execute(delete(_segment).where(self._mine(), _segment.c.last >= found.first))
            db.execute(insert(_segment).values(**self._values(found, self._database.now())))
            lines = f"lines {found.first}-{found.last}"
            self._database.note(db, None, "ledger segment found", lines)

    def _mine(self) -> ColumnElement[bool]:
        return _segment.c.store_id == self._database.store_id

    def _values(self, new: SegmentRow, stored_at: str | None) -> dict[str, object]:
        return {
            "store_id": self._database.store_id,
            "first": new.first,
            "last": new.last,
            "sha256": new.sha256,
            "stored_at": stored_at,
        }


def _manifest_row(row: Row[Any]) -> ManifestRow:
    return ManifestRow(row.seq, row.clip_id, row.key, row.sha256, row.body, row.published_at)
