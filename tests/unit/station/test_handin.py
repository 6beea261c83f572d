"""Handing in: one entry, a signed receipt, and only of one's own footage."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import pytest

from tests.unit.ingest.scripted import Bench, ScriptedFile, ScriptedRecorder
from workstation.casework.sessions import Person
from workstation.domain.clip import BadgeNumber
from workstation.domain.errors import (
    CollectionRunningError,
    NotPermittedError,
    UnknownCollectionError,
)
from workstation.domain.people import Officer, OfficerId, Role, UnitId
from workstation.ipc.messages_handin import HandedIn, HandIn
from workstation.ipc.messages_recorders import BindRecorder
from workstation.ledger import receipts
from workstation.ledger.custody import Act, decode
from workstation.station import record
from workstation.station.commands.answers import Caller
from workstation.station.commands.handin import answers
from workstation.station.commands.recorders import bind_recorder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BADGE = "012345"
MACHINE = Caller(os.getpid(), os.getuid(), os.getgid())


def caller(badge: str = BADGE, role: Role = Role.OFFICER) -> Caller:
    officer = Officer(OfficerId("o"), BadgeNumber(badge), "王", UnitId("u"), role)
    return Caller(os.getpid(), os.getuid(), os.getgid(), "token", Person(officer, "session-1"))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path / "state")
    bind_recorder(made.engine.ledger, BindRecorder("REC-1", BADGE), "uid:0")
    yield made
    made.close()


def docked(bench: Bench, *, serial: str = "REC-1") -> str:
    files = {"a.MP4": ScriptedFile(b"a" + serial.encode()), "b.MP4": ScriptedFile(b"b")}
    bench.dock(ScriptedRecorder(files, serial=serial), f"port:{serial}")
    return str(bench.engine.catalog.collections()[0].id)


def hand_in(bench: Bench, collection: str, who: Caller) -> HandedIn:
    answer = answers(bench.engine)[HandIn].handle(HandIn(collection), who)
    assert isinstance(answer, HandedIn)
    return answer


def entries(bench: Bench) -> list[tuple[str | None, str | None]]:
    lines = [decode(line, 0) for line in bench.engine.catalog.custody_lines(limit=10_000)]
    return [(line.by, line.collection) for line in lines if line.act == Act.HANDED_IN.value]


def test_officer_hands_in_his_docking_once_and_gets_the_same_receipt_again(bench: Bench) -> None:
    collection = docked(bench)
    first = hand_in(bench, collection, caller())
    again = hand_in(bench, collection, caller())
    assert (first.held, first.open) == (2, 0)
    assert first == again
    assert entries(bench) == [(BADGE, collection)]
    receipt, signature = receipts.parse(first.receipt)
    assert receipt.collection == collection
    assert receipts.holds(receipt, signature, record.load_key(bench.paths))


def test_hand_in_is_seen_in_the_catalog(bench: Bench) -> None:
    collection = docked(bench)
    assert bench.engine.catalog.handed_in_at(collection) is None
    hand_in(bench, collection, caller())
    assert bench.engine.catalog.handed_in_at(collection) is not None


def test_somebody_elses_docking_is_refused_and_counted(bench: Bench) -> None:
    collection = docked(bench)
    with pytest.raises(NotPermittedError):
        hand_in(bench, collection, caller("999999"))
    assert entries(bench) == []


def test_nobodys_docking_is_not_an_officers_but_the_machines(bench: Bench) -> None:
    collection = docked(bench, serial="REC-9")
    with pytest.raises(NotPermittedError):
        hand_in(bench, collection, caller())
    assert hand_in(bench, collection, MACHINE).held == 2


def test_what_is_not_there_can_not_be_handed_in(bench: Bench) -> None:
    with pytest.raises(UnknownCollectionError):
        hand_in(bench, "01NOSUCH", caller())


def test_a_docking_still_under_way_can_not_be_handed_in(bench: Bench) -> None:
    go_on, reached = threading.Event(), threading.Event()

    def wait(_: int) -> None:
        reached.set()
        go_on.wait(20)

    slow = ScriptedRecorder({"a.MP4": ScriptedFile(b"a" * 9, on_read=wait)})
    docking = threading.Thread(target=bench.dock, args=(slow, "port:1"))
    docking.start()
    try:
        assert reached.wait(20)
        collection = str(bench.engine.catalog.collections()[0].id)
        with pytest.raises(CollectionRunningError):
            hand_in(bench, collection, caller())
    finally:
        go_on.set()
        docking.join()
    assert hand_in(bench, collection, caller()).held == 1
