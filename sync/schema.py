"""The tables of ``sync.sqlite``. All rows belong to a store, so that a new one starts afresh."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

VERSION = 3  # PRAGMA user_version

# What a database of an earlier version lacks; new tables need no words.
UPGRADES: dict[int, tuple[str, ...]] = {
    1: (
        "ALTER TABLE clip ADD COLUMN locked_until TEXT",
        "ALTER TABLE clip ADD COLUMN urgent_at TEXT",
        "ALTER TABLE store ADD COLUMN paused_at TEXT",
    ),
    2: ("ALTER TABLE clip ADD COLUMN due_at TEXT",),
}

metadata = MetaData()

store = Table(
    "store",
    metadata,
    Column("store_id", Text, primary_key=True),
    Column("url", Text, nullable=False, unique=True),  # a place that became another store is held
    Column("ssh", Text, nullable=False),
    Column("first_seen_at", Text, nullable=False),
    Column("outbox_seq", Integer, nullable=False),  # read up to here
    Column("checkpoint_size", Integer, nullable=False),  # largest one delivered
    Column("paused_at", Text),  # a person said: no clips for now
)

clip = Table(
    "clip",
    metadata,
    Column("store_id", Text, ForeignKey("store.store_id"), primary_key=True),
    Column("clip_id", Text, primary_key=True),
    Column("place", Integer, nullable=False),  # outbox number: the order of delivery
    Column("state", Text, nullable=False),
    Column("object_state", Text, nullable=False),
    Column("object_key", Text, nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("locked_until", Text),  # by the store's word; NULL where it can not lock
    Column("urgent_at", Text),  # a person said: this one now
    Column("due_at", Text),  # when it should be there; NULL: nobody said
    Column("tries", Integer, nullable=False),
    Column("code", Text),  # why it is HELD or was put back
    Column("exit_code", Integer, nullable=False),  # the kind of ``code``; 0 without one
    Column("facts", Text, nullable=False),
    Column("changed_at", Text, nullable=False),
    Index("clip_by_state", "store_id", "state", "place"),
)

manifest = Table(
    "manifest",
    metadata,
    Column("store_id", Text, ForeignKey("store.store_id"), primary_key=True),
    Column("seq", Integer, primary_key=True),  # gap-free, from 1
    Column("clip_id", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("body", LargeBinary),  # exact bytes until it is out, then NULL
    Column("published_at", Text),
    UniqueConstraint("store_id", "clip_id", name="one_manifest_a_clip"),
)

segment = Table(
    "segment",
    metadata,
    Column("store_id", Text, ForeignKey("store.store_id"), primary_key=True),
    Column("first", Integer, primary_key=True),  # number of its first line
    Column("last", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("stored_at", Text),
)

session = Table(  # one row per attempt at sending an object, for people and for support
    "upload_session",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("store_id", Text, ForeignKey("store.store_id"), nullable=False),
    Column("clip_id", Text, nullable=False),
    Column("from_bytes", Integer, nullable=False),
    Column("to_bytes", Integer),
    Column("began_at", Text, nullable=False),
    Column("took_s", Float),
)

spent = Table(  # what went of large clips, by local day: the line's, not a store's
    "spent",
    metadata,
    Column("day", Text, primary_key=True),
    Column("size_bytes", Integer, nullable=False),
)

wish = Table(  # what people ask of the running process; the only table that others write
    "wish",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("kind", Text, nullable=False),  # now, pause, resume
    Column("clip_id", Text),
)

journal = Table(
    "journal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("store_id", Text),
    Column("clip_id", Text),
    Column("what", Text, nullable=False),
    Column("detail", Text, nullable=False),
)
