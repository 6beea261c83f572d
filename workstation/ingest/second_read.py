"""V3: read what was collected once more from the recorder, while it charges (proof.md R-2).

The collection is over and told; whatever ends this early takes nothing from it.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from workstation.domain.clip import VerificationLevel
from workstation.domain.errors import EntryError
from workstation.ingest.guard import GuardedSource
from workstation.ledger.erasing import record_other_digest, record_second_readings
from workstation.platform import failpoints
from workstation.vault.digesting import digest_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workstation.catalog.erasing import HeldFile
    from workstation.domain.clip import ClipEntry
    from workstation.ingest.docking import AfterDocking
    from workstation.ledger.erasing import EraseTarget

logger = logging.getLogger(__name__)

WRITE_FILES = 64
WRITE_S = 5.0  # a level is written down after so long at the latest, in groups


class SecondReading:
    """Raises files of one docking to V3. Used by the lane thread, after the collection."""

    def __init__(self, docking: AfterDocking, entries: Mapping[str, ClipEntry]) -> None:
        self._docking = docking
        self._entries = entries
        self._read: list[EraseTarget] = []
        self._written_s = time.monotonic()

    def run(self, held: Sequence[HeldFile]) -> int:
        """Read again what was read once; how many files gave other bytes this time.

        Raises:
            RecorderGoneError, CollectionStoppedError: the docking is over.
            VaultFullError, VaultIoError, LedgerBusyError: the ledger can not be written.
        """
        differing = 0
        try:
            for file in held:
                entry = self._entries.get(file.target.item_id)
                if entry is None or file.copy.level >= VerificationLevel.V3:
                    continue
                differing += not self._again(file.target, entry)
                if len(self._read) >= WRITE_FILES or time.monotonic() - self._written_s > WRITE_S:
                    self._write()
        finally:
            self._write()
        return differing

    def _again(self, target: EraseTarget, entry: ClipEntry) -> bool:
        """Whether the bytes are the same, as far as they can be read at all."""
        docking = self._docking
        docking.check_stop()
        try:
            with docking.reading(), docking.session.read_again(entry) as source:
                guarded = GuardedSource(source, entry)
                found = digest_of(guarded, with_sm3=False, on_bytes=lambda _: docking.check_stop())
                failure = guarded.judge(docking.session)
            if failure is not None:
                raise failure
        except EntryError as error:
            logger.info("no second reading path=%s: %s", entry.path, error)
            return True
        if found.sha256 == target.sha256:
            self._read.append(target)
            return True
        logger.error("second reading differs path=%s", entry.path)
        with docking.context.ledger.transaction() as tx:
            record_other_digest(tx, docking.collection.id, target, found.sha256)
        return False

    def _write(self) -> None:
        read, self._read = self._read, []
        self._written_s = time.monotonic()
        if not read:
            return
        with self._docking.context.ledger.transaction() as tx:
            record_second_readings(tx, self._docking.collection.id, read)
        failpoints.reach("second.recorded")
