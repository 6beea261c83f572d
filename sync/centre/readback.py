"""The centre reads what stations delivered, and signs for what holds.

A document per station and run, of at most 200 clips each. The last one says how far the
manifests were looked at and which of them did not hold, so a run begins where the one before
ended, and looks again at what was wrong.
"""

from __future__ import annotations

import hashlib
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from sync.centre.index import schema
from sync.centre.report import Fault
from sync.documents import FORMAT, NO_PREVIOUS, Manifest, digest_of
from sync.documents import decode as decode_manifest
from sync.layout import manifest_key, signature_key
from sync.readback.documents import (
    CLIPS_LIMIT,
    ReadBackDocument,
    ReadClip,
    decode,
    encode,
    receipt_key,
    receipt_of,
    receipts_prefix,
)
from sync.reading import read_document
from workstation.domain.errors import IntegrityError, StoreRefusedError
from workstation.domain.errors_centre import (
    CentreAlteredError,
    CentreChainError,
    CentreFormError,
    CentreMissingError,
    CentreSignatureError,
)
from workstation.ledger.sshsig import Namespace, holds, sign
from workstation.platform.clock import to_text
from workstation.platform.failpoints import reach

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sync.centre.index.database import CentreIndex
    from sync.documents import ManifestObject
    from sync.stores.api import Store
    from workstation.ledger.signing import StationKey
    from workstation.platform.clock import Clock

BLOCK_BYTES = 1 << 20


@dataclass(slots=True)
class ReadBackReport:
    """What a run came to."""

    store_id: str
    clips: int = 0
    size_bytes: int = 0
    documents: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Row:
    seq: int
    clip: str
    manifest_sha256: str


