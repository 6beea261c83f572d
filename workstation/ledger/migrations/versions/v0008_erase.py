"""Intents to remove files from a recorder, and what became of each file."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_STATEMENTS = (
    """
    CREATE TABLE erase_intent (
        id TEXT NOT NULL,
        collection_id TEXT NOT NULL,
        recorder_serial TEXT NOT NULL,
        policy TEXT NOT NULL,
        state TEXT NOT NULL,
        made_at TEXT NOT NULL,
        ended_at TEXT,
        PRIMARY KEY (id),
        FOREIGN KEY(collection_id) REFERENCES collection (id)
    )
    """,
    "CREATE INDEX erase_intent_open ON erase_intent (recorder_serial, state)",
    """
    CREATE TABLE erase_item (
        intent_id TEXT NOT NULL,
        item_id TEXT NOT NULL,
        path TEXT NOT NULL,
        raw_path BLOB NOT NULL,
        size_bytes INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        clip_id TEXT NOT NULL,
        state TEXT NOT NULL,
        code TEXT,
        PRIMARY KEY (intent_id, item_id),
        FOREIGN KEY(intent_id) REFERENCES erase_intent (id),
        FOREIGN KEY(item_id) REFERENCES ingest_item (id),
        FOREIGN KEY(clip_id) REFERENCES clip (id)
    )
    """,
)


def upgrade() -> None:
    """Make the tables."""
    for statement in _STATEMENTS:
        op.execute(statement)
