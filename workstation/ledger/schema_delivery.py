"""The tables about delivery besides ``schema.transfer``."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, Table, Text

from workstation.ledger.schema import metadata

on_its_way = Table(  # by sync's last word; no fact about evidence, and in no line
    "on_its_way",
    metadata,
    Column("clip_id", Text, ForeignKey("clip.id"), primary_key=True),
    Column("since", Text, nullable=False),
)

read_back = Table(  # the centre's signed word that it read a clip in the store
    "read_back",
    metadata,
    Column("clip_id", Text, ForeignKey("clip.id"), primary_key=True),
    Column("centre", Text, primary_key=True),
    Column("store_id", Text, nullable=False),
    Column("at", Text, nullable=False),  # by the centre's clock
    Column("custody_seq", Integer, ForeignKey("custody_entry.seq"), nullable=False),
)

purged = Table(  # from the intent on, a clip is in the central store only
    "purged",
    metadata,
    Column("clip_id", Text, ForeignKey("clip.id"), primary_key=True),
    Column("store_id", Text, nullable=False),
    Column("object_key", Text, nullable=False),
    Column("intended_at", Text, nullable=False),
    Column("at", Text),  # NULL: its bytes may still be here
)
