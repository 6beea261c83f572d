"""Write a planned card to disk.

Only this module and ``footage`` load the codecs, so a station runs it as a process of its own:
``python -m workstation.devices.simulation.writing <directory> <slot URL>``.
"""

from __future__ import annotations

import errno
import logging
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.devices.simulation.cards import Make, card_of, ended_at_ns, utc_of
from workstation.devices.simulation.footage import Studio, Wish
from workstation.devices.simulation.shelf import Shelf
from workstation.devices.simulation.track import walk
from workstation.devices.simulation.url import parse_slot

if TYPE_CHECKING:
    from workstation.devices.simulation.cards import Card, Item

logger = logging.getLogger(__name__)

_NICENESS = 5  # collecting goes before making up what to collect
_CONTAINERS = {".wav": "wav"}  # everything else that speaks is AAC in MP4, whatever its name
_IMPOSSIBLE_NAME = frozenset({errno.EILSEQ, errno.EINVAL, errno.ENAMETOOLONG, errno.EPERM})


class CardWriter:
    """Writes cards of one seed."""

    def __init__(self, seed: int) -> None:
        self._studio = Studio(seed)

    def write(self, root: Path, card: Card) -> None:
        """Fill the empty directory ``root``.

        Raises:
            OSError: the disk is full or refuses.
        """
        for number, item in enumerate(card.items):
            path = Path(os.fsdecode(os.fsencode(root) + b"/" + item.path))
            try:
                self._put(path, root, item, _wish(card, number, item))
            except OSError as error:
                if error.errno not in _IMPOSSIBLE_NAME:
                    raise
                logger.info("name left out of a simulated card errno=%d", error.errno)

    def _put(self, path: Path, root: Path, item: Item, wish: Wish) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        if item.make is Make.LINK:
            path.symlink_to(item.text)
            return
        self._fill(path, root, item, wish)
        moment = ended_at_ns(item)
        os.utime(path, ns=(moment, moment))

    def _fill(self, path: Path, root: Path, item: Item, wish: Wish) -> None:
        match item.make:
            case Make.VIDEO:
                self._studio.video(path, wish)
            case Make.STRAY:
                self._studio.video(path, wish, "mpegts")
            case Make.PHOTO:
                self._studio.photo(path, wish)
            case Make.VOICE:
                self._studio.voice_note(path, wish, _CONTAINERS.get(path.suffix, "mp4"))
            case Make.TRACK:
                text = walk(wish.key, utc_of(item), item.seconds)
                path.write_bytes(text.encode("ascii"))
            case Make.COPY:
                shutil.copyfile(root / item.text, path)
            case Make.CUT:
                whole = (root / item.text).read_bytes()
                path.write_bytes(whole[: len(whole) // 2])
            case _:
                path.write_bytes(item.text.encode("utf-8"))


def _wish(card: Card, number: int, item: Item) -> Wish:
    return Wish(
        key=f"{card.owner.serial}/{card.cycle}/{number}",
        at=item.at,
        serial=card.owner.serial,
        badge=card.owner.badge,
        seconds=item.seconds,
        unique_s=item.unique_s,
        size_bytes=item.size_bytes,
        lines=card.lines,
        h265=item.h265,
    )


def main(arguments: list[str]) -> int:
    """Put the card of one slot into a cache directory."""
    directory, slot_url = arguments
    os.nice(_NICENESS)
    card = card_of(parse_slot(slot_url))
    Shelf(Path(directory)).make(card, CardWriter(card.seed).write)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
