"""The station makes court packs for whoever is at the screen: one at a time, in its own thread.

The screen's process has neither keys nor the right to write; it asks, is told how far it is, and
may stop it. A pack goes on when the person leaves, and its end is in the ledger either way.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from workstation.casework.signin import Claim
from workstation.domain.errors import StationError, UsageError
from workstation.domain.errors_export import (
    ExportBusyError,
    ExportKeyError,
    ExportStoppedError,
    ExportUnknownError,
)
from workstation.domain.people import Permission
from workstation.events.facts import PackChanged
from workstation.ipc.codec import failure_of
from workstation.ipc.messages import Done
from workstation.ipc.messages_export import (
    BeginExport,
    EndExport,
    ExportBegun,
    ExportPlaces,
    PackStanding,
)
from workstation.ipc.words import Proved
from workstation.station import export_places
from workstation.station.packing import Order, Packer

if TYPE_CHECKING:
    from workstation.casework.case_reach import CaseReach
    from workstation.casework.exporting import ExportDesk
    from workstation.casework.sessions import Person
    from workstation.events.mailbox import Mailbox
    from workstation.ipc.messages import AnyCommand
    from workstation.ipc.messages_export import PackState, StartPack
    from workstation.ipc.words import Result
    from workstation.platform.paths import StatePaths
    from workstation.platform.settings import Settings
    from workstation.station.packing import UnderWay

logger = logging.getLogger(__name__)

TOLD_S = 0.25  # how often progress is told, however fast the bytes go
_OVER = frozenset({"done", "failed"})
_STEPS: dict[str, PackState] = {"clips": "clips", "pages": "pages", "check": "check"}


@dataclass(slots=True)
class _Job:
    badge: str  # whose it is
    standing: PackStanding
    stop: threading.Event
    thread: threading.Thread | None = None

    @property
    def is_over(self) -> bool:
        return self.standing.state in _OVER


class PackDesk:
    """Begins packs, tells of them, stops them. Safe to call from any thread."""

    def __init__(
        self,
        paths: StatePaths,
        settings: Settings,
        exports: ExportDesk,
        cases: CaseReach,
        mailbox: Mailbox,
    ) -> None:
        self._paths = paths
        self._settings = settings
        self._exports = exports
        self._cases = cases
        self._mailbox = mailbox
        self._lock = threading.Lock()
        self._job: _Job | None = None
        self._is_starting = False
        self._is_closed = False

    def places(self) -> ExportPlaces:
        """Where packs can go now, and for whom they can be encrypted."""
        section = self._settings.export
        return ExportPlaces(export_places.places(section), tuple(section.recipients))

    def start(self, person: Person, command: StartPack) -> PackStanding:
        """Prove the second person, write down that the clips leave, and begin to pack.

        Raises:
            ExportBusyError: another pack is being made.
            ExportPlaceError, ExportFullError, ExportKeyError, ExportEmptyError, UsageError,
            UnknownClipError, UnknownCaseError, NeedsReasonError: nothing was begun.
            NotPermittedError: a clip or the case is beyond the person's reach, or the second
                may not witness. NotOneselfError, SignInRefusedError, LockedOutError,
            CardBadError, PinMustChangeError: it is not proved who the second is.
        """
        with self._lock:
            if self._is_closed or self._is_starting or (self._job and not self._job.is_over):
                raise ExportBusyError
            self._is_starting = True
        try:
            job, under_way = self._begin(person, command)
            thread = threading.Thread(
                target=self._run, args=(job, under_way), name="pack", daemon=True
            )
            job.thread = thread
            with self._lock:
                self._job = job
                thread.start()
        finally:
            with self._lock:
                self._is_starting = False
        return job.standing

    def stop_pack(self, export: str, badge: str | None) -> None:
        """Give a pack up; ``badge`` is who says so, None the machine. No harm if it is over.

        Raises:
            ExportUnknownError: no pack of this id is known, or it is somebody else's.
        """
        with self._lock:
            job = self._job
            if job is None or job.standing.export != export or badge not in {None, job.badge}:
                raise ExportUnknownError(export=export)
        job.stop.set()

    def standing(self, badge: str | None) -> PackStanding:
        """The latest pack, if this person began it; None asks for the machine."""
        with self._lock:
            job = self._job
            if job is None or badge not in {None, job.badge}:
                return PackStanding()
            return job.standing

    def close(self) -> None:
        """The station stops: what is half made is given up, and the ledger says so."""
        with self._lock:
            self._is_closed = True
            job = self._job
        if job is not None and job.thread is not None:
            job.stop.set()
            job.thread.join()

    # -- how one is made -----------------------------------------------------------------

    def _begin(self, person: Person, command: StartPack) -> tuple[_Job, UnderWay]:
        section = self._settings.export
        place = export_places.require_listed(section, command.place)
        keys = []
        if command.recipient:
            if command.recipient not in section.recipients:
                raise ExportKeyError(given=command.recipient)
            keys = [section.recipients[command.recipient]]

        def give(_: StatePaths, asked: AnyCommand) -> Result:
            return self._give(person, asked)

        order = Order(command.what, place, command.reason, Proved(), command.second, keys)
        under_way = Packer(self._paths, self._settings.media, give).begin(order)
        standing = PackStanding(
            state="clips",
            export=under_way.export,
            clips=under_way.clips,
            size_bytes=under_way.size_bytes,
            total_bytes=under_way.size_bytes,
            left_out=len(under_way.left_out),
            is_encrypted=bool(keys),
        )
        return _Job(person.officer.badge, standing, threading.Event()), under_way

    def _give(self, person: Person, command: AnyCommand) -> Result:
        """What the packer says of an export goes through the desk of exports, for the person."""
        if isinstance(command, BeginExport):
            self._exports.require_reach(person, command.clips)
            if command.case is not None:
                self._cases.require_cases(person, Permission.EXPORT, [command.case])
            second = command.second
            export, other = self._exports.begin(
                person,
                Claim(second.badge, second.card, second.pin),
                command.clips,
                command.case,
                command.reason,
            )
            me = person.officer
            return ExportBegun(export, me.badge, me.name, other.badge, other.name)
        if isinstance(command, EndExport):
            self._exports.end(command.export, command.facts, None)
            return Done()
        raise UsageError(command=type(command).__name__)

    def _run(self, job: _Job, under_way: UnderWay) -> None:
        """In the pack's thread, from the first byte to the end in the ledger."""
        try:
            exported = under_way.make(_Telling(self, job))
        except StationError as error:
            logger.info("export %s failed: %s", job.standing.export, error)
            failure = failure_of(error)
            self._become(job, state="failed", code=failure.code, facts=failure.facts)
        except Exception:
            logger.exception("export %s failed", job.standing.export)
            self._become(job, state="failed", code=StationError.code)
        else:
            built = exported.built
            self._become(
                job,
                state="done",
                files=built.files,
                size_bytes=built.size_bytes,
                done_bytes=built.size_bytes,
                total_bytes=built.size_bytes,
                path=str(built.place),
                statement_sha256=built.statement_sha256,
                checkpoint_size=built.checkpoint_size,
                fingerprint=under_way.fingerprint,
            )

    def _become(self, job: _Job, **changes: object) -> None:
        with self._lock:
            job.standing = msgspec.structs.replace(job.standing, **changes)
            now = job.standing
        self._mailbox.post(
            PackChanged(now.export, now.state, now.done_bytes, now.total_bytes), replaces="pack"
        )

    def advance(self, job: _Job, state: PackState, done: int, total: int) -> None:
        """So far it is."""
        self._become(job, state=state, done_bytes=done, total_bytes=total)


class _Telling:
    """Progress of one pack: told in steps of time, and the place where it can be stopped."""

    def __init__(self, desk: PackDesk, job: _Job) -> None:
        self._desk = desk
        self._job = job
        self._state: PackState = "clips"
        self._done = self._total = 0
        self._told_s = 0.0

    def begin(self, step: str, total_bytes: int | None) -> None:
        self._state, self._done, self._total = _STEPS[step], 0, total_bytes or 0
        self._tell()

    def passed(self, count: int) -> None:
        self._done += count
        if self._job.stop.is_set() or time.monotonic() - self._told_s >= TOLD_S:
            self._tell()

    def _tell(self) -> None:
        if self._job.stop.is_set():
            raise ExportStoppedError
        self._told_s = time.monotonic()
        self._desk.advance(self._job, self._state, self._done, self._total)
