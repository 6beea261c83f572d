"""Tables about removing files from recorders."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from workstation.ledger.schema import metadata

erase_intent = Table(
    "erase_intent",
    metadata,
    Column("id", Text, primary_key=True),
    Column("collection_id", Text, ForeignKey("collection.id"), nullable=False),
    Column("recorder_serial", Text, nullable=False),
    Column("policy", Text, nullable=False),
    Column("state", Text, nullable=False),  # open, ended
    Column("made_at", Text, nullable=False),
    Column("ended_at", Text),
    Index("erase_intent_open", "recorder_serial", "state"),
)

erase_item = Table(
    "erase_item",
    metadata,
    Column("intent_id", Text, ForeignKey("erase_intent.id"), primary_key=True),
    Column("item_id", Text, ForeignKey("ingest_item.id"), primary_key=True),
    Column("path", Text, nullable=False),
    Column("raw_path", LargeBinary, nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("mtime_ns", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("clip_id", Text, ForeignKey("clip.id"), nullable=False),
    Column("state", Text, nullable=False),  # intended, erased, kept
    Column("code", Text),  # why it was kept
)
