"""The tables. Migrations build them (``ledger/migrations``); a test keeps both equal.

Times are ISO 8601 UTC text with ``Z``; JSON columns hold objects or arrays as text.
The tables in ``PROTECTED`` refuse update and delete by trigger.
"""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

collection = Table(
    "collection",
    metadata,
    Column("id", Text, primary_key=True),
    Column("slot", Integer, nullable=False),
    Column("port", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("driver", Text, nullable=False),
    Column("profile", Text, nullable=False),
    Column("recorder_serial", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("badge", Text),
    Column("officer_name", Text),
    Column("unit", Text),
    Column("findings", Text, nullable=False),
    Column("clock_offset_s", Text),  # decimal text: exact, as read
    Column("clock_uncertainty_s", Text),
    Column("state", Text, nullable=False),
    Column("code", Text),
    Column("facts", Text, nullable=False),
    Column("started_at", Text, nullable=False),
    Column("ended_at", Text),
    Index("collection_by_start", "started_at"),
    Index("collection_by_state", "state"),
    Index("collection_by_recorder", "recorder_serial", "started_at"),
)

ingest_item = Table(
    "ingest_item",
    metadata,
    Column("id", Text, primary_key=True),
    Column("collection_id", Text, ForeignKey("collection.id"), nullable=False),
    Column("place", Integer, nullable=False),  # order in the listing
    Column("path", Text, nullable=False),
    Column("raw_path", LargeBinary, nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("mtime_ns", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("recorded_at", Text),  # naive ISO 8601: the recorder's own clock
    Column("badge", Text),
    Column("recorder_serial", Text),
    Column("sequence", Integer),
    Column("important", Integer, nullable=False),
    Column("sidecar_of", Text),
    Column("findings", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("code", Text),
    Column("facts", Text, nullable=False),
    Column("clip_id", Text),
    Column("sha256", Text),
    Column("sm3", Text),
    Column("key_id", Integer),
    Column("header", LargeBinary),
    Column("level", Integer),
    Index("ingest_item_by_collection", "collection_id", "place"),
    Index("ingest_item_open", "state", "collection_id"),
    Index("ingest_item_by_clip", "clip_id"),
    Index("ingest_item_by_path", "collection_id", "path"),
)

clip = Table(
    "clip",
    metadata,
    Column("seq", Integer, primary_key=True),  # gap-free, from 1
    Column("id", Text, nullable=False, unique=True),
    Column("sha256", Text, nullable=False),
    Column("sm3", Text),
    Column("size_bytes", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("source_path", Text, nullable=False),
    Column("collection_id", Text, ForeignKey("collection.id"), nullable=False),
    Column("recorder_serial", Text, nullable=False),
    Column("badge", Text),
    Column("recorded_at", Text),
    Column("sequence", Integer),
    Column("important", Integer, nullable=False),
    Column("vaulted_at", Text, nullable=False),
    Column("level", Integer, nullable=False),
    Column("key_id", Integer, nullable=False),
    Column("header", LargeBinary, nullable=False),
    Column("badge_source", Text),  # who says whose it is: domain.binding
    UniqueConstraint("sha256", "size_bytes", name="clip_identity"),
    Index("clip_by_collection", "collection_id"),
    Index("clip_by_recorded", "recorded_at"),
    Index("clip_by_badge", "badge"),
    Index("clip_by_vaulted", "vaulted_at"),
)

custody_entry = Table(
    "custody_entry",
    metadata,
    Column("seq", Integer, primary_key=True),  # gap-free, from 1
    Column("line", LargeBinary, nullable=False),
    Column("hash", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("clip_id", Text),
    Column("collection_id", Text),
    Index("custody_by_clip", "clip_id", sqlite_where=Column("clip_id").isnot(None)),
)

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("size", Integer, primary_key=True),
    Column("note", Text, nullable=False),
    Column("at", Text, nullable=False),
)

frontier = Table(  # a cache of the Merkle tree's right edge; rebuilt from the lines when in doubt
    "frontier",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("roots", LargeBinary, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("ref", Text, nullable=False),
    Column("created_at", Text, nullable=False),
)

transfer = Table(
    "transfer",
    metadata,
    Column("clip_id", Text, ForeignKey("clip.id"), primary_key=True),
    Column("store_id", Text, primary_key=True),
    Column("object_key", Text, nullable=False),
    Column("manifest_key", Text, nullable=False),
    Column("stored_at", Text, nullable=False),
    Column("custody_seq", Integer, ForeignKey("custody_entry.seq"), nullable=False),
    Column("locked_until", Text),  # by the store's word; NULL where it can not lock
)

media = Table(
    "media",
    metadata,
    Column("clip_id", Text, ForeignKey("clip.id"), primary_key=True),
    Column("duration_ms", Integer),
    Column("facts", Text, nullable=False),
    Column("has_thumbnail", Integer, nullable=False),
    Column("probed_at", Text, nullable=False),
)

# Append-only tables, and what makes a new row collide with one that is there.
PROTECTED = {
    "custody_entry": "seq = NEW.seq",
    "checkpoint": "size = NEW.size",
    "clip": "seq = NEW.seq OR id = NEW.id OR (sha256 = NEW.sha256 AND size_bytes = NEW.size_bytes)",
    "operation": "seq = NEW.seq OR id = NEW.id",
    "retention_policy": "seq = NEW.seq",
    "destroyed": "clip_id = NEW.clip_id",
}


def protection_triggers() -> list[str]:
    """SQL that makes the protected tables append-only for every connection.

    Without the last trigger, INSERT OR REPLACE would delete a row without a word.
    """
    triggers = []
    for table, collides in PROTECTED.items():
        refusal = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        triggers += [
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refusal}",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refusal}",
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "  # noqa: S608 - our names
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {collides}) {refusal}",
        ]
    return triggers
