"""Put the ledger's lines out of the station's reach, before and apart from the footage."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sync.chains import SegmentRow
from sync.documents import digest_of
from sync.layout import checkpoint_key, segment_key, signature_key
from workstation.domain.errors import LedgerBrokenError
from workstation.ledger.sshsig import Namespace, sign

if TYPE_CHECKING:
    from sync.chains import Segments
    from sync.database import SyncDatabase
    from sync.identity import Identity
    from sync.source import Source
    from sync.stores.api import Store

SEGMENT_LINES = 1000

# While footage arrives, a line comes every few seconds: not a file of its own for each.
PERIOD_S = 5.0


class Escrow:
    """Sends ledger segments and checkpoints, each once and in order."""

    def __init__(
        self,
        identity: Identity,
        source: Source,
        segments: Segments,
        database: SyncDatabase,
    ) -> None:
        self._station = identity.station
        self._key = identity.key
        self._source = source
        self._segments = segments
        self._database = database
        self._due_s = 0.0

    def run(self, store: Store, *, at_once: bool) -> None:
        """Send the lines that are not at the store; a short rest may wait a little.

        Raises:
            LedgerBrokenError: lines that were cut into a segment read otherwise now.
            TransientError, StoreRefusedError: as the store says.
        """
        while True:
            segment = self._segments.unfinished()
            lines = self._lines(segment)
            is_due = at_once or time.monotonic() >= self._due_s
            if segment is None:
                if not lines or not (is_due or len(lines) == SEGMENT_LINES):
                    break
                first = self._segments.last_line() + 1
                last = first + len(lines) - 1
                segment = SegmentRow(first, last, digest_of(_body(lines)))
                self._segments.cut(segment)
            self._send(store, segment, _body(lines))
            self._due_s = time.monotonic() + PERIOD_S
        self._send_checkpoint(store)

    def _lines(self, segment: SegmentRow | None) -> list[bytes]:
        if segment is None:
            return self._source.custody_lines(self._segments.last_line(), SEGMENT_LINES)
        return self._source.custody_lines(segment.first - 1, segment.last - segment.first + 1)

    def _send(self, store: Store, segment: SegmentRow, body: bytes) -> None:
        if digest_of(body) != segment.sha256:
            raise LedgerBrokenError(seq=segment.first, reason="changed_since_escrow")
        key = segment_key(self._station, segment.first)
        store.put_document(signature_key(key), sign(body, Namespace.LEDGER, self._key))
        store.put_document(key, body)
        self._segments.stored(segment)

    def _send_checkpoint(self, store: Store) -> None:
        """The newest signed checkpoint over lines that the store holds; it signs itself."""
        delivered = self._database.cursor("checkpoint_size")
        lines = self._segments.last_line()
        notes = [note for note in self._source.checkpoints(delivered) if note.size <= lines]
        if notes:
            newest = notes[-1]
            store.put_document(checkpoint_key(self._station, newest.size), newest.note.encode())
            with self._database.transaction() as db:
                self._database.advance(db, "checkpoint_size", newest.size)


def _body(lines: list[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)
