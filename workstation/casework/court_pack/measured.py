"""Digests of everything that goes into a pack, in the one pass that writes it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_C4_DIGITS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_C4_LENGTH = 88  # of the number, after the letters "c4" (SMPTE ST 2114)


@dataclass(frozen=True, slots=True)
class Measured:
    """What a file of the pack is: SHA-256 and SM3 as hex, C4 id, length in bytes."""

    sha256: str
    sm3: str
    c4: str
    size_bytes: int


class Meter:
    """Measures pieces as they pass."""

    def __init__(self, on_bytes: Callable[[int], None]) -> None:
        self._sha256 = hashlib.sha256()
        self._sm3 = hashlib.new("sm3")
        self._sha512 = hashlib.sha512()
        self._on_bytes = on_bytes
        self._size = 0

    def through(self, pieces: Iterable[memoryview | bytes]) -> Iterator[memoryview | bytes]:
        """The same pieces, measured."""
        for piece in pieces:
            for one in (self._sha256, self._sm3, self._sha512):
                one.update(piece)
            self._size += len(piece)
            yield piece
            self._on_bytes(len(piece))

    def result(self) -> Measured:
        """What passed."""
        return Measured(
            self._sha256.hexdigest(), self._sm3.hexdigest(), c4(self._sha512.digest()), self._size
        )


def c4(sha512: bytes) -> str:
    """A SHA-512 digest as a C4 id: ``c4`` and the number in base 58."""
    number = int.from_bytes(sha512)
    digits = ""
    while number:
        number, digit = divmod(number, 58)
        digits = _C4_DIGITS[digit] + digits
    return "c4" + digits.rjust(_C4_LENGTH, _C4_DIGITS[0])


def c4_of(content: bytes) -> str:
    """The C4 id of some bytes."""
    return c4(hashlib.sha512(content).digest())
