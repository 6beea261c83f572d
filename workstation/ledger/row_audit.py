"""Hold every row that lines tell of against the lines: what was changed by hand is named.

The lines are applied to an empty database by the code that rebuilds a lost ledger, and the two
are compared, row by row. What no line carries can not be compared: ``UNCOMPARED`` names it.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from workstation.domain.casework_state import case_state, clip_state
from workstation.domain.errors import LedgerBrokenError
from workstation.domain.errors_casework import BadOperationError
from workstation.ledger import (
    operations,
    schema_delivery,
    schema_directory,
    schema_erase,
    schema_people,
    schema_proof,
    schema_shift,
)
from workstation.ledger import schema_recorders as recorders
from workstation.ledger import schema_retention as retention
from workstation.ledger.audit import Fault
from workstation.ledger.custody import Act, decode
from workstation.ledger.database import connect_read_only
from workstation.ledger.rebuild import ONLY_LINES, Replay
from workstation.ledger.rebuild_rows import OPERATIONS
from workstation.ledger.schema import collection, ingest_item, metadata, transfer
from workstation.ledger.schema_casework import case_file, clip_case, clip_casework, clip_tag, hold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from sqlalchemy import Table

    from workstation.domain.casework import Operation
    from workstation.ledger.custody import CustodyLine

_SCRATCH_KB = 64 << 10  # of memory; what is more goes to a file that has no name


@dataclass(frozen=True, slots=True)
class _Compared:
    """Columns of a table that follow from lines; all of them where none is left out."""

    table: Table
    key: tuple[str, ...]
    leaves_out: frozenset[str] = frozenset()
    where: str = "1"

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(
            str(one.name)
            for one in self.table.columns
            if one.name not in {*self.leaves_out, *self.key}
        )

    def query(self) -> str:
        """Keys as bytes, in their order, then the columns."""
        keys = [f"coalesce(CAST({name} AS BLOB), x'')" for name in self.key]
        picked = ", ".join((*keys, *(f'"{name}"' for name in self.columns)))
        return (
            f"SELECT {picked} FROM {self.table.name} WHERE {self.where} "  # noqa: S608 - our names
            f"ORDER BY {', '.join(keys)}"
        )


def _of(table: Table, *key: str, without: str = "", where: str = "1") -> _Compared:
    return _Compared(table, key, frozenset(without.split()), where)


COMPARED = (
    _of(schema_people.unit, "id"),
    _of(schema_people.officer, "id"),
    _of(schema_people.posting, "officer_id", "since"),
    _of(recorders.recorder_binding, "bound_seq", without="seq"),
    _of(
        recorders.docking,
        "collection_id",
        without="usb_serial volume provenance claims clock_set_at clock_set_code clock_after_s "
        "clock_after_uncertainty_s",
    ),
    _of(recorders.remark, "seq"),
    _of(schema_shift.gap_reason, "seq"),
    _of(collection, "id", without="source label officer_name unit findings"),
    _of(
        ingest_item,
        "clip_id",
        without="id place raw_path mtime_ns badge recorder_serial findings facts",
        where="state='vaulted'",
    ),
    _of(
        ingest_item,
        "id",
        without="place raw_path size_bytes mtime_ns kind recorded_at badge recorder_serial "
        "sequence important sidecar_of findings facts clip_id sha256 sm3 key_id header level",
        where="state='quarantined'",
    ),
    _of(schema_directory.agency_key, "number"),
    _of(schema_directory.directory_part, "kind", without="body"),
    _of(transfer, "clip_id", "store_id"),
    _of(schema_delivery.read_back, "clip_id", "centre"),
    _of(schema_delivery.purged, "clip_id"),
    _of(schema_proof.damage, "clip_id"),
    _of(schema_proof.object_copy, "custody_seq"),
    _of(retention.retention_policy, "seq"),
    _of(retention.destruction, "id", without="certificate signature"),
    _of(retention.destruction_item, "destruction_id", "clip_id"),
    _of(retention.destroyed, "clip_id"),
    _of(schema_erase.erase_intent, "id"),
    _of(schema_erase.erase_item, "intent_id", "path", without="item_id raw_path mtime_ns"),
    _of(clip_casework, "clip_id"),
    _of(clip_tag, "clip_id", "tag"),
    _of(clip_case, "clip_id", "case_id"),
    _of(case_file, "id"),
    _of(hold, "operation_id"),
)

# Tables that ``verify`` looks at otherwise, and what of them it sees.
OTHERWISE = {
    "custody_entry": "the chain itself",
    "checkpoint": "signatures and roots",
    "clip": "every column against the line that brought the clip in",
    "operation": "digest, clip and case against the line",
    "pin": "that a line tells of it: when it was set, whether it must be changed",
    "card": "that a line tells of it: whose it is, since when",
}
# Tables of which no line tells, and why that is no matter of evidence.
UNCOMPARED = {
    "frontier": "a cache; a wrong one gives a checkpoint whose root differs from the lines",
    "merkle_block": "a cache, made again when in doubt",
    "directory_head": "signed by the agency, and fetched again",
    "directory_refusal": "what of the directory is not taken at present, until it is",
    "category": "made from the signed directory",
    "on_its_way": "what is being sent just now",
    "outbox": "work for the sync process, which holds what it delivers against the clips",
    "media": "what the probe saw: found again at any time",
    "clip_words": "the search index, made from the other tables",
    "scrub_run": "how far a reading of the vault has come",
    "lockout": "failures to sign in that are not a lock yet",
    "denial": "counts of refused commands",
}


@dataclass(slots=True)
class _Told:
    """What lines tell of rows that can not be made from them, only compared with them."""

    operations: dict[int, CustodyLine] = field(default_factory=dict)
    certificates: dict[str, tuple[int, str]] = field(default_factory=dict)
    pins: dict[str, tuple[str, int]] = field(default_factory=dict)
    cards: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    lost: list[range] = field(default_factory=list)  # lines whose rows a rebuild may have lost

    def take(self, entry: CustodyLine) -> None:
        facts = entry.facts
        if entry.act in OPERATIONS:
            self.operations[entry.seq] = entry
        elif entry.act == Act.DESTRUCTION_ENDED.value:
            told = (entry.seq, str(facts["certificate_sha256"]))
            self.certificates[str(facts["destruction"])] = told
        elif entry.act == Act.PIN_SET.value:
            self.pins[str(facts["officer"])] = (entry.at, int(bool(facts["must_change"])))
        elif entry.act == Act.CARD_BOUND.value:
            self.cards[str(facts["officer"])].append(entry.at)
        elif entry.act == Act.CARDS_REMOVED.value:
            self.cards.pop(str(facts["officer"]), None)
        elif entry.act == Act.LEDGER_COMPLETED.value and facts.get("rowless"):
            self.lost.append(range(int(facts["kept"] or 0) + 1, entry.seq))

    def is_lost(self, seq: int) -> bool:
        return any(seq in lines for lines in self.lost)


def check_rows(path: Path) -> tuple[Fault, ...]:
    """Every row that differs from what the lines make of it, and every one too many or too few.

    To be asked once the chain itself was found whole. The station may write meanwhile: lines and
    rows are read as they stood at one instant.
    """
    with closing(connect_read_only(path)) as live, closing(_scratch()) as scratch:
        live.execute("BEGIN")
        try:
            return tuple(_check(live, scratch))
        except sqlite3.DatabaseError as error:
            return (Fault.of("catalog", LedgerBrokenError(seq=0, reason=str(error))),)


def _scratch() -> sqlite3.Connection:
    db = sqlite3.connect("", isolation_level=None)  # a file of its own that vanishes
    db.execute(f"PRAGMA cache_size=-{_SCRATCH_KB}")
    engine = create_engine("sqlite://", creator=lambda: db, poolclass=StaticPool)
    metadata.create_all(engine)
    return db


def _check(live: sqlite3.Connection, scratch: sqlite3.Connection) -> Iterator[Fault]:
    told = _Told()
    scratch.execute("BEGIN")
    yield from _apply(live, scratch, told)
    yield from _check_operations(live, told)
    _fold(live, scratch)
    for one in COMPARED:
        yield from _differences(one, scratch, live)
    yield from _check_certificates(live, told)
    yield from _check_secrets(live, told)


def _apply(live: sqlite3.Connection, scratch: sqlite3.Connection, told: _Told) -> Iterator[Fault]:
    replay = Replay(scratch)
    skipped = ", ".join(f"'{act}'" for act in ONLY_LINES - {Act.LEDGER_COMPLETED.value})
    lines = live.execute(
        f"SELECT seq, line FROM custody_entry WHERE act NOT IN ({skipped}) ORDER BY seq"  # noqa: S608
    )
    for seq, line in lines:
        try:
            entry = decode(bytes(line), seq)
            if entry.act not in OPERATIONS:
                replay.take(entry)
            told.take(entry)
        except (sqlite3.Error, KeyError, TypeError, ValueError) as error:
            reason = f"its rows can not be: {error}"
            yield Fault("catalog", LedgerBrokenError.code, {"seq": seq, "reason": reason})


def _fold(live: sqlite3.Connection, scratch: sqlite3.Connection) -> None:
    """What the operations add up to; their lines were just held against the chain."""
    for column in ("clip_id", "case_id"):
        said = live.execute(
            f"SELECT {column}, line FROM operation WHERE {column} IS NOT NULL "  # noqa: S608
            f"ORDER BY {column}, seq"
        )
        for name, group in groupby(said, key=lambda row: str(row[0])):
            about = list(_decoded(line for _, line in group))
            if column == "clip_id":
                rows = operations.clip_rows(clip_state(name, about))
            else:
                rows = operations.case_rows(case_state(name, about))
            for table, values in rows.items():
                for row in values:
                    names = ", ".join(f'"{one}"' for one in row)
                    marks = ", ".join("?" * len(row))
                    scratch.execute(
                        f"INSERT INTO {table.name} ({names}) VALUES ({marks})",  # noqa: S608
                        tuple(row.values()),
                    )


def _decoded(lines: Iterable[object]) -> Iterator[Operation]:
    for line in lines:
        try:
            yield operations.decode(line if isinstance(line, bytes) else str(line).encode())
        except BadOperationError:
            continue  # named already: it has not the digest of its line


def _differences(
    one: _Compared, scratch: sqlite3.Connection, live: sqlite3.Connection
) -> Iterator[Fault]:
    """Walk both in the order of their keys."""
    expected, found = scratch.execute(one.query()), live.execute(one.query())
    width = len(one.key)
    left, right = expected.fetchone(), found.fetchone()
    while left is not None or right is not None:
        if right is None or (left is not None and left[:width] < right[:width]):
            yield _fault(one, left[:width], "line without its row")
            left = expected.fetchone()
        elif left is None or right[:width] < left[:width]:
            yield _fault(one, right[:width], "row without a line")
            right = found.fetchone()
        else:
            pairs = zip(one.columns, left[width:], right[width:], strict=True)
            if differing := [name for name, told, is_there in pairs if told != is_there]:
                yield _fault(one, left[:width], "row differs from its lines", *differing)
            left, right = expected.fetchone(), found.fetchone()


def _fault(one: _Compared, key: Iterable[bytes], reason: str, *columns: str) -> Fault:
    name = "/".join(part.decode("utf-8", "backslashreplace") for part in key)
    facts: dict[str, object] = {"table": str(one.table.name), "row": name, "reason": reason}
    if columns:
        facts["columns"] = ", ".join(columns)
    return Fault("catalog", LedgerBrokenError.code, facts)


def _row_fault(table: str, row: str, reason: str) -> Fault:
    facts: dict[str, object] = {"table": table, "row": row, "reason": reason}
    return Fault("catalog", LedgerBrokenError.code, facts)


def _check_operations(live: sqlite3.Connection, told: _Told) -> Iterator[Fault]:
    """What people said: exact bytes by their digest, whose words need not be in the line."""
    unseen = dict(told.operations)
    rows = live.execute("SELECT id, clip_id, case_id, line, custody_seq FROM operation")
    for name, clip, case, line, seq in rows:
        entry = unseen.pop(seq, None)
        if entry is None or entry.facts.get("operation") != name:
            yield _row_fault("operation", str(name), "row without a line")
            continue
        is_bytes = isinstance(line, bytes)
        if not is_bytes or hashlib.sha256(line).hexdigest() != entry.facts["sha256"]:
            yield _row_fault("operation", str(name), "row differs from its lines")
            continue
        said = operations.decode(line)
        if (said.id, said.clip, said.case) != (name, clip, case) or clip != entry.clip:
            yield _row_fault("operation", str(name), "row differs from its lines")
    for seq, entry in unseen.items():
        if not told.is_lost(seq):
            yield _row_fault("operation", str(entry.facts["operation"]), "line without its row")


def _check_certificates(live: sqlite3.Connection, told: _Told) -> Iterator[Fault]:
    for name, certificate in live.execute("SELECT id, certificate FROM destruction"):
        seq, digest = told.certificates.get(str(name), (0, ""))
        if certificate is None and (not seq or told.is_lost(seq)):
            continue
        is_it = isinstance(certificate, bytes)
        if not is_it or hashlib.sha256(certificate).hexdigest() != digest:
            yield _row_fault("destruction", str(name), "certificate differs from its line")


def _check_secrets(live: sqlite3.Connection, told: _Told) -> Iterator[Fault]:
    """PINs and cards that no line tells of; their words are nowhere but here, on purpose.

    One that is gone keeps somebody out, and a rebuild loses them all: that is no fault.
    """
    for officer, *found in live.execute("SELECT officer_id, set_at, must_change FROM pin"):
        if told.pins.get(officer) != tuple(found):
            yield _row_fault("pin", str(officer), "row without a line")
    left = {officer: list(bound) for officer, bound in told.cards.items()}
    for officer, bound_at in live.execute("SELECT officer_id, bound_at FROM card"):
        if bound_at in left.get(officer, []):
            left[officer].remove(bound_at)
        else:
            yield _row_fault("card", str(officer), "row without a line")
