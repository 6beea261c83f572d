"""The copy of the lines in the vault: level with the ledger, whatever was cut short."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.unit.ledger.lines import STATION, Desk
from workstation.domain.errors import LedgerBehindError
from workstation.ledger import second_copy
from workstation.ledger.custody import Act
from workstation.ledger.second_copy import SecondCopy
from workstation.ledger.signing import StationKey
from workstation.ledger.writer import Ledger

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def short_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_copy, "SEGMENT_LINES", 8)


@pytest.fixture
def copied(tmp_path: Path) -> Iterator[Desk]:
    """A ledger with twenty lines and its copy."""
    key = StationKey.generate()
    path = tmp_path / "ledger.sqlite"
    desk = Desk(path, key, Ledger(path, STATION, key, copy=SecondCopy(tmp_path / "copy")))
    _add(desk, 20)
    desk.ledger.checkpoint()
    yield desk
    desk.ledger.close()


def _add(desk: Desk, count: int) -> None:
    for nth in range(count):
        with desk.ledger.transaction() as tx:
            tx.append(Act.VIEWED, facts={"nth": nth})


def _reopen(desk: Desk) -> None:
    copy = SecondCopy(desk.path.parent / "copy")
    desk.ledger = Ledger(desk.path, STATION, desk.key, copy=copy)


def _level(desk: Desk) -> None:
    with closing(sqlite3.connect(desk.path)) as db:
        lines = [line for (line,) in db.execute("SELECT line FROM custody_entry ORDER BY seq")]
        notes = [tuple(row) for row in db.execute("SELECT size, at, note FROM checkpoint")]
    copy = SecondCopy(desk.path.parent / "copy")
    assert list(copy.lines()) == lines
    assert [(note.size, note.at, note.note) for note in copy.notes()] == notes


def test_the_copy_grows_with_the_ledger_over_many_files(copied: Desk) -> None:
    _level(copied)
    assert len(list((copied.path.parent / "copy").glob("*.jsonl"))) == 3
    _add(copied, 30)
    copied.ledger.checkpoint()
    _level(copied)


def test_lines_are_there_before_any_checkpoint(copied: Desk) -> None:
    _add(copied, 3)
    assert len(list(SecondCopy(copied.path.parent / "copy").lines())) == 23


def test_a_ledger_without_a_copy_gets_one(copied: Desk) -> None:
    copied.ledger.close()
    for path in (copied.path.parent / "copy").iterdir():
        path.unlink()
    _reopen(copied)
    _level(copied)


@pytest.mark.parametrize("lost", [1, 50, 300, 2000])
def test_what_a_power_cut_took_from_the_end_comes_again(copied: Desk, lost: int) -> None:
    copied.ledger.close()
    last = max((copied.path.parent / "copy").glob("*.jsonl"))
    os.truncate(last, max(0, last.stat().st_size - lost))
    _reopen(copied)
    _level(copied)


def test_nonsense_behind_the_last_note_is_cut_off(copied: Desk) -> None:
    _add(copied, 2)
    copied.ledger._engine.dispose()
    last = max((copied.path.parent / "copy").glob("*.jsonl"))
    size = last.stat().st_size
    with last.open("r+b") as file:
        file.seek(size - 40)
        file.write(bytes(39) + b"\n")
    _reopen(copied)
    copied.ledger.checkpoint()
    _level(copied)


def test_a_ledger_that_lacks_lines_of_the_copy_is_not_gone_on_with(copied: Desk) -> None:
    copied.ledger.close()
    copied.tamper(
        "DELETE FROM custody_entry WHERE seq > 10",
        "DELETE FROM checkpoint",
        "DELETE FROM frontier",
    )
    with pytest.raises(LedgerBehindError) as caught:
        _reopen(copied)
    assert caught.value.facts == {"lines": 10, "found": 20}
    assert len(list(SecondCopy(copied.path.parent / "copy").lines())) == 20


def test_a_full_disk_does_not_undo_a_fact_and_the_copy_catches_up(
    copied: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``os.write`` is told to fail: a disk that is full for one file only can not be had."""
    real = os.write

    def full(descriptor: int, content: bytes) -> int:
        if "copy" in str(Path(f"/proc/self/fd/{descriptor}").readlink()):
            real(descriptor, bytes(content)[:5])
            raise OSError(errno.ENOSPC, "full")
        return real(descriptor, content)

    monkeypatch.setattr(os, "write", full)
    _add(copied, 3)
    copied.ledger.checkpoint()
    monkeypatch.undo()
    monkeypatch.setattr(second_copy, "SEGMENT_LINES", 8)
    _add(copied, 1)
    copied.ledger.checkpoint()
    _level(copied)
