"""Follow a station's ledger through its segments in a store."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sync.layout import ledger_prefix, segment_of, signature_key
from sync.reading import read_document
from workstation.domain.errors import (
    CheckpointBadError,
    LedgerBrokenError,
    StoreRefusedError,
)
from workstation.domain.errors_centre import (
    CentreChainError,
    CentreCheckpointError,
    CentreFormError,
    CentreKeyError,
    CentreMissingError,
    CentreSignatureError,
)
from workstation.ledger.custody import GENESIS, Act, decode, line_hash
from workstation.ledger.merkle import Frontier, leaf_hash
from workstation.ledger.notes import open_note
from workstation.ledger.sshsig import Namespace, holds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync.centre.report import CentreReport, StationReport
    from sync.stores.api import Store
    from workstation.domain.errors import IntegrityError
    from workstation.ledger.custody import CustodyLine
    from workstation.ledger.notes import Checkpoint
    from workstation.ledger.signing import VerifyKey

_HASH_BYTES = 32


@dataclass(frozen=True, slots=True)
class Sighting:
    """Line ``seq`` of station ``of`` had this hash when station ``by`` looked."""

    by: str
    of: str
    seq: int
    head: str


@dataclass(slots=True)
class LedgerFacts:
    """What the lines of one station say that other things are held against."""

    hashes: bytearray = field(default_factory=bytearray)  # 32 bytes a line
    collected: dict[str, str] = field(default_factory=dict)  # clip to its line's hash
    transferred: dict[str, str] = field(default_factory=dict)  # clip to its manifest's key
    rotations: list[CustodyLine] = field(default_factory=list)
    sightings: list[Sighting] = field(default_factory=list)

    def hash_of(self, seq: int) -> str | None:
        """Of a line, by number from 1; None beyond the end."""
        place = (seq - 1) * _HASH_BYTES
        piece = self.hashes[place : place + _HASH_BYTES]
        return piece.hex() if seq > 0 and len(piece) == _HASH_BYTES else None


def signed_body(
    store: Store, key: str, namespace: Namespace, keys: Sequence[VerifyKey]
) -> tuple[bytes, IntegrityError | None]:
    """A document, and what is wrong with its signature, if anything."""
    body = read_document(store, key)
    try:
        signature = read_document(store, signature_key(key))
    except StoreRefusedError:
        return body, CentreSignatureError(key=key, reason="missing")
    if any(holds(body, signature, namespace, one) for one in keys):
        return body, None
    return body, CentreSignatureError(key=key)


class LedgerCheck:
    """One station's ledger; faults go to the report."""

    def __init__(
        self, store: Store, store_id: str, keys: Sequence[VerifyKey], report: CentreReport
    ) -> None:
        self._store = store
        self._store_id = store_id
        self._keys = keys
        self._report = report
        self._frontier = Frontier()
        self._facts = LedgerFacts()
        self._seq = 0
        self._hash = GENESIS
        self._roots: dict[int, bytes] = {}

    def run(self, about: StationReport) -> LedgerFacts:
        """Follow it; what its lines say."""
        listing = list(self._store.list(ledger_prefix(about.station)))
        notes = self._checkpoints(about.station, listing)
        self._roots = {note.size: b"" for note in notes}
        for key in listing:
            first = segment_of(key)
            if first is not None:
                self._segment(about.station, key, first)
        about.lines, about.head = self._seq, self._hash
        about.checkpoints = len(notes)
        for note in notes:
            if note.size > self._seq:
                self._blame(
                    about.station,
                    CentreCheckpointError(size=note.size, lines=self._seq, reason="cut_off"),
                )
            elif self._roots[note.size] != note.root:
                error = CentreCheckpointError(size=note.size, reason="other_lines")
                self._blame(about.station, error)
        return self._facts

    def _segment(self, station: str, key: str, first: int) -> None:
        body, trouble = signed_body(self._store, key, Namespace.LEDGER, self._keys)
        if trouble is not None:
            self._blame(station, trouble)
        if first != self._seq + 1:
            error = CentreMissingError(key=key, line=self._seq + 1, reason="ledger_lines")
            self._blame(station, error)
            self._skip_to(first)
        lines = body.split(b"\n")
        if lines.pop() != b"":
            self._blame(station, CentreFormError(key=key, reason="line_end"))
            return
        for line in lines:
            if not self._line(station, key, line):
                return

    def _skip_to(self, first: int) -> None:
        """Go on behind a gap; what is in it has no hash."""
        lacking = max(0, first - 1 - self._seq)
        self._facts.hashes += bytes(_HASH_BYTES * lacking)
        for _ in range(lacking):
            self._frontier.append(bytes(_HASH_BYTES))
        self._seq += lacking
        self._hash = ""

    def _line(self, station: str, key: str, line: bytes) -> bool:
        """Take one line; False where the rest of the segment can not be judged."""
        seq = self._seq + 1
        try:
            entry = decode(line, seq)
        except LedgerBrokenError:
            self._blame(station, CentreFormError(key=key, line=seq))
            return False
        known = self._hash or entry.prev  # behind a gap, whatever it names
        if (entry.seq, entry.prev, entry.station) != (seq, known, station):
            self._blame(station, CentreChainError(key=key, line=seq))
        self._seq, self._hash = seq, line_hash(line)
        self._facts.hashes += bytes.fromhex(self._hash)
        self._frontier.append(leaf_hash(line))
        if seq in self._roots:
            self._roots[seq] = self._frontier.root()
        self._learn(station, entry)
        return True

    def _learn(self, station: str, entry: CustodyLine) -> None:
        facts = self._facts
        match entry.act:
            case Act.STATION_CREATED.value:
                self._require_first_key(station, entry)
            case Act.COLLECTED.value if entry.clip:
                facts.collected.setdefault(entry.clip, self._hash)
            case Act.TRANSFERRED.value if entry.clip and entry.facts.get("store") == self._store_id:
                facts.transferred[entry.clip] = str(entry.facts.get("manifest"))
            case Act.KEY_ROTATED.value:
                facts.rotations.append(entry)
            case Act.SAW_HEAD.value:
                of, seq = str(entry.facts.get("of")), entry.facts.get("seq_of")
                head = str(entry.facts.get("head"))
                if isinstance(seq, int):
                    facts.sightings.append(Sighting(station, of, seq, head))
            case _:
                pass

    def _require_first_key(self, station: str, entry: CustodyLine) -> None:
        try:
            named = base64.b64decode(str(entry.facts.get("public_key")), validate=True)
        except binascii.Error:
            named = b""
        if self._keys and named != self._keys[0].public:
            self._blame(station, CentreKeyError(station=station, reason="not_of_the_ledger"))

    def _checkpoints(self, station: str, listing: Sequence[str]) -> list[Checkpoint]:
        found: list[Checkpoint] = []
        for key in listing:
            if not key.endswith(".checkpoint"):
                continue
            note = read_document(self._store, key).decode("utf-8", "replace")
            for one in self._keys:
                try:
                    found.append(open_note(note, f"evidock/{station}", one))
                    break
                except CheckpointBadError:
                    continue
            else:
                self._blame(station, CentreSignatureError(key=key))
        return found

    def _blame(self, station: str, error: IntegrityError) -> None:
        self._report.blame(station, error)
