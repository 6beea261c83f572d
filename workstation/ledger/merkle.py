"""The Merkle tree over custody lines, hashed as RFC 9162 (Certificate Transparency 2.0) says.

Appending needs only the roots of the perfect subtrees that make up the tree so far (its
"frontier"), at most one per bit of the size, so it costs O(log n) however long the ledger is.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field


def leaf_hash(line: bytes) -> bytes:
    """RFC 9162 §2.1.1: SHA-256 over a zero byte and the entry."""
    return hashlib.sha256(b"\0" + line).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 9162 §2.1.1: SHA-256 over a one byte and both children."""
    return hashlib.sha256(b"\1" + left + right).digest()


EMPTY_ROOT = hashlib.sha256(b"").digest()


@dataclass(slots=True)
class Frontier:
    """Roots of the perfect subtrees, largest first; ``size`` lines are in."""

    size: int = 0
    roots: list[bytes] = field(default_factory=list)

    def append(self, leaf: bytes) -> None:
        """Take in one leaf hash."""
        node = leaf
        size = self.size
        while size & 1:
            node = node_hash(self.roots.pop(), node)
            size >>= 1
        self.roots.append(node)
        self.size += 1

    def root(self) -> bytes:
        """The root over all lines so far."""
        if not self.roots:
            return EMPTY_ROOT
        node = self.roots[-1]
        for left in reversed(self.roots[:-1]):
            node = node_hash(left, node)
        return node

    def copy(self) -> Frontier:
        """One that grows on its own."""
        return Frontier(self.size, list(self.roots))

    def to_bytes(self) -> bytes:
        """The roots, one after the other."""
        return b"".join(self.roots)

    @classmethod
    def from_bytes(cls, size: int, stored: bytes) -> Frontier:
        """Read what ``to_bytes`` wrote.

        Raises:
            ValueError: the number of roots does not fit ``size``.
        """
        if len(stored) != 32 * size.bit_count():
            raise ValueError(size)
        return cls(size, [stored[place : place + 32] for place in range(0, len(stored), 32)])
