"""Which clips a leader looks through: drawn by lot, and anybody can draw the same lot again.

The seed is public and nobody's choice: the root hash of the first checkpoint that was signed after
the day was over, and the day. Clips are put in the order of SHA-256 over seed and clip id, both as
text; the first ones are looked through. Who holds the checkpoint and the ids of the day's clips
needs nothing else (docs/casework.md).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


def seed_of(note: str, day: date) -> str:
    """The seed of a day: the checkpoint's root hash (base64, as in its note) and the day.

    ``note`` is a signed note of the form of C2SP tlog-checkpoint: the root is its third line.
    """
    return f"{note.splitlines()[2]} {day.isoformat()}"


def draw(seed: str, clips: Iterable[str], count: int) -> list[str]:
    """The first ``count`` clips of the lot."""

    def lot(clip: str) -> bytes:
        return hashlib.sha256(f"{seed} {clip}".encode()).digest()

    return sorted(clips, key=lot)[:count]
