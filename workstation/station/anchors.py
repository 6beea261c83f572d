"""Hold the ledger against what was kept elsewhere: checkpoints and hand-in receipts.

A ledger that was cut or rewritten, and signed again with the station's own key, is whole in
itself. Only something that left the station before can tell: the root over the same number of
lines must still be the same.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workstation.domain.errors import (
    CheckpointBadError,
    IntegrityError,
    LedgerBrokenError,
)
from workstation.ledger import receipts
from workstation.ledger.audit import Fault
from workstation.ledger.custody import Act, decode
from workstation.ledger.database import connect_read_only
from workstation.ledger.keychain import KeyHistory
from workstation.ledger.notes import open_note
from workstation.ledger.proofs import is_consistent
from workstation.ledger.tree import Tree

if TYPE_CHECKING:
    from pathlib import Path

    from workstation.ledger.receipts import HandInReceipt
    from workstation.station.record import StationRecord

_SIZE_DIGITS = 18  # more lines than that no ledger has, and no SQLite integer holds


@dataclass(frozen=True, slots=True)
class Anchor:
    """Something kept elsewhere that the ledger was held against. ``kind``: checkpoint, receipt."""

    kind: str
    size: int
    at: str
    lines_since: int
    fault: Fault | None


class Held:
    """A ledger, open to be held against anchors. Everything is computed from the lines."""

    def __init__(self, path: Path, me: StationRecord) -> None:
        self._path = path
        self._me = me

    def against_checkpoint(self, note: str) -> Anchor:
        """Hold the ledger against a signed note."""
        size = _claimed_size(note)
        at = ""
        try:
            with closing(connect_read_only(self._path)) as db:
                keys = KeyHistory.read(db, self._me.id, self._me.key)
                point = open_note(note, f"evidock/{self._me.id}", keys.at(size))
                size, at = point.size, point.at
                since = _same_root(db, point.size, point.root)
                return Anchor("checkpoint", size, at, since, None)
        except IntegrityError as error:
            return Anchor("checkpoint", size, at, 0, Fault.of("anchor", error))
        except sqlite3.DatabaseError as error:
            return Anchor("checkpoint", size, at, 0, _unreadable(error))

    def against_receipt(self, text: str) -> Anchor:
        """Hold the ledger against the text of a hand-in receipt.

        Raises:
            ReceiptBadError: that is no receipt of ours.
        """
        receipt, signature = receipts.parse(text)
        since, fault = 0, None
        try:
            with closing(connect_read_only(self._path)) as db:
                keys = KeyHistory.read(db, self._me.id, self._me.key)
                signers = [term.key for term in keys.terms]
                if receipt.station != self._me.id:
                    raise CheckpointBadError(reason="origin", found=receipt.station)
                if not any(receipts.holds(receipt, signature, key) for key in signers):
                    raise CheckpointBadError(size=receipt.size, reason="signature")
                since = _same_root(db, receipt.size, receipt.root)
                _same_docking(db, receipt)
        except IntegrityError as error:
            fault = Fault.of("anchor", error)
        except sqlite3.DatabaseError as error:
            fault = _unreadable(error)
        return Anchor("receipt", receipt.size, receipt.at, since, fault)


def _unreadable(error: sqlite3.DatabaseError) -> Fault:
    return Fault.of("anchor", LedgerBrokenError(seq=0, reason=str(error)))


def _claimed_size(note: str) -> int:
    lines = note.splitlines()
    is_size = len(lines) > 1 and lines[1].isdecimal() and len(lines[1]) < _SIZE_DIGITS
    return int(lines[1]) if is_size else 0


def _same_root(db: sqlite3.Connection, size: int, root: bytes) -> int:
    """Lines since ``size``, if the lines up to there give ``root`` and the tree goes on from it.

    Raises:
        LedgerBrokenError: there are fewer lines, or other ones.
    """
    (lines,) = db.execute("SELECT coalesce(max(seq), 0) FROM custody_entry").fetchone()
    if lines < size:
        raise LedgerBrokenError(
            seq=lines + 1, reason="lines cut off since the anchor", signed_size=size
        )
    tree = Tree(db, trusting=False)
    if size and tree.root(size) != root:
        raise LedgerBrokenError(seq=1, reason="lines rewritten since the anchor", signed_size=size)
    if size and not is_consistent(
        size, lines, tree.consistency(size, lines), root, tree.root(lines)
    ):
        raise LedgerBrokenError(seq=size, reason="no consistency proof", signed_size=size)
    return int(lines) - size


def _same_docking(db: sqlite3.Connection, receipt: HandInReceipt) -> None:
    """The entry that closed the docking must say what the receipt says.

    Raises:
        LedgerBrokenError: it does not.
    """
    row = db.execute("SELECT line FROM custody_entry WHERE seq=?", (receipt.line,)).fetchone()
    if row is None or receipt.line > receipt.size:
        raise LedgerBrokenError(seq=receipt.line, reason="receipt names no entry")
    entry = decode(bytes(row[0]), receipt.line)
    if (entry.act, entry.collection) != (Act.COLLECTION_CLOSED.value, receipt.collection):
        raise LedgerBrokenError(seq=receipt.line, reason="receipt names another entry")
    if counts_of(entry.facts) != (receipt.held, receipt.open):
        raise LedgerBrokenError(seq=receipt.line, reason="receipt and entry count differently")


def counts_of(facts: dict[str, str | int | float | bool | None]) -> tuple[int, int]:
    """Files of a closed docking that are held, and that could not be taken whole."""

    def count(*names: str) -> int:
        return sum(int(facts.get(name) or 0) for name in names)

    return count("vaulted", "duplicates"), count("quarantined", "interrupted")
