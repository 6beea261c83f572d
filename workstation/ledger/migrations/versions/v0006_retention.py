"""Retention classes, holds and destruction."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_STATEMENTS: tuple[str, ...] = (
    """
    CREATE TABLE retention_policy (
        seq INTEGER NOT NULL,
        text BLOB NOT NULL,
        sha256 TEXT NOT NULL,
        adopted_at TEXT NOT NULL,
        adopted_by TEXT NOT NULL,
        second TEXT,
        PRIMARY KEY (seq)
    )
    """,
    """
    CREATE TABLE destruction (
        id TEXT NOT NULL,
        state TEXT NOT NULL,
        queued_at TEXT NOT NULL,
        queued_by TEXT NOT NULL,
        due_at TEXT NOT NULL,
        confirmed_at TEXT,
        confirmed_by TEXT,
        ended_at TEXT,
        certificate BLOB,
        signature BLOB,
        PRIMARY KEY (id)
    )
    """,
    "CREATE INDEX destruction_by_state ON destruction (state)",
    """
    CREATE TABLE destruction_item (
        destruction_id TEXT NOT NULL,
        clip_id TEXT NOT NULL,
        state TEXT NOT NULL,
        reason TEXT NOT NULL,
        PRIMARY KEY (destruction_id, clip_id),
        FOREIGN KEY(destruction_id) REFERENCES destruction (id),
        FOREIGN KEY(clip_id) REFERENCES clip (id)
    )
    """,
    "CREATE INDEX destruction_item_by_clip ON destruction_item (clip_id)",
    """
    CREATE TABLE destroyed (
        clip_id TEXT NOT NULL,
        destruction_id TEXT NOT NULL,
        "at" TEXT NOT NULL,
        PRIMARY KEY (clip_id),
        FOREIGN KEY(clip_id) REFERENCES clip (id),
        FOREIGN KEY(destruction_id) REFERENCES destruction (id)
    )
    """,
    "CREATE TRIGGER retention_policy_no_update BEFORE UPDATE ON retention_policy BEGIN "
    "SELECT RAISE(ABORT, 'retention_policy is append-only'); END",
    "CREATE TRIGGER retention_policy_no_delete BEFORE DELETE ON retention_policy BEGIN "
    "SELECT RAISE(ABORT, 'retention_policy is append-only'); END",
    "CREATE TRIGGER retention_policy_no_replace BEFORE INSERT ON retention_policy WHEN EXISTS "
    "(SELECT 1 FROM retention_policy WHERE seq = NEW.seq) BEGIN SELECT "
    "RAISE(ABORT, 'retention_policy is append-only'); END",
    "CREATE TRIGGER destroyed_no_update BEFORE UPDATE ON destroyed BEGIN "
    "SELECT RAISE(ABORT, 'destroyed is append-only'); END",
    "CREATE TRIGGER destroyed_no_delete BEFORE DELETE ON destroyed BEGIN "
    "SELECT RAISE(ABORT, 'destroyed is append-only'); END",
    "CREATE TRIGGER destroyed_no_replace BEFORE INSERT ON destroyed WHEN EXISTS "
    "(SELECT 1 FROM destroyed WHERE clip_id = NEW.clip_id) BEGIN SELECT "
    "RAISE(ABORT, 'destroyed is append-only'); END",
)


def upgrade() -> None:
    """Make the tables."""
    for statement in _STATEMENTS:
        op.execute(statement)
