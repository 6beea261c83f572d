"""Read small objects of a store whole, and find whose things it holds."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from workstation.domain.errors import StoreDamagedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sync.stores.api import Store

DOCUMENT_LIMIT_BYTES = 256 << 20  # a segment of a thousand long lines is far below
_AFTER_ALL = "~"  # sorts behind every character that a key may hold


def read_document(store: Store, key: str) -> bytes:
    """A small object, whole.

    Raises:
        StoreRefusedError: there is none (fact ``reason`` is ``missing``).
        StoreDamagedError: it is too long to be one.
    """
    buffer = memoryview(bytearray(1 << 16))
    content = bytearray()
    with closing(store.open(key)) as stored:
        while count := stored.readinto(buffer):
            content += buffer[:count]
            if len(content) > DOCUMENT_LIMIT_BYTES:
                raise StoreDamagedError(key=key, reason="too_long")
    return bytes(content)


def names_under(store: Store, prefix: str) -> Iterator[str]:
    """What stands directly under a prefix: one listing for each name, however much it holds."""
    after = ""
    while (key := next(store.list(prefix, after), None)) is not None:
        name = key.removeprefix(prefix).partition("/")[0]
        yield name
        after = f"{prefix}{name}/{_AFTER_ALL}" if key != prefix + name else key
