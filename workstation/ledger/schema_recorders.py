"""The tables of recorders: who had which, what each docking said of itself (migration 0002).

What their rows say is also in the custody chain.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text

from workstation.ledger.schema import metadata

recorder_binding = Table(
    "recorder_binding",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("recorder", Text, nullable=False),  # its serial
    Column("badge", Text, nullable=False),
    Column("officer_name", Text),
    Column("unit", Text),
    Column("since", Text, nullable=False),
    Column("until", Text),
    Column("bound_at", Text, nullable=False),
    Column("bound_by", Text, nullable=False),
    Column("unbound_by", Text),
    Column("bound_seq", Integer, ForeignKey("custody_entry.seq"), nullable=False),
    Column("unbound_seq", Integer, ForeignKey("custody_entry.seq")),
    Index("recorder_binding_by_recorder", "recorder", "since"),
    Index("recorder_binding_by_badge", "badge"),
    Index("recorder_binding_open", "recorder", unique=True, sqlite_where=Column("until").is_(None)),
)

docking = Table(  # one row a collection: what it is known by, and both clocks
    "docking",
    metadata,
    Column("collection_id", Text, ForeignKey("collection.id"), primary_key=True),
    Column("usb_serial", Text, nullable=False),
    Column("volume", Text, nullable=False),
    Column("provenance", Text, nullable=False),  # JSON: field to source
    Column("claims", Text, nullable=False),  # JSON: [field, source, value]
    Column("bearer_source", Text, nullable=False),  # who says whose badge the collection has
    Column("clock_source", Text),
    Column("clock_read_at", Text),
    Column("drift_s_per_day", Text),  # decimal text
    Column("station_keeper", Text),
    Column("station_synced", Integer),
    Column("station_error_s", Text),
    Column("clock_set_at", Text),
    Column("clock_set_code", Text),  # why it could not be set
    Column("clock_after_s", Text),
    Column("clock_after_uncertainty_s", Text),
)

remark = Table(  # what a person should know of a docking; ``seq`` is that of its custody entry
    "remark",
    metadata,
    Column("seq", Integer, ForeignKey("custody_entry.seq"), primary_key=True),
    Column("collection_id", Text, ForeignKey("collection.id"), nullable=False),
    Column("code", Text, nullable=False),
    Column("facts", Text, nullable=False),
    Index("remark_by_collection", "collection_id"),
)
