"""Keys that take over from one another, and hands that reach for them."""

from __future__ import annotations

import base64
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.unit.ledger.lines import STATION
from workstation.domain.errors import LedgerBrokenError
from workstation.ledger.audit import check_ledger
from workstation.ledger.custody import Act
from workstation.ledger.keychain import KeyHistory, rotation_facts
from workstation.ledger.notes import open_note
from workstation.ledger.signing import StationKey

if TYPE_CHECKING:
    from tests.unit.ledger.lines import Desk


def _rotated(desk: Desk) -> StationKey:
    public = base64.b64encode(desk.key.public).decode()
    with desk.ledger.transaction() as tx:
        tx.append(Act.STATION_CREATED, facts={"public_key": public})
    desk.clips(desk.collection(), 1)
    desk.ledger.checkpoint()
    new = StationKey.generate()
    desk.ledger.rotate_key(new)
    desk.clips(desk.collection(2), 2)
    desk.ledger.checkpoint()
    return new


def test_a_ledger_with_two_keys_is_whole_for_the_second_only(desk: Desk) -> None:
    new = _rotated(desk)
    assert check_ledger(desk.path, STATION, new, lambda _: None).faults == ()
    other = check_ledger(desk.path, STATION, StationKey.generate(), lambda _: None)
    assert other.faults


def test_the_checkpoint_over_a_rotation_is_signed_by_both_keys(desk: Desk) -> None:
    new = _rotated(desk)
    with closing(sqlite3.connect(desk.path)) as db:
        ((note,),) = db.execute("SELECT note FROM checkpoint WHERE size=4").fetchall()
        keys = KeyHistory.read(db, STATION, desk.key)
    origin = f"evidock/{STATION}"
    assert open_note(note, origin, desk.key) == open_note(note, origin, new)
    assert [term.from_seq for term in keys.terms] == [1, 4]
    assert (keys.at(3).public, keys.at(4).public) == (desk.key.public, new.public)
    assert keys.current.public == new.public


def test_a_key_that_the_old_one_did_not_hand_over_is_found(desk: Desk) -> None:
    thief = StationKey.generate()
    facts = rotation_facts(STATION, thief, thief) | {
        "old": base64.b64encode(desk.key.public).decode()
    }
    with desk.ledger.transaction() as tx:
        tx.append(Act.KEY_ROTATED, facts=facts)
    report = check_ledger(desk.path, STATION, thief, lambda _: None)
    assert report.faults[0].facts["reason"] == "key not handed over by both keys"


@pytest.mark.parametrize("gone", ["by_old", "by_new", "new"])
def test_a_rotation_that_lacks_a_part_is_found(desk: Desk, gone: str) -> None:
    facts = rotation_facts(STATION, desk.key, StationKey.generate()) | {gone: "?"}
    with desk.ledger.transaction() as tx:
        tx.append(Act.KEY_ROTATED, facts=facts)
    with closing(sqlite3.connect(desk.path)) as db, pytest.raises(LedgerBrokenError):
        KeyHistory.read(db, STATION, desk.key)


def test_a_rotation_of_another_station_does_not_hold_here(desk: Desk) -> None:
    facts = rotation_facts("01OTHER", desk.key, StationKey.generate())
    with desk.ledger.transaction() as tx:
        tx.append(Act.KEY_ROTATED, facts=facts)
    with closing(sqlite3.connect(desk.path)) as db, pytest.raises(LedgerBrokenError):
        KeyHistory.read(db, STATION, desk.key)
