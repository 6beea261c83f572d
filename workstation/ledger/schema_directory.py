"""The tables of the signed directory that comes down from the centre (migration 0010)."""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, Table, Text

from workstation.ledger.schema import metadata

agency_key = Table(  # whose signature counts: the newest; the first was pinned by a person
    "agency_key",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("ssh", Text, nullable=False),
    Column("pinned_at", Text, nullable=False),
    Column("pinned_by", Text, nullable=False),  # "directory": handed over by the key before
)

directory_head = Table(  # the newest list of revisions that was ever seen; one row
    "directory_head",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("issued", Text, nullable=False),
    Column("expires", Text, nullable=False),
    Column("kinds", Text, nullable=False),  # JSON: kind to revision, digest and size
    Column("seen_at", Text, nullable=False),
)

directory_part = Table(  # what of it was applied here, kind by kind
    "directory_part",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("rev", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("applied_at", Text, nullable=False),
    Column("body", LargeBinary),  # zlib; NULL after a rebuild, until it was fetched again
)

directory_refusal = Table(  # what was not taken and why, until it is; kind "" is the list itself
    "directory_refusal",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("rev", Integer, nullable=False),
    Column("code", Text, nullable=False),
    Column("facts", Text, nullable=False),
    Column("at", Text, nullable=False),
)

category = Table(  # those that clips may be put into, in the centre's order
    "category",
    metadata,
    Column("name", Text, primary_key=True),
    Column("place", Integer, nullable=False),
)
