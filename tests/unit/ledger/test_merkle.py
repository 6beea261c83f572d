"""The Merkle tree against the vectors of the Certificate Transparency reference code."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.ledger.merkle import EMPTY_ROOT, Frontier, leaf_hash, node_hash

# certificate-transparency, merkle_tree_test: eight entries and the root after each of them.
ENTRIES = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def _root(leaves: list[bytes]) -> bytes:
    """RFC 9162 §2.1.1, as it is written: split at the largest power of two below the size."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(_root(leaves[:split]), _root(leaves[split:]))


def test_roots_are_those_of_certificate_transparency() -> None:
    tree = Frontier()
    for entry, root in zip(ENTRIES, ROOTS, strict=True):
        tree.append(leaf_hash(bytes.fromhex(entry)))
        assert tree.root().hex() == root


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert Frontier().root() == EMPTY_ROOT == bytes.fromhex(empty)


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_the_frontier_has_the_root_of_the_whole_tree(lines: list[bytes]) -> None:
    tree = Frontier()
    for line in lines:
        tree.append(leaf_hash(line))
    assert tree.root() == _root(lines)
    again = Frontier.from_bytes(tree.size, tree.to_bytes())
    assert again == tree
    copied = tree.copy()
    copied.append(leaf_hash(b"more"))
    assert tree.root() == _root(lines)
    assert copied.root() == _root([*lines, b"more"])


@pytest.mark.parametrize(("size", "stored"), [(1, b""), (3, bytes(32)), (0, bytes(32))])
def test_roots_that_do_not_fit_the_size_are_refused(size: int, stored: bytes) -> None:
    with pytest.raises(ValueError, match=str(size)):
        Frontier.from_bytes(size, stored)
