"""Any history of facts, failures and restarts leaves a chain that holds; any change shows."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.ledger.lines import STATION, Desk
from workstation.domain.ingest_state import TERMINAL, CollectionState, IngestState, can_follow
from workstation.ledger.custody import Act
from workstation.ledger.signing import StationKey
from workstation.ledger.writer import Ledger

if TYPE_CHECKING:
    from workstation.domain.clip import CollectionId

STEPS = st.sampled_from(["dock", "clip", "view", "fail", "sign", "restart", "close", "twice"])


def _play(desk: Desk, steps: list[str]) -> int:
    """Do what the steps say; the number of lines that there must be."""
    lines = 0
    collections: list[CollectionId] = []
    for number, step in enumerate(steps, start=1):
        if step == "dock" or not collections:
            collections.append(desk.collection(number))
            lines += 1
        elif step == "clip":
            desk.clips(collections[-1], number)
            lines += 1
        elif step == "fail":
            with suppress(RuntimeError), desk.ledger.transaction() as tx:
                tx.append(Act.VIEWED)
                raise RuntimeError
        elif step == "sign":
            desk.ledger.checkpoint()
        elif step == "restart":
            desk.ledger.close()
            desk.ledger = Ledger(desk.path, STATION, desk.key)
        else:
            with desk.ledger.transaction() as tx:
                for _ in range(2 if step == "twice" else 1):
                    tx.append(Act.VIEWED, by="uid:1", facts={"purpose": "录像"})
                    lines += 1
                if step == "close":
                    tx.close_collection(collections[-1], CollectionState.COMPLETE, {})
                    lines += 1
    return lines


@settings(max_examples=15)
@given(steps=st.lists(STEPS, max_size=14), data=st.data())
def test_a_chain_holds_after_any_history_and_not_after_any_change(
    steps: list[str], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path, key = Path(folder) / "ledger.sqlite", StationKey.generate()
        desk = Desk(path, key, Ledger(path, STATION, key))
        lines = _play(desk, steps)
        desk.ledger.close()
        report = desk.audit()
        assert (report.faults, report.lines, report.unsigned_lines) == ((), lines, 0)
        if lines:
            seq = data.draw(st.integers(1, lines))
            with closing(sqlite3.connect(path)) as db:
                query = "SELECT line FROM custody_entry WHERE seq=?"
                line = bytearray(db.execute(query, (seq,)).fetchone()[0])
            line[data.draw(st.integers(0, len(line) - 1))] ^= data.draw(st.integers(1, 255))
            desk.tamper(f"UPDATE custody_entry SET line=x'{line.hex()}' WHERE seq={seq}")
            assert [fault.facts["seq"] for fault in desk.audit().faults] == [seq]


def test_every_state_of_a_file_leads_to_an_end() -> None:
    for state in IngestState:
        seen, edge = {state}, [state]
        while edge:
            now = edge.pop()
            following = {target for target in IngestState if can_follow(now, target)}
            edge += following - seen
            seen |= following
        assert seen & TERMINAL, state


def test_a_final_state_is_final_and_any_open_one_can_be_interrupted() -> None:
    for state in IngestState:
        assert (state in TERMINAL) is not can_follow(state, IngestState.INTERRUPTED)


@given(st.lists(st.sampled_from(IngestState), max_size=8))
def test_no_walk_leaves_a_final_state(walk: list[IngestState]) -> None:
    now = IngestState.LISTED
    for target in walk:
        if can_follow(now, target):
            assert now not in TERMINAL
            now = target
