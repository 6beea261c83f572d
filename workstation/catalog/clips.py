"""Queries about clips: pages, filters, identity, where their bytes lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from workstation.catalog.reading import NAMES_AT_ONCE, Reading
from workstation.catalog.values import ClipFilter, Totals
from workstation.domain.clip import ClipId
from workstation.domain.errors import UnknownClipError
from workstation.domain.errors_casework import ClipDestroyedError, ClipPurgedError
from workstation.ledger import schema, schema_proof
from workstation.ledger.rows import clip_of
from workstation.ledger.schema_delivery import on_its_way, purged, read_back
from workstation.ledger.schema_recorders import docking, recorder_binding
from workstation.ledger.schema_retention import destroyed
from workstation.platform.clock import to_text
from workstation.vault.store import ObjectRef

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ScalarSelect, Select

    from workstation.domain.clip import Clip

FileIdentity = tuple[str, int]  # SHA-256, size in bytes: what makes two files one clip

_clip, _media, _transfer = schema.clip, schema.media, schema.transfer
_collection, _item = schema.collection, schema.ingest_item
_damage, _copy = schema_proof.damage, schema_proof.object_copy


def clip_rows() -> Select[Any]:
    """Clips with what the probe and the store said of them, for ``clip_of``."""
    stored = (
        select(func.min(_transfer.c.stored_at))
        .where(_transfer.c.clip_id == _clip.c.id)
        .scalar_subquery()
        .label("stored_at")
    )
    locked = (
        select(func.max(_transfer.c.locked_until))
        .where(_transfer.c.clip_id == _clip.c.id)
        .scalar_subquery()
        .label("locked_until")
    )
    purge = (
        select(purged.c.intended_at)
        .where(purged.c.clip_id == _clip.c.id)
        .scalar_subquery()
        .label("purge_intended_at")
    )
    read = (
        select(func.min(read_back.c.at))
        .where(read_back.c.clip_id == _clip.c.id)
        .scalar_subquery()
        .label("read_back_at")
    )
    second = (
        select(func.max(_item.c.level))
        .where(_item.c.clip_id == _clip.c.id)
        .scalar_subquery()
        .label("read_level")
    )
    clocks = (
        _collection.c.clock_offset_s,
        _collection.c.clock_uncertainty_s,
        docking.c.clock_read_at,
        docking.c.clock_source,
        docking.c.drift_s_per_day,
        docking.c.station_keeper,
        docking.c.station_synced,
        docking.c.station_error_s,
    )
    damaged = (
        select(_damage.c.code)
        .where(_damage.c.clip_id == _clip.c.id, _damage.c.healed_at.is_(None))
        .scalar_subquery()
        .label("damage")
    )
    moving = on_its_way.c.since.label("on_its_way_since")
    columns = (_media.c.duration_ms, stored, locked, read, moving, damaged, purge, second)
    return (
        select(_clip, *columns, _bound().label("bound_badge"), *clocks)
        .join(_collection, _collection.c.id == _clip.c.collection_id)
        .outerjoin(docking, docking.c.collection_id == _clip.c.collection_id)
        .outerjoin(_media, _media.c.clip_id == _clip.c.id)
        .outerjoin(on_its_way, on_its_way.c.clip_id == _clip.c.id)
    )


def _bound() -> ScalarSelect[Any]:
    """Whose a clip is that nobody's name was on, by a binding made after its docking."""
    began = (
        select(_collection.c.started_at)
        .where(_collection.c.id == _clip.c.collection_id)
        .correlate(_clip)
        .scalar_subquery()
    )
    held = recorder_binding.c
    return (
        select(held.badge)
        .where(
            _clip.c.badge.is_(None),
            held.recorder == _clip.c.recorder_serial,
            held.bound_at > began,
            held.since <= began,
            held.until.is_(None) | (held.until > began),
        )
        .order_by(held.seq.desc())
        .limit(1)
        .correlate(_clip)
        .scalar_subquery()
    )


class ClipQueries(Reading):
    """What is known of clips."""

    def clip(self, clip_id: str) -> Clip:
        """One clip.

        Raises:
            UnknownClipError: there is none of this id.
        """
        with self._reading() as connection:
            row = connection.execute(clip_rows().where(_clip.c.id == clip_id)).one_or_none()
        if row is None:
            raise UnknownClipError(clip=clip_id)
        return clip_of(row)

    def clips_by_id(self, clips: Iterable[str]) -> dict[str, Clip]:
        """Those of many clips that are there, by id."""
        left = list(clips)
        found: dict[str, Clip] = {}
        with self._reading() as connection:
            while left:
                page, left = left[:NAMES_AT_ONCE], left[NAMES_AT_ONCE:]
                rows = connection.execute(clip_rows().where(_clip.c.id.in_(page)))
                found |= {row.id: clip_of(row) for row in rows}
        return found

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
        query = _filtered(clip_rows(), which or ClipFilter())
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
            ClipDestroyedError: its retention is over, and so are its bytes.
            ClipPurgedError: they are in the central store only.
        """
        query = (
            select(_clip, destroyed.c.destruction_id, purged.c.store_id, purged.c.object_key)
            .outerjoin(destroyed, destroyed.c.clip_id == _clip.c.id)
            .outerjoin(purged, purged.c.clip_id == _clip.c.id)
        )
        again = (
            select(_copy.c.key_id, _copy.c.header)
            .where(_copy.c.clip_id == clip_id)
            .order_by(_copy.c.custody_seq.desc())
            .limit(1)
        )
        with self._reading() as connection:
            row = connection.execute(query.where(_clip.c.id == clip_id)).one_or_none()
            anew = connection.execute(again).one_or_none()
        if row is None:
            raise UnknownClipError(clip=clip_id)
        if row.destruction_id is not None:
            raise ClipDestroyedError(clip=clip_id, destruction=row.destruction_id)
        if row.store_id is not None:
            raise ClipPurgedError(clip=clip_id, store=row.store_id, object=row.object_key)
        sealed = row if anew is None else anew
        return ObjectRef(ClipId(row.id), row.sha256, row.size_bytes, sealed.key_id, sealed.header)

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


def _filtered(query: Select[Any], which: ClipFilter) -> Select[Any]:
    equals = {
        _clip.c.recorder_serial: which.recorder_serial,
        _clip.c.kind: which.kind.value if which.kind else None,
        _clip.c.collection_id: which.collection_id,
        _clip.c.sha256: which.sha256,
        _clip.c.important: None if which.important is None else int(which.important),
    }
    for column, wanted in equals.items():
        if wanted is not None:
            query = query.where(column == wanted)
    if which.badge is not None:
        bound = select(recorder_binding.c.recorder).where(recorder_binding.c.badge == which.badge)
        was_bound = _clip.c.recorder_serial.in_(bound) & (_bound() == which.badge)
        query = query.where((_clip.c.badge == which.badge) | (_clip.c.badge.is_(None) & was_bound))
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
