"""Tables about proof: the Merkle tree's blocks, scrubs, damage, and objects made anew."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from workstation.ledger.schema import metadata

merkle_block = Table(  # a cache: roots of full blocks, see ``ledger.tree``
    "merkle_block",
    metadata,
    Column("level", Integer, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("root", LargeBinary, nullable=False),
)

scrub_run = Table(  # one reading of the whole vault; the last row may be under way
    "scrub_run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("started_at", Text, nullable=False),
    Column("ended_at", Text),
    Column("after_seq", Integer, nullable=False),  # clips up to this number are done
    Column("objects", Integer, nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("damaged", Integer, nullable=False),
)

damage = Table(  # clips whose object was found not to be whole; ``healed_at`` once it is again
    "damage",
    metadata,
    Column("clip_id", Text, ForeignKey("clip.id"), primary_key=True),
    Column("code", Text, nullable=False),
    Column("facts", Text, nullable=False),
    Column("found_at", Text, nullable=False),
    Column("healed_at", Text),
)

object_copy = Table(  # an object sealed anew in place of a damaged one; the latest counts
    "object_copy",
    metadata,
    Column("custody_seq", Integer, ForeignKey("custody_entry.seq"), primary_key=True),
    Column("clip_id", Text, ForeignKey("clip.id"), nullable=False),
    Column("key_id", Integer, nullable=False),
    Column("header", LargeBinary, nullable=False),
    Index("object_copy_by_clip", "clip_id"),
)
