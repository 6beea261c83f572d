"""A SQLite file of sync's own: opened and brought to its schema, or refused with the reason."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DatabaseError, OperationalError

from workstation.domain.errors import LedgerBusyError, StateUnusableError
from workstation.ledger.database import writer_engine

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator
    from pathlib import Path

    from sqlalchemy.engine import Connection


class OwnFile:
    """The file. Any number of transactions, one at a time writes."""

    def __init__(self, path: Path, prepare: Callable[[Connection, Path], None]) -> None:
        """Open or create it; ``prepare`` makes it what it has to be, in one transaction.

        Raises:
            StateUnusableError: it can not be opened, or is of another version.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._engine = writer_engine(path)
        except OSError as error:
            raise StateUnusableError(path=str(path), reason=str(error)) from error
        try:
            with self._engine.begin() as db:
                prepare(db, path)
        except (DatabaseError, sqlite3.Error) as error:
            self._engine.dispose()
            raise StateUnusableError(path=str(path), reason=str(error)) from error
        except BaseException:
            self._engine.dispose()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """``BEGIN IMMEDIATE`` … ``COMMIT``, on the disk when the block is left.

        Raises:
            LedgerBusyError: somebody holds the file for longer than we wait.
        """
        try:
            with self._engine.begin() as db:
                yield db
        except OperationalError as error:
            raise LedgerBusyError(reason=str(error.orig)) from error


def version_of(db: Connection, path: Path, known: Container[int]) -> int:
    """The schema's version in the file; 0 for a new one.

    Raises:
        StateUnusableError: it is none of ``known``.
    """
    version = int(db.exec_driver_sql("PRAGMA user_version").scalar_one())
    if version and version not in known:
        raise StateUnusableError(path=str(path), reason="version", found=version)
    return version
