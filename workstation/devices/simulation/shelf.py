"""A cache of written cards: made once, renamed into place whole, shared by processes."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
from typing import TYPE_CHECKING

from workstation.platform.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from workstation.devices.simulation.cards import Card

# Part of every card's key: raise it when the same plan shall give other bytes.
GENERATOR = "1"
_UNUSED_DAYS = 3


class Shelf:
    """Cards under ``directory``, one directory each, named by what was asked for."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def find(self, card: Card) -> Path | None:
        """The card's tree, where it has been made; keeps it from being pruned."""
        home = self._home(card)
        try:
            os.utime(home)
        except FileNotFoundError:
            return None
        return home

    def make(self, card: Card, write: Callable[[Path, Card], None]) -> Path:
        """Have ``write`` fill an empty directory with the card, and put it in its place.

        Raises:
            OSError: the disk is full or refuses.
        """
        home = self._home(card)
        building = home.with_name(f".{home.name}.{new_id()}")
        building.mkdir(parents=True)
        try:
            write(building, card)
            building.rename(home)
        except OSError as error:
            # Another process may have put the same card there meanwhile: same bytes.
            if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
                raise
        finally:
            shutil.rmtree(building, ignore_errors=True)
        return home

    def discard(self, card: Card) -> None:
        """Drop one card."""
        shutil.rmtree(self._home(card), ignore_errors=True)

    def prune(self, now: datetime) -> None:
        """Drop cards that nobody asked for in some days, and what a crash left half made."""
        if not self.directory.is_dir():
            return
        oldest = now.timestamp() - _UNUSED_DAYS * 86400
        for home in self.directory.iterdir():
            with contextlib.suppress(FileNotFoundError):
                if home.stat().st_mtime < oldest:
                    shutil.rmtree(home, ignore_errors=True)

    def _home(self, card: Card) -> Path:
        asked = f"{GENERATOR} {card!r}"
        return self.directory / hashlib.sha256(asked.encode()).hexdigest()[:24]
