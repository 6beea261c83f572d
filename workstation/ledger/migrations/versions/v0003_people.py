"""Officers, units, roles and how they sign in."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_STATEMENTS = (
    """
    CREATE TABLE unit (
        id TEXT NOT NULL,
        code TEXT NOT NULL,
        name TEXT NOT NULL,
        parent_id TEXT,
        PRIMARY KEY (id),
        UNIQUE (code),
        FOREIGN KEY (parent_id) REFERENCES unit (id)
    )
    """,
    """
    CREATE TABLE officer (
        id TEXT NOT NULL,
        badge TEXT NOT NULL,
        name TEXT NOT NULL,
        unit_id TEXT NOT NULL,
        role TEXT NOT NULL,
        is_active INTEGER NOT NULL,
        source TEXT NOT NULL,
        added_at TEXT NOT NULL,
        PRIMARY KEY (id),
        UNIQUE (badge),
        FOREIGN KEY (unit_id) REFERENCES unit (id)
    )
    """,
    """
    CREATE INDEX officer_by_unit ON officer (unit_id)
    """,
    """
    CREATE TABLE posting (
        officer_id TEXT NOT NULL,
        since TEXT NOT NULL,
        unit_id TEXT NOT NULL,
        PRIMARY KEY (officer_id, since),
        FOREIGN KEY (officer_id) REFERENCES officer (id),
        FOREIGN KEY (unit_id) REFERENCES unit (id)
    )
    """,
    """
    CREATE TABLE pin (
        officer_id TEXT NOT NULL,
        phc TEXT NOT NULL,
        key_check TEXT NOT NULL,
        must_change INTEGER NOT NULL,
        set_at TEXT NOT NULL,
        PRIMARY KEY (officer_id),
        FOREIGN KEY (officer_id) REFERENCES officer (id)
    )
    """,
    """
    CREATE TABLE card (
        digest TEXT NOT NULL,
        officer_id TEXT NOT NULL,
        key_check TEXT NOT NULL,
        bound_at TEXT NOT NULL,
        PRIMARY KEY (digest),
        FOREIGN KEY (officer_id) REFERENCES officer (id)
    )
    """,
    """
    CREATE INDEX card_by_officer ON card (officer_id)
    """,
    """
    CREATE TABLE lockout (
        who TEXT NOT NULL,
        failures INTEGER NOT NULL,
        locks INTEGER NOT NULL,
        until TEXT,
        PRIMARY KEY (who)
    )
    """,
    """
    CREATE TABLE denial (
        who TEXT NOT NULL,
        what TEXT NOT NULL,
        code TEXT NOT NULL,
        count INTEGER NOT NULL,
        first_at TEXT NOT NULL,
        last_at TEXT NOT NULL,
        PRIMARY KEY (who, what, code)
    )
    """,
)


def upgrade() -> None:
    """Make the tables."""
    for statement in _STATEMENTS:
        op.execute(statement)
