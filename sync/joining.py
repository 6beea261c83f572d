"""Take up a store: is it ours, does it know us, and what of ours does it hold already?

Run at the start of every session with a store. What the store holds and we do not remember
(``sync.sqlite`` was lost, or restored from an older copy) is taken in before anything is sent,
so that no number is given twice and nothing is delivered twice.
"""

from __future__ import annotations

import errno
import logging
from typing import TYPE_CHECKING

from sync.chains import ManifestRow, SegmentRow
from sync.deliveries import Delivery
from sync.documents import (
    FORMAT,
    NO_PREVIOUS,
    Manifest,
    StationKeyDocument,
    StoreDocument,
    decode,
    digest_of,
    encode,
)
from sync.layout import (
    ledger_prefix,
    manifest_key,
    manifest_of,
    manifest_prefix,
    segment_key,
    segment_of,
    signature_key,
    station_key_key,
)
from sync.reading import read_document
from sync.states import ClipState, ObjectState
from workstation.domain.errors import (
    LedgerBrokenError,
    StoreRefusedError,
    StoreUnavailableError,
)
from workstation.ledger.sshsig import Namespace, holds, public_line, public_of, sign
from workstation.platform.clock import to_text
from workstation.platform.ids import new_id

if TYPE_CHECKING:
    from sync.chains import Manifests, Segments
    from sync.database import SyncDatabase
    from sync.identity import Identity
    from sync.source import Source
    from sync.stores.api import Store
    from workstation.ledger.signing import VerifyKey
    from workstation.platform.clock import Clock

logger = logging.getLogger(__name__)


class Joining:
    """Everything between reaching a store and sending to it."""

    def __init__(
        self,
        identity: Identity,
        source: Source,
        database: SyncDatabase,
        manifests: Manifests,
        segments: Segments,
    ) -> None:
        self._identity = identity
        self._source = source
        self._database = database
        self._manifests = manifests
        self._segments = segments

    def join(self, store: Store, clock: Clock) -> str:
        """Take the store up; its id.

        Raises:
            StoreUnavailableError: it can not be reached, or is not the one we know.
            StoreRefusedError: it holds things under our name that we did not sign.
            LedgerBrokenError: it holds ledger lines that our ledger lacks.
        """
        try:
            found = store.describe()
        except StoreUnavailableError as error:
            if not _is_bare(error) or self._database.recall(store.url):
                raise
            self._initialise(store, clock)
            found = store.describe()
        self._database.pin(store.url, found)
        self._introduce(store)
        self._adopt_segments(store)
        self._adopt_manifests(store)
        return found.store_id

    def _initialise(self, store: Store, clock: Clock) -> None:
        document = encode(
            StoreDocument(
                format=FORMAT,
                store_id=new_id(),
                created_at=to_text(clock.now()),
                station=self._identity.station,
                ssh=public_line(self._identity.key.public),
            )
        )
        store.initialise(document, sign(document, Namespace.STORE, self._identity.key))
        logger.info("store initialised url=%s", store.url)

    def _introduce(self, store: Store) -> None:
        """Leave our public key, or find it there; those it took over from are checked too.

        Raises:
            StoreRefusedError: another key goes by our name.
        """
        keys = self._identity.keys
        for number, former in enumerate(keys[:-1], 1):
            key = station_key_key(self._identity.station, number)
            if store.stat(key) is not None:
                self._require(store, key, former)
        key = station_key_key(self._identity.station, len(keys))
        if store.stat(key) is None:
            document = encode(
                StationKeyDocument(
                    format=FORMAT,
                    station=self._identity.station,
                    number=len(keys),
                    ssh=public_line(self._identity.key.public),
                    valid_from=self._identity.created_at,
                )
            )
            signature = sign(document, Namespace.STORE, self._identity.key)
            store.put_document(signature_key(key), signature)
            store.put_document(key, document)
            return
        self._require(store, key, self._identity.key)

    def _require(self, store: Store, key: str, ours: VerifyKey) -> None:
        found = decode(StationKeyDocument, read_document(store, key), key)
        if public_of(found.ssh).public != ours.public:
            raise StoreRefusedError(key=key, reason="another_key")

    # -- what is there already ----------------------------------------------------------

    def _adopt_segments(self, store: Store) -> None:
        prefix = ledger_prefix(self._identity.station)
        last = self._segments.last_line()
        for key in store.list(prefix, prefix + f"{last:012}~"):
            if segment_of(key) is None:
                continue
            body = self._signed(store, key, Namespace.LEDGER)
            lines = body.splitlines()
            if key != segment_key(self._identity.station, last + 1):
                raise StoreRefusedError(key=key, reason="ledger_gap")
            if self._source.custody_lines(last, len(lines)) != lines:
                raise LedgerBrokenError(seq=last + 1, reason="store_holds_other_lines")
            self._segments.adopt(SegmentRow(last + 1, last + len(lines), digest_of(body)))
            last += len(lines)

    def _adopt_manifests(self, store: Store) -> None:
        station = self._identity.station
        last = self._manifests.last_published()
        after = manifest_key(station, last.seq, last.clip_id) if last is not None else ""
        seq, previous = (last.seq, last.sha256) if last is not None else (0, NO_PREVIOUS)
        for key in store.list(manifest_prefix(station), after):
            named = manifest_of(key)
            if named is None:
                continue
            body = self._signed(store, key, Namespace.MANIFEST)
            manifest = decode(Manifest, body, key)
            seq += 1
            if (manifest.seq, manifest.previous, *named) != (seq, previous, seq, manifest.clip):
                raise StoreRefusedError(key=key, reason="manifest_chain")
            previous = digest_of(body)
            self._adopt(
                manifest, ManifestRow(seq, manifest.clip, key, previous, None, manifest.published)
            )

    def _adopt(self, manifest: Manifest, row: ManifestRow) -> None:
        ours = self._manifests.of(manifest.clip)
        if ours is not None and ours.sha256 == row.sha256 and ours.body is not None:
            return  # we were just about to find it published
        first = manifest.objects[0]
        delivered = Delivery(
            clip_id=manifest.clip,
            place=0,
            object_key=first.key,
            size_bytes=manifest.size,
            sha256=manifest.sha256,
            state=ClipState.PUBLISHED,
            object_state=ObjectState.STORED,
            version=first.version,
        )
        self._manifests.adopt(delivered, row)

    def _signed(self, store: Store, key: str, namespace: Namespace) -> bytes:
        body = read_document(store, key)
        signature = read_document(store, signature_key(key))
        if not any(holds(body, signature, namespace, key) for key in self._identity.keys):
            raise StoreRefusedError(key=key, reason="not_signed_by_us")
        return body


def _is_bare(error: StoreUnavailableError) -> bool:
    """Nothing is there yet, rather than something that we can not see."""
    is_absent = error.facts.get("errno") == errno.ENOENT
    return is_absent or error.facts.get("reason") == "no_store_json"
