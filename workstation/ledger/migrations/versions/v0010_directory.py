"""The signed directory that comes down from the centre."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_STATEMENTS = (
    """
    CREATE TABLE agency_key (
        number INTEGER NOT NULL,
        ssh TEXT NOT NULL,
        pinned_at TEXT NOT NULL,
        pinned_by TEXT NOT NULL,
        PRIMARY KEY (number)
    )
    """,
    """
    CREATE TABLE directory_head (
        id INTEGER NOT NULL,
        number INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        issued TEXT NOT NULL,
        expires TEXT NOT NULL,
        kinds TEXT NOT NULL,
        seen_at TEXT NOT NULL,
        PRIMARY KEY (id)
    )
    """,
    """
    CREATE TABLE directory_part (
        kind TEXT NOT NULL,
        rev INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        applied_at TEXT NOT NULL,
        body BLOB,
        PRIMARY KEY (kind)
    )
    """,
    """
    CREATE TABLE directory_refusal (
        kind TEXT NOT NULL,
        rev INTEGER NOT NULL,
        code TEXT NOT NULL,
        facts TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (kind)
    )
    """,
    """
    CREATE TABLE category (
        name TEXT NOT NULL,
        place INTEGER NOT NULL,
        PRIMARY KEY (name)
    )
    """,
)


def upgrade() -> None:
    """Make the tables."""
    for statement in _STATEMENTS:
        op.execute(statement)
