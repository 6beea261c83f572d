"""The tables of ``platforms.sqlite``: what each platform has been told."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Integer, MetaData, Table, Text

VERSION = 1  # PRAGMA user_version

metadata = MetaData()

platform = Table(
    "platform",
    metadata,
    Column("name", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("clip_seq", Integer, nullable=False),  # clips numbered up to here
    Column("line_seq", Integer, nullable=False),  # ledger lines told up to here
    Column("track_seq", Integer, nullable=False),  # clips looked at for tracks up to here
    Column("ok_at", Text),  # it last said yes to us
    Column("code", Text),  # what is the matter now
    Column("reason", Text, nullable=False),
    Column("clock_offset_s", Float),  # how far its clock is ahead of ours
    Column("units", Integer, nullable=False),  # that it named
    Column("loops", Integer, nullable=False),  # units above themselves in what it named
)

filed = Table(  # a number, once given, always means the same clip
    "filed",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("number", Text, primary_key=True),
    Column("begins", Text, nullable=False),  # the number without its sequence
    Column("clip_id", Text, nullable=False),
    Column("clip_seq", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("changed_at", Text, nullable=False),
    Column("released_at", Text),  # the platform no longer needs it
    Column("gone_at", Text),  # it was told that our copy is destroyed
    Index("filed_by_clip", "platform", "clip_id", unique=True),
    Index("filed_by_state", "platform", "state", "clip_seq"),
    Index("filed_by_beginning", "platform", "begins"),
)

unit = Table(
    "unit",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("parent", Text),
)

person = Table(
    "person",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("badge", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("unit", Text, nullable=False),
)
