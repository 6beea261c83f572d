"""Queries about dockings: their reports, what is open, what earlier ones left."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import select

from workstation.catalog.reading import NAMES_AT_ONCE, Reading
from workstation.catalog.values import CollectionSummary, ItemLine
from workstation.domain.clip import ClipId, ClipKind, CollectionId, ItemId
from workstation.domain.ingest_state import CollectionState, IngestState
from workstation.ledger import schema
from workstation.ledger.rows import open_item_of
from workstation.ledger.schema_recorders import docking
from workstation.platform.clock import from_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Row, Select

    from workstation.ledger.records import OpenItem

FileKey = tuple[str, int, int]  # path, size in bytes, mtime in ns
RECENT_COLLECTIONS = 50  # dockings of one recorder that are searched for known files

_item, _media, _collection = schema.ingest_item, schema.media, schema.collection


class CollectionQueries(Reading):
    """What is known of dockings."""

    def collection(self, collection_id: str) -> CollectionSummary | None:
        """One docking, or None where there is none of this id."""
        query = select(_collection).where(_collection.c.id == collection_id)
        with self._reading() as connection:
            row = connection.execute(query).one_or_none()
        return _summary(row) if row is not None else None

    def collections(
        self, *, state: CollectionState | None = None, limit: int = 100
    ) -> list[CollectionSummary]:
        """The latest dockings, newest first."""
        query = select(_collection).order_by(_collection.c.started_at.desc()).limit(limit)
        if state is not None:
            query = query.where(_collection.c.state == state.value)
        with self._reading() as connection:
            return [_summary(row) for row in connection.execute(query)]

    def items(
        self, collection_id: str, *, after_place: int = -1, limit: int = 10_000
    ) -> list[ItemLine]:
        """The report of a docking, in the order of the listing."""
        query = (
            select(_item, _media.c.duration_ms, _media.c.has_thumbnail)
            .outerjoin(_media, _media.c.clip_id == _item.c.clip_id)
            .where(_item.c.collection_id == collection_id, _item.c.place > after_place)
            .order_by(_item.c.place)
            .limit(limit)
        )
        with self._reading() as connection:
            return [_line(row) for row in connection.execute(query)]

    def sidecars_of(self, clip_id: str) -> list[ClipId]:
        """Clips that came off the recorder beside this one: its track, its log, its mark."""
        main = _item.alias("main")
        query = (
            select(_item.c.clip_id)
            .join(
                main,
                (main.c.collection_id == _item.c.collection_id)
                & (main.c.path == _item.c.sidecar_of),
            )
            .where(main.c.clip_id == clip_id, _item.c.clip_id.isnot(None))
            .where(_item.c.state.in_(("vaulted", "duplicate")))
            .distinct()
            .order_by(_item.c.clip_id)
        )
        with self._reading() as connection:
            return [ClipId(found) for found in connection.execute(query).scalars()]

    def first_quarantine(self, collection_id: str) -> str | None:
        """The code of the first file of a docking that could not be taken whole."""
        query = (
            select(_item.c.code)
            .where(_item.c.collection_id == collection_id, _item.c.state == "quarantined")
            .order_by(_item.c.place)
            .limit(1)
        )
        with self._reading() as connection:
            return connection.execute(query).scalar_one_or_none()

    def unfinished_items(self, collection_id: str) -> list[ItemId]:
        """Files of one docking of which we hold no verified copy, and that did not end.

        One that is ``staged`` is not among them: its object may lie in the vault already, and
        recovery settles it.
        """
        query = select(_item.c.id).where(
            _item.c.collection_id == collection_id,
            _item.c.state.in_(("listed", "copying")),
        )
        with self._reading() as connection:
            return [ItemId(found) for found in connection.execute(query).scalars()]

    def open_items(self) -> list[OpenItem]:
        """Files of any docking that are in no final state: what recovery has to settle."""
        query = (
            select(
                _item,
                _collection.c.slot,
                _collection.c.recorder_serial.label("collection_serial"),
                _collection.c.badge.label("collection_badge"),
                docking.c.bearer_source,
            )
            .join(_collection, _collection.c.id == _item.c.collection_id)
            .outerjoin(docking, docking.c.collection_id == _item.c.collection_id)
            .where(_item.c.state.in_(("listed", "copying", "staged")))
            .order_by(_item.c.collection_id, _item.c.place)
        )
        with self._reading() as connection:
            return [open_item_of(row) for row in connection.execute(query)]

    def known_files(self, serial: str) -> dict[FileKey, str]:
        """SHA-256 of what recent dockings of a recorder took in, by path, size and time.

        Only a hint about what is worth hashing first: identity is the digest.
        """
        query = self._recent_files(
            select(_item.c.path, _item.c.size_bytes, _item.c.mtime_ns, _item.c.sha256), serial
        ).where(_item.c.state.in_(("vaulted", "duplicate")), _item.c.sha256.isnot(None))
        with self._reading() as connection:
            return {(row[0], row[1], row[2]): row[3] for row in connection.execute(query)}

    def half_files(self, serial: str) -> dict[FileKey, list[ClipId]]:
        """Staging names that interrupted copies of a recorder's files used, latest first."""
        query = (
            self._recent_files(
                select(_item.c.path, _item.c.size_bytes, _item.c.mtime_ns, _item.c.clip_id), serial
            )
            .where(_item.c.state == "interrupted", _item.c.clip_id.isnot(None))
            .order_by(_item.c.id.desc())
        )
        halves: dict[FileKey, list[ClipId]] = {}
        with self._reading() as connection:
            for row in connection.execute(query):
                halves.setdefault((row[0], row[1], row[2]), []).append(ClipId(row[3]))
        return halves

    def _recent_files(self, query: Select[Any], serial: str) -> Select[Any]:
        recent = (
            select(_collection.c.id)
            .where(_collection.c.recorder_serial == serial)
            .order_by(_collection.c.started_at.desc())
            .limit(RECENT_COLLECTIONS)
        )
        return query.where(_item.c.collection_id.in_(recent))

    def recorders_of_halves(self, names: Iterable[str]) -> list[str]:
        """Recorders (by serial) whose interrupted copies used one of these staging names."""
        query = (
            select(_collection.c.recorder_serial)
            .join(_item, _item.c.collection_id == _collection.c.id)
            .where(_item.c.state == "interrupted")
            .distinct()
        )
        found: set[str] = set()
        left = sorted(names)
        with self._reading() as connection:
            while left:
                page, left = left[:NAMES_AT_ONCE], left[NAMES_AT_ONCE:]
                found.update(connection.execute(query.where(_item.c.clip_id.in_(page))).scalars())
        return sorted(found)


