"""The auditor's desk: one check of everything at a time, and entries taken out with their proof."""

from __future__ import annotations

import hashlib
import json
import logging
import threading
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import msgspec

from workstation.casework.court_pack.custody import prove_entries
from workstation.domain.errors import StationError
from workstation.domain.errors_export import ExportPlaceError, NoEntriesError
from workstation.ipc.messages_audit import EntriesExported, FaultView, VerificationState
from workstation.ledger.audit import Fault
from workstation.ledger.custody import Act
from workstation.ledger.database import connect_read_only
from workstation.ledger.notes import verifier_line
from workstation.platform.clock import to_text
from workstation.station import record
from workstation.station.verification import Scope, verify
from workstation.vault.diskfile import write_durably

if TYPE_CHECKING:
    from pathlib import Path

    from workstation.catalog.auditing import EntryFilter
    from workstation.catalog.reader import Catalog
    from workstation.ledger.custody import Fact
    from workstation.ledger.writer import Ledger
    from workstation.platform.clock import Clock
    from workstation.platform.paths import StatePaths
    from workstation.station.verification import VerifyReport

logger = logging.getLogger(__name__)

MOST_FAULTS: Final = 50  # that are named; all are counted
MOST_ENTRIES: Final = 20_000  # in one file
PAGE: Final = 1000


class _StoppedError(Exception):
    """Not a fault: somebody ended the check."""


@dataclass(slots=True)
class _Count:
    """How far a check is; written by its thread, read by those who ask."""

    stop: threading.Event
    lines_read: int = 0
    objects_read: int = 0
    objects_total: int = 0
    read: int = 0
    total: int = 0

    def lines(self, count: int) -> None:
        self._go_on()
        self.lines_read += count

    def objects(self, total: int, total_bytes: int) -> None:
        self.objects_total, self.total = total, total_bytes

    def checked_bytes(self, count: int) -> None:
        self._go_on()
        self.read += count

    def checked_object(self) -> None:
        self.objects_read += 1

    def _go_on(self) -> None:
        if self.stop.is_set():
            raise _StoppedError


@dataclass(slots=True)
class _Run:
    """One check."""

    state: VerificationState
    count: _Count
    thread: threading.Thread | None = field(default=None)


class AuditDesk:
    """Checks and exports; changes nothing but the note that entries were taken out.

    Safe to call from any thread.
    """

    def __init__(self, paths: StatePaths, ledger: Ledger, catalog: Catalog, clock: Clock) -> None:
        self._paths = paths
        self._ledger = ledger
        self._catalog = catalog
        self._clock = clock
        self._lock = threading.Lock()
        self._run: _Run | None = None

    # -- verifying -------------------------------------------------------------------------

    def begin(self, by: str, *, vault: bool) -> VerificationState:
        """Begin a check, unless one is under way."""
        with self._lock:
            if self._run is None or self._run.state.step != "running":
                now = to_text(self._clock.now())
                state = VerificationState("running", with_vault=vault, began_at=now, by=by)
                run = _Run(state, _Count(threading.Event()))
                run.thread = threading.Thread(
                    target=self._check, args=(run,), name="verification", daemon=True
                )
                self._run = run
                run.thread.start()
        return self.state()

    def state(self) -> VerificationState:
        """How the check stands."""
        run = self._run
        if run is None:
            return VerificationState()
        if run.state.step == "ended":
            return run.state
        count = run.count
        return msgspec.structs.replace(
            run.state,
            lines=count.lines_read,
            objects=count.objects_read,
            objects_total=count.objects_total,
            bytes_read=count.read,
            bytes_total=count.total,
        )

    def stop(self) -> VerificationState:
        """End the check under way, and wait for that."""
        run = self._run
        if run is not None and run.thread is not None:
            run.count.stop.set()
            run.thread.join()
        return self.state()

    def _check(self, run: _Run) -> None:
        try:
            report = verify(self._paths, run.count, Scope(vault=run.state.with_vault))
        except _StoppedError:
            run.state = msgspec.structs.replace(run.state, step="stopped")
            return
        except StationError as error:
            logger.warning("verification cut short error=%s", error)
            faults = (Fault("station", error.code, dict(error.facts)),)
            run.state = msgspec.structs.replace(
                run.state, step="ended", fault_count=1, faults=tuple(map(_view, faults))
            )
            return
        except BaseException:  # a fault of ours must not keep the next check from beginning
            run.state = msgspec.structs.replace(run.state, step="stopped")
            raise
        run.state = self._ended(run, report)

    def _ended(self, run: _Run, report: VerifyReport) -> VerificationState:
        count = run.count
        logger.info("verified lines=%d faults=%d", report.ledger.lines, len(report.faults))
        return msgspec.structs.replace(
            run.state,
            step="ended",
            ended_at=to_text(self._clock.now()),
            lines=report.ledger.lines,
            checkpoints=report.ledger.checkpoints,
            unsigned_lines=report.ledger.unsigned_lines,
            objects=report.objects,
            objects_total=count.objects_total,
            bytes_read=count.read,
            bytes_total=count.total,
            stills=report.stills,
            strangers=len(report.strangers),
            fault_count=len(report.faults),
            faults=tuple(map(_view, report.faults[:MOST_FAULTS])),
        )

    # -- taking entries out ----------------------------------------------------------------

    def export(self, asked: EntryFilter, by: str) -> EntriesExported:
        """Write what ``asked`` names, at most ``MOST_ENTRIES``, the newest, with the proof of each.

        The ledger is signed first, so that the newest entries are proved too.

        Raises:
            NoEntriesError: there is no such entry.
            ExportPlaceError: the file can not be written.
            CheckpointBadError, LedgerBrokenError: the ledger does not hold.
        """
        if self._ledger.unsigned_lines:
            self._ledger.checkpoint()
        seqs = self._numbers(asked)
        if not seqs:
            raise NoEntriesError
        me = record.load(self._paths)
        with closing(connect_read_only(self._paths.ledger)) as db:
            proof = prove_entries(db, me.id, me.key, seqs)
        document = {
            **proof.document(),
            "station": me.id,
            "keys": [verifier_line(f"evidock/{me.id}", key.public) for key in proof.keys],
        }
        text = json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"
        place = self._place()
        self._write(place, text)
        sha256 = hashlib.sha256(text).hexdigest()
        facts: dict[str, Fact] = {
            "file": place.name,
            "sha256": sha256,
            "entries": len(seqs),
            "first": seqs[0],
            "last": seqs[-1],
        }
        with self._ledger.transaction() as tx:
            tx.append(Act.ENTRIES_EXPORTED, by=by, facts=facts)
        return EntriesExported(str(place), len(seqs), proof.point.size, sha256)

    def _numbers(self, asked: EntryFilter) -> list[int]:
        found: list[int] = []
        while len(found) < MOST_ENTRIES:
            page = self._catalog.entries(asked, found[-1] if found else 0, PAGE)
            found += [row.seq for row in page]
            if len(page) < PAGE:
                break
        return sorted(found)

    def _place(self) -> Path:
        stamp = self._clock.now().strftime("%Y%m%dT%H%M%S%fZ")
        return self._paths.entry_exports / f"entries-{stamp}.json"

    def _write(self, place: Path, text: bytes) -> None:
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            write_durably(place, text, mode=0o640)
        except (OSError, StationError) as error:
            raise ExportPlaceError(path=str(place.parent), reason=str(error)) from error


def _view(fault: Fault) -> FaultView:
    facts = {
        name: value if isinstance(value, str | int | float | bool | None) else str(value)
        for name, value in fault.facts.items()
    }
    return FaultView(fault.kind, fault.code, facts)
