"""Whole ledger files: copied while in use, put in place, put aside.

Nothing is deleted here but the oldest of our own backups, and drafts of ours.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from workstation.domain.errors import BackupMissingError, LedgerBrokenError, StateUnusableError
from workstation.ledger.database import connect_read_only
from workstation.platform import failpoints

if TYPE_CHECKING:
    from pathlib import Path

_BESIDE = ("", "-wal", "-shm")
BACKUP_NAMES = "ledger-*.sqlite"


def copy_online(ledger: Path, target: Path) -> None:
    """A consistent copy of a ledger that may be written meanwhile, as one file, durable.

    Raises:
        LedgerBrokenError: the ledger, or what was copied of it, is no sound database.
        StateUnusableError: the target can not be written.
    """
    target.unlink(missing_ok=True)
    try:
        with closing(connect_read_only(ledger)) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
            found = copy.execute("PRAGMA quick_check(1)").fetchone()
            if found != ("ok",):
                raise LedgerBrokenError(seq=0, reason=str(found[0]))
        target.chmod(0o440)
        _sync(target)
    except sqlite3.OperationalError as error:
        raise StateUnusableError(path=str(target), reason=str(error)) from error
    except sqlite3.DatabaseError as error:
        raise LedgerBrokenError(seq=0, reason=str(error)) from error
    except OSError as error:
        raise StateUnusableError(path=str(target), reason=os.strerror(error.errno or 0)) from error


def back_up(ledger: Path, directory: Path, stamp: str, keep: int) -> Path:
    """Add a backup named after ``stamp`` and drop the oldest beyond ``keep``.

    Raises:
        LedgerBrokenError, StateUnusableError: as ``copy_online``; older backups are untouched.
    """
    try:
        directory.mkdir(mode=0o750, parents=True, exist_ok=True)
    except OSError as error:
        raise StateUnusableError(
            path=str(directory), reason=os.strerror(error.errno or 0)
        ) from error
    made = directory / f"ledger-{stamp}.sqlite"
    draft = directory / f".{made.name}.part"
    copy_online(ledger, draft)
    draft.replace(made)
    for old in backups(directory)[:-keep]:
        old.unlink(missing_ok=True)
    _sync(directory)
    return made


def backups(directory: Path) -> list[Path]:
    """All backups of a directory, oldest first."""
    return sorted(directory.glob(BACKUP_NAMES))


def newest_backup(directory: Path) -> Path:
    """The latest backup.

    Raises:
        BackupMissingError: there is none.
    """
    found = backups(directory)
    if not found:
        raise BackupMissingError(path=str(directory))
    return found[-1]


def fresh_draft(ledger: Path) -> Path:
    """Where a rebuilt ledger is made; leftovers of an earlier try are dropped."""
    draft = ledger.with_name(f"{ledger.name}.rebuilt")
    for end in _BESIDE:
        draft.with_name(draft.name + end).unlink(missing_ok=True)
    return draft


def put_in_place(draft: Path, ledger: Path, aside: Path) -> Path | None:
    """Give a rebuilt ledger its name; the former one is kept as ``aside``. None if none was.

    There is a ledger at every instant; a crash between leaves the former one, to begin again with.
    """
    had = ledger.exists()
    if had:
        aside.hardlink_to(ledger)
    for end in _BESIDE[1:]:
        path = ledger.with_name(ledger.name + end)
        if path.exists():
            path.rename(ledger.with_name(aside.name + end))
    failpoints.reach("rebuild.aside")
    draft.chmod(0o640)
    draft.replace(ledger)
    _sync(ledger.parent)
    return aside if had else None


def fresh_copy(place: Path) -> Path:
    """Where the vault's copy of the lines is made anew; leftovers of an earlier try are dropped."""
    fresh = place.with_name(f"{place.name}.recalled")
    shutil.rmtree(fresh, ignore_errors=True)
    return fresh


def put_copy_in_place(fresh: Path, place: Path, aside: Path) -> Path | None:
    """Give the copy made anew its name; the former one is kept as ``aside``. None if none was."""
    had = place.exists()
    if had:
        place.rename(aside)
    fresh.rename(place)
    _sync(place.parent)
    return aside if had else None


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
