"""Inclusion and consistency proofs (RFC 9162 §2.1.3, §2.1.4): making them and checking them.

Checking needs nothing but this module, SHA-256 and two checkpoints. Making them needs the roots
of a few subtrees, which ``ledger.tree`` finds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.ledger.merkle import node_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Subtree = Callable[[int, int], bytes]  # root over the lines from one place up to another


def split_of(size: int) -> int:
    """The largest power of two below ``size`` (from 2 on): where RFC 9162 cuts a tree."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_path(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """PATH(index, D[0:size]) of RFC 9162 §2.1.3.1; ``index`` counts from 0.

    Raises:
        ValueError: there is no such line.
    """
    if not 0 <= index < size:
        raise ValueError(index, size)
    path: list[bytes] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + split_of(high - low)
        if index < middle:
            path.append(subtree(middle, high))
            high = middle
        else:
            path.append(subtree(low, middle))
            low = middle
    return path[::-1]


def consistency_path(old: int, new: int, subtree: Subtree) -> list[bytes]:
    """PROOF(old, D[0:new]) of RFC 9162 §2.1.4.1.

    Raises:
        ValueError: ``old`` is no size from 1 to ``new``.
    """
    if not 0 < old <= new:
        raise ValueError(old, new)
    path: list[bytes] = []
    low, high, whole = 0, new, True
    while old != high:
        middle = low + split_of(high - low)
        if old <= middle:
            path.append(subtree(middle, high))
            high = middle
        else:
            path.append(subtree(low, middle))
            low, whole = middle, False
    if not whole:
        path.append(subtree(low, high))
    return path[::-1]


def root_by_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that follows from a leaf and its path (RFC 9162 §2.1.3.2); None: no such path."""
    if not 0 <= index < size:
        return None
    place, last, node = index, size - 1, leaf
    for step in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            node = node_hash(step, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, step)
        place, last = place >> 1, last >> 1
    return node if last == 0 else None


def includes(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the path proves that this leaf stands at ``index`` under ``root``."""
    return root_by_inclusion(leaf, index, size, path) == root


def is_consistent(
    old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes
) -> bool:
    """Whether the path proves that the tree of ``new`` lines begins with that of ``old``.

    RFC 9162 §2.1.4.2. A tree is consistent with itself by an empty path.
    """
    if not 0 < old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    steps = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not steps:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, step)
        place, last = place >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root
