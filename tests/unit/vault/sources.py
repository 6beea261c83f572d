"""Sources of bytes for staging."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workstation.domain.clip import ClipId

if TYPE_CHECKING:
    from pathlib import Path

CLIP = ClipId("01M81JQGHXDTM76YS72PB9NC7Y")
OTHER = ClipId("01M81JQGHXDTM76YS72PB9NC7Z")


@dataclass(slots=True)
class Bytes:
    """``Source`` over bytes, in pieces of at most ``step``."""

    content: bytes
    step: int = 1 << 20
    offset: int = 0
    fails_at: int | None = None
    error: Exception | None = None

    def readinto(self, buffer: memoryview) -> int:
        if self.error is not None and self.offset >= (self.fails_at or 0):
            raise self.error
        piece = self.content[self.offset : self.offset + min(len(buffer), self.step)]
        buffer[: len(piece)] = piece
        self.offset += len(piece)
        return len(piece)


def flip(path: Path, place: int, bit: int = 0) -> None:
    """Turn one bit over on the disk."""
    path.chmod(0o600)
    with path.open("r+b") as file:
        file.seek(place)
        (byte,) = file.read(1)
        file.seek(place)
        file.write(bytes([byte ^ 1 << bit]))
