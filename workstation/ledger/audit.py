"""Check a ledger from its first line to its last, as a stranger would."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workstation.domain.errors import CheckpointBadError, LedgerBrokenError
from workstation.ledger.custody import GENESIS, Act, decode, line_hash
from workstation.ledger.database import connect_read_only
from workstation.ledger.keychain import KeyHistory, KeyTerm
from workstation.ledger.merkle import Frontier, leaf_hash
from workstation.ledger.notes import open_note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from workstation.domain.errors import IntegrityError
    from workstation.ledger.custody import CustodyLine
    from workstation.ledger.signing import VerifyKey


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that does not hold. ``kind``: chain, checkpoint, catalog, object."""

    kind: str
    code: str
    facts: dict[str, object]

    @classmethod
    def of(cls, kind: str, error: IntegrityError) -> Fault:
        """A fault out of the error that named it."""
        return cls(kind, error.code, dict(error.facts))


@dataclass(frozen=True, slots=True)
class LedgerReport:
    """What was checked, and everything that does not hold, first fault first."""

    lines: int
    checkpoints: int
    unsigned_lines: int
    faults: tuple[Fault, ...]


class _Walk:
    """The chain as it is followed: sequence, hashes, Merkle frontier."""

    def __init__(self, station_id: str) -> None:
        self._station_id = station_id
        self.seq = 0
        self.hash = GENESIS
        self.frontier = Frontier()
        self.collected: dict[str, CustodyLine] = {}

    def follow(self, seq: int, line: bytes, stored_hash: str, filed: tuple[object, ...]) -> None:
        """Take the next line; ``filed`` is the act, clip and collection it is found by.

        Raises:
            LedgerBrokenError: it does not follow from the one before.
        """
        if seq != self.seq + 1:
            raise LedgerBrokenError(seq=self.seq + 1, reason="line missing", found=seq)
        found = line_hash(line)
        if found != stored_hash:
            raise LedgerBrokenError(seq=seq, reason="line changed")
        entry = decode(line, seq)
        if entry.prev != self.hash:
            raise LedgerBrokenError(seq=seq, reason="does not follow from the line before")
        if entry.seq != seq or entry.station != self._station_id:
            raise LedgerBrokenError(seq=seq, reason="names another place in the chain")
        if filed != (entry.act, entry.clip, entry.collection):
            raise LedgerBrokenError(seq=seq, reason="filed under another act, clip or collection")
        self.seq, self.hash = seq, found
        self.frontier.append(leaf_hash(line))
        if entry.act == Act.COLLECTED.value and entry.clip is not None:
            if entry.clip in self.collected:
                raise LedgerBrokenError(seq=seq, reason="clip collected twice", clip=entry.clip)
            self.collected[entry.clip] = entry


def check_ledger(
    path: Path,
    station_id: str,
    key: VerifyKey,
    on_lines: Callable[[int], None],
) -> LedgerReport:
    """Follow the chain, check every signed checkpoint, compare the clips with their lines.

    Only the ledger file and the station's public key are needed. The chain is followed to its
    first fault; checkpoints and clips beyond it can not be judged and are not.
    """
    faults: list[Fault] = []
    lines = checkpoints = 0
    last_signed = 0
    walk = _Walk(station_id)
    try:
        with closing(connect_read_only(path)) as db:
            keys = _keys(db, station_id, key, faults)
            notes = _notes(db, f"evidock/{station_id}", keys, faults)
            lines = _follow(db, walk, notes, faults, on_lines)
            checkpoints = len(notes)
            last_signed = max(notes, default=0)
            if last_signed > walk.seq and not any(fault.kind == "chain" for fault in faults):
                truncated = LedgerBrokenError(
                    seq=walk.seq + 1, reason="chain cut off", signed_size=last_signed
                )
                faults.append(Fault.of("chain", truncated))
            if not any(fault.kind == "chain" for fault in faults):
                faults.extend(_compare_clips(db, walk))
    except sqlite3.DatabaseError as error:
        broken = LedgerBrokenError(seq=walk.seq + 1, reason=str(error))
        faults.append(Fault.of("chain", broken))
    return LedgerReport(lines, checkpoints, max(0, walk.seq - last_signed), _each_once(faults))


