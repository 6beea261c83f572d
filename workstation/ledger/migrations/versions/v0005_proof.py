"""Merkle blocks, scrubs, damage, erase intents and verification levels."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_SCRUB: tuple[str, ...] = (
    """
    CREATE TABLE merkle_block (
        level INTEGER NOT NULL,
        place INTEGER NOT NULL,
        root BLOB NOT NULL,
        PRIMARY KEY (level, place)
    )
    """,
    """
    CREATE TABLE scrub_run (
        id INTEGER NOT NULL,
        started_at TEXT NOT NULL,
        ended_at TEXT,
        after_seq INTEGER NOT NULL,
        objects INTEGER NOT NULL,
        size_bytes INTEGER NOT NULL,
        damaged INTEGER NOT NULL,
        PRIMARY KEY (id)
    )
    """,
    """
    CREATE TABLE damage (
        clip_id TEXT NOT NULL,
        code TEXT NOT NULL,
        facts TEXT NOT NULL,
        found_at TEXT NOT NULL,
        healed_at TEXT,
        PRIMARY KEY (clip_id),
        FOREIGN KEY(clip_id) REFERENCES clip (id)
    )
    """,
    """
    CREATE TABLE object_copy (
        custody_seq INTEGER NOT NULL,
        clip_id TEXT NOT NULL,
        key_id INTEGER NOT NULL,
        header BLOB NOT NULL,
        PRIMARY KEY (custody_seq),
        FOREIGN KEY(custody_seq) REFERENCES custody_entry (seq),
        FOREIGN KEY(clip_id) REFERENCES clip (id)
    )
    """,
    "CREATE INDEX object_copy_by_clip ON object_copy (clip_id)",
)
_STATEMENTS: tuple[str, ...] = _SCRUB


def upgrade() -> None:
    """Make the tables."""
    for statement in _STATEMENTS:
        op.execute(statement)
