"""Backups of the ledger, and the drill that shows one would bring it back."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.catalog.reader import Catalog
from workstation.domain.errors import LedgerBrokenError
from workstation.ledger import database, files
from workstation.ledger.audit import Fault, check_ledger
from workstation.ledger.database import connect_read_only
from workstation.ledger.keychain import KeyHistory
from workstation.ledger.second_copy import SecondCopy
from workstation.ledger.tree import Tree
from workstation.platform.clock import SystemClock
from workstation.station import record
from workstation.station.rebuilding import complete
from workstation.station.verification import check_object
from workstation.vault.diskfile import write_durably
from workstation.vault.store import Vault

if TYPE_CHECKING:
    from workstation.platform.paths import StatePaths
    from workstation.platform.settings import BackupSection
    from workstation.station.record import StationRecord

_LINES = "SELECT line FROM custody_entry ORDER BY seq"
SAMPLE = 20  # objects opened by a drill, spread over the whole ledger


@dataclass(frozen=True, slots=True)
class DrillReport:
    """What a restored backup turned out to be."""

    backup: str
    lines: int
    lines_since: int  # that the running ledger has and the backup lacks
    completed: int  # lines that the restored backup got from the vault's copy
    clips: int
    opened: int  # objects that were opened with what the backup says
    faults: tuple[Fault, ...]


def directory_of(paths: StatePaths, settings: BackupSection) -> Path:
    """Where backups go by the settings."""
    return Path(settings.directory) if settings.directory else paths.backups


def back_up(paths: StatePaths, directory: Path, keep: int) -> Path:
    """Back the ledger up while the station may run; ``station.json`` goes along.

    Raises:
        NotInitialisedError: there is nothing to back up.
        LedgerBrokenError, StateUnusableError: it can not be read, or not be written there.
    """
    record.load(paths)
    stamp = SystemClock().now().strftime("%Y%m%dT%H%M%S%fZ")
    made = files.back_up(paths.ledger, directory, stamp, keep)
    write_durably(directory / paths.station.name, paths.station.read_bytes(), mode=0o444)
    return made


def newest_at(directory: Path) -> datetime | None:
    """When the newest backup of a directory was made."""
    found = files.backups(directory)
    if not found:
        return None
    return datetime.fromtimestamp(found[-1].stat().st_mtime, UTC)


def drill(paths: StatePaths, directory: Path) -> DrillReport:
    """Restore the newest backup into a temporary place, verify it, open some of its clips.

    It is completed from the vault's copy of the lines there, as the station would at its start,
    and verified again.

    Raises:
        BackupMissingError: there is none.
        KeyMissingError, KeyBadError: the vault's keys are not there.
    """
    me = record.load(paths)
    backup = files.newest_backup(directory)
    vault = Vault(paths.vault, record.load_keyring(paths))
    with tempfile.TemporaryDirectory(prefix="evidock-drill-") as place:
        restored = Path(place) / "ledger.sqlite"
        files.copy_online(backup, restored)
        with closing(connect_read_only(restored)) as db:
            signer = KeyHistory.read(db, me.id, me.key).current
        checked = check_ledger(restored, me.id, signer, lambda _: None)
        faults = list(checked.faults)
        since = 0
        try:
            if signer.public not in {key.public for key in me.keys}:
                raise LedgerBrokenError(seq=1, reason="backup of another station")  # noqa: TRY301
            since = _lines_since(paths, restored)
        except LedgerBrokenError as error:
            faults.append(Fault.of("backup", error))
        completed = 0 if faults else _complete(paths, restored, me, faults)
        clips = opened = 0
        with closing(Catalog.open(restored)) as catalog:
            clips = catalog.totals().clips
            step = max(1, clips // SAMPLE)
            for after in range(0, clips, step):
                (clip,) = catalog.clips(after_seq=after, limit=1)
                fault = check_object(catalog, vault, clip, lambda _: None)
                faults += [fault] if fault else []
                opened += fault is None
    return DrillReport(str(backup), checked.lines, since, completed, clips, opened, tuple(faults))


def _complete(paths: StatePaths, restored: Path, me: StationRecord, faults: list[Fault]) -> int:
    """Do with the restored backup what the station would do at its next start."""
    with closing(connect_read_only(restored)) as db:
        held = [bytes(line) for (line,) in db.execute(_LINES)]
    copy = SecondCopy(paths.second_copy)
    if held != list(islice(copy.lines(), len(held))):
        other = LedgerBrokenError(seq=0, reason="the vault's copy of the lines is another")
        faults.append(Fault.of("backup", other))
        return 0
    restored.chmod(0o600)
    database.migrate(restored)
    replayed = complete(restored, copy, len(held))
    faults.extend(check_ledger(restored, me.id, me.key, lambda _: None).faults)
    return replayed.lines


def _lines_since(paths: StatePaths, restored: Path) -> int:
    """How many lines the running ledger has more; it must begin with those of the backup."""
    try:
        with (
            closing(connect_read_only(paths.ledger)) as now,
            closing(connect_read_only(restored)) as then,
        ):
            count = "SELECT coalesce(max(seq), 0) FROM custody_entry"
            (lines,), (held,) = now.execute(count).fetchone(), then.execute(count).fetchone()
            if held > lines or Tree(now).root(held) != Tree(then, trusting=False).root(held):
                raise LedgerBrokenError(seq=held, reason="ledger and backup differ")
            return int(lines) - int(held)
    except sqlite3.DatabaseError as error:
        raise LedgerBrokenError(seq=0, reason=str(error)) from error
