"""Compare everything of one station, both ways.

Receipts are read before the store is listed, and what is extra is judged by the ledger
afterwards: so what is delivered meanwhile is never taken for a difference. Documents are read
whole every time; of the objects every one is looked for with its size, and those whose turn it is
are read and hashed.
"""

from __future__ import annotations

import hashlib
import logging
from contextlib import closing
from typing import TYPE_CHECKING

from sync.documents import NO_PREVIOUS, Manifest, decode, digest_of
from sync.feed.keys import proposals_prefix
from sync.layout import (
    SIGNATURE_SUFFIX,
    clip_key,
    event_segment_of,
    events_prefix,
    ledger_prefix,
    manifest_of,
    manifest_prefix,
    segment_of,
    signature_key,
)
from sync.reading import read_document
from sync.reconcile.values import Difference, Kind, Reconciliation
from workstation.domain.errors import (
    IntegrityError,
    StoreRefusedError,
    UnknownClipError,
)
from workstation.ledger.sshsig import Namespace, holds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sync.identity import Identity
    from sync.source import Source
    from sync.stores.api import Store
    from workstation.catalog.delivered import Delivered

logger = logging.getLogger(__name__)

BLOCK_BYTES = 1 << 20
LINES_AT_ONCE = 1000


class Comparing:
    """One station against one store that was described."""

    def __init__(
        self,
        identity: Identity,
        source: Source,
        store: Store,
        stored: tuple[int, int],
        on_block: Callable[[], None] = lambda: None,
    ) -> None:
        """``stored``: ledger lines and operations that sync knows to be there."""
        self._station = identity.station
        self._keys = identity.keys
        self._source = source
        self._store = store
        self._stored = stored
        self._on_block = on_block
        self._found: list[Difference] = []
        self._read = 0

    def run(self, store_id: str, at: str, is_due: Callable[[str], bool]) -> Reconciliation:
        """All of it; ``is_due`` says of a clip whether its bytes are read this time.

        Raises:
            TransientError: the store, or the station's database; nothing was found out.
        """
        receipts = {one.clip_id: one for one in self._source.delivered(store_id)}
        objects = dict(self._store.sizes(f"clips/{self._station}/"))
        self._objects(receipts, objects, is_due)
        self._manifests(receipts)
        lines = self._lines()
        operations = self._operations()
        for clip in self._source.not_here(store_id):
            self._blame(Kind.NOT_HERE, receipts[clip].object_key if clip in receipts else "", clip)
        return Reconciliation(
            store_id=store_id,
            at=at,
            clips=len(receipts),
            size_bytes=sum(one.size_bytes for one in receipts.values()),
            lines=lines,
            operations=operations,
            read_objects=self._read,
            differences=tuple(self._found),
        )

    def _blame(self, kind: Kind, key: str, clip: str | None = None, detail: str = "") -> None:
        self._found.append(Difference(kind, key, clip, detail))

    # -- objects -------------------------------------------------------------------------

    def _objects(
        self,
        receipts: Mapping[str, Delivered],
        objects: Mapping[str, int],
        is_due: Callable[[str], bool],
    ) -> None:
        for clip, receipt in receipts.items():
            self._on_block()
            size = objects.get(receipt.object_key)
            if size is None:
                self._blame(Kind.MISSING, receipt.object_key, clip, "object")
            elif size != receipt.size_bytes:
                detail = f"{size} bytes, not {receipt.size_bytes}"
                self._blame(Kind.ALTERED, receipt.object_key, clip, detail)
            elif is_due(clip) and self._digest(receipt.object_key) != receipt.sha256:
                self._blame(Kind.ALTERED, receipt.object_key, clip, "digest")
        named = {receipt.object_key for receipt in receipts.values()}
        for key in objects.keys() - named:
            if not self._is_on_its_way(key):
                self._blame(Kind.EXTRA, key)

    def _is_on_its_way(self, key: str) -> bool:
        """Whether it is an object that one of our clips gets, with or without a receipt yet."""
        parts = key.split("/")
        try:
            return clip_key(self._station, self._source.clip(parts[5])) == key
        except (IndexError, UnknownClipError):
            return False

    def _digest(self, key: str) -> str:
        hasher, buffer = hashlib.sha256(), memoryview(bytearray(BLOCK_BYTES))
        self._read += 1
        try:
            with closing(self._store.open(key)) as stored:
                while count := stored.readinto(buffer):
                    hasher.update(buffer[:count])
                    self._on_block()
        except (StoreRefusedError, IntegrityError) as error:
            return str(error)
        return hasher.hexdigest()

    # -- documents -----------------------------------------------------------------------

    def _document(self, key: str, namespace: Namespace) -> bytes:
        """A document's bytes; a signature that does not hold is named, its bytes still compared."""
        self._on_block()
        try:
            body = read_document(self._store, key)
            signature = read_document(self._store, signature_key(key))
        except (StoreRefusedError, IntegrityError) as error:
            self._blame(Kind.UNSIGNED, key, detail=str(error.facts.get("reason", "")))
            return self._bare(key)
        if not any(holds(body, signature, namespace, one) for one in self._keys):
            self._blame(Kind.UNSIGNED, key)
        return body

    def _bare(self, key: str) -> bytes:
        try:
            return read_document(self._store, key)
        except (StoreRefusedError, IntegrityError):
            return b""

    def _manifests(self, receipts: Mapping[str, Delivered]) -> None:
        seen: set[str] = set()
        seq, previous = 0, NO_PREVIOUS
        for key in self._store.list(manifest_prefix(self._station)):
            named = manifest_of(key)
            if named is None:
                self._require_known(key, manifest_of)
                continue
            seen.add(key)
            if named[0] != seq + 1:
                self._blame(Kind.STORE_CUT, key, named[1], f"after manifest {seq}")
                previous = ""
            seq = named[0]
            body = self._document(key, Namespace.MANIFEST)
            trouble = self._manifest_trouble(key, body, previous, receipts.get(named[1]))
            if trouble is not None:
                self._blame(*trouble)
            previous = digest_of(body)
        for clip, receipt in receipts.items():
            if receipt.manifest_key not in seen:
                self._blame(Kind.MISSING, receipt.manifest_key, clip, "manifest")

    def _manifest_trouble(
        self, key: str, body: bytes, previous: str, receipt: Delivered | None
    ) -> tuple[Kind, str, str | None, str] | None:
        """What is wrong with a manifest; its clip must be one of ours, as our ledger tells it."""
        try:
            manifest = decode(Manifest, body, key)
        except IntegrityError:
            return Kind.ALTERED, key, None, "form"
        try:
            clip = self._source.clip(manifest.clip)
        except UnknownClipError:
            return Kind.STATION_CUT, key, manifest.clip, "a clip that the ledger lacks"
        told = (manifest.sha256, manifest.size, self._source.custody_hash(clip.id))
        ours = (clip.digest.sha256, clip.size_bytes, manifest.custody)
        if told != ours or (previous and manifest.previous != previous):
            return Kind.ALTERED, key, clip.id, "statement" if told != ours else "chain"
        if receipt is not None and receipt.manifest_key != key:
            return Kind.EXTRA, key, clip.id, "a second manifest"
        return None

    def _require_known(self, key: str, number_of: Callable[[str], object]) -> None:
        """What stands among numbered documents must be a signature of one, or a checkpoint."""
        bare = key.removesuffix(SIGNATURE_SUFFIX)
        is_signature = bare != key and number_of(bare) is not None
        is_known = key.endswith(".checkpoint") or key.startswith(proposals_prefix(self._station))
        if not is_signature and not is_known:
            self._blame(Kind.EXTRA, key)

    def _lines(self) -> int:
        """Compare the ledger line by line; how many lines the store holds."""
        last = 0
        for key in self._store.list(ledger_prefix(self._station)):
            first = segment_of(key)
            if first is None:
                self._require_known(key, segment_of)
                continue
            if first != last + 1:
                self._blame(Kind.STORE_CUT, key, detail=f"after line {last}")
            lines = self._document(key, Namespace.LEDGER).splitlines()
            ours = self._source.custody_lines(first - 1, len(lines))
            self._compare(key, lines, ours)
            last = first - 1 + len(lines)
        if last < self._stored[0]:
            detail = f"ends at line {last}, {self._stored[0]} were stored"
            self._blame(Kind.STORE_CUT, ledger_prefix(self._station), detail=detail)
        return last

    def _operations(self) -> int:
        """Compare what people said here; how many operations the store holds."""
        last, outbox_seq = 0, 0
        for key in self._store.list(events_prefix(self._station)):
            first = event_segment_of(key)
            if first is None:
                self._require_known(key, event_segment_of)
                continue
            if first != last + 1:
                self._blame(Kind.STORE_CUT, key, detail=f"after operation {last}")
                skipped = self._source.operations(outbox_seq, max(0, first - 1 - last))
                outbox_seq = skipped[-1][0] if skipped else outbox_seq
            lines = self._document(key, Namespace.EVENTS).splitlines()
            said = self._source.operations(outbox_seq, len(lines))
            self._compare(key, lines, [line for _, line in said])
            outbox_seq = said[-1][0] if said else outbox_seq
            last = first - 1 + len(lines)
        if last < self._stored[1]:
            detail = f"ends at operation {last}, {self._stored[1]} were stored"
            self._blame(Kind.STORE_CUT, events_prefix(self._station), detail=detail)
        return last

    def _compare(self, key: str, theirs: list[bytes], ours: list[bytes]) -> None:
        for number, (one, other) in enumerate(zip(theirs, ours, strict=False), 1):
            if one != other:
                self._blame(Kind.ALTERED, key, detail=f"line {number}")
                return
        if len(theirs) > len(ours):
            detail = f"{len(theirs) - len(ours)} more"
            self._blame(Kind.STATION_CUT, key, detail=detail)
