"""Queries over the ledger through a connection that can not write."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import func, select
from sqlalchemy.exc import DatabaseError, OperationalError

from workstation.catalog.values import (
    ClipFilter,
    CollectionSummary,
    ItemLine,
    OutboxRow,
    SignedSize,
    Totals,
)
from workstation.domain.clip import ClipId, ClipKind, CollectionId, ItemId
from workstation.domain.errors import LedgerBrokenError, LedgerBusyError, UnknownClipError
from workstation.domain.ingest_state import CollectionState, IngestState
from workstation.ledger import database, schema
from workstation.ledger.rows import clip_of, open_item_of
from workstation.platform.clock import from_text, to_text
from workstation.vault.store import ObjectRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from sqlalchemy import Row, Select
    from sqlalchemy.engine import Connection

    from workstation.domain.clip import Clip
    from workstation.ledger.records import OpenItem

FileIdentity = tuple[str, int]  # SHA-256, size in bytes: what makes two files one clip
FileKey = tuple[str, int, int]  # path, size in bytes, mtime in ns
NAMES_AT_ONCE = 500  # in one query
RECENT_COLLECTIONS = 50  # dockings of one recorder that are searched for known files

_clip, _item, _media = schema.clip, schema.ingest_item, schema.media
_transfer, _collection = schema.transfer, schema.collection


def _clips() -> Select[Any]:
    stored = (
        select(func.min(_transfer.c.stored_at))
        .where(_transfer.c.clip_id == _clip.c.id)
        .scalar_subquery()
        .label("stored_at")
    )
    return select(_clip, _media.c.duration_ms, stored).outerjoin(
        _media, _media.c.clip_id == _clip.c.id
    )


class Catalog:
    """The read side of one ledger. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        self._engine = database.reader_engine(path)
        self._watch: Connection | None = None

    @classmethod
    def open(cls, path: Path) -> Catalog:
        """Open the ledger at ``path``.

        Raises:
            NotInitialisedError: there is none.
        """
        return cls(path)

    def close(self) -> None:
        """Let go of the file."""
        if self._watch is not None:
            self._watch.close()
            self._watch = None
        self._engine.dispose()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection:
                yield connection
        except OperationalError as error:
            raise LedgerBusyError(reason=str(error.orig)) from error
        except DatabaseError as error:
            raise LedgerBrokenError(seq=0, reason=str(error.orig)) from error

    def data_version(self) -> int:
        """Changes whenever another process has committed (``PRAGMA data_version``).

        Only differences between two calls mean anything. Call it from one thread.
        """
        try:
            if self._watch is None:
                self._watch = self._engine.connect()
            version = self._watch.exec_driver_sql("PRAGMA data_version").scalar_one()
            self._watch.rollback()
        except DatabaseError as error:
            self._watch = None
            raise LedgerBusyError(reason=str(error.orig)) from error
        return int(version)

    # -- clips ---------------------------------------------------------------------------

    def clip(self, clip_id: str) -> Clip:
        """One clip.

        Raises:
            UnknownClipError: there is none of this id.
        """
        with self._reading() as connection:
            row = connection.execute(_clips().where(_clip.c.id == clip_id)).one_or_none()
        if row is None:
            raise UnknownClipError(clip=clip_id)
        return clip_of(row)

    def resolve(self, prefix: str) -> ClipId:
        """The one clip whose id or SHA-256 begins with ``prefix`` (either case).

        Raises:
            UnknownClipError: none, or more than one (fact ``matches``).
        """
        low, high = prefix.lower(), prefix.upper()
        query = select(_clip.c.id).where(
            _clip.c.id.startswith(high, autoescape=True)
            | _clip.c.sha256.startswith(low, autoescape=True)
        )
        with self._reading() as connection:
            found = connection.execute(query.limit(2)).scalars().all()
        if len(found) != 1 or not prefix:
            raise UnknownClipError(clip=prefix, matches=len(found))
        return ClipId(found[0])

    def clips(
        self, which: ClipFilter | None = None, *, after_seq: int = 0, limit: int = 100
    ) -> list[Clip]:
        """A page of clips in order of admission, from just after ``after_seq``."""
        query = _filtered(_clips(), which or ClipFilter())
        query = query.where(_clip.c.seq > after_seq).order_by(_clip.c.seq).limit(limit)
        with self._reading() as connection:
            return [clip_of(row) for row in connection.execute(query)]

    def totals(self, which: ClipFilter | None = None) -> Totals:
        """How many clips and bytes pass the filter."""
        query = select(func.count(), func.coalesce(func.sum(_clip.c.size_bytes), 0))
        with self._reading() as connection:
            row = connection.execute(
                _filtered(query.select_from(_clip), which or ClipFilter())
            ).one()
        return Totals(int(row[0]), int(row[1]))

    def with_digest(self, sha256: str, size_bytes: int) -> ClipId | None:
        """The clip of these bytes, if there is one: identity is (size, digest)."""
        query = select(_clip.c.id).where(_clip.c.sha256 == sha256, _clip.c.size_bytes == size_bytes)
        with self._reading() as connection:
            found = connection.execute(query).scalar_one_or_none()
        return ClipId(found) if found is not None else None

    def with_digests(self, wanted: Iterable[FileIdentity]) -> dict[FileIdentity, ClipId]:
        """Those of many (SHA-256, size) identities that are clips already."""
        found: dict[FileIdentity, ClipId] = {}
        left = list(wanted)
        with self._reading() as connection:
            while left:
                page, left = left[:NAMES_AT_ONCE], left[NAMES_AT_ONCE:]
                query = select(_clip.c.sha256, _clip.c.size_bytes, _clip.c.id).where(
                    _clip.c.sha256.in_([sha256 for sha256, _ in page])
                )
                for sha256, size_bytes, clip_id in connection.execute(query):
                    found[sha256, size_bytes] = ClipId(clip_id)
        return found

    def object_ref(self, clip_id: str) -> ObjectRef:
        """Where and how a clip's bytes lie in the vault.

        Raises:
            UnknownClipError: there is no such clip.
        """
        query = select(_clip).where(_clip.c.id == clip_id)
        with self._reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise UnknownClipError(clip=clip_id)
        return ObjectRef(ClipId(row.id), row.sha256, row.size_bytes, row.key_id, row.header)

    def has_thumbnail(self, clip_id: str) -> bool:
        """Whether the probe left a thumbnail."""
        query = select(_media.c.has_thumbnail).where(_media.c.clip_id == clip_id)
        with self._reading() as connection:
            return bool(connection.execute(query).scalar_one_or_none())

    def unprobed(self, limit: int) -> list[ClipId]:
        """Clips whose media facts are not known yet, oldest first."""
        query = (
            select(_clip.c.id)
            .outerjoin(_media, _media.c.clip_id == _clip.c.id)
            .where(_media.c.clip_id.is_(None), _clip.c.kind.in_(("video", "audio", "photo")))
            .order_by(_clip.c.seq)
            .limit(limit)
        )
        with self._reading() as connection:
            return [ClipId(found) for found in connection.execute(query).scalars()]

    # -- collections ---------------------------------------------------------------------

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
            )
            .join(_collection, _collection.c.id == _item.c.collection_id)
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

    # -- custody and delivery ------------------------------------------------------------

    def custody_lines(self, after_seq: int = 0, limit: int = 1000) -> list[bytes]:
        """The exact bytes of custody entries, in order."""
        entry = schema.custody_entry
        query = (
            select(entry.c.line).where(entry.c.seq > after_seq).order_by(entry.c.seq).limit(limit)
        )
        with self._reading() as connection:
            return [bytes(line) for line in connection.execute(query).scalars()]

    def custody_of(self, clip_id: str) -> list[bytes]:
        """The entries about one clip, oldest first."""
        entry = schema.custody_entry
        query = select(entry.c.line).where(entry.c.clip_id == clip_id).order_by(entry.c.seq)
        with self._reading() as connection:
            return [bytes(line) for line in connection.execute(query).scalars()]

    def checkpoints(self, after_size: int = 0) -> list[SignedSize]:
        """Signed checkpoints over more than ``after_size`` lines, smallest first."""
        table = schema.checkpoint
        query = select(table).where(table.c.size > after_size).order_by(table.c.size)
        with self._reading() as connection:
            return [SignedSize(row.size, row.note) for row in connection.execute(query)]

    def outbox(self, after_seq: int = 0, limit: int = 100) -> list[OutboxRow]:
        """What is to be delivered, in order, from just after ``after_seq``."""
        table = schema.outbox
        query = select(table).where(table.c.seq > after_seq).order_by(table.c.seq).limit(limit)
        with self._reading() as connection:
            return [
                OutboxRow(row.seq, row.kind, row.ref, from_text(row.created_at))
                for row in connection.execute(query)
            ]


def _filtered(query: Select[Any], which: ClipFilter) -> Select[Any]:
    equals = {
        _clip.c.badge: which.badge,
        _clip.c.recorder_serial: which.recorder_serial,
        _clip.c.kind: which.kind.value if which.kind else None,
        _clip.c.collection_id: which.collection_id,
        _clip.c.sha256: which.sha256,
        _clip.c.important: None if which.important is None else int(which.important),
    }
    for column, wanted in equals.items():
        if wanted is not None:
            query = query.where(column == wanted)
    if which.vaulted_from is not None:
        query = query.where(_clip.c.vaulted_at >= to_text(which.vaulted_from))
    if which.vaulted_before is not None:
        query = query.where(_clip.c.vaulted_at < to_text(which.vaulted_before))
    if which.path_contains is not None:
        query = query.where(_clip.c.source_path.contains(which.path_contains, autoescape=True))
    if which.transferred is not None:
        held = select(_transfer.c.clip_id).where(_transfer.c.clip_id == _clip.c.id).exists()
        query = query.where(held if which.transferred else ~held)
    return query


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
