"""A ledger of a million entries: appending, proving, and checking all of it."""

from __future__ import annotations

import sqlite3
import statistics
import time
from contextlib import closing
from typing import TYPE_CHECKING

from tests.bench.measure import Row, clear, seconds
from workstation.ledger.audit import check_ledger
from workstation.ledger.custody import Act
from workstation.ledger.second_copy import SecondCopy
from workstation.ledger.signing import StationKey
from workstation.ledger.tree import Tree
from workstation.ledger.writer import Ledger

if TYPE_CHECKING:
    from pathlib import Path

ENTRIES = 1_000_000
PER_TRANSACTION = 1000
DURABLE = 200  # transactions of one entry each, every one flushed to the disk
PROOFS = 200
STATION = "01STATION0000000000000000"
FACTS: dict[str, str | int | float | bool | None] = {
    "sha256": "ab" * 32,
    "sm3": "cd" * 32,
    "size_bytes": 1_234_567,
    "path": "DCIM/100MEDIA/REC_20260301_080000.MP4",
    "recorder": "R1",
    "level": "V2",
}


def run(work: Path) -> list[Row]:
    """Fill a ledger, with its second copy, and measure on the full one."""
    work.mkdir(parents=True)
    path, key = work / "ledger.sqlite", StationKey.generate()
    ledger = Ledger(path, STATION, key, copy=SecondCopy(work / "copy"))
    filled = seconds(lambda: _fill(ledger))
    singles = [seconds(lambda: _append(ledger, 1)) for _ in range(DURABLE)]
    ledger.close()
    with closing(sqlite3.connect(path)) as db:
        proofs = _proofs(db)
    began = time.perf_counter()
    report = check_ledger(path, STATION, key, lambda _: None)
    checked = report.lines / (time.perf_counter() - began)
    if report.faults:
        raise AssertionError(report.faults)
    clear(work)
    append = filled / ENTRIES * 1000
    single = statistics.median(singles) * 1000
    proof = max(proofs) * 1000
    return [
        Row("ledger", "append, 1,000 in a transaction", append, "ms", "1 ms", 1 / append, 1),
        Row("ledger", "append, alone and durable", single, "ms", "1 ms", 1 / single),
        Row("ledger", "slowest proof of a million", proof, "ms", "10 ms", 10 / proof, 1),
        Row("ledger", "full check", checked, "lines/s", "100,000", checked / 100_000, 1),
    ]


def _fill(ledger: Ledger) -> None:
    for done in range(0, ENTRIES, PER_TRANSACTION):
        _append(ledger, PER_TRANSACTION)
        if done % (100 * PER_TRANSACTION) == 0:
            ledger.checkpoint()
    ledger.checkpoint()


def _append(ledger: Ledger, count: int) -> None:
    with ledger.transaction() as tx:
        for _ in range(count):
            tx.append(Act.VIEWED, by="012345", facts=FACTS)


def _proofs(db: sqlite3.Connection) -> list[float]:
    """Seconds of inclusion and consistency proofs spread over the ledger."""
    times = []
    for nth in range(PROOFS):
        seq = 1 + nth * (ENTRIES // PROOFS)
        began = time.perf_counter()
        Tree(db).inclusion(seq, ENTRIES)
        Tree(db).consistency(seq, ENTRIES)
        times.append((time.perf_counter() - began) / 2)
    return times
