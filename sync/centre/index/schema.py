"""The tables of ``centre.sqlite``. All of it can be made again from the stores."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, Table, Text, UniqueConstraint

VERSION = 1  # PRAGMA user_version

metadata = MetaData()

station = Table(  # how far each station of each store was read
    "station",
    metadata,
    Column("store_id", Text, primary_key=True),
    Column("station", Text, primary_key=True),
    Column("keys", Text, nullable=False),  # public lines, oldest first: the first as first seen
    Column("seq", Integer, nullable=False),  # of the newest manifest taken
    Column("head", Text, nullable=False),  # its SHA-256
    Column("operations", Integer, nullable=False),  # taken up to this number
    Column("code", Text),  # why it is not read further
)

clip = Table(  # ``id`` grows with the time of vaulting, so that pages are cut by it
    "clip",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("store_id", Text, nullable=False),
    Column("clip_id", Text, nullable=False),
    Column("station", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("manifest_sha256", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("recorded_at", Text),
    Column("vaulted_at", Text, nullable=False),
    Column("recorder", Text, nullable=False),
    Column("badge", Text),
    Column("source_path", Text, nullable=False),
    UniqueConstraint("station", "seq", "store_id", name="one_row_a_manifest"),
    Index("clip_by_clip_id", "clip_id"),
    Index("clip_by_sha256", "sha256"),
)

operation = Table(
    "operation",
    metadata,
    Column("id", Text, primary_key=True),
    Column("clip_id", Text),
    Column("case_id", Text),
    Column("line", LargeBinary, nullable=False),
    Index("operation_by_clip", "clip_id", sqlite_where=Column("clip_id").isnot(None)),
    Index("operation_by_case", "case_id", sqlite_where=Column("case_id").isnot(None)),
)

signed = Table(  # the last receipt of each station, written down before it leaves
    "signed",
    metadata,
    Column("store_id", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

# What operations add up to.

clip_case = Table(
    "clip_case",
    metadata,
    Column("clip_id", Text, primary_key=True),
    Column("case_id", Text, primary_key=True),
    Index("clip_case_by_case", "case_id"),
)

clip_tag = Table(
    "clip_tag",
    metadata,
    Column("clip_id", Text, primary_key=True),
    Column("tag", Text, primary_key=True),
)

case_file = Table(  # a row for each number that somebody gave it; one is empty without any
    "case_file",
    metadata,
    Column("id", Text, primary_key=True),
    Column("number", Text, primary_key=True),
    Column("words", Text, nullable=False),
    Index("case_file_by_number", "number"),
)

# Short beginnings have lists of their own: among a million clips nearly every one has a term
# that begins with "1".
CLIP_WORDS = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS clip_words "
    "USING fts5(words, facets, tokenize='unicode61', prefix='1 2 3')"
)
