"""The database is lost or behind: make it anew from the copy of its lines in the vault.

The lines tell what was collected, delivered, damaged and mended; the objects are still there.
What no line tells can not come back, and the report names it.
"""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from workstation.catalog.reader import Catalog
from workstation.domain.errors import (
    IntegrityError,
    KeyBadError,
    KeyMissingError,
    LedgerBehindError,
    NothingToRebuildError,
)
from workstation.domain.errors_casework import ClipDestroyedError
from workstation.ledger import database, files, operations
from workstation.ledger.audit import check_ledger
from workstation.ledger.custody import Act
from workstation.ledger.rebuild import Replay
from workstation.ledger.second_copy import SecondCopy
from workstation.ledger.writer import Ledger
from workstation.platform import failpoints
from workstation.platform.clock import SystemClock
from workstation.station import record
from workstation.vault.store import Vault

if TYPE_CHECKING:
    from pathlib import Path

    from workstation.ledger.audit import Fault, LedgerReport
    from workstation.ledger.rebuild import Replayed
    from workstation.platform.paths import StatePaths

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Lost:
    """Rows, or columns of rows, that no custody line tells of."""

    table: str
    columns: str  # empty: rows as a whole
    why: str

    def __str__(self) -> str:
        return f"{self.table}{f' ({self.columns})' if self.columns else ''}: {self.why}"


# What no custody line tells, in the words of the report. A test holds a day's rows against it.
NEVER_IN_LINES = (
    Lost(
        "ingest_item",
        "",
        "files of listings that were skipped, interrupted, or known already and neither proved "
        "by a line nor on the list of an erase",
    ),
    Lost(
        "ingest_item",
        "id place path raw_path size_bytes mtime_ns kind recorded_at badge recorder_serial "
        "sequence important sidecar_of findings code facts clip_id sha256 sm3 key_id header level",
        "how the recorder listed a file that did not become a clip, and the listing's own view "
        "of one that did",
    ),
    Lost("collection", "source label officer_name unit findings", "who wore a recorder, by name"),
    Lost(
        "docking",
        "usb_serial volume provenance claims clock_set_at clock_set_code clock_after_s "
        "clock_after_uncertainty_s",
        "what a recorder was known by, and its clock after it was set, where no line tells it",
    ),
    Lost("destruction", "certificate signature", "its digest is in the line that ended it"),
    Lost("directory_part", "body", "the signed directory's bytes: fetched again"),
    Lost("directory_head", "", "the signed directory: fetched again"),
    Lost("directory_refusal", "", "what of the directory is not taken: found again"),
    Lost("category", "", "the centre's list of categories: fetched again"),
    Lost("operation", "", "notes, and parties of cases: no entry repeats words about people"),
    Lost("operation", "seq", "the order in which they arrived, which means nothing"),
    Lost("clip_casework", "state", "the notes in it"),
    Lost("case_file", "state words", "the notes and parties in it"),
    Lost("clip_words", "words facets", "the search index is made anew from what came back"),
    Lost("media", "", "facts from the media probe: found again by the running station"),
    Lost("pin", "", "PINs are set anew"),
    Lost("card", "", "cards are bound anew"),
    Lost("lockout", "", "failures to sign in begin from nothing"),
    Lost("denial", "", "counts of refused commands"),
    Lost("scrub_run", "", "readings of the vault begin anew"),
    Lost("on_its_way", "", "the sync process tells it again"),
    Lost("outbox", "", "clips and collections are offered anew; what was said here is not"),
)
NO_ENTRY = "an entry that says so: the station's key can not be used ({code})"


@dataclass(frozen=True, slots=True)
class RebuildReport:
    """What came back, and what did not."""

    kept_lines: int  # of a ledger that was only behind
    replayed: Replayed
    checkpoints: int
    unsigned_lines: int
    entry: int | None  # the line that says what was done; None where there is no key to sign it
    aside: str | None  # where the former file lies
    missing: tuple[str, ...]  # clips whose object is not in the vault
    orphans: tuple[str, ...]  # objects that no line tells of
    faults: tuple[Fault, ...] = ()
    not_rebuilt: tuple[str, ...] = tuple(map(str, NEVER_IN_LINES))

    @property
    def is_whole(self) -> bool:
        """Whether the rebuilt ledger holds and every clip has its object."""
        return not self.faults and not self.missing


@dataclass(frozen=True, slots=True)
class _Made:
    """A draft that holds all lines of the copy, and what an audit says of it."""

    draft: Path
    kept: int
    replayed: Replayed
    checked: LedgerReport


def open_ledger(paths: StatePaths) -> Ledger:
    """The ledger for writing; one that was restored from a backup is completed first.

    It is completed where it holds a beginning of the copy's lines and nothing else, they chain
    on exactly, and every signature holds: then there is nothing for a person to decide, and
    intake need not wait for one. The entry ``ledger_completed`` says so.

    Raises:
        LedgerBehindError: it is empty, says other things than the copy, or the copy does not
            hold; nothing is changed.
        KeyMissingError, KeyBadError, LedgerBrokenError: it can not be signed or read.
    """
    try:
        return record.open_ledger(paths)
    except LedgerBehindError as behind:
        made = _make(paths)
        if not made.kept or made.checked.faults:
            raise
        _place(paths, made)
        facts = {"had": behind.facts.get("lines"), "found": behind.facts.get("found")}
        logger.info("ledger completed had=%(had)s found=%(found)s", facts)
    return record.open_ledger(paths)