def _each_once(faults: list[Fault]) -> tuple[Fault, ...]:
    """A bad line is one fault, however many checks trip over it; the last one knows it best."""
    kept: dict[object, Fault] = {}
    for nth, fault in enumerate(faults):
        seq = fault.facts.get("seq") if fault.kind == "chain" else None
        kept[nth if seq is None else ("line", seq)] = fault
    return tuple(kept.values())


def _follow(
    db: sqlite3.Connection,
    walk: _Walk,
    notes: dict[int, bytes],
    faults: list[Fault],
    on_lines: Callable[[int], None],
) -> int:
    lines = 0
    rows = db.execute(
        "SELECT seq, line, hash, act, clip_id, collection_id FROM custody_entry ORDER BY seq"
    )
    try:
        for seq, line, stored_hash, *filed in rows:
            if not isinstance(line, bytes):  # an SQL UPDATE leaves text where we file bytes
                raise LedgerBrokenError(seq=seq, reason="line changed")  # noqa: TRY301
            walk.follow(seq, line, str(stored_hash), tuple(filed))
            lines += 1
            root = notes.get(seq)
            if root is not None and root != walk.frontier.root():
                raise CheckpointBadError(size=seq, reason="root differs from the chain")  # noqa: TRY301
            if lines % 10_000 == 0:
                on_lines(10_000)
    except CheckpointBadError as error:
        faults.append(Fault.of("checkpoint", error))
    except LedgerBrokenError as error:
        faults.append(Fault.of("chain", error))
    on_lines(lines % 10_000)
    return lines


def _keys(
    db: sqlite3.Connection, station_id: str, key: VerifyKey, faults: list[Fault]
) -> KeyHistory:
    """The station's keys in order; ``key`` must be the last of them."""
    try:
        keys = KeyHistory.read(db, station_id, key)
    except LedgerBrokenError as error:
        faults.append(Fault.of("chain", error))
        return KeyHistory([KeyTerm(1, key)])
    if keys.current.public != key.public:
        other = LedgerBrokenError(
            seq=keys.terms[-1].from_seq, reason="the ledger names another key than station.json"
        )
        faults.append(Fault.of("chain", other))
    return keys


def _notes(
    db: sqlite3.Connection, origin: str, keys: KeyHistory, faults: list[Fault]
) -> dict[int, bytes]:
    """Signed sizes and roots; a note whose signature does not hold is a fault."""
    notes: dict[int, bytes] = {}
    for size, note in db.execute("SELECT size, note FROM checkpoint ORDER BY size"):
        try:
            checkpoint = open_note(str(note), origin, keys.at(size))
            if checkpoint.size != size:
                raise CheckpointBadError(size=size, reason="filed under another size")  # noqa: TRY301
            notes[size] = checkpoint.root
        except CheckpointBadError as error:
            error.facts.setdefault("size", size)
            faults.append(Fault.of("checkpoint", error))
    return notes


_CLIPS = """SELECT id, sha256, sm3, size_bytes, source_path, recorder_serial, key_id,
    lower(hex(header)), 'V' || level, kind, recorded_at, sequence, important,
    badge_source, collection_id, badge, vaulted_at FROM clip ORDER BY seq"""
_IN_LINE = (
    "sha256",
    "sm3",
    "size_bytes",
    "path",
    "recorder",
    "key_id",
    "object_header",
    "level",
    "kind",
    "recorded_at",
    "sequence",
    "important",
    "badge_source",
)


def _compare_clips(db: sqlite3.Connection, walk: _Walk) -> Iterator[Fault]:
    """Clips against the lines that brought them in: none more, none less, none other."""
    unseen = dict(walk.collected)
    for row in db.execute(_CLIPS):
        clip_id, *found = row
        entry = unseen.pop(clip_id, None)
        if entry is None:
            yield Fault(
                "catalog", "ledger.broken", {"clip": clip_id, "reason": "clip without line"}
            )
            continue
        expected = [entry.facts.get(name) for name in _IN_LINE]
        if found != [*expected, entry.collection, entry.by, entry.at]:
            yield Fault(
                "catalog",
                "ledger.broken",
                {"clip": clip_id, "seq": entry.seq, "reason": "clip differs from its line"},
            )
    for clip_id, entry in unseen.items():
        yield Fault(
            "catalog",
            "ledger.broken",
            {"clip": clip_id, "seq": entry.seq, "reason": "line without clip"},
        )
