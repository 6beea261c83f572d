"""The custody entries of some clips, each with the proof that it stands in the signed ledger."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workstation.domain.errors import UnsignedYetError
from workstation.ledger.custody import Act, decode
from workstation.ledger.keychain import KeyHistory
from workstation.ledger.notes import open_note
from workstation.ledger.tree import Tree

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence

    from workstation.ledger.notes import Checkpoint
    from workstation.ledger.signing import VerifyKey

NAMES_AT_ONCE = 500
# Of a docking: what says where its clips came from, and nothing about other clips.
_ABOUT_DOCKING = (
    Act.COLLECTION_OPENED,
    Act.COLLECTION_CLOSED,
    Act.RECORDER_WRITING,
    Act.RECORDER_WRITTEN,
)
_ABOUT_KEYS = (Act.STATION_CREATED, Act.KEY_ROTATED)


@dataclass(frozen=True, slots=True)
class ProvedLine:
    """A custody line as it is stored, and its inclusion path (RFC 9162 §2.1.3)."""

    seq: int
    line: bytes
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class EarlierPoint:
    """A checkpoint that others may hold, and the consistency path from it (RFC 9162 §2.1.4)."""

    note: str
    size: int
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class CustodyProof:
    """What a stranger checks with nothing but this and the station's public key."""

    note: str
    point: Checkpoint
    keys: tuple[VerifyKey, ...]  # of the station, the present one last
    lines: tuple[ProvedLine, ...]
    earlier: tuple[EarlierPoint, ...]

    def document(self) -> dict[str, object]:
        """As it lies in the pack; hashes in base64, as notes have them."""
        return {
            "document": "evidock-custody-proof",
            "format": 1,
            "checkpoint": self.note,
            "lines": [
                {"seq": one.seq, "line": one.line.decode(), "path": _base64(one.path)}
                for one in self.lines
            ],
            "earlier": [
                {"checkpoint": one.note, "path": _base64(one.path)} for one in self.earlier
            ],
        }


def _base64(hashes: Iterable[bytes]) -> list[str]:
    return [base64.b64encode(one).decode() for one in hashes]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a proof is about: ids of clips, of their dockings, and of the case if any."""

    clips: Sequence[str]
    collections: Sequence[str]
    case: str | None


def prove(
    db: sqlite3.Connection, station: str, first_key: VerifyKey, about: Subject
) -> CustodyProof:
    """Collect the entries about ``about`` and prove each under the latest checkpoint.

    Raises:
        UnsignedYetError: nothing is signed yet.
        CheckpointBadError, LedgerBrokenError: the ledger does not hold.
    """
    size, note = _latest(db)
    earlier = _earlier(db, about.collections, size)
    return _prove(db, station, first_key, (size, note), _lines(db, about, size), earlier)


def prove_entries(
    db: sqlite3.Connection, station: str, first_key: VerifyKey, seqs: Sequence[int]
) -> CustodyProof:
    """The entries of these numbers, and those about keys, under the latest checkpoint.

    Entries behind that checkpoint are left out: nothing vouches for them yet.

    Raises:
        UnsignedYetError: nothing is signed yet.
        CheckpointBadError, LedgerBrokenError: the ledger does not hold.
    """
    size, note = _latest(db)
    found = _of_acts(db, _ABOUT_KEYS)
    for start in range(0, len(seqs), NAMES_AT_ONCE):
        page = seqs[start : start + NAMES_AT_ONCE]
        marks = ",".join("?" * len(page))
        query = f"SELECT seq, line FROM custody_entry WHERE seq IN ({marks})"  # noqa: S608 - marks
        found |= {int(seq): bytes(line) for seq, line in db.execute(query, page)}
    lines = {seq: line for seq, line in found.items() if seq <= size}
    return _prove(db, station, first_key, (size, note), lines, {})


def _latest(db: sqlite3.Connection) -> tuple[int, str]:
    """Size and note of the latest checkpoint."""
    row = db.execute("SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1").fetchone()
    if row is None:
        raise UnsignedYetError(seq=1)
    return int(row[0]), str(row[1])


def _prove(
    db: sqlite3.Connection,
    station: str,
    first_key: VerifyKey,
    signed: tuple[int, str],
    found: Mapping[int, bytes],
    kept: Mapping[int, str],
) -> CustodyProof:
    size, note = signed
    keys = KeyHistory.read(db, station, first_key)
    origin = f"evidock/{station}"
    tree = Tree(db)
    lines = [
        ProvedLine(seq, line, tuple(tree.inclusion(seq, size)))
        for seq, line in sorted(found.items())
    ]
    earlier = [
        EarlierPoint(old_note, old_size, tuple(tree.consistency(old_size, size)))
        for old_size, old_note in sorted(kept.items())
    ]
    return CustodyProof(
        note,
        open_note(note, origin, keys.at(size)),
        tuple(term.key for term in keys.terms),
        tuple(lines),
        tuple(earlier),
    )


def _lines(db: sqlite3.Connection, about: Subject, size: int) -> dict[int, bytes]:
    found = _of_acts(db, _ABOUT_KEYS)
    found |= _named(db, "clip_id", about.clips, ())
    found |= _named(db, "collection_id", about.collections, _ABOUT_DOCKING)
    if about.case is not None:
        changes = _of_acts(db, (Act.CASE_CHANGED,))
        found |= {
            seq: line
            for seq, line in changes.items()
            if decode(line, seq).facts.get("case") == about.case
        }
    return {seq: line for seq, line in found.items() if seq <= size}


def _of_acts(db: sqlite3.Connection, acts: Sequence[Act]) -> dict[int, bytes]:
    marks = ",".join("?" * len(acts))
    query = f"SELECT seq, line FROM custody_entry WHERE act IN ({marks})"  # noqa: S608 - marks
    rows = db.execute(query, [act.value for act in acts])
    return {int(seq): bytes(line) for seq, line in rows}


def _named(
    db: sqlite3.Connection, column: str, names: Sequence[str], acts: Sequence[Act]
) -> dict[int, bytes]:
    """Lines whose ``column`` is one of ``names``; only those of ``acts`` if there are any."""
    found: dict[int, bytes] = {}
    only = f" AND act IN ({','.join('?' * len(acts))})" if acts else ""
    for start in range(0, len(names), NAMES_AT_ONCE):
        page = names[start : start + NAMES_AT_ONCE]
        marks = ",".join("?" * len(page))
        query = f"SELECT seq, line FROM custody_entry WHERE {column} IN ({marks}){only}"  # noqa: S608 - marks
        rows = db.execute(query, [*page, *(act.value for act in acts)])
        found |= {int(seq): bytes(line) for seq, line in rows}
    return found


def _earlier(db: sqlite3.Connection, collections: Sequence[str], size: int) -> dict[int, str]:
    """The checkpoints that hand-in receipts of these dockings name, by size."""
    found: dict[int, str] = {}
    for closed in _named(db, "collection_id", collections, (Act.COLLECTION_CLOSED,)):
        row = db.execute(
            "SELECT size, note FROM checkpoint WHERE size>=? AND size<? ORDER BY size LIMIT 1",
            (closed, size),
        ).fetchone()
        if row is not None:
            found[int(row[0])] = str(row[1])
    return found
