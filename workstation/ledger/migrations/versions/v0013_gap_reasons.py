"""Why nothing was recorded in parts of a shift, as people said it."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_STATEMENTS = (
    """
    CREATE TABLE gap_reason (
        seq INTEGER NOT NULL,
        badge TEXT NOT NULL,
        begins TEXT NOT NULL,
        ends TEXT NOT NULL,
        reason TEXT NOT NULL,
        note TEXT NOT NULL,
        "by" TEXT NOT NULL,
        "at" TEXT NOT NULL,
        PRIMARY KEY (seq),
        FOREIGN KEY(seq) REFERENCES custody_entry (seq)
    )
    """,
    "CREATE INDEX gap_reason_by_badge ON gap_reason (badge, begins)",
)


def upgrade() -> None:
    """Make the table."""
    for statement in _STATEMENTS:
        op.execute(statement)
