"""The tables of casework: what was said, and what it adds up to."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, Table, Text

from workstation.ledger.schema import metadata

operation = Table(  # append-only; ``line`` is the exact JSON that was said
    "operation",
    metadata,
    Column("seq", Integer, primary_key=True),  # order of arrival here; means nothing
    Column("id", Text, nullable=False, unique=True),
    Column("clip_id", Text),
    Column("case_id", Text),
    Column("line", LargeBinary, nullable=False),
    Column("custody_seq", Integer, nullable=False),
    Index("operation_by_clip", "clip_id", sqlite_where=Column("clip_id").isnot(None)),
    Index("operation_by_case", "case_id", sqlite_where=Column("case_id").isnot(None)),
)

# The rest is made from ``operation`` and can be made again.

clip_casework = Table(
    "clip_casework",
    metadata,
    Column("clip_id", Text, primary_key=True),
    Column("state", LargeBinary, nullable=False),  # JSON of ClipCasework
)

clip_tag = Table(
    "clip_tag",
    metadata,
    Column("clip_id", Text, primary_key=True),
    Column("tag", Text, primary_key=True),
    Index("clip_tag_by_tag", "tag"),
)

clip_case = Table(
    "clip_case",
    metadata,
    Column("clip_id", Text, primary_key=True),
    Column("case_id", Text, primary_key=True),
    Column("is_contested", Integer, nullable=False),
    Index("clip_case_by_case", "case_id"),
)

hold = Table(  # those that hold now, on clips and on cases
    "hold",
    metadata,
    Column("operation_id", Text, primary_key=True),
    Column("clip_id", Text),
    Column("case_id", Text),
    Column("reason", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Text, nullable=False),
    Index("hold_by_clip", "clip_id"),
    Index("hold_by_case", "case_id"),
)

case_file = Table(
    "case_file",
    metadata,
    Column("id", Text, primary_key=True),
    Column("number", Text, nullable=False),  # empty while the case is provisional
    Column("is_closed", Integer, nullable=False),
    Column("changed_at", Text, nullable=False),
    Column("words", Text, nullable=False),  # what is searched for
    Column("state", LargeBinary, nullable=False),  # JSON of CaseFile
    Index("case_file_by_number", "number"),
    Index("case_file_by_change", "changed_at"),
)

# SQLAlchemy knows no virtual tables. The row number is the clip's ``seq``.
CLIP_WORDS = "CREATE VIRTUAL TABLE clip_words USING fts5(words, facets, tokenize='unicode61')"
