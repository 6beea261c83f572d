"""Recorders for the virtual machine: real footage of known families on real file systems."""

from __future__ import annotations

import hashlib
import mmap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.rig.machine import part
from workstation.devices.simulation.cards import card_of
from workstation.devices.simulation.families import owner_of
from workstation.devices.simulation.plan import SlotPlan
from workstation.devices.simulation.shelf import Shelf
from workstation.devices.simulation.url import parse_dock
from workstation.devices.simulation.writing import CardWriter
from workstation.platform.clock import SystemClock

if TYPE_CHECKING:
    from pathlib import Path

    from workstation.devices.simulation.families import Owner

Content = dict[str, bytes]
SEED = 5
# What no station takes in: the file system's own, and another program's.
NO_EVIDENCE = ("LOST.DIR/", "Android/")


@dataclass(frozen=True)
class Recorder:
    """A recorder's medium: an image file, and what lies on it."""

    serial: str
    image: Path
    content: Content = field(repr=False)

    @property
    def digests(self) -> dict[str, str]:
        """SHA-256 of each file by its path, computed on the host."""
        return {path: sha256(content) for path, content in self.content.items()}


def sha256(content: bytes) -> str:
    """The digest as the catalog writes it."""
    return hashlib.sha256(content).hexdigest()


def footage(shelf: Path, slot: int, *, clips: int = 3, mb: float = 1.5) -> tuple[str, Content]:
    """The serial and the files of one recorder: families take turns by ``slot``.

    ``mb`` is the size of a video in 10^6 bytes; the bytes are H.264 in MP4, made once.
    """
    dock = parse_dock(
        f"simulated:?slots=64&clips={clips}&mb={mb}&seconds=2&seed={SEED}",
        SystemClock().now().date(),
    )
    card = card_of(SlotPlan(dock, slot))
    kept = Shelf(shelf)
    home = kept.find(card) or kept.make(card, CardWriter(card.seed).write)
    paths = [path for path in sorted(home.rglob("*")) if path.is_file()]
    names = {path: path.relative_to(home).as_posix() for path in paths}
    return card.owner.serial, {
        name: path.read_bytes() for path, name in names.items() if not name.startswith(NO_EVIDENCE)
    }


def owner(slot: int) -> Owner:
    """Who wears recorder ``slot``."""
    return owner_of(SEED, slot)


def card(
    shelf: Path,
    image: Path,
    slot: int,
    fs: str = "fat32",
    *,
    partition: bool = True,
    size_mb: int | None = None,
    clips: int = 3,
    mb: float = 1.5,
) -> Recorder:
    """A formatted medium with the footage of recorder ``slot``; ``fs`` is fat32 or exfat."""
    serial, content = footage(shelf, slot, clips=clips, mb=mb)
    part("mkimg").make_image(
        image,
        content,
        fs,
        size_mb=size_mb,
        label=serial[:11],
        partition=partition,
        volid=f"{0x1A2B0000 + slot:08X}",
    )
    return Recorder(serial, image, content)


def folder(shelf: Path, place: Path, slot: int, *, clips: int = 2, mb: float = 0.5) -> Recorder:
    """The footage of recorder ``slot`` as plain files, for one that speaks MTP."""
    serial, content = footage(shelf, slot, clips=clips, mb=mb)
    for name, data in content.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(data)
    return Recorder(serial, place, content)


def make_dirty(image: Path, fs: str, *, partition: bool = True) -> None:
    """Mark the file system as one that was pulled out while it was being written.

    FAT32: bit 0 of byte 65 of the boot sector, and bit 27 of the FAT's second entry cleared
    (Microsoft FAT specification). exFAT: ``VolumeFlags`` bit 1 at byte 106.
    """
    start = (1 << 20) if partition else 0
    with image.open("r+b") as disk:
        disk.seek(start)
        boot = disk.read(512)
        if fs == "exfat":
            disk.seek(start + 106)
            disk.write(bytes([boot[106] | 2]))
            return
        disk.seek(start + 65)
        disk.write(bytes([boot[65] | 1]))
        sector_bytes = int.from_bytes(boot[11:13], "little")
        fat = start + int.from_bytes(boot[14:16], "little") * sector_bytes
        disk.seek(fat + 4)
        entry = int.from_bytes(disk.read(4), "little")
        disk.seek(fat + 4)
        disk.write((entry & ~(1 << 27)).to_bytes(4, "little"))


def rename_short(image: Path, name: bytes, other: bytes) -> None:
    """Give a file of a FAT card another short name, of eleven bytes as the directory has it."""
    with image.open("r+b") as disk, mmap.mmap(disk.fileno(), 0) as whole:
        found = whole.find(name)
        if found < 0 or whole.find(name, found + 1) >= 0 or len(name) != len(other):
            raise ValueError(f"not once on {image}")
        whole[found : found + len(other)] = other


def where_lies(image: Path, content: bytes) -> int:
    """The byte of the image at which a file begins; it lies there in one piece."""
    head = content[:4096]
    with image.open("rb") as disk, mmap.mmap(disk.fileno(), 0, prot=mmap.PROT_READ) as whole:
        found = whole.find(head)
    if found < 0:
        raise ValueError(f"not on {image}")
    return found
