"""Clips whose bytes are in the central store only."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.execute(
        """
        CREATE TABLE purged (
            clip_id TEXT NOT NULL,
            store_id TEXT NOT NULL,
            object_key TEXT NOT NULL,
            intended_at TEXT NOT NULL,
            at TEXT,
            PRIMARY KEY (clip_id),
            FOREIGN KEY(clip_id) REFERENCES clip (id)
        )
        """
    )