def rebuild(paths: StatePaths) -> RebuildReport:
    """Make ``ledger.sqlite`` anew; the former file is put aside, never deleted.

    A ledger that is readable and only behind (restored from a backup) keeps all its rows and
    gets the lines it lacks. A copy that does not hold is not put in place.

    Raises:
        NothingToRebuildError: the vault holds no copy of the lines.
        StateLockedError: a station runs.
        NotInitialisedError, KeyBadError: ``station.json`` is needed; restore it from a backup.
    """
    with record.sole_owner(paths, settles=False):
        made = _make(paths)
        entry, aside = None, None
        unsaid: tuple[str, ...] = ()
        if not made.checked.faults:
            entry, aside, unsaid = _place(paths, made)
        missing, orphans = _objects(paths, made.draft if made.checked.faults else paths.ledger)
        return RebuildReport(
            kept_lines=made.kept,
            replayed=made.replayed,
            checkpoints=made.checked.checkpoints,
            unsigned_lines=made.checked.unsigned_lines,
            entry=entry,
            aside=str(aside) if aside else None,
            missing=missing,
            orphans=orphans,
            faults=made.checked.faults,
            not_rebuilt=(
                *map(str, NEVER_IN_LINES),
                *(f"rows of {count} lines “{act}”" for act, count in made.replayed.rowless.items()),
                *unsaid,
            ),
        )


def _make(paths: StatePaths) -> _Made:
    me = record.load(paths)
    copy = SecondCopy(paths.second_copy)
    if next(copy.lines(), None) is None:
        raise NothingToRebuildError(path=str(paths.second_copy))
    draft = files.fresh_draft(paths.ledger)
    kept = _begin(paths.ledger, draft, copy)
    replayed = complete(draft, copy, kept)
    return _Made(draft, kept, replayed, check_ledger(draft, me.id, me.key, lambda _: None))


def complete(draft: Path, copy: SecondCopy, kept: int) -> Replayed:
    """Give a ledger that holds the first ``kept`` lines of the copy all the others, and notes.

    Raises:
        LedgerBrokenError: a line is none of ours.
    """
    with closing(sqlite3.connect(draft, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        replayed = Replay(db).apply(islice(copy.lines(), kept, None), copy.notes())
        db.execute("COMMIT")
    _fold(draft)
    return replayed


def _place(paths: StatePaths, made: _Made) -> tuple[int | None, Path | None, tuple[str, ...]]:
    """Enter what was done and put the draft in place; its line, the former file, what is unsaid."""
    clock = SystemClock()
    aside = paths.ledger.with_name(
        f"{paths.ledger.name}.lost-{clock.now().strftime('%Y%m%dT%H%M%S%fZ')}"
    )
    entry = None
    unsaid: tuple[str, ...] = ()
    try:
        entry = _enter(paths, made, aside.name if paths.ledger.exists() else None)
    except (KeyMissingError, KeyBadError) as error:
        unsaid = (NO_ENTRY.format(code=error.code),)
    lies = files.put_in_place(made.draft, paths.ledger, aside)
    failpoints.reach("rebuild.placed")
    return entry, lies, unsaid


def _enter(paths: StatePaths, made: _Made, aside: str | None) -> int:
    """Write the entry into the draft, so that no ledger is ever in place without it."""
    ledger = Ledger(made.draft, record.load(paths).id, record.load_key(paths))
    try:
        with ledger.transaction() as tx:
            return tx.append(
                Act.LEDGER_COMPLETED,
                facts={
                    "kept": made.kept,
                    "from_copy": made.replayed.lines,
                    "unsigned": made.checked.unsigned_lines,
                    "rowless": sum(made.replayed.rowless.values()),
                    "aside": aside,
                },
            )
    finally:
        ledger.close()


def _fold(draft: Path) -> None:
    """Make the tables that are read from what was said about clips and cases."""
    engine = database.writer_engine(draft)
    try:
        with engine.begin() as connection:
            operations.project_all(connection)
    finally:
        engine.dispose()
    with closing(sqlite3.connect(draft, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode=DELETE")


def _begin(ledger: Path, draft: Path, copy: SecondCopy) -> int:
    """Start from the present ledger if all it holds is in the copy; how many lines that is."""
    if ledger.exists():
        try:
            files.copy_online(ledger, draft)
            draft.chmod(0o640)
            database.migrate(draft)
            with closing(database.connect_read_only(draft)) as db:
                held = [
                    bytes(line)
                    for (line,) in db.execute("SELECT line FROM custody_entry ORDER BY seq")
                ]
            if held and held == list(islice(copy.lines(), len(held))):
                return len(held)
        except (IntegrityError, sqlite3.DatabaseError):
            pass  # lost: made from nothing
    files.fresh_draft(ledger)
    database.migrate(draft)
    return 0


def _objects(paths: StatePaths, ledger: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Clips without an object, and objects without a clip."""
    vault = Vault(paths.vault, record.load_keyring(paths))
    lying = {path.name for path in vault.object_files()}
    missing = []
    with closing(Catalog.open(ledger)) as catalog:
        after = 0
        while page := catalog.clips(after_seq=after, limit=500):
            for clip in page:
                try:
                    name = catalog.object_ref(clip.id).name
                except ClipDestroyedError:
                    continue
                if name not in lying:
                    missing.append(clip.id)
                lying.discard(name)
            after = page[-1].seq
    return tuple(missing), tuple(sorted(lying))
