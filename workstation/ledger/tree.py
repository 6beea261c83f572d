"""The Merkle tree of a ledger on the disk: subtree roots without hashing everything again.

Beside the lines the ledger keeps the root of each full block of 256 lines, of each 256 such
blocks, and so on (table ``merkle_block``): 20 kB for a million lines. A proof then hashes some
hundred lines and roots. The blocks are a cache: they are written when a checkpoint is signed,
and whoever doubts them computes the root from the lines (``Tree(…, trusting=False)``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.domain.errors import LedgerBrokenError
from workstation.ledger.merkle import EMPTY_ROOT, leaf_hash, node_hash
from workstation.ledger.proofs import (
    consistency_path,
    includes,
    inclusion_path,
    is_consistent,
    split_of,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

BLOCK = 256  # lines under one root of the lowest level, and such roots under the next


def fold(nodes: Sequence[bytes]) -> bytes:
    """Root over nodes of equal, full subtrees; only the last may be smaller."""
    if not nodes:
        return EMPTY_ROOT
    if len(nodes) & (len(nodes) - 1) == 0:
        level = list(nodes)
        while len(level) > 1:
            level = [node_hash(level[at], level[at + 1]) for at in range(0, len(level), 2)]
        return level[0]
    middle = split_of(len(nodes))
    return node_hash(fold(nodes[:middle]), fold(nodes[middle:]))


class Tree:
    """Subtree roots and proofs over one ledger, through any connection that can read it."""

    def __init__(self, db: sqlite3.Connection, *, trusting: bool = True) -> None:
        self._db = db
        self._trusting = trusting
        self._leaves: dict[int, list[bytes]] = {}

    def root(self, size: int) -> bytes:
        """The root over the first ``size`` lines.

        Raises:
            LedgerBrokenError: there are not so many.
        """
        return self._range(0, size) if size else EMPTY_ROOT

    def inclusion(self, seq: int, size: int) -> list[bytes]:
        """The path from line ``seq`` (from 1) to the root over ``size`` lines.

        Raises:
            LedgerBrokenError: a line is missing, or the lines do not give one root.
        """
        path = inclusion_path(seq - 1, size, self._range)
        leaf = self._block_leaves((seq - 1) // BLOCK)[(seq - 1) % BLOCK]
        if includes(leaf, seq - 1, size, path, self.root(size)):
            return path
        raise LedgerBrokenError(seq=seq, reason="lines and tree differ")

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The path that shows the tree of ``new`` lines to begin with that of ``old``.

        Raises:
            LedgerBrokenError: a line is missing, or the lines do not give one root.
        """
        path = consistency_path(old, new, self._range)
        if is_consistent(old, new, path, self.root(old), self.root(new)):
            return path
        raise LedgerBrokenError(seq=old, reason="lines and tree differ")

    def root_of_block(self, block: int) -> bytes:
        """Root over the 256 lines of a full block, from the lines themselves."""
        return fold(self._lines(block * BLOCK, (block + 1) * BLOCK))

    def _range(self, low: int, high: int) -> bytes:
        """Root over lines ``low`` (from 0, a multiple of the range's unit) up to ``high``."""
        level, unit = 0, 1
        while unit * BLOCK < high - low:
            level, unit = level + 1, unit * BLOCK
        if level == 0:
            return fold(self._lines(low, high))
        full = (high - low) // unit
        nodes = self._roots(level, low // unit, full)
        if low + full * unit < high:
            nodes.append(self._range(low + full * unit, high))
        return fold(nodes)

    def _roots(self, level: int, first: int, count: int) -> list[bytes]:
        """Roots of full blocks; those that are not kept are computed."""
        unit = BLOCK**level
        kept: dict[int, bytes] = {}
        if self._trusting:
            kept = dict(
                self._db.execute(
                    "SELECT place, root FROM merkle_block WHERE level=? AND place>=? AND place<?",
                    (level, first, first + count),
                )
            )
        return [
            kept.get(place) or self._range(place * unit, (place + 1) * unit)
            for place in range(first, first + count)
        ]

    def _lines(self, low: int, high: int) -> list[bytes]:
        found: list[bytes] = []
        while low < high:
            block, start = divmod(low, BLOCK)
            leaves = self._block_leaves(block)[start : start + high - low]
            if not leaves:
                raise LedgerBrokenError(seq=low + 1, reason="line missing")
            found += leaves
            low += len(leaves)
        return found

    def _block_leaves(self, block: int) -> list[bytes]:
        """Leaf hashes of the lines of one block, as many as follow without a gap."""
        if block not in self._leaves:
            rows = self._db.execute(
                "SELECT seq, line FROM custody_entry WHERE seq>? AND seq<=? ORDER BY seq",
                (block * BLOCK, (block + 1) * BLOCK),
            )
            leaves: list[bytes] = []
            for seq, line in rows:
                if seq != block * BLOCK + len(leaves) + 1:
                    break
                leaves.append(leaf_hash(line if isinstance(line, bytes) else str(line).encode()))
            if len(self._leaves) >= 4:  # a proof needs the leaf's block and the last one
                self._leaves.clear()
            self._leaves[block] = leaves
        return self._leaves[block]


def missing_blocks(db: sqlite3.Connection, size: int) -> list[tuple[int, int, bytes]]:
    """Rows of ``merkle_block`` that the first ``size`` lines have and the table lacks.

    Each level is computed from the one below, so a line is hashed once.
    """
    rows: list[tuple[int, int, bytes]] = []
    below: dict[int, bytes] = {}
    tree = Tree(db)
    level, unit = 1, BLOCK
    while unit <= size:
        (have,) = db.execute(
            "SELECT coalesce(max(place), -1) FROM merkle_block WHERE level=?", (level,)
        ).fetchone()
        fresh: dict[int, bytes] = {}
        for place in range(have + 1, size // unit):
            parts = range(place * BLOCK, (place + 1) * BLOCK)
            if level == 1:
                root = tree.root_of_block(place)
            else:
                kept = dict(
                    db.execute(
                        "SELECT place, root FROM merkle_block WHERE level=? AND place>=? "
                        "AND place<?",
                        (level - 1, parts.start, parts.stop),
                    )
                )
                kept.update({part: below[part] for part in parts if part in below})
                root = fold([kept[part] for part in parts])
            fresh[place] = root
            rows.append((level, place, root))
        below, level, unit = fresh, level + 1, unit * BLOCK
    return rows
