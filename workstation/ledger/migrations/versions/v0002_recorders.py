"""Recorders: who had which, and how wrong their clocks were."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_STATEMENTS = (
    "ALTER TABLE clip ADD COLUMN badge_source TEXT",
    """
    CREATE TABLE recorder_binding (
        seq INTEGER NOT NULL,
        recorder TEXT NOT NULL,
        badge TEXT NOT NULL,
        officer_name TEXT,
        unit TEXT,
        since TEXT NOT NULL,
        until TEXT,
        bound_at TEXT NOT NULL,
        bound_by TEXT NOT NULL,
        unbound_by TEXT,
        bound_seq INTEGER NOT NULL,
        unbound_seq INTEGER,
        PRIMARY KEY (seq),
        FOREIGN KEY(bound_seq) REFERENCES custody_entry (seq),
        FOREIGN KEY(unbound_seq) REFERENCES custody_entry (seq)
    )
    """,
    """
    CREATE INDEX recorder_binding_by_recorder ON recorder_binding (recorder, since)
    """,
    """
    CREATE INDEX recorder_binding_by_badge ON recorder_binding (badge)
    """,
    """
    CREATE UNIQUE INDEX recorder_binding_open ON recorder_binding (recorder)
    WHERE until IS NULL
    """,
    """
    CREATE TABLE docking (
        collection_id TEXT NOT NULL,
        usb_serial TEXT NOT NULL,
        volume TEXT NOT NULL,
        provenance TEXT NOT NULL,
        claims TEXT NOT NULL,
        bearer_source TEXT NOT NULL,
        clock_source TEXT,
        clock_read_at TEXT,
        drift_s_per_day TEXT,
        station_keeper TEXT,
        station_synced INTEGER,
        station_error_s TEXT,
        clock_set_at TEXT,
        clock_set_code TEXT,
        clock_after_s TEXT,
        clock_after_uncertainty_s TEXT,
        PRIMARY KEY (collection_id),
        FOREIGN KEY(collection_id) REFERENCES collection (id)
    )
    """,
    """
    CREATE TABLE remark (
        seq INTEGER NOT NULL,
        collection_id TEXT NOT NULL,
        code TEXT NOT NULL,
        facts TEXT NOT NULL,
        PRIMARY KEY (seq),
        FOREIGN KEY(collection_id) REFERENCES collection (id),
        FOREIGN KEY(seq) REFERENCES custody_entry (seq)
    )
    """,
    """
    CREATE INDEX remark_by_collection ON remark (collection_id)
    """,
)


def upgrade() -> None:
    """Make the tables."""
    for statement in _STATEMENTS:
        op.execute(statement)
