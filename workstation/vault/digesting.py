"""Digests of something that is read forward."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from workstation.domain.clip import Digest

if TYPE_CHECKING:
    from collections.abc import Callable

    from workstation.vault.staging import Source

CHUNK_BYTES = 1 << 20


def digest_of(source: Source, *, with_sm3: bool, on_bytes: Callable[[int], None]) -> Digest:
    """Read ``source`` to its end once and compute SHA-256 and, where asked for, SM3."""
    sha256 = hashlib.sha256()
    sm3 = hashlib.new("sm3") if with_sm3 else None
    buffer = memoryview(bytearray(CHUNK_BYTES))
    while count := source.readinto(buffer):
        sha256.update(buffer[:count])
        if sm3 is not None:
            sm3.update(buffer[:count])
        on_bytes(count)
    return Digest(sha256.hexdigest(), sm3.hexdigest() if sm3 else None)
