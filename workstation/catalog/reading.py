"""A connection that can not write, and its failures in our own words."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DatabaseError, OperationalError

from workstation.domain.errors import LedgerBrokenError, LedgerBusyError
from workstation.ledger import database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Self

    from sqlalchemy.engine import Connection

NAMES_AT_ONCE = 500  # in one query


class Reading:
    """One ledger, read only. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        self._engine = database.reader_engine(path)
        self._watch: Connection | None = None

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the ledger at ``path``.

        Raises:
            NotInitialisedError: there is none.
        """
        return cls(path)

    def close(self) -> None:
        """Let go of the file."""
        if self._watch is not None:
            self._watch.close()
            self._watch = None
        self._engine.dispose()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection:
                yield connection
        except OperationalError as error:
            raise LedgerBusyError(reason=str(error.orig)) from error
        except DatabaseError as error:
            raise LedgerBrokenError(seq=0, reason=str(error.orig)) from error

    def data_version(self) -> int:
        """Changes whenever another process has committed (``PRAGMA data_version``).

        Only differences between two calls mean anything. Call it from one thread.
        """
        try:
            if self._watch is None:
                self._watch = self._engine.connect()
            version = self._watch.exec_driver_sql("PRAGMA data_version").scalar_one()
            self._watch.rollback()
        except DatabaseError as error:
            self._watch = None
            raise LedgerBusyError(reason=str(error.orig)) from error
        return int(version)
