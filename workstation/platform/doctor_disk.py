"""What the doctor looks at in the state directory: room, writing, keys, the ledger's mode."""

from __future__ import annotations

import mmap
import os
import sqlite3
import stat
import tempfile
from contextlib import closing
from typing import TYPE_CHECKING

from workstation.domain.people import Role
from workstation.platform.findings import Finding, FindingStatus, judge

if TYPE_CHECKING:
    from pathlib import Path

    from workstation.platform.paths import StatePaths

_KEY_MODES = (0o400, 0o600)
_BLOCK_BYTES = 4096
# https://www.sqlite.org/fileformat.html 1.3: bytes 18 and 19 are 2 for a WAL database.
_SQLITE_HEADER = b"SQLite format 3\0"
_HEADER_BYTES = 20
_WAL_VERSION = 2
_WHO_ADMINISTERS = """
SELECT count(*) FROM officer WHERE role = ? AND is_active = 1 AND (
    EXISTS (SELECT 1 FROM pin WHERE officer_id = officer.id)
    OR (? AND EXISTS (SELECT 1 FROM card WHERE officer_id = officer.id))
)
"""


def examine_state(paths: StatePaths) -> Finding:
    """The state directory is there, ours, and has seen its first-start ceremony."""
    path = str(paths.root)
    if not paths.root.is_dir():
        status = FindingStatus.WARN if not paths.root.exists() else FindingStatus.FAIL
        return Finding("doctor.state", status, {"path": path, "found": "not_initialised"})
    if not os.access(paths.root, os.R_OK | os.W_OK | os.X_OK):
        return Finding("doctor.state", FindingStatus.FAIL, {"path": path, "found": "not_writable"})
    is_initialised = paths.station.is_file()
    return judge(
        "doctor.state",
        is_ok=is_initialised,
        otherwise=FindingStatus.WARN,
        facts={"path": path, "found": "initialised" if is_initialised else "not_initialised"},
    )


def examine_room(folder: Path, reserve_bytes: int) -> Finding:
    """More room is free than must be kept in reserve."""
    stats = os.statvfs(folder)
    free_bytes = stats.f_bavail * stats.f_frsize
    return judge(
        "doctor.disk_free",
        is_ok=free_bytes > reserve_bytes,
        otherwise=FindingStatus.FAIL,
        facts={"free_bytes": free_bytes, "reserve_bytes": reserve_bytes},
    )


def examine_writing(folder: Path) -> list[Finding]:
    """A file can be written, flushed, and read again past the page cache.

    The file has no name, or loses it at once, so nothing stays behind however we end.
    """
    try:
        with tempfile.TemporaryFile(dir=folder) as scratch:
            scratch.write(bytes(_BLOCK_BYTES))
            scratch.flush()
            os.fsync(scratch.fileno())
            is_direct = _reads_directly(scratch.fileno())
    except OSError as error:
        facts: dict[str, str | int | float | None] = {
            "path": str(folder),
            "found": os.strerror(error.errno or 0),
        }
        return [Finding("doctor.disk_write", FindingStatus.FAIL, facts)]
    return [
        Finding("doctor.disk_write", FindingStatus.OK, {"path": str(folder), "found": "writable"}),
        judge(
            "doctor.disk_direct",
            is_ok=is_direct,
            otherwise=FindingStatus.WARN,
            facts={"found": "supported" if is_direct else "not_supported"},
        ),
    ]


def examine_keys(paths: StatePaths) -> list[Finding]:
    """Both keys are there, ours, and readable by nobody else."""
    findings = []
    for path in (paths.vault_key, paths.station_key):
        facts: dict[str, str | int | float | None] = {"path": str(path)}
        try:
            status = path.lstat()
        except OSError as error:
            missing = isinstance(error, FileNotFoundError)
            facts["found"] = "missing" if missing else os.strerror(error.errno or 0)
            findings.append(Finding("doctor.keys", FindingStatus.FAIL, facts))
            continue
        mode = stat.S_IMODE(status.st_mode)
        is_ours = status.st_uid == paths.root.stat().st_uid
        facts["found"] = f"{mode:04o}" if is_ours else "foreign_owner"
        is_ok = is_ours and stat.S_ISREG(status.st_mode) and mode in _KEY_MODES
        findings.append(
            judge("doctor.keys", is_ok=is_ok, otherwise=FindingStatus.FAIL, facts=facts)
        )
    return findings


def examine_ledger(path: Path) -> Finding:
    """The ledger is in WAL mode, told from its header: opening it would write beside it."""
    try:
        with path.open("rb") as ledger:
            header = ledger.read(_HEADER_BYTES)
    except OSError as error:
        found = os.strerror(error.errno or 0)
        return Finding("doctor.ledger_wal", FindingStatus.FAIL, {"found": found})
    is_database = header.startswith(_SQLITE_HEADER) and len(header) == _HEADER_BYTES
    is_wal = is_database and header[18] == header[19] == _WAL_VERSION
    found = "WAL" if is_wal else "DELETE" if is_database else "none"
    return judge(
        "doctor.ledger_wal", is_ok=is_wal, otherwise=FindingStatus.WARN, facts={"found": found}
    )


def examine_administrators(path: Path, *, card_needs_pin: bool) -> Finding:
    """Somebody can sign in and change the directory of people."""
    # A reader that finds no -shm file would make one, and perhaps as root where the station could
    # not open it then; without that file nobody is writing, and the database is complete.
    has_writer = path.with_name(f"{path.name}-shm").exists()
    uri = f"{path.absolute().as_uri()}?mode=ro" + ("" if has_writer else "&immutable=1")
    try:
        with closing(sqlite3.connect(uri, uri=True)) as ledger:
            asked = (Role.ADMINISTRATOR.value, not card_needs_pin)
            (count,) = ledger.execute(_WHO_ADMINISTERS, asked).fetchone()
    except sqlite3.Error as error:
        return Finding("doctor.administrator", FindingStatus.WARN, {"found": str(error)})
    return judge(
        "doctor.administrator",
        is_ok=count > 0,
        otherwise=FindingStatus.WARN,
        facts={"found": count or "none"},
    )


def nearest_folder(path: Path) -> Path:
    """The directory itself, or the nearest one above that exists."""
    return next(folder for folder in (path, *path.parents) if folder.is_dir())


def _reads_directly(descriptor: int) -> bool:
    """Whether the file system lets us read past the page cache (O_DIRECT)."""
    try:
        direct = os.open(f"/proc/self/fd/{descriptor}", os.O_RDONLY | os.O_DIRECT | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        with mmap.mmap(-1, _BLOCK_BYTES) as aligned:
            return os.preadv(direct, [aligned], 0) == _BLOCK_BYTES
    except OSError:
        return False
    finally:
        os.close(direct)
