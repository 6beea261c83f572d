"""Where each clip is: on its way, locked in the store until, read back by the centre."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_STATEMENTS = (
    "ALTER TABLE transfer ADD COLUMN locked_until TEXT",
    """
    CREATE TABLE on_its_way (
        clip_id TEXT NOT NULL,
        since TEXT NOT NULL,
        PRIMARY KEY (clip_id),
        FOREIGN KEY(clip_id) REFERENCES clip (id)
    )
    """,
    """
    CREATE TABLE read_back (
        clip_id TEXT NOT NULL,
        centre TEXT NOT NULL,
        store_id TEXT NOT NULL,
        at TEXT NOT NULL,
        custody_seq INTEGER NOT NULL,
        PRIMARY KEY (clip_id, centre),
        FOREIGN KEY(clip_id) REFERENCES clip (id),
        FOREIGN KEY(custody_seq) REFERENCES custody_entry (seq)
    )
    """,
    "DELETE FROM clip_words",  # made anew at the next start, with where each clip is
)


def upgrade() -> None:
    """Make the tables."""
    for statement in _STATEMENTS:
        op.execute(statement)
