"""The tables of people: who there is, how they sign in, what was refused (migration 0003).

What a row of ``unit``, ``officer`` and ``posting`` says is also in the custody chain; secrets
are only here, sealed with a key that is not in the database.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text

from workstation.ledger.schema import metadata

unit = Table(
    "unit",
    metadata,
    Column("id", Text, primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("parent_id", Text, ForeignKey("unit.id")),
)

officer = Table(
    "officer",
    metadata,
    Column("id", Text, primary_key=True),
    Column("badge", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("unit_id", Text, ForeignKey("unit.id"), nullable=False),
    Column("role", Text, nullable=False),
    Column("is_active", Integer, nullable=False),
    Column("source", Text, nullable=False),  # who keeps the row: "local" or "central"
    Column("added_at", Text, nullable=False),
    Index("officer_by_unit", "unit_id"),
)

posting = Table(  # which unit's a clip is: the officer's unit when it was taken in
    "posting",
    metadata,
    Column("officer_id", Text, ForeignKey("officer.id"), primary_key=True),
    Column("since", Text, primary_key=True),  # "" for the first: clips may be older than it
    Column("unit_id", Text, ForeignKey("unit.id"), nullable=False),
)

pin = Table(
    "pin",
    metadata,
    Column("officer_id", Text, ForeignKey("officer.id"), primary_key=True),
    Column("phc", Text, nullable=False),  # Argon2id, PHC string (RFC 9106)
    Column("key_check", Text, nullable=False),  # of the key file it was made with
    Column("must_change", Integer, nullable=False),
    Column("set_at", Text, nullable=False),
)

card = Table(
    "card",
    metadata,
    Column("digest", Text, primary_key=True),  # HMAC-SHA256 of the card's number
    Column("officer_id", Text, ForeignKey("officer.id"), nullable=False),
    Column("key_check", Text, nullable=False),
    Column("bound_at", Text, nullable=False),
    Index("card_by_officer", "officer_id"),
)

lockout = Table(
    "lockout",
    metadata,
    Column("who", Text, primary_key=True),  # officer id, or "cards" for unknown cards
    Column("failures", Integer, nullable=False),  # since the last success or lock
    Column("locks", Integer, nullable=False),  # in a row, without a success between
    Column("until", Text),
)

denial = Table(
    "denial",
    metadata,
    Column("who", Text, primary_key=True),  # badge number, "uid:…" or "unknown"
    Column("what", Text, primary_key=True),  # the command
    Column("code", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("first_at", Text, nullable=False),
    Column("last_at", Text, nullable=False),
)
