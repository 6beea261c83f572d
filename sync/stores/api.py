"""What a central store must be able to do. Nothing is ever overwritten or deleted.

Every method may raise ``StoreUnavailableError``, ``StoreFullError`` or ``StoreReadOnlyError``
(the world may be better in a moment) and ``StoreRefusedError`` (a person must look). A call that
fails may have had its effect all the same: whoever calls asks again before assuming anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sync.documents import StoreDocument
    from workstation.ledger.signing import VerifyKey


@dataclass(frozen=True, slots=True)
class StoreDescriptor:
    """Which store answers, by its own signed word."""

    store_id: str
    document: StoreDocument
    key: VerifyKey


@dataclass(frozen=True, slots=True)
class Kept:
    """The store's word on an object: which version counts, and for how long nobody removes it."""

    version: str = ""  # empty where a store keeps no versions
    locked_until: datetime | None = None  # None where a store can not lock


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object as the store gave it back when it was read from the medium."""

    key: str
    size_bytes: int
    sha256: str
    kept: Kept


class Upload(Protocol):
    """An unfinished object. It survives both ends; ``begin`` with the same key goes on with it."""

    @property
    def offset(self) -> int:
        """How many bytes from the start the store holds; the next ``write`` goes there.

        May be less than was written by an attempt that broke off.
        """
        ...

    def skim(self, chunk: memoryview) -> None:
        """Give the bytes before ``offset`` once more, in order, before anything is written."""
        ...

    def write(self, chunk: memoryview) -> None:
        """Append all of ``chunk``."""
        ...

    def settle(self, timeout_s: float, *, is_last: bool = False) -> bool:
        """Let what was written get through for a while; whether ``write`` will not block now.

        With ``is_last`` nothing more will be written: whether all of it is with the store.
        """
        ...

    def commit(self, sha256: str) -> StoredObject:
        """Make it an object, durable and visible at once.

        A store that has no checks of its own reads it back; one that has them gives its word.

        Raises:
            StoreDamagedError: what it holds is not ``sha256``; the upload is dropped.
            StoreRefusedError: another object lies under this key.
        """
        ...

    def close(self) -> None:
        """Let go of it; what was written stays for the next ``begin``."""
        ...


class Pace(Protocol):
    """Waits until so many bytes may go over the line; called by every thread that sends."""

    def __call__(self, size_bytes: int, /) -> None: ...


def unhurried(_size_bytes: int, /) -> None:
    """The pace of a line that nobody limits."""


class StoredBytes(Protocol):
    """An object being read. ``version`` says which one; empty where a store keeps no versions."""

    version: str

    def readinto(self, buffer: memoryview) -> int:
        """Fill from the start of ``buffer``; 0 at the end."""
        ...

    def close(self) -> None: ...


class Store(Protocol):
    """One central store, as one station sees it."""

    url: str

    def describe(self) -> StoreDescriptor:
        """Reach the store and say which it is. Everything else needs this first.

        Raises:
            StoreUnavailableError: it can not be reached, is not mounted or is no store of ours.
        """
        ...

    def initialise(self, document: bytes, signature: bytes) -> None:
        """Make an empty place a store by its first document.

        Raises:
            StoreRefusedError: the place is not empty.
        """
        ...

    def begin(self, key: str, size_bytes: int) -> Upload:
        """Start an upload, or go on with the one of this key."""
        ...

    def discard(self, key: str) -> None:
        """Drop an unfinished upload of this key, if there is one."""
        ...

    def stat(self, key: str) -> int | None:
        """Size in bytes of an object, or None where there is none."""
        ...

    def vouch(self, key: str) -> Kept:
        """Ask how an object is kept, now.

        Raises:
            StoreRefusedError: there is none (fact ``reason`` is ``missing``), or the store does
                not keep it as promised (``not_locked``).
        """
        ...

    def open(self, key: str, offset: int = 0) -> StoredBytes:
        """Read an object from the medium, not from a cache, from byte ``offset`` on.

        Raises:
            StoreRefusedError: there is none (fact ``reason`` is ``missing``).
        """
        ...

    def put_document(self, key: str, document: bytes) -> None:
        """Make a small object at once; the same bytes again are no error.

        Raises:
            StoreRefusedError: other bytes lie under this key.
        """
        ...

    def list(self, prefix: str, after: str = "") -> Iterator[str]:
        """Keys under a prefix that ends in ``/``, in byte order, from just after ``after``."""
        ...

    def sizes(self, prefix: str) -> Iterator[tuple[str, int]]:
        """As ``list``, each with its size in bytes; one pass, however much there is."""
        ...

    def close(self) -> None:
        """Let go of the store (a disk may be unmounted then); ``describe`` takes it up again."""
        ...
