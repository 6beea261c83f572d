"""The tables of retention: policies adopted, destructions, and what is no longer there."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from workstation.ledger.schema import metadata

retention_policy = Table(  # the last one is in force
    "retention_policy",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("text", LargeBinary, nullable=False),  # the exact TOML that was adopted
    Column("sha256", Text, nullable=False),
    Column("adopted_at", Text, nullable=False),
    Column("adopted_by", Text, nullable=False),
    Column("second", Text),
)

destruction = Table(
    "destruction",
    metadata,
    Column("id", Text, primary_key=True),
    Column("state", Text, nullable=False),  # queued, confirmed, ended, cancelled
    Column("queued_at", Text, nullable=False),
    Column("queued_by", Text, nullable=False),
    Column("due_at", Text, nullable=False),
    Column("confirmed_at", Text),
    Column("confirmed_by", Text),
    Column("ended_at", Text),
    Column("certificate", LargeBinary),  # the exact bytes that are signed
    Column("signature", LargeBinary),  # SSHSIG
    Index("destruction_by_state", "state"),
)

destruction_item = Table(
    "destruction_item",
    metadata,
    Column("destruction_id", Text, ForeignKey("destruction.id"), primary_key=True),
    Column("clip_id", Text, ForeignKey("clip.id"), primary_key=True),
    Column("state", Text, nullable=False),  # queued, intended, destroyed, spared, cancelled
    Column("reason", Text, nullable=False),  # the rule that spared it
    Index("destruction_item_by_clip", "clip_id"),
)

destroyed = Table(  # append-only: the clip's row stays, its bytes are gone
    "destroyed",
    metadata,
    Column("clip_id", Text, ForeignKey("clip.id"), primary_key=True),
    Column("destruction_id", Text, ForeignKey("destruction.id"), nullable=False),
    Column("at", Text, nullable=False),
)
