"""The first schema: collections, items, clips, custody chain, outbox, media."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_STATEMENTS = (
    """
    CREATE TABLE checkpoint (
        size INTEGER NOT NULL,
        note TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (size)
    )
    """,
    """
    CREATE TABLE collection (
        id TEXT NOT NULL,
        slot INTEGER NOT NULL,
        port TEXT NOT NULL,
        source TEXT NOT NULL,
        driver TEXT NOT NULL,
        profile TEXT NOT NULL,
        recorder_serial TEXT NOT NULL,
        label TEXT NOT NULL,
        badge TEXT,
        officer_name TEXT,
        unit TEXT,
        findings TEXT NOT NULL,
        clock_offset_s TEXT,
        clock_uncertainty_s TEXT,
        state TEXT NOT NULL,
        code TEXT,
        facts TEXT NOT NULL,
        started_at TEXT NOT NULL,
        ended_at TEXT,
        PRIMARY KEY (id)
    )
    """,
    """
    CREATE INDEX collection_by_recorder ON collection (recorder_serial, started_at)
    """,
    """
    CREATE INDEX collection_by_start ON collection (started_at)
    """,
    """
    CREATE INDEX collection_by_state ON collection (state)
    """,
    """
    CREATE TABLE custody_entry (
        seq INTEGER NOT NULL,
        line BLOB NOT NULL,
        hash TEXT NOT NULL,
        act TEXT NOT NULL,
        clip_id TEXT,
        collection_id TEXT,
        PRIMARY KEY (seq)
    )
    """,
    """
    CREATE INDEX custody_by_clip ON custody_entry (clip_id) WHERE clip_id IS NOT NULL
    """,
    """
    CREATE TABLE frontier (
        id INTEGER NOT NULL,
        size INTEGER NOT NULL,
        roots BLOB NOT NULL,
        PRIMARY KEY (id)
    )
    """,
    """
    CREATE TABLE outbox (
        seq INTEGER NOT NULL,
        kind TEXT NOT NULL,
        ref TEXT NOT NULL,
        created_at TEXT NOT NULL,
        PRIMARY KEY (seq)
    )
    """,
    """
    CREATE TABLE clip (
        seq INTEGER NOT NULL,
        id TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        sm3 TEXT,
        size_bytes INTEGER NOT NULL,
        kind TEXT NOT NULL,
        source_path TEXT NOT NULL,
        collection_id TEXT NOT NULL,
        recorder_serial TEXT NOT NULL,
        badge TEXT,
        recorded_at TEXT,
        sequence INTEGER,
        important INTEGER NOT NULL,
        vaulted_at TEXT NOT NULL,
        level INTEGER NOT NULL,
        key_id INTEGER NOT NULL,
        header BLOB NOT NULL,
        PRIMARY KEY (seq),
        CONSTRAINT clip_identity UNIQUE (sha256, size_bytes),
        UNIQUE (id),
        FOREIGN KEY(collection_id) REFERENCES collection (id)
    )
    """,
    """
    CREATE INDEX clip_by_badge ON clip (badge)
    """,
    """
    CREATE INDEX clip_by_collection ON clip (collection_id)
    """,
    """
    CREATE INDEX clip_by_recorded ON clip (recorded_at)
    """,
    """
    CREATE INDEX clip_by_vaulted ON clip (vaulted_at)
    """,
    """
    CREATE TABLE ingest_item (
        id TEXT NOT NULL,
        collection_id TEXT NOT NULL,
        place INTEGER NOT NULL,
        path TEXT NOT NULL,
        raw_path BLOB NOT NULL,
        size_bytes INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        kind TEXT NOT NULL,
        recorded_at TEXT,
        badge TEXT,
        recorder_serial TEXT,
        sequence INTEGER,
        important INTEGER NOT NULL,
        sidecar_of TEXT,
        findings TEXT NOT NULL,
        state TEXT NOT NULL,
        code TEXT,
        facts TEXT NOT NULL,
        clip_id TEXT,
        sha256 TEXT,
        sm3 TEXT,
        key_id INTEGER,
        header BLOB,
        level INTEGER,
        PRIMARY KEY (id),
        FOREIGN KEY(collection_id) REFERENCES collection (id)
    )
    """,
    """
    CREATE INDEX ingest_item_by_collection ON ingest_item (collection_id, place)
    """,
    """
    CREATE INDEX ingest_item_open ON ingest_item (state, collection_id)
    """,
    """
    CREATE TABLE media (
        clip_id TEXT NOT NULL,
        duration_ms INTEGER,
        facts TEXT NOT NULL,
        has_thumbnail INTEGER NOT NULL,
        probed_at TEXT NOT NULL,
        PRIMARY KEY (clip_id),
        FOREIGN KEY(clip_id) REFERENCES clip (id)
    )
    """,
    """
    CREATE TABLE transfer (
        clip_id TEXT NOT NULL,
        store_id TEXT NOT NULL,
        object_key TEXT NOT NULL,
        manifest_key TEXT NOT NULL,
        stored_at TEXT NOT NULL,
        custody_seq INTEGER NOT NULL,
        PRIMARY KEY (clip_id, store_id),
        FOREIGN KEY(clip_id) REFERENCES clip (id),
        FOREIGN KEY(custody_seq) REFERENCES custody_entry (seq)
    )
    """,
    "CREATE TRIGGER custody_entry_no_update BEFORE UPDATE ON custody_entry BEGIN "
    "SELECT RAISE(ABORT, 'custody_entry is append-only'); END",
    "CREATE TRIGGER custody_entry_no_delete BEFORE DELETE ON custody_entry BEGIN "
    "SELECT RAISE(ABORT, 'custody_entry is append-only'); END",
    "CREATE TRIGGER custody_entry_no_replace BEFORE INSERT ON custody_entry WHEN "
    "EXISTS (SELECT 1 FROM custody_entry WHERE seq = NEW.seq) BEGIN SELECT "
    "RAISE(ABORT, 'custody_entry is append-only'); END",
    "CREATE TRIGGER checkpoint_no_update BEFORE UPDATE ON checkpoint BEGIN SELECT "
    "RAISE(ABORT, 'checkpoint is append-only'); END",
    "CREATE TRIGGER checkpoint_no_delete BEFORE DELETE ON checkpoint BEGIN SELECT "
    "RAISE(ABORT, 'checkpoint is append-only'); END",
    "CREATE TRIGGER checkpoint_no_replace BEFORE INSERT ON checkpoint WHEN EXISTS "
    "(SELECT 1 FROM checkpoint WHERE size = NEW.size) BEGIN SELECT RAISE(ABORT, "
    "'checkpoint is append-only'); END",
    "CREATE TRIGGER clip_no_update BEFORE UPDATE ON clip BEGIN SELECT RAISE(ABORT, "
    "'clip is append-only'); END",
    "CREATE TRIGGER clip_no_delete BEFORE DELETE ON clip BEGIN SELECT RAISE(ABORT, "
    "'clip is append-only'); END",
    "CREATE TRIGGER clip_no_replace BEFORE INSERT ON clip WHEN EXISTS (SELECT 1 FROM "
    "clip WHERE seq = NEW.seq OR id = NEW.id OR (sha256 = NEW.sha256 AND size_bytes ="
    " NEW.size_bytes)) BEGIN SELECT RAISE(ABORT, 'clip is append-only'); END",
)


def upgrade() -> None:
    """Build everything; a migration never changes once it is released."""
    for statement in _STATEMENTS:
        op.execute(statement)
