"""The one writer of the ledger: one fact, one transaction, the outbox row part of it."""

from __future__ import annotations

import errno
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from sqlalchemy import func, insert, select
from sqlalchemy.exc import DatabaseError, OperationalError

from workstation.domain.errors import (
    LedgerBrokenError,
    LedgerBusyError,
    VaultFullError,
    VaultIoError,
    VaultReadOnlyError,
)
from workstation.ledger import database, schema, words
from workstation.ledger.custody import GENESIS, Act
from workstation.ledger.keychain import rotation_facts
from workstation.ledger.merkle import Frontier, leaf_hash
from workstation.ledger.notes import Checkpoint, sign
from workstation.ledger.second_copy import KeptNote
from workstation.ledger.transaction import Head, Transaction
from workstation.ledger.tree import missing_blocks
from workstation.platform import failpoints
from workstation.platform.clock import SystemClock, to_text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy.engine import Connection

    from workstation.ledger.second_copy import SecondCopy
    from workstation.ledger.signing import StationKey
    from workstation.platform.clock import Clock


class Ledger:
    """The ledger, open for writing. One per station process; safe to call from any thread."""

    def __init__(
        self,
        path: Path,
        station_id: str,
        key: StationKey,
        clock: Clock | None = None,
        copy: SecondCopy | None = None,
    ) -> None:
        database.migrate(path)
        self.station_id = station_id
        self.origin = f"evidock/{station_id}"
        self._key = key
        self._clock = clock or SystemClock()
        self._engine = database.writer_engine(path)
        self._lock = threading.Lock()
        self._copy = copy
        try:
            self._take_up()
        except BaseException:
            self._engine.dispose()  # a writer left open would delete the next file's log at its end
            raise

    def _take_up(self) -> None:
        with self._errors(), self._engine.begin() as connection:
            words.catch_up(connection)
        with self._errors(), self._engine.connect() as connection:
            if self._copy is not None:
                self._copy.attach(_raw(connection))
            self._head = _load_head(connection)
            self._checkpointed = int(
                connection.execute(
                    select(func.coalesce(func.max(schema.checkpoint.c.size), 0))
                ).scalar_one()
            )

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except OperationalError as error:
            reason = str(error.orig)
            if "locked" in reason:
                raise LedgerBusyError(reason=reason) from error
            if "full" in reason:
                raise VaultFullError(place="ledger.sqlite", reason=reason) from error
            if "readonly" in reason:
                raise VaultReadOnlyError(place="ledger.sqlite", reason=reason) from error
            raise VaultIoError(place="ledger.sqlite", reason=reason) from error
        except OSError as error:  # SQLite raises none: this is a failpoint, standing for the above
            kind = {errno.ENOSPC: VaultFullError, errno.EROFS: VaultReadOnlyError}
            raise kind.get(error.errno or 0, VaultIoError)(
                place="ledger.sqlite", errno=error.errno, reason=error.strerror
            ) from error
        except DatabaseError as error:
            if "malformed" in str(error.orig) or "not a database" in str(error.orig):
                raise LedgerBrokenError(seq=0, reason=str(error.orig)) from error
            raise

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """``BEGIN IMMEDIATE`` to ``COMMIT``; an exception rolls everything back.

        Raises:
            LedgerBusyError, VaultFullError, VaultIoError: the disk or another process refuses.
        """
        with self._lock, self._errors(), self._engine.connect() as connection:
            with connection.begin():
                head = self._head.copy()
                tx = Transaction(connection, head, self.station_id, to_text(self._clock.now()))
                yield tx
                tx.settle()
            first = self._head.seq + 1
            self._head = Head(head.seq, head.hash, head.frontier)
            if self._copy is not None and tx.written:
                self._copy.append(first, tx.written)

    def rotate_key(self, new: StationKey) -> None:
        """Let ``new`` take over: an entry signed by both keys, then a checkpoint of both.

        For a sole owner without threads: nobody else may sign in between.
        """
        old = self._key
        with self.transaction() as tx:
            tx.append(Act.KEY_ROTATED, facts=rotation_facts(self.station_id, old, new))
        self._key = new
        failpoints.reach("rotate.entered")
        self.checkpoint(cosigner=old)

    def checkpoint(self, cosigner: StationKey | None = None) -> str | None:
        """Sign the present state; None if nothing was added since the last checkpoint."""
        with self._lock, self._errors(), self._engine.connect() as connection:
            if self._head.seq == self._checkpointed:
                return None
            failpoints.reach("checkpoint.before")
            at = to_text(self._clock.now())
            size = self._head.seq
            point = Checkpoint(self.origin, size, self._head.frontier.root(), at)
            note = sign(point, self._key, *([cosigner] if cosigner else []))
            with connection.begin():
                connection.execute(insert(schema.checkpoint).values(size=size, note=note, at=at))
                _keep_blocks(connection, size)
            self._checkpointed = size
            if self._copy is not None:
                self._copy.keep(KeptNote(size, at, note), _raw(connection))
            return note

    @property
    def is_empty(self) -> bool:
        """Whether not one line was written yet."""
        return self._head.seq == 0

    @property
    def unsigned_lines(self) -> int:
        """Custody entries since the last checkpoint."""
        return self._head.seq - self._checkpointed

    def close(self) -> None:
        """Sign what is unsigned and let go of the file."""
        self.checkpoint()
        self._engine.dispose()


def _raw(connection: Connection) -> sqlite3.Connection:
    return cast("sqlite3.Connection", connection.connection.dbapi_connection)


def _keep_blocks(connection: Connection, size: int) -> None:
    """Write down the roots of the Merkle blocks that became full since the last checkpoint."""
    if rows := missing_blocks(_raw(connection), size):
        connection.exec_driver_sql("INSERT INTO merkle_block VALUES (?, ?, ?)", rows)


def _load_head(connection: Connection) -> Head:
    entry, cache = schema.custody_entry, schema.frontier
    last = connection.execute(
        select(entry.c.seq, entry.c.hash).order_by(entry.c.seq.desc()).limit(1)
    ).one_or_none()
    if last is None:
        return Head(0, GENESIS, Frontier())
    row = connection.execute(select(cache.c.size, cache.c.roots)).one_or_none()
    if row is not None and row.size == last.seq:
        try:
            return Head(last.seq, last.hash, Frontier.from_bytes(row.size, row.roots))
        except ValueError:
            pass
    frontier = Frontier()
    for (line,) in connection.execute(select(entry.c.line).order_by(entry.c.seq)):
        frontier.append(leaf_hash(line))
    return Head(last.seq, last.hash, frontier)
