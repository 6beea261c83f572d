"""Alembic's entry: migrations run on the connection that ``ledger.database`` hands over."""

from __future__ import annotations

from alembic import context

from workstation.ledger import schema_recorders  # noqa: F401 - declares its tables
from workstation.ledger.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
