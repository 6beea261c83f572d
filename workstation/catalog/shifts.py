"""Queries about one officer's shift: its clips, its dockings, what was said of its gaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from workstation.catalog.clips import ClipQueries, clip_rows
from workstation.domain.coverage import Explanation, GapReason, Span, moment_ms
from workstation.ledger import schema
from workstation.ledger.rows import clip_of
from workstation.ledger.schema_recorders import recorder_binding
from workstation.ledger.schema_shift import gap_reason
from workstation.platform.clock import from_text, to_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Select

    from workstation.domain.clip import Clip

_clip, _item, _collection = schema.clip, schema.ingest_item, schema.collection
_UNMADE = ("quarantined", "interrupted", "skipped", "duplicate")
_COUNTED = ("video", "audio", "photo")
_MOST = 20_000  # clips of one recorder between the first and the last of a shift


@dataclass(frozen=True, slots=True)
class ShiftClip:
    """A clip, and when the recorder closed its file (ns since 1970; None: nobody knows)."""

    clip: Clip
    closed_ns: int | None


@dataclass(frozen=True, slots=True)
class ShiftDocking:
    """A docking of an officer's recorder; ``ended_at`` is None while it is being collected."""

    collection_id: str
    recorder: str
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Unmade:
    """A file that a recorder offered and that became no clip of its own, then or later.

    ``is_held``: another file has the same bytes, so nothing of it is lost.
    """

    collection_id: str
    recorder: str
    path: str
    number: int | None
    code: str | None
    is_held: bool = False


class ShiftQueries(ClipQueries):
    """What the completeness of a shift is made from."""

    def shift_dockings(self, badge: str, begins: datetime, ends: datetime) -> list[ShiftDocking]:
        """Dockings of an officer that began in a span, the earliest first."""
        query = (
            select(_collection)
            .where(_collection.c.started_at >= to_text(begins))
            .where(_collection.c.started_at < to_text(ends))
            .order_by(_collection.c.started_at)
        )
        by_clip = (
            select(_clip.c.id)
            .where(_clip.c.collection_id == _collection.c.id, _clip.c.badge == badge)
            .exists()
        )
        bound = (
            select(recorder_binding.c.seq)
            .where(
                recorder_binding.c.recorder == _collection.c.recorder_serial,
                recorder_binding.c.badge == badge,
                recorder_binding.c.since <= _collection.c.started_at,
                recorder_binding.c.until.is_(None)
                | (recorder_binding.c.until > _collection.c.started_at),
            )
            .exists()
        )
        mine = (_collection.c.badge == badge) | by_clip | (_collection.c.badge.is_(None) & bound)
        with self._reading() as connection:
            return [
                ShiftDocking(
                    row.id,
                    row.recorder_serial,
                    from_text(row.started_at),
                    from_text(row.ended_at) if row.ended_at else None,
                )
                for row in connection.execute(query.where(mine))
            ]

    def shift_clips(
        self, badge: str, collections: Iterable[str], first: datetime, last: datetime
    ) -> list[ShiftClip]:
        """Clips of an officer: all of some dockings, and those whose names lie in a span.

        ``first`` and ``last`` are naive, by the recorders' clocks.
        """
        named = _clip.c.recorded_at.between(first.isoformat(), last.isoformat())
        brought = _clip.c.collection_id.in_(list(collections))
        found: dict[str, ShiftClip] = {}
        his = (_clip.c.badge == badge) | _clip.c.badge.is_(None)
        for which in (named, brought):
            for one in self._with_closing(clip_rows().where(which, his)):
                if badge in (one.clip.badge, one.clip.bound_badge):
                    found[one.clip.id] = one
        return list(found.values())

    def numbered_clips(self, recorder: str, first: datetime, last: datetime) -> list[ShiftClip]:
        """Clips of a recorder that carry numbers, whoever's they are.

        Those whose names lie in a span (naive, by its clock), the one before and the one after.
        """
        of_it = (
            clip_rows()
            .where(_clip.c.recorder_serial == recorder, _clip.c.sequence.isnot(None))
            .where(_clip.c.kind.in_(_COUNTED))
        )
        at = _clip.c.recorded_at
        low, high = first.isoformat(), last.isoformat()
        before = of_it.where(at < low).order_by(at.desc(), _clip.c.sequence.desc()).limit(1)
        after = of_it.where(at > high).order_by(at, _clip.c.sequence).limit(1)
        among = of_it.where(at.between(low, high)).order_by(at).limit(_MOST)
        return [one for query in (before, among, after) for one in self._with_closing(query)]

    def unmade(self, collections: Iterable[str]) -> list[Unmade]:
        """Files of dockings that are no clips under their own names, here or another time."""
        later = (
            select(_clip.c.id)
            .where(
                _clip.c.recorder_serial == _collection.c.recorder_serial,
                _clip.c.source_path == _item.c.path,
            )
            .exists()
        )
        query = (
            select(_item, _collection.c.recorder_serial.label("docked_serial"))
            .join(_collection, _collection.c.id == _item.c.collection_id)
            .where(
                _item.c.collection_id.in_(list(collections)),
                _item.c.state.in_(_UNMADE),
                _item.c.kind.in_(_COUNTED),
                ~later,
            )
            .order_by(_item.c.collection_id, _item.c.place)
        )
        with self._reading() as connection:
            return [
                Unmade(
                    row.collection_id,
                    row.docked_serial,
                    row.path,
                    row.sequence,
                    row.code,
                    is_held=row.state == "duplicate",
                )
                for row in connection.execute(query)
            ]

    def gap_reasons(self, badge: str, begins: datetime, ends: datetime) -> list[Explanation]:
        """What was said of an officer's gaps that touch a span, in the order it was said."""
        query = (
            select(gap_reason)
            .where(gap_reason.c.badge == badge)
            .where(gap_reason.c.begins < to_text(ends), gap_reason.c.ends > to_text(begins))
            .order_by(gap_reason.c.seq)
        )
        with self._reading() as connection:
            return [
                Explanation(
                    Span(moment_ms(from_text(row.begins)), moment_ms(from_text(row.ends))),
                    GapReason(row.reason),
                    row.by,
                    row.note,
                )
                for row in connection.execute(query)
            ]

    def _with_closing(self, query: Select[Any]) -> list[ShiftClip]:
        closed = (
            select(func.min(_item.c.mtime_ns))
            .where(_item.c.clip_id == _clip.c.id, _item.c.mtime_ns > 0)
            .scalar_subquery()
            .label("closed_ns")
        )
        with self._reading() as connection:
            rows = connection.execute(query.add_columns(closed)).all()
        return [ShiftClip(clip_of(row), row.closed_ns) for row in rows]
