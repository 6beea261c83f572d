"""Cards with known contents: small photos, files of several blocks, equal files among both."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FOLDER = "DCIM/100MEDIA"
MIB = 1 << 20


@dataclass(slots=True)
class Card:
    """A directory to collect, and what it holds."""

    path: Path
    digests: dict[str, str] = field(default_factory=dict)  # SHA-256 by path on the card

    def put(self, name: str, content: bytes) -> None:
        """Write one more file, as a recorder would between two dockings."""
        target = self.path / FOLDER / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        self.digests[f"{FOLDER}/{name}"] = hashlib.sha256(content).hexdigest()

    @property
    def contents(self) -> set[str]:
        """The distinct contents: so many clips come of it."""
        return set(self.digests.values())


def make_card(path: Path, seed: int, *, small: int, large_bytes: Sequence[int]) -> Card:
    """Photos of some KiB and videos of ``large_bytes``; one of each kind is there twice.

    The equal video lies under a later name than the one it equals, so both are copied; an
    empty file is there too, which is listed and never taken.
    """
    rng = random.Random(seed)
    card = Card(path)
    for number in range(small):
        card.put(f"IMG_{number:04d}.JPG", rng.randbytes(rng.randrange(1_000, 60_000)))
    if small:
        card.put("IMG_9000.JPG", (path / FOLDER / "IMG_0000.JPG").read_bytes())
    for number, size in enumerate(large_bytes):
        card.put(f"MOV_{number:04d}.MP4", rng.randbytes(size))
    if large_bytes:
        card.put("MOV_9000.MP4", (path / FOLDER / "MOV_0000.MP4").read_bytes())
    (path / FOLDER / "MOV_9999.MP4").touch()
    return card
