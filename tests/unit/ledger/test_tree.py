"""Roots and proofs out of a ledger file, with its kept blocks, without them, and against them."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.unit.ledger.lines import STATION, Desk
from workstation.domain.errors import LedgerBrokenError
from workstation.ledger.custody import Act
from workstation.ledger.merkle import EMPTY_ROOT, Frontier, leaf_hash
from workstation.ledger.proofs import includes, is_consistent
from workstation.ledger.signing import StationKey
from workstation.ledger.tree import BLOCK, Tree, missing_blocks
from workstation.ledger.writer import Ledger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LINES = BLOCK * BLOCK + 3 * BLOCK + 7
SIZES = (1, 2, 255, 256, 257, 512, 1000, BLOCK * BLOCK, BLOCK * BLOCK + 1, LINES - 1, LINES)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A ledger that needs two levels of blocks, written once and closed."""
    path = tmp_path_factory.mktemp("tree") / "ledger.sqlite"
    key = StationKey.generate()
    ledger = Ledger(path, STATION, key)
    with ledger.transaction() as tx:
        for nth in range(LINES):
            tx.append(Act.VIEWED, facts={"nth": nth})
    ledger.close()
    return Desk(path, key, ledger)


@pytest.fixture
def long(filled: Desk, tmp_path: Path) -> Iterator[Desk]:
    """A copy of it, open."""
    path = tmp_path / "ledger.sqlite"
    shutil.copy(filled.path, path)
    desk = Desk(path, filled.key, Ledger(path, STATION, filled.key))
    yield desk
    desk.ledger.close()


def _lines(desk: Desk) -> list[bytes]:
    with closing(sqlite3.connect(desk.path)) as db:
        return [line for (line,) in db.execute("SELECT line FROM custody_entry ORDER BY seq")]


def test_blocks_are_kept_and_give_the_root_of_the_lines(long: Desk) -> None:
    frontier, roots = Frontier(), {}
    for size, line in enumerate(_lines(long), 1):
        frontier.append(leaf_hash(line))
        if size in SIZES:
            roots[size] = frontier.root()
    with closing(sqlite3.connect(long.path)) as db:
        levels = dict(db.execute("SELECT level, count(*) FROM merkle_block GROUP BY level"))
        assert levels == {1: LINES // BLOCK, 2: 1}
        assert missing_blocks(db, LINES) == []
        kept, computed = Tree(db), Tree(db, trusting=False)
        assert {size: kept.root(size) for size in SIZES} == roots
        assert {size: computed.root(size) for size in SIZES} == roots
        assert kept.root(0) == EMPTY_ROOT


def test_every_proof_holds_for_a_stranger(long: Desk) -> None:
    lines = _lines(long)
    with closing(sqlite3.connect(long.path)) as db:
        tree = Tree(db)
        for size in SIZES:
            root = tree.root(size)
            for seq in {1, size // 2 or 1, size}:
                path = tree.inclusion(seq, size)
                assert includes(leaf_hash(lines[seq - 1]), seq - 1, size, path, root)
            path = tree.consistency(size, LINES)
            assert is_consistent(size, LINES, path, root, tree.root(LINES))


def test_blocks_that_are_not_there_are_computed(long: Desk) -> None:
    with closing(sqlite3.connect(long.path)) as db:
        before = Tree(db).root(LINES)
        db.execute("DELETE FROM merkle_block WHERE place % 2 = 0")
        db.commit()
        assert Tree(db).root(LINES) == before


def test_a_forged_block_gives_another_root_than_the_lines(long: Desk) -> None:
    with closing(sqlite3.connect(long.path)) as db:
        honest = Tree(db).root(LINES)
        db.execute("UPDATE merkle_block SET root=zeroblob(32) WHERE level=2")
        db.commit()
        assert Tree(db).root(LINES) != honest
        assert Tree(db, trusting=False).root(LINES) == honest


def test_blocks_of_a_ledger_from_before_they_were_kept_come_with_the_next_checkpoint(
    long: Desk,
) -> None:
    with closing(sqlite3.connect(long.path)) as db:
        whole = db.execute("SELECT * FROM merkle_block ORDER BY level, place").fetchall()
        db.execute("DELETE FROM merkle_block")
        db.commit()
    with long.ledger.transaction() as tx:
        tx.append(Act.VIEWED)
    long.ledger.checkpoint()
    with closing(sqlite3.connect(long.path)) as db:
        assert db.execute("SELECT * FROM merkle_block ORDER BY level, place").fetchall() == whole


def test_a_missing_line_has_no_proof(long: Desk) -> None:
    long.tamper("DELETE FROM custody_entry WHERE seq=300", "DELETE FROM merkle_block")
    with closing(sqlite3.connect(long.path)) as db, pytest.raises(LedgerBrokenError):
        Tree(db).inclusion(10, LINES)