def _summary(row: Row[Any]) -> CollectionSummary:
    return CollectionSummary(
        id=CollectionId(row.id),
        slot=row.slot,
        source=row.source,
        driver=row.driver,
        profile=row.profile,
        recorder_serial=row.recorder_serial,
        label=row.label,
        badge=row.badge,
        officer_name=row.officer_name,
        unit=row.unit,
        findings=tuple(msgspec.json.decode(row.findings)),
        clock_offset_s=None if row.clock_offset_s is None else float(row.clock_offset_s),
        clock_uncertainty_s=(
            None if row.clock_uncertainty_s is None else float(row.clock_uncertainty_s)
        ),
        state=CollectionState(row.state),
        code=row.code,
        facts=msgspec.json.decode(row.facts),
        started_at=from_text(row.started_at),
        ended_at=from_text(row.ended_at) if row.ended_at else None,
    )


def _line(row: Row[Any]) -> ItemLine:
    return ItemLine(
        id=ItemId(row.id),
        path=row.path,
        size_bytes=row.size_bytes,
        kind=ClipKind(row.kind),
        state=IngestState(row.state),
        code=row.code,
        facts=msgspec.json.decode(row.facts),
        findings=tuple(msgspec.json.decode(row.findings)),
        clip_id=ClipId(row.clip_id) if row.clip_id else None,
        sha256=row.sha256,
        sm3=row.sm3,
        level=row.level,
        important=bool(row.important),
        recorded_at=datetime.fromisoformat(row.recorded_at) if row.recorded_at else None,
        duration_s=None if row.duration_ms is None else row.duration_ms / 1000,
        has_thumbnail=bool(row.has_thumbnail),
    )
