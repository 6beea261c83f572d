"""SQLite connections for the ledger: one kind that writes, one that can not."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool, StaticPool

from workstation.domain.errors import LedgerBrokenError, NotInitialisedError, StateUnusableError

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine
    from sqlalchemy.engine import Connection
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.pool import ConnectionPoolEntry

HEAD = "0013"  # the newest migration
BUSY_TIMEOUT_MS = 10_000

_WRITER_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
    "PRAGMA cache_size=-16384",
)


def writer_engine(path: Path) -> Engine:
    """The one connection that writes; every transaction is ``BEGIN IMMEDIATE``."""
    engine = create_engine(
        f"sqlite:///{path}",
        poolclass=StaticPool,
        connect_args={"check_same_thread": False, "isolation_level": None},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for pragma in _WRITER_PRAGMAS:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def migrate(path: Path) -> None:
    """Bring the database to the schema of this version; a new one is created.

    Raises:
        StateUnusableError: the file can not be created or written, or a later version of the
            program has changed it.
        LedgerBrokenError: it is no SQLite database.
    """
    try:
        if _version(path) != HEAD:
            # Alembic takes a second to load, and nearly every start finds nothing to do.
            from workstation.ledger.upgrade import upgrade

            engine = writer_engine(path)
            try:
                upgrade(engine, path)
            finally:
                engine.dispose()
    except (sqlite3.DatabaseError, DBAPIError) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        if isinstance(cause, sqlite3.OperationalError):
            raise StateUnusableError(path=str(path), reason=str(cause)) from error
        raise LedgerBrokenError(seq=0, reason=str(cause)) from error


def _version(path: Path) -> str | None:
    if not path.exists():
        return None
    with closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT_MS / 1000)) as connection:
        known = connection.execute(
            "SELECT 1 FROM sqlite_master WHERE name='alembic_version'"
        ).fetchone()
        if known is None:
            return None
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return str(row[0]) if row else None


def connect_read_only(path: Path) -> sqlite3.Connection:
    """A connection that can not write, usable from any thread.

    Where the disk is read-only and no writer has left a ``-wal`` or ``-shm`` file, SQLite could
    not make the ``-shm`` file it wants and would refuse; there nothing can change, and it is
    told so (``immutable``).
    """
    uri = f"{path.absolute().as_uri()}?mode=ro"
    beside = [path.with_name(path.name + end) for end in ("-wal", "-shm")]
    if not any(file.exists() for file in beside) and _is_read_only(path.parent):
        uri += "&immutable=1"
    return sqlite3.connect(
        uri,
        uri=True,
        timeout=BUSY_TIMEOUT_MS / 1000,
        check_same_thread=False,
        isolation_level=None,
    )


def _is_read_only(directory: Path) -> bool:
    try:
        return bool(os.statvfs(directory).f_flag & os.ST_RDONLY)
    except OSError:
        return False


def reader_engine(path: Path) -> Engine:
    """Connections that can not write; each query borrows one, in whichever thread.

    Raises:
        NotInitialisedError: there is no ledger.
    """
    if not path.exists():
        raise NotInitialisedError(path=str(path))

    def connect() -> sqlite3.Connection:
        connection = connect_read_only(path)
        connection.execute("PRAGMA query_only=ON")
        connection.execute("PRAGMA cache_size=-8192")
        return connection

    # Not SQLAlchemy's own choice for "sqlite://": that pool closes connections which other
    # threads are using as soon as more than five threads ask.
    return create_engine(
        "sqlite://", creator=connect, poolclass=QueuePool, pool_size=4, max_overflow=-1
    )
