"""The tables of ``sync.sqlite`` about other stations, and about what people say."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, Table, Text

from sync.schema import metadata

__all__ = ["event_segment", "metadata", "peer", "proposed", "read_back_of", "reconciliation"]

peer = Table(  # another station that delivers to the same store
    "peer",
    metadata,
    Column("store_id", Text, ForeignKey("store.store_id"), primary_key=True),
    Column("station", Text, primary_key=True),
    Column("keys", Text, nullable=False),  # public lines, oldest first: the first as first seen
    Column("line", Integer, nullable=False),  # newest ledger line that we bore witness to
    Column("head", Text, nullable=False),  # its hash
    Column("operations", Integer, nullable=False),  # merged here, up to this number
    Column("code", Text),  # why its operations are not taken
)

event_segment = Table(  # what people said here, in portions; at most the last is not stored
    "event_segment",
    metadata,
    Column("store_id", Text, ForeignKey("store.store_id"), primary_key=True),
    Column("first", Integer, primary_key=True),  # number of its first operation, from 1
    Column("last", Integer, nullable=False),
    Column("outbox_seq", Integer, nullable=False),  # of its last operation
    Column("sha256", Text, nullable=False),
    Column("stored_at", Text),
)

proposed = Table(  # how far local changes of the directory were sent up
    "proposed",
    metadata,
    Column("store_id", Text, ForeignKey("store.store_id"), primary_key=True),
    Column("outbox_seq", Integer, nullable=False),
)

reconciliation = Table(  # how station and store compared, the newest last
    "reconciliation",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("store_id", Text, ForeignKey("store.store_id"), nullable=False),
    Column("at", Text, nullable=False),
    Column("clips", Integer, nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("lines", Integer, nullable=False),
    Column("operations", Integer, nullable=False),
    Column("read_objects", Integer, nullable=False),
    Column("differences", Text, nullable=False),  # JSON
    Column("is_told", Integer, nullable=False),  # the station has it in its ledger
)

read_back_of = Table(  # how far a centre's receipts were heard
    "read_back_of",
    metadata,
    Column("store_id", Text, ForeignKey("store.store_id"), primary_key=True),
    Column("centre", Text, primary_key=True),
    Column("seq", Integer, nullable=False),  # number of the last document taken; 0 for none
    Column("head", Text, nullable=False),  # its SHA-256
    Column("clips", Integer, nullable=False),
    Column("heard_at", Text),
    Column("code", Text),  # why the next one is not taken
    Column("facts", Text, nullable=False),
)
