"""What a parser under fire is: a name, what it is fed, where it begins, what it may raise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workstation.domain.errors import StationError

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Target:
    """One parser. ``run`` raises ``StationError`` for what it refuses; anything else is a bug.

    Attributes:
        seeds: whole, honest inputs to begin from.
        longest: bytes; nothing longer is tried.
        slowest_s: an input that takes longer is a bug as well.
    """

    name: str
    run: Callable[[bytes], object]
    seeds: tuple[bytes, ...]
    longest: int = 4096
    slowest_s: int = 5

    def feed(self, content: bytes) -> bool:
        """Whether it was taken; False where it was refused with a code, as it should be."""
        try:
            self.run(content[: self.longest])
        except StationError:
            return False
        return True


class Pieces:
    """Bytes cut up: the first byte of each piece is its length. Never-ending: then it is empty."""

    def __init__(self, content: bytes) -> None:
        self._left = content

    def next(self) -> bytes:
        """The next piece, perhaps empty."""
        length, rest = self._left[:1], self._left[1:]
        count = length[0] if length else 0
        piece, self._left = rest[:count], rest[count:]
        return piece

    def number(self) -> int:
        """The next piece as a number."""
        return int.from_bytes(self.next()[:8], "big")

    def __bool__(self) -> bool:
        return bool(self._left)


def cut(*pieces: bytes) -> bytes:
    """What ``Pieces`` gives back."""
    return b"".join(bytes((len(piece),)) + piece for piece in pieces)


class Told:
    """A stream whose other end has said everything already (what of a socket is needed)."""

    timeout_s = 0.0

    def __init__(self, content: bytes) -> None:
        self._left = content

    def sendall(self, payload: bytes, /) -> None:
        """Heard by nobody."""

    def settimeout(self, seconds: float, /) -> None:
        """There is nothing to wait for."""

    def recv(self, size: int, /) -> bytes:
        """The next bytes, not all that there are: streams come in parts."""
        piece, self._left = self._left[: min(size, 100)], self._left[min(size, 100) :]
        return piece
