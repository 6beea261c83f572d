"""Check a station's manifests, and every object they name."""

from __future__ import annotations

import hashlib
from contextlib import closing
from typing import TYPE_CHECKING

from sync.centre.ledger_check import signed_body
from sync.documents import NO_PREVIOUS, Manifest, decode, digest_of
from sync.layout import manifest_of, manifest_prefix
from workstation.domain.errors import IntegrityError, StoreRefusedError
from workstation.domain.errors_centre import (
    CentreAlteredError,
    CentreChainError,
    CentreFormError,
    CentreMissingError,
    CentreUntoldError,
)
from workstation.ledger.sshsig import Namespace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync.centre.ledger_check import LedgerFacts
    from sync.centre.report import CentreReport, StationReport
    from sync.documents import ManifestObject
    from sync.stores.api import Store
    from workstation.ledger.signing import VerifyKey

BLOCK_BYTES = 1 << 20


class ManifestCheck:
    """One station's manifests; faults go to the report."""

    def __init__(
        self, store: Store, keys: Sequence[VerifyKey], report: CentreReport, *, reads: bool
    ) -> None:
        self._store = store
        self._keys = keys
        self._report = report
        self._reads = reads
        self._buffer = memoryview(bytearray(BLOCK_BYTES))
        self.named: set[str] = set()  # objects of all stations so far

    def use(self, keys: Sequence[VerifyKey]) -> None:
        """Whose signatures count for the next station."""
        self._keys = keys

    def run(self, about: StationReport, ledger: LedgerFacts) -> None:
        """Follow the numbers, look at every object, hold both against the ledger."""
        station = about.station
        seq, previous = 0, NO_PREVIOUS
        seen: set[str] = set()
        for key in self._store.list(manifest_prefix(station)):
            named = manifest_of(key)
            if named is None:
                continue
            seen.add(key)
            number, clip = named
            if number != seq + 1:
                error = CentreMissingError(number=seq + 1, key=key, reason="manifest")
                self._report.blame(station, error)
                previous = ""
            seq = number
            body, trouble = signed_body(self._store, key, Namespace.MANIFEST, self._keys)
            if trouble is not None:
                self._report.blame(station, trouble)
            manifest = self._decoded(station, key, body)
            if manifest is None:
                previous = digest_of(body)
                continue
            if (manifest.seq, manifest.clip, manifest.station) != (number, clip, station):
                self._report.blame(station, CentreFormError(key=key, reason="another_name"))
            if previous and manifest.previous != previous:
                self._report.blame(station, CentreChainError(key=key, number=number))
            previous = digest_of(body)
            if manifest.custody is None or ledger.collected.get(clip) != manifest.custody:
                self._report.blame(station, CentreUntoldError(key=key, clip=clip))
            about.manifests += 1
            for one in manifest.objects:
                self._object(about, one)
        for clip, key in ledger.transferred.items():
            if key not in seen:
                error = CentreMissingError(key=key, clip=clip, reason="told_by_ledger")
                self._report.blame(station, error)

    def _decoded(self, station: str, key: str, body: bytes) -> Manifest | None:
        try:
            return decode(Manifest, body, key)
        except IntegrityError as error:
            self._report.blame(station, CentreFormError(key=key, **_reason(error)))
            return None

    def _object(self, about: StationReport, one: ManifestObject) -> None:
        about.objects += 1
        about.object_bytes += one.size
        self.named.add(one.key)
        try:
            size = self._store.stat(one.key)
            if size is None:
                raise CentreMissingError(key=one.key, reason="object")
            if size != one.size or (self._reads and self._digest(one.key) != one.sha256):
                raise CentreAlteredError(key=one.key)
        except StoreRefusedError as error:
            self._report.blame(about.station, CentreMissingError(key=one.key, **_reason(error)))
        except IntegrityError as error:
            self._report.blame(about.station, error)

    def _digest(self, key: str) -> str:
        hasher = hashlib.sha256()
        with closing(self._store.open(key)) as stored:
            while count := stored.readinto(self._buffer):
                hasher.update(self._buffer[:count])
        return hasher.hexdigest()


def _reason(error: IntegrityError | StoreRefusedError) -> dict[str, object]:
    return {"reason": error.facts.get("reason", "")}
