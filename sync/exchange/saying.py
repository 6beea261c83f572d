"""Publish what people said here: numbered, signed segments of operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.documents import digest_of
from sync.exchange.portions import Portion
from sync.layout import event_segment_of, events_key, events_prefix, signature_key
from sync.reading import read_document
from workstation.domain.errors import LedgerBrokenError, StoreRefusedError
from workstation.ledger.sshsig import Namespace, holds, sign

if TYPE_CHECKING:
    from sync.exchange.portions import Portions
    from sync.identity import Identity
    from sync.source import Source
    from sync.stores.api import Store

SEGMENT_OPERATIONS = 500


class Saying:
    """Sends operations, each once and in the order in which they were said."""

    def __init__(self, identity: Identity, source: Source, portions: Portions) -> None:
        self._station = identity.station
        self._keys = identity.keys
        self._key = identity.key
        self._source = source
        self._portions = portions

    def adopt(self, store: Store) -> None:
        """Take in what the store holds of ours and we do not remember.

        Raises:
            StoreRefusedError: it holds operations under our name that we did not sign.
            LedgerBrokenError: it holds operations that our ledger lacks.
        """
        last, outbox_seq = self._portions.last_stored()
        after = events_prefix(self._station) + f"{last:012}~"
        for key in store.list(events_prefix(self._station), after):
            if event_segment_of(key) is None:
                continue
            body = read_document(store, key)
            signature = read_document(store, signature_key(key))
            if not any(holds(body, signature, Namespace.EVENTS, one) for one in self._keys):
                raise StoreRefusedError(key=key, reason="not_signed_by_us")
            if key != events_key(self._station, last + 1):
                raise StoreRefusedError(key=key, reason="events_gap")
            lines = body.splitlines()
            said = self._source.operations(outbox_seq, len(lines))
            if [line for _, line in said] != lines:
                raise LedgerBrokenError(seq=last + 1, reason="store_holds_other_operations")
            outbox_seq = said[-1][0]
            self._portions.adopt(Portion(last + 1, last + len(lines), outbox_seq, digest_of(body)))
            last += len(lines)

    def run(self, store: Store) -> None:
        """Send what is not at the store.

        Raises:
            LedgerBrokenError: operations that were cut into a portion read otherwise now.
            TransientError, StoreRefusedError: as the store says.
        """
        while True:
            last, outbox_seq = self._portions.last_stored()
            portion = self._portions.unfinished()
            count = SEGMENT_OPERATIONS if portion is None else portion.last - last
            said = self._source.operations(outbox_seq, count)
            body = b"".join(line + b"\n" for _, line in said)
            if portion is None:
                if not said:
                    return
                portion = Portion(last + 1, last + len(said), said[-1][0], digest_of(body))
                self._portions.cut(portion)
            if digest_of(body) != portion.sha256:
                raise LedgerBrokenError(seq=portion.first, reason="changed_since_cut")
            key = events_key(self._station, portion.first)
            store.put_document(signature_key(key), sign(body, Namespace.EVENTS, self._key))
            store.put_document(key, body)
            self._portions.stored(portion)
