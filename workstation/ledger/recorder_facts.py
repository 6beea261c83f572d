"""Facts about recorders: who has which, what a docking says of itself, what was written to one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import insert, select, update

from workstation.domain.clip import CollectionId
from workstation.domain.errors import BoundAlreadyError, NotBoundError, UsageError
from workstation.domain.ingest_state import IngestState
from workstation.ledger import schema
from workstation.ledger.custody import Act
from workstation.ledger.directory_rows import CENTRE, PROPOSAL
from workstation.ledger.schema_recorders import docking, recorder_binding, remark
from workstation.platform.clock import to_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from workstation.domain.binding import Remark
    from workstation.domain.clip import BadgeNumber, ClipId
    from workstation.domain.recorder_clock import ClockMark
    from workstation.ledger.custody import Fact
    from workstation.ledger.records import NewCollection
    from workstation.ledger.transaction import Transaction


@dataclass(frozen=True, slots=True)
class NewBinding:
    """An officer gets a recorder from ``since`` (UTC) on; None: from now on."""

    recorder: str
    badge: BadgeNumber
    officer_name: str | None
    unit: str | None
    by: str
    since: datetime | None = None


def bind(tx: Transaction, new: NewBinding) -> int:
    """Bind a recorder; whoever had it until now has it no longer. Returns the binding's number.

    Raises:
        BoundAlreadyError: this officer has it already, or somebody had it after ``since``.
        UsageError: ``since`` is yet to come.
    """
    since = tx.at if new.since is None else to_text(new.since)
    if since > tx.at:
        raise UsageError(since=since)
    table = recorder_binding
    query = select(table).where(table.c.recorder == new.recorder).order_by(table.c.since.desc())
    last = tx.connection.execute(query).first()
    if last is not None:
        if last.until is None and last.badge == new.badge:
            raise BoundAlreadyError(recorder=new.recorder, badge=last.badge, since=last.since)
        if since < (last.until or last.since):
            raise BoundAlreadyError(recorder=new.recorder, badge=last.badge, since=last.since)
        if last.until is None:
            _end(tx, new.recorder, since, new.by)
    facts: dict[str, Fact] = {
        "recorder": new.recorder,
        "badge": new.badge,
        "officer_name": new.officer_name,
        "unit": new.unit,
        "since": since,
    }
    entry = tx.append(Act.RECORDER_BOUND, by=new.by, facts=facts)
    _propose(tx, entry, new.by)
    tx.flush()  # the row below refers to the line
    made = tx.connection.execute(
        insert(table).values(**facts, bound_at=tx.at, bound_by=new.by, bound_seq=entry)
    )
    return int(made.lastrowid)


def unbind(tx: Transaction, recorder: str, by: str) -> None:
    """The officer who has the recorder has it no longer.

    Raises:
        NotBoundError: nobody has it.
    """
    table = recorder_binding
    held = select(table.c.seq).where(table.c.recorder == recorder, table.c.until.is_(None))
    if tx.connection.execute(held).first() is None:
        raise NotBoundError(recorder=recorder)
    _end(tx, recorder, tx.at, by)


def _end(tx: Transaction, recorder: str, until: str, by: str) -> None:
    table = recorder_binding
    is_held = (table.c.recorder == recorder) & table.c.until.is_(None)
    row = tx.connection.execute(select(table).where(is_held)).one()
    entry = tx.append(
        Act.RECORDER_UNBOUND,
        by=by,
        facts={"recorder": recorder, "badge": row.badge, "until": until},
    )
    _propose(tx, entry, by)
    tx.flush()
    tx.connection.execute(
        update(table).where(is_held).values(until=until, unbound_by=by, unbound_seq=entry)
    )


def _propose(tx: Transaction, entry: int, by: str) -> None:
    """The centre hears of it, unless it was its own word."""
    if by != CENTRE:
        tx.enqueue(PROPOSAL, str(entry))


def open_docking(tx: Transaction, new: NewCollection, remarks: Iterable[Remark]) -> None:
    """What is known of a recorder when its collection is opened, in the same transaction."""
    identity, clock = new.identity, new.clock
    values: dict[str, object] = {
        "collection_id": new.id,
        "usb_serial": new.traits.usb_serial,
        "volume": new.traits.volume,
        "provenance": _json(dict(identity.provenance)),
        "claims": _json([(claim.field, claim.source, claim.value) for claim in identity.claims]),
        "bearer_source": new.bearer.source,
    }
    if clock is not None:
        station = clock.station
        values |= {
            "clock_source": clock.source,
            "clock_read_at": to_text(clock.mark.at),
            "drift_s_per_day": _decimal(clock.drift_s_per_day),
            "station_keeper": station.keeper,
            "station_synced": int(station.is_synced),
            "station_error_s": _decimal(station.error_s),
        }
    tx.connection.execute(insert(docking).values(**values))
    for one in remarks:
        flag(tx, new.id, one)


def flag(tx: Transaction, collection: CollectionId, found: Remark) -> None:
    """Something about a docking that a person should know."""
    seq = tx.append(Act.FLAGGED, collection=collection, facts={"code": found.code, **found.facts})
    table = schema.collection
    tx.flush()  # the row below refers to the line
    connection = tx.connection
    connection.execute(
        insert(remark).values(
            seq=seq, collection_id=collection, code=found.code, facts=_json(dict(found.facts))
        )
    )
    held = connection.execute(select(table.c.findings).where(table.c.id == collection))
    codes: list[str] = msgspec.json.decode(held.scalar_one(), type=list[str])
    if found.code not in codes:
        connection.execute(
            update(table)
            .where(table.c.id == collection)
            .values(findings=_json([*codes, found.code]))
        )


def flag_clip(tx: Transaction, clip: ClipId, found: Remark) -> bool:
    """Something about one clip that a person should know; False if it was said before."""
    item = schema.ingest_item
    query = select(item.c.id, item.c.collection_id, item.c.findings).where(
        item.c.clip_id == clip, item.c.state == IngestState.VAULTED.value
    )
    row = tx.connection.execute(query).first()
    codes: list[str] = [] if row is None else msgspec.json.decode(row.findings, type=list[str])
    if row is None or found.code in codes:
        return False
    facts: dict[str, Fact] = {"code": found.code, **found.facts}
    tx.append(Act.FLAGGED, clip=clip, collection=CollectionId(row.collection_id), facts=facts)
    tx.connection.execute(
        update(item).where(item.c.id == row.id).values(findings=_json([*codes, found.code]))
    )
    return True


def intend_write(
    tx: Transaction, collection: CollectionId | None, facts: Mapping[str, Fact]
) -> None:
    """Something is about to be written to a recorder: on record before it can happen.

    ``collection`` is None in vendor mode, where nothing is collected yet; the facts say which
    recorder and slot.
    """
    tx.append(Act.RECORDER_WRITING, collection=collection, facts=dict(facts))


def record_write(
    tx: Transaction, collection: CollectionId | None, facts: Mapping[str, Fact]
) -> None:
    """Something was written to a recorder, or was refused (fact ``code``)."""
    tx.append(Act.RECORDER_WRITTEN, collection=collection, facts=dict(facts))


@dataclass(frozen=True, slots=True)
class ClockSetting:
    """How setting a recorder's clock ended: the time of it, the clock after it, or why not."""

    at: datetime | None
    after: ClockMark | None = None
    code: str | None = None


def record_clock_setting(tx: Transaction, collection: CollectionId, setting: ClockSetting) -> None:
    """Where later dockings count the drift from."""
    after = setting.after
    tx.connection.execute(
        update(docking)
        .where(docking.c.collection_id == collection)
        .values(
            clock_set_at=None if setting.at is None else to_text(setting.at),
            clock_set_code=setting.code,
            clock_after_s=_decimal(after.offset_s if after else None),
            clock_after_uncertainty_s=_decimal(after.uncertainty_s if after else None),
        )
    )


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _decimal(value: float | None) -> str | None:
    return None if value is None else f"{value:.3f}"
