"""Find the file that a clip was, and the clip that a sidecar came with, without reading all."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_STATEMENTS = (
    "CREATE INDEX ingest_item_by_clip ON ingest_item (clip_id)",
    "CREATE INDEX ingest_item_by_path ON ingest_item (collection_id, path)",
)


def upgrade() -> None:
    """Make the indexes."""
    for statement in _STATEMENTS:
        op.execute(statement)
