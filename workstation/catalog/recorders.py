"""Queries about recorders: who has which, what is known of their dockings and clocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import func, select

from workstation.catalog.reading import Reading
from workstation.catalog.values import DockingLine, RecorderLine
from workstation.domain.binding import Binding, Remark, Traits
from workstation.domain.clip import BadgeNumber, CollectionId
from workstation.domain.ingest_state import CollectionState
from workstation.domain.recorder import Claim
from workstation.domain.recorder_clock import ClockMark
from workstation.ledger import schema
from workstation.ledger.rows import clock_of
from workstation.ledger.schema_recorders import docking, recorder_binding, remark
from workstation.platform.clock import from_text

if TYPE_CHECKING:
    from sqlalchemy import Row
    from sqlalchemy.engine import Connection

_collection = schema.collection


class RecorderQueries(Reading):
    """What is known of recorders, by their serial."""

    def binding(self, recorder: str) -> Binding | None:
        """Who has the recorder now."""
        held = recorder_binding.c
        query = select(recorder_binding).where(held.recorder == recorder, held.until.is_(None))
        with self._reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _binding(row)

    def bindings(self, recorder: str) -> list[Binding]:
        """Everybody who had the recorder, latest first."""
        held = recorder_binding.c
        query = select(recorder_binding).where(held.recorder == recorder).order_by(held.seq.desc())
        with self._reading() as connection:
            return [_binding(row) for row in connection.execute(query)]

    def last_traits(self, recorder: str) -> Traits | None:
        """What told the recorder apart when it was docked last; None where it never was."""
        query = (
            select(docking.c.usb_serial, docking.c.volume)
            .join(_collection, _collection.c.id == docking.c.collection_id)
            .where(_collection.c.recorder_serial == recorder)
            .where((docking.c.usb_serial != "") | (docking.c.volume != ""))
            .order_by(_collection.c.started_at.desc())
            .limit(1)
        )
        with self._reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else Traits(row.usb_serial, row.volume)

    def last_clock(self, recorder: str) -> ClockMark | None:
        """Where drift counts from: the clock after it was last set here, else as last read.

        Readings from before a setting say nothing about the clock after it; None where the
        clock was set and never read since.
        """
        query = (
            select(docking, _collection.c.clock_offset_s, _collection.c.clock_uncertainty_s)
            .join(_collection, _collection.c.id == docking.c.collection_id)
            .where(_collection.c.recorder_serial == recorder)
            .order_by(_collection.c.started_at.desc(), _collection.c.id.desc())
        )
        is_set, is_read = docking.c.clock_set_at.isnot(None), docking.c.clock_read_at.isnot(None)
        with self._reading() as connection:
            row = connection.execute(query.where(is_set).limit(1)).one_or_none()
            if row is not None and row.clock_after_s is not None:
                return _after_setting(row)
            if row is not None:
                query = query.where(docking.c.clock_read_at > row.clock_set_at)
            read = connection.execute(query.where(is_read).limit(1)).one_or_none()
        return None if read is None else clock_of(read).mark

    def remarks(self, collection_id: str) -> list[Remark]:
        """What a person should know of one docking, in the order it was found."""
        with self._reading() as connection:
            return _remarks(connection, collection_id)

    def recorders(self) -> list[RecorderLine]:
        """Every recorder that was docked or bound here, by serial."""
        docked = select(
            _collection.c.recorder_serial,
            func.count().label("dockings"),
            func.max(_collection.c.started_at).label("last"),
        ).group_by(_collection.c.recorder_serial)
        with self._reading() as connection:
            rows = {row.recorder_serial: row for row in connection.execute(docked)}
            known = select(recorder_binding.c.recorder).distinct()
            serials = sorted({*rows, *connection.execute(known).scalars()})
        return [
            RecorderLine(
                serial=serial,
                dockings=rows[serial].dockings if serial in rows else 0,
                last_docked_at=from_text(rows[serial].last) if serial in rows else None,
                binding=self.binding(serial),
            )
            for serial in serials
        ]

    def dockings(self, recorder: str, limit: int = 20) -> list[DockingLine]:
        """The latest dockings of a recorder, newest first."""
        query = (
            select(docking, _collection)
            .join(_collection, _collection.c.id == docking.c.collection_id)
            .where(_collection.c.recorder_serial == recorder)
            .order_by(_collection.c.started_at.desc())
            .limit(limit)
        )
        with self._reading() as connection:
            return [_docking(connection, row) for row in connection.execute(query).all()]

    def docking(self, collection_id: str) -> DockingLine | None:
        """What one docking said of its recorder; None where it is older than such records."""
        query = (
            select(docking, _collection)
            .join(_collection, _collection.c.id == docking.c.collection_id)
            .where(docking.c.collection_id == collection_id)
        )
        with self._reading() as connection:
            row = connection.execute(query).one_or_none()
            return None if row is None else _docking(connection, row)


def _binding(row: Row[Any]) -> Binding:
    return Binding(
        seq=row.seq,
        recorder=row.recorder,
        badge=BadgeNumber(row.badge),
        officer_name=row.officer_name,
        unit=row.unit,
        since=from_text(row.since),
        until=None if row.until is None else from_text(row.until),
        bound_at=from_text(row.bound_at),
        bound_by=row.bound_by,
        unbound_by=row.unbound_by,
    )


def _after_setting(row: Row[Any]) -> ClockMark:
    return ClockMark(
        from_text(row.clock_set_at),
        float(row.clock_after_s),
        float(row.clock_after_uncertainty_s),
    )


def _remarks(connection: Connection, collection_id: str) -> list[Remark]:
    query = select(remark).where(remark.c.collection_id == collection_id).order_by(remark.c.seq)
    return [Remark(row.code, msgspec.json.decode(row.facts)) for row in connection.execute(query)]


def _docking(connection: Connection, row: Row[Any]) -> DockingLine:
    return DockingLine(
        collection_id=CollectionId(row.collection_id),
        started_at=from_text(row.started_at),
        state=CollectionState(row.state),
        slot=row.slot,
        serial=row.recorder_serial,
        label=row.label,
        profile=row.profile,
        badge=row.badge,
        badge_source=row.bearer_source,
        traits=Traits(row.usb_serial, row.volume),
        provenance=msgspec.json.decode(row.provenance),
        claims=tuple(Claim(*claim) for claim in msgspec.json.decode(row.claims)),
        clock=None if row.clock_read_at is None else clock_of(row),
        clock_set_at=None if row.clock_set_at is None else from_text(row.clock_set_at),
        clock_set_code=row.clock_set_code,
        clock_after=None if row.clock_after_s is None else _after_setting(row),
        remarks=tuple(_remarks(connection, row.collection_id)),
    )
