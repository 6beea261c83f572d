"""Cases, tags, links, markers and notes."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_STATEMENTS: tuple[str, ...] = (
    """
    CREATE TABLE operation (
        seq INTEGER NOT NULL,
        id TEXT NOT NULL,
        clip_id TEXT,
        case_id TEXT,
        line BLOB NOT NULL,
        custody_seq INTEGER NOT NULL,
        PRIMARY KEY (seq),
        UNIQUE (id)
    )
    """,
    "CREATE INDEX operation_by_clip ON operation (clip_id) WHERE clip_id IS NOT NULL",
    "CREATE INDEX operation_by_case ON operation (case_id) WHERE case_id IS NOT NULL",
    """
    CREATE TABLE clip_casework (
        clip_id TEXT NOT NULL,
        state BLOB NOT NULL,
        PRIMARY KEY (clip_id)
    )
    """,
    """
    CREATE TABLE clip_tag (
        clip_id TEXT NOT NULL,
        tag TEXT NOT NULL,
        PRIMARY KEY (clip_id, tag)
    )
    """,
    "CREATE INDEX clip_tag_by_tag ON clip_tag (tag)",
    """
    CREATE TABLE clip_case (
        clip_id TEXT NOT NULL,
        case_id TEXT NOT NULL,
        is_contested INTEGER NOT NULL,
        PRIMARY KEY (clip_id, case_id)
    )
    """,
    "CREATE INDEX clip_case_by_case ON clip_case (case_id)",
    """
    CREATE TABLE hold (
        operation_id TEXT NOT NULL,
        clip_id TEXT,
        case_id TEXT,
        reason TEXT NOT NULL,
        "by" TEXT NOT NULL,
        "at" TEXT NOT NULL,
        PRIMARY KEY (operation_id)
    )
    """,
    "CREATE INDEX hold_by_clip ON hold (clip_id)",
    "CREATE INDEX hold_by_case ON hold (case_id)",
    """
    CREATE TABLE case_file (
        id TEXT NOT NULL,
        number TEXT NOT NULL,
        is_closed INTEGER NOT NULL,
        changed_at TEXT NOT NULL,
        words TEXT NOT NULL,
        state BLOB NOT NULL,
        PRIMARY KEY (id)
    )
    """,
    "CREATE INDEX case_file_by_number ON case_file (number)",
    "CREATE INDEX case_file_by_change ON case_file (changed_at)",
    "CREATE VIRTUAL TABLE clip_words USING fts5(words, facets, tokenize='unicode61')",
    "CREATE TRIGGER operation_no_update BEFORE UPDATE ON operation BEGIN "
    "SELECT RAISE(ABORT, 'operation is append-only'); END",
    "CREATE TRIGGER operation_no_delete BEFORE DELETE ON operation BEGIN "
    "SELECT RAISE(ABORT, 'operation is append-only'); END",
    "CREATE TRIGGER operation_no_replace BEFORE INSERT ON operation WHEN EXISTS "
    "(SELECT 1 FROM operation WHERE seq = NEW.seq OR id = NEW.id) BEGIN SELECT "
    "RAISE(ABORT, 'operation is append-only'); END",
)


def upgrade() -> None:
    """Make the tables."""
    for statement in _STATEMENTS:
        op.execute(statement)
