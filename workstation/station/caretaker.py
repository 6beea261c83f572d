"""The station's quiet hours: reads the vault again little by little, and backs the ledger up."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from workstation.domain.clip import ClipId
from workstation.domain.errors import StationError
from workstation.domain.errors_casework import ClipDestroyedError
from workstation.ledger.care import begin_scrub, keep_scrub, record_still_damage
from workstation.platform.rate import TokenBucket
from workstation.station import drill
from workstation.station.verification import check_object, check_still

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from workstation.catalog.reader import Catalog
    from workstation.catalog.values import ScrubRun
    from workstation.domain.clip import Clip
    from workstation.ingest.mending import Mender
    from workstation.ledger.custody import Fact
    from workstation.ledger.writer import Ledger
    from workstation.platform.clock import Clock
    from workstation.platform.paths import StatePaths
    from workstation.platform.settings import ScrubSection, Settings
    from workstation.vault.store import Vault

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 60.0
KEEP_EVERY_S = 10.0  # how often the place in the vault is written down
PAGE = 100


class _LeftError(Exception):
    """The station stops, or recorders are being read: the scrub lets go at once."""


class Scrubber:
    """Reads every object once in a while. Its place survives the process; used by one thread."""

    def __init__(
        self, vault: Vault, ledger: Ledger, catalog: Catalog, mender: Mender, clock: Clock
    ) -> None:
        self._vault = vault
        self._ledger = ledger
        self._catalog = catalog
        self._mender = mender
        self._clock = clock

    def is_due(self, settings: ScrubSection) -> bool:
        """Whether a reading is under way, or the last one began long enough ago."""
        last = self._catalog.last_scrub()
        if last is None or last.ended_at is None:
            return True
        return self._clock.now() - last.started_at >= timedelta(days=settings.every_days)

    def run(self, limit_bps: float, may_go_on: Callable[[], bool]) -> ScrubRun | None:
        """Go on with the reading under way, or begin one; the run if it came to its end."""
        last = self._catalog.last_scrub()
        if last is None or last.ended_at is not None:
            with self._ledger.transaction() as tx:
                begin_scrub(tx)
            last = self._catalog.last_scrub()
        if last is None:
            return None
        try:
            ended = self._read(last, TokenBucket(limit_bps), may_go_on)
        except _LeftError:
            return None
        logger.info("vault read objects=%d damaged=%d", ended.objects, ended.damaged)
        return ended

    def _read(self, run: ScrubRun, bucket: TokenBucket, may_go_on: Callable[[], bool]) -> ScrubRun:
        kept_at = time.monotonic()

        def read(count: int) -> None:
            bucket.take(count)
            if not may_go_on():
                raise _LeftError

        try:
            while page := self._catalog.clips(after_seq=run.after_seq, limit=PAGE):
                for clip in page:
                    run = run.with_object(clip, is_damaged=self._check(clip, read))
                    read(0)
                    if time.monotonic() - kept_at > KEEP_EVERY_S:
                        self._keep(run)
                        kept_at = time.monotonic()
            stills = self._read_stills(read)
        except _LeftError:
            self._keep(run)
            raise
        with self._ledger.transaction() as tx:
            keep_scrub(tx, run.id, run.after_seq, run.counts, ended_with=stills)
        return run

    def _read_stills(self, read: Callable[[int], None]) -> dict[str, int]:
        """All at the end of each reading: they are few and small. One entry for each damaged."""
        known = self._catalog.damaged_derivatives()
        stills = self._catalog.derivatives()
        damaged = 0
        for still in stills:
            fault = check_still(self._vault, still, read)
            read(0)
            damaged += fault is not None
            if fault is not None and still.id not in known:
                facts = _plain(fault.facts)
                with self._ledger.transaction() as tx:
                    record_still_damage(tx, ClipId(still.clip_id), still.id, fault.code, facts)
                logger.info("still damaged derivative=%s code=%s", still.id, fault.code)
        return {"stills": len(stills), "stills_damaged": damaged}

    def _check(self, clip: Clip, read: Callable[[int], None]) -> bool:
        fault = check_object(self._catalog, self._vault, clip, read)
        if fault is None:
            if self._catalog.damage_of(clip.id) is not None:
                with suppress(ClipDestroyedError):
                    self._mender.note_recovery(clip)
            return False
        if self._mender.adopt(clip):
            return False
        self._mender.note_damage(clip, fault.code, _plain(fault.facts))
        return True

    def _keep(self, run: ScrubRun) -> None:
        with self._ledger.transaction() as tx:
            keep_scrub(tx, run.id, run.after_seq, run.counts)


def _plain(facts: dict[str, object]) -> dict[str, Fact]:
    return {
        name: value if isinstance(value, int | float | str) else str(value)
        for name, value in facts.items()
        if name not in {"clip", "path", "derivative"}
    }


def in_window(now: datetime, start: str, stop: str) -> bool:
    """Whether the time of day lies from ``start`` up to ``stop``; equal means all day."""
    moment = now.strftime("%H:%M")
    if start == stop:
        return True
    if start < stop:
        return start <= moment < stop
    return moment >= start or moment < stop


class Caretaker:
    """One thread of low urgency; it lets go as soon as a recorder is read."""

    def __init__(
        self,
        paths: StatePaths,
        settings: Settings,
        scrubber: Scrubber,
        clock: Clock,
        is_busy: Callable[[], bool],
    ) -> None:
        self._paths = paths
        self._settings = settings
        self._scrubber = scrubber
        self._clock = clock
        self._is_busy = is_busy
        self._stopping = threading.Event()
        self._backed_up_s: float | None = None
        self._thread = threading.Thread(target=self._run, name="caretaker", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the block that is being read."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            try:
                self._back_up()
                self._scrub()
            except StationError as error:
                logger.warning("quiet hours cut short error=%s", error)
            if self._stopping.wait(LOOK_EVERY_S):
                return

    def _may_read(self) -> bool:
        scrub = self._settings.scrub
        return (
            not self._stopping.is_set()
            and not self._is_busy()
            and in_window(self._clock.now().astimezone(), scrub.start, scrub.stop)
        )

    def _scrub(self) -> None:
        scrub = self._settings.scrub
        if scrub.enabled and self._may_read() and self._scrubber.is_due(scrub):
            self._scrubber.run(scrub.rate_bps, self._may_read)

    def _back_up(self) -> None:
        backup = self._settings.backup
        directory = drill.directory_of(self._paths, backup)
        if backup.every_hours and not self._is_busy() and self._is_backup_due(directory):
            made = drill.back_up(self._paths, directory, backup.keep)
            logger.info("ledger backed up to=%s", made)

    def _is_backup_due(self, directory: Path) -> bool:
        made_at = drill.newest_at(directory)
        wanted = timedelta(hours=self._settings.backup.every_hours)
        return made_at is None or not (timedelta() <= self._clock.now() - made_at < wanted)