class ReadingBack:
    """One centre and one store, which is described already and was just indexed."""

    def __init__(
        self,
        store: Store,
        index: CentreIndex,
        signer: tuple[str, StationKey],
        clock: Clock,
        on_bytes: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._store = store
        self._index = index
        self._centre, self._key = signer
        self._clock = clock
        self._on_bytes = on_bytes
        self._buffer = memoryview(bytearray(BLOCK_BYTES))

    def run(self, store_id: str) -> ReadBackReport:
        """Read everything that is new, of every station.

        Raises:
            TransientError: the store; what was signed stays, the rest is for the next run.
        """
        report = ReadBackReport(store_id)
        with self._index.transaction() as db:
            table = schema.station
            query = select(table.c.station).where(table.c.store_id == store_id)
            stations = list(db.execute(query.order_by(table.c.station)).scalars())
        for station in stations:
            try:
                self._station(report, station)
            except (IntegrityError, StoreRefusedError) as error:
                report.faults.append(Fault(station, error.code, dict(error.facts)))
        return report

    def _station(self, report: ReadBackReport, station: str) -> None:
        for key, body in self._index.unsent(report.store_id, self._prefix(station)):
            self._send(report, decode(body, key), key, body)  # an attempt died behind this
        last = self._last(report.store_id, station)
        seq, previous, through, pending = last
        rows = self._rows(report.store_id, station, through, pending)
        while page := [row for _, row in zip(range(CLIPS_LIMIT), rows, strict=False)]:
            good: list[ReadClip] = []
            bad = set(pending)
            for row in page:
                read = self._read(report, station, row)
                bad.discard(row.seq)
                if read is None:
                    bad.add(row.seq)
                else:
                    good.append(read)
            through = max(through, page[-1].seq)
            if not good and sorted(bad) == pending:
                continue  # nothing new to say about what was wrong before
            seq, pending = seq + 1, sorted(bad)
            at = to_text(self._clock.now())
            document = ReadBackDocument(
                format=FORMAT,
                centre=self._centre,
                store=report.store_id,
                station=station,
                seq=seq,
                previous=previous,
                at=at,
                through=through,
                pending=pending,
                clips=good,
            )
            previous = self._publish(report, document)

    def _publish(self, report: ReadBackReport, document: ReadBackDocument) -> str:
        """Fix its bytes, then let them leave; the digest."""
        key, body = receipt_key(document.centre, document.station, document.seq), encode(document)
        self._index.fix(report.store_id, key, body)
        self._send(report, document, key, body)
        return digest_of(body)

    def _send(
        self, report: ReadBackReport, document: ReadBackDocument, key: str, body: bytes
    ) -> None:
        """The signature first: when the document shows, it can be checked."""
        signature = sign(body, Namespace.READ_BACK, self._key)
        self._store.put_document(signature_key(key), signature)
        reach("readback.signed")
        self._store.put_document(key, body)
        report.documents.append(key)
        report.clips += len(document.clips)
        report.size_bytes += sum(one.size for one in document.clips)
        self._index.forget_fixed(report.store_id, self._prefix(document.station))

    def _prefix(self, station: str) -> str:
        return receipts_prefix(self._centre, station)

    def _last(self, store_id: str, station: str) -> tuple[int, str, int, list[int]]:
        """Where the last run ended: number and digest of its document, and what that says.

        Raises:
            CentreChainError, CentreSignatureError, CentreFormError: what lies there is not ours.
        """
        count, newest = 0, ""
        for key in self._store.list(receipts_prefix(self._centre, station)):
            seq = receipt_of(key)
            if seq is None:
                continue
            if seq != count + 1:
                raise CentreChainError(key=key, number=count + 1)
            count, newest = seq, key
        if not newest:
            return 0, NO_PREVIOUS, 0, []
        body = read_document(self._store, newest)
        signature = read_document(self._store, signature_key(newest))
        if not holds(body, signature, Namespace.READ_BACK, self._key):
            raise CentreSignatureError(key=newest)
        found = decode(body, newest)
        said = (found.centre, found.station, found.store, found.seq)
        if said != (self._centre, station, store_id, count):
            raise CentreFormError(key=newest, reason="another_name")
        return count, digest_of(body), found.through, found.pending

    def _rows(
        self, store_id: str, station: str, through: int, pending: list[int]
    ) -> Iterator[_Row]:
        """What was wrong, then what is new, by number."""
        table = schema.clip
        columns = select(table.c.seq, table.c.clip_id, table.c.manifest_sha256)
        mine = columns.where(table.c.store_id == store_id, table.c.station == station)
        for number in pending:
            with self._index.transaction() as db:
                found = db.execute(mine.where(table.c.seq == number)).one_or_none()
            if found is not None:
                yield _Row(*found)
        while True:
            following = mine.where(table.c.seq > through).order_by(table.c.seq).limit(CLIPS_LIMIT)
            with self._index.transaction() as db:
                page = [_Row(*row) for row in db.execute(following)]
            if not page:
                return
            yield from page
            through = page[-1].seq

    def _read(self, report: ReadBackReport, station: str, row: _Row) -> ReadClip | None:
        """Read one clip, every byte; None where it does not hold, and why is in the report."""
        key = manifest_key(station, row.seq, row.clip)
        try:
            body = read_document(self._store, key)
            if digest_of(body) != row.manifest_sha256:
                raise CentreAlteredError(key=key)
            manifest = decode_manifest(Manifest, body, key)
            versions = [self._object(one) for one in manifest.objects]
        except StoreRefusedError as error:
            missing = CentreMissingError(key=str(error.facts.get("key", key)), reason="object")
            report.faults.append(Fault(station, missing.code, dict(missing.facts)))
        except IntegrityError as error:
            report.faults.append(Fault(station, error.code, dict(error.facts)))
        else:
            version = versions[0] if versions else ""
            return ReadClip(row.clip, row.seq, manifest.sha256, manifest.size, version)
        return None

    def _object(self, one: ManifestObject) -> str:
        """The version that was read, whole and with the digest of the manifest.

        Raises:
            CentreAlteredError: other bytes, or another version than the manifest names.
            StoreRefusedError: there is none.
        """
        sha256, sm3, size = hashlib.sha256(), hashlib.new("sm3"), 0
        with closing(self._store.open(one.key)) as stored:
            while count := stored.readinto(self._buffer):
                piece = self._buffer[:count]
                sha256.update(piece)
                if one.sm3:
                    sm3.update(piece)
                size += count
                self._on_bytes(count)
            version = stored.version
        found = (size, sha256.hexdigest(), sm3.hexdigest() if one.sm3 else one.sm3)
        if found != (one.size, one.sha256, one.sm3) or one.version not in {"", version}:
            raise CentreAlteredError(key=one.key)
        return version
