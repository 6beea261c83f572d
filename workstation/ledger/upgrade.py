"""Run the ledger's migrations; a module of its own because Alembic is slow to load."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError

from workstation.domain.errors import StateUnusableError

if TYPE_CHECKING:
    from sqlalchemy import Engine

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(engine: Engine, path: Path) -> None:
    """Run every migration that the database at ``path`` has not seen.

    Raises:
        StateUnusableError: a later version of the program has changed it.
    """
    try:
        with engine.connect() as connection:
            config = Config()
            config.set_main_option("script_location", str(MIGRATIONS))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError as error:
        raise StateUnusableError(path=str(path), reason=str(error)) from error
