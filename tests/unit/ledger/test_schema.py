"""The tables as declared are the tables as migrations build them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from workstation.ledger import (
    database,
    schema,
    schema_casework,
    schema_delivery,
    schema_directory,
    schema_erase,
    schema_people,
    schema_proof,
    schema_retention,
    schema_shift,
    upgrade,
)

if TYPE_CHECKING:
    from pathlib import Path

# Each puts its tables on the metadata when it is imported.
AREAS = (
    *(schema_casework, schema_delivery, schema_directory, schema_people, schema_proof),
    *(schema_erase, schema_retention, schema_shift),
)


def test_the_migrated_database_is_the_declared_one(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    database.migrate(path)
    engine = database.writer_engine(path)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": _is_declarable})
        found = compare_metadata(context, schema.metadata)
        made = "SELECT sql FROM sqlite_master WHERE name = 'clip_words'"
        virtual = connection.exec_driver_sql(made).scalar_one()
    engine.dispose()
    assert found == []
    assert all(area.metadata is schema.metadata for area in AREAS)
    assert virtual == schema_casework.CLIP_WORDS


def _is_declarable(_: object, name: str | None, *__: object) -> bool:
    """SQLAlchemy can not declare a virtual table, nor those that SQLite makes for it."""
    return not (name or "").startswith("clip_words")


def test_every_protected_table_has_its_triggers(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    database.migrate(path)
    with closing(sqlite3.connect(path)) as db:
        found = {row[0] for row in db.execute("SELECT sql FROM sqlite_master WHERE type='trigger'")}
    assert found == set(schema.protection_triggers())


def test_migrating_twice_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    database.migrate(path)
    before = path.read_bytes()
    database.migrate(path)
    assert path.read_bytes() == before


def test_the_newest_migration_is_the_one_the_program_asks_for() -> None:
    assert ScriptDirectory(str(upgrade.MIGRATIONS)).get_current_head() == database.HEAD
