"""The table of what people said of gaps in a shift (migration 0013). Its lines tell all of it."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text

from workstation.ledger.schema import metadata

gap_reason = Table(  # where two overlap the later counts; ``seq`` is that of the custody entry
    "gap_reason",
    metadata,
    Column("seq", Integer, ForeignKey("custody_entry.seq"), primary_key=True),
    Column("badge", Text, nullable=False),  # whose shift
    Column("begins", Text, nullable=False),
    Column("ends", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Text, nullable=False),
    Index("gap_reason_by_badge", "badge", "begins"),
)
