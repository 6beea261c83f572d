"""Proofs against the vectors of Certificate Transparency and of pymerkle, and every way to fail."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.ledger.merkle import Frontier, leaf_hash, node_hash
from workstation.ledger.proofs import (
    consistency_path,
    includes,
    inclusion_path,
    is_consistent,
    root_by_inclusion,
)
from workstation.ledger.tree import fold

PYMERKLE: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "golden" / "merkle" / "pymerkle.json").read_text()
)

# certificate-transparency, merkle_tree_test: eight entries, audit paths (leaf from 1, size).
CT_LEAVES = [
    leaf_hash(bytes.fromhex(entry))
    for entry in (
        *("", "00", "10", "2021", "3031", "40414243", "5051525354555657"),
        "606162636465666768696a6b6c6d6e6f",
    )
]
_A = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
_B = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
_C = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
_D = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
_E = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
_F = "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
_G = "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
_H = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
CT_PATHS = [
    (1, 1, []),
    (1, 8, [_A, _B, _C]),
    (6, 8, [_D, _E, _F]),
    (3, 3, [_G]),
    (2, 5, [_H, _B, _D]),
]


class Leaves:
    """A tree in memory, and its subtrees."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.leaves = leaves

    def __call__(self, low: int, high: int) -> bytes:
        return fold(self.leaves[low:high])


@pytest.mark.parametrize(("leaf", "size", "path"), CT_PATHS)
def test_paths_are_those_of_certificate_transparency(leaf: int, size: int, path: list[str]) -> None:
    found = inclusion_path(leaf - 1, size, Leaves(CT_LEAVES))
    assert [node.hex() for node in found] == path
    assert includes(CT_LEAVES[leaf - 1], leaf - 1, size, found, fold(CT_LEAVES[:size]))


def test_the_worked_example_of_the_rfc_holds() -> None:
    """RFC 9162 §2.1.5: the names of the nodes of a tree of seven, and its proofs."""
    a, b, c, d, e, f, j = CT_LEAVES[:7]
    g, h, i = node_hash(a, b), node_hash(c, d), node_hash(e, f)
    k, m = node_hash(g, h), node_hash(i, j)
    tree = Leaves(CT_LEAVES[:7])
    assert tree(0, 7) == node_hash(k, m)
    assert inclusion_path(0, 7, tree) == [b, h, m]
    assert inclusion_path(3, 7, tree) == [c, g, m]
    assert inclusion_path(4, 7, tree) == [f, j, k]
    assert inclusion_path(6, 7, tree) == [i, k]
    assert consistency_path(3, 7, tree) == [c, d, g, m]
    assert consistency_path(4, 7, tree) == [m]
    assert consistency_path(6, 7, tree) == [i, j, k]


def _theirs() -> Leaves:
    return Leaves([leaf_hash(entry.encode()) for entry in PYMERKLE["entries"]])


def test_roots_are_those_of_pymerkle() -> None:
    tree = _theirs()
    frontier = Frontier()
    for size, leaf in enumerate(tree.leaves, 1):
        frontier.append(leaf)
        assert frontier.root().hex() == tree(0, size).hex() == PYMERKLE["roots"][str(size)]


@pytest.mark.parametrize("proof", PYMERKLE["inclusion"])
def test_inclusion_proofs_are_those_of_pymerkle(proof: dict[str, Any]) -> None:
    index, size = proof["metadata"]["index"] - 1, proof["metadata"]["size"]
    leaf, *path = map(bytes.fromhex, proof["path"])
    assert inclusion_path(index, size, _theirs()) == path
    assert includes(leaf, index, size, path, bytes.fromhex(PYMERKLE["roots"][str(size)]))


@pytest.mark.parametrize("proof", PYMERKLE["consistency"])
def test_consistency_is_proved_between_the_roots_of_pymerkle(proof: dict[str, Any]) -> None:
    """Its own proofs have another form: more nodes, in another order. The roots must agree."""
    old, new = proof["metadata"]["prior_size"], proof["metadata"]["size"]
    roots = [bytes.fromhex(PYMERKLE["roots"][str(size)]) for size in (old, new)]
    path = consistency_path(old, new, _theirs())
    assert is_consistent(old, new, path, roots[0], roots[1])


@given(st.integers(1, 600), st.data())
def test_any_line_is_proved_and_no_other(size: int, data: st.DataObject) -> None:
    tree = Leaves([leaf_hash(b"%d" % nth) for nth in range(size)])
    index = data.draw(st.integers(0, size - 1))
    path = inclusion_path(index, size, tree)
    root = tree(0, size)
    assert includes(tree.leaves[index], index, size, path, root)
    other = data.draw(st.integers(0, size - 1))
    if other != index:
        assert not includes(tree.leaves[other], index, size, path, root)
        assert not includes(tree.leaves[index], other, size, path, root)
    assert not includes(tree.leaves[index], index, size, [*path, root], root)
    assert not includes(tree.leaves[index], index, size, path[:-1], root) or not path
    assert root_by_inclusion(tree.leaves[index], size, size, path) is None


@given(st.integers(1, 600), st.data())
def test_any_earlier_tree_is_proved_and_no_forged_one(new: int, data: st.DataObject) -> None:
    leaves = [leaf_hash(b"%d" % nth) for nth in range(new)]
    tree = Leaves(leaves)
    old = data.draw(st.integers(1, new))
    path = consistency_path(old, new, tree)
    assert is_consistent(old, new, path, tree(0, old), tree(0, new))
    forged = Leaves([leaf_hash(b"forged"), *leaves[1:]])
    assert not is_consistent(old, new, path, forged(0, old), tree(0, new))
    assert not is_consistent(old, new, path, tree(0, old), forged(0, new))
    again = consistency_path(old, new, forged)
    assert not is_consistent(old, new, again, tree(0, old), forged(0, new))
    assert not is_consistent(old, new, [*path, tree(0, new)], tree(0, old), tree(0, new))
    assert not is_consistent(new + 1, new, path, tree(0, new), tree(0, new))
    if old < new:
        assert not is_consistent(old, new, path[:-1], tree(0, old), tree(0, new))


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_there_is_no_path_for_a_line_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match=str(index)):
        inclusion_path(index, size, Leaves(CT_LEAVES))


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3)])
def test_there_is_no_consistency_with_nothing_or_with_the_future(old: int, new: int) -> None:
    with pytest.raises(ValueError, match=str(old)):
        consistency_path(old, new, Leaves(CT_LEAVES))
