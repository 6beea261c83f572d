"""Cards as recorders format them: real FAT32 and exFAT images, mounted read-only."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from workstation.devices.api import Sighting
from workstation.devices.card import open_card
from workstation.devices.profiles import ProfileSet
from workstation.domain.errors import RecorderGoneError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workstation.devices.card import CardSession

pytestmark = pytest.mark.hardware

PROFILES = ProfileSet.load([Path(__file__).parents[2] / "resources" / "profiles"])
IMAGE_BYTES = 64 * 1024 * 1024
FILES = {
    "DCIM/101ANDRO/012345_A1B2C3D_20240506070809_0001.mp4": os.urandom(3_000_001),
    "DCIM/101ANDRO/012345_A1B2C3D_20240506071009_0002IMP.mp4": os.urandom(70_000),
    "DCIM/101ANDRO/现场录像.mp4": b"unicode",
    f"DCIM/{'n' * 200}.jpg": b"long",
    "LOST.DIR/17": b"recovered",
}
EMPTY = "DCIM/101ANDRO/012345_A1B2C3D_20240506071109_0003.mp4"


@dataclass(frozen=True)
class Image:
    """A formatted image on a loop device. ``fs`` is how the kernel calls its type."""

    fs: str
    device: str


def run(*command: str) -> None:
    """Run a tool as root, or skip the test with what it said."""
    tool = shutil.which(command[0], path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    if tool is None:
        pytest.skip(f"{command[0]} is not installed")
    done = subprocess.run(
        [tool, *command[1:]], capture_output=True, text=True, check=False, timeout=60
    )
    if done.returncode:
        pytest.skip(f"{' '.join(command)}: {done.stdout.strip()} {done.stderr.strip()}")


@pytest.fixture(params=["vfat", "exfat"])
def image(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Image]:
    fs: str = request.param
    if os.geteuid() != 0:
        pytest.skip("mounting an image needs root")
    file = tmp_path / "card.img"
    file.touch()
    os.truncate(file, IMAGE_BYTES)
    if fs == "vfat":
        run("mkfs.vfat", "-F", "32", "-n", "A1B2C3D", str(file))
    else:
        run("mkfs.exfat", "-L", "A1B2C3D", str(file))
    losetup = subprocess.run(
        ["losetup", "--find", "--show", str(file)], capture_output=True, text=True, check=False
    )
    if losetup.returncode:
        pytest.skip(f"no loop device: {losetup.stderr.strip()}")
    device = losetup.stdout.strip()
    try:
        place = tmp_path / "filling"
        with mounted(Image(fs, device), place, "rw"):
            for path, content in {**FILES, EMPTY: b""}.items():
                (place / path).parent.mkdir(parents=True, exist_ok=True)
                (place / path).write_bytes(content)
        yield Image(fs, device)
    finally:
        subprocess.run(["losetup", "--detach", device], check=True)


@contextmanager
def mounted(image: Image, place: Path, mode: str) -> Iterator[Path]:
    """Mount with the kernel's driver where it has one, else with a FUSE driver."""
    place.mkdir()
    known = Path("/proc/filesystems").read_text(encoding="ascii").split()
    options = f"{mode},nosuid,nodev,noexec"
    if image.fs in known:
        run("mount", "-t", image.fs, "-o", options, image.device, str(place))
    elif image.fs == "exfat":
        run("mount.exfat-fuse", "-o", options, image.device, str(place))
    else:
        pytest.skip(f"this kernel has no {image.fs}, and there is no FUSE driver for it")
    try:
        yield place
    finally:
        if place.is_mount():
            subprocess.run(["umount", str(place)], check=True)


def sighting(place: Path) -> Sighting:
    return Sighting("usb-0:1", str(place), label="A1B2C3D")


def read(session: CardSession) -> dict[str, bytes]:
    found = {}
    buffer = memoryview(bytearray(1 << 20))
    for entry in session.entries():
        if entry.skip_code is None:
            with session.read(entry) as source:
                parts = []
                while count := source.readinto(buffer):
                    parts.append(bytes(buffer[:count]))
            found[entry.path] = b"".join(parts)
    return found


def digest(device: str) -> str:
    with Path(device).open("rb") as raw:
        return hashlib.file_digest(raw, "sha256").hexdigest()


def test_a_real_card_is_read_byte_for_byte(image: Image, tmp_path: Path) -> None:
    with (
        mounted(image, tmp_path / "card", "ro") as place,
        open_card(sighting(place), PROFILES) as session,
    ):
        assert (session.identity.serial, session.identity.profile) == ("A1B2C3D", "e12")
        codes = {entry.path: entry.skip_code for entry in session.entries()}
        assert codes.pop(EMPTY) == "entry.zero_bytes"
        assert codes.pop("LOST.DIR") == "entry.not_evidence"
        expected = {path: data for path, data in FILES.items() if "LOST" not in path}
        assert codes == dict.fromkeys(expected)
        assert read(session) == expected


def test_reading_a_real_card_changes_no_byte_of_it(image: Image, tmp_path: Path) -> None:
    before = digest(image.device)
    with (
        mounted(image, tmp_path / "card", "ro") as place,
        open_card(sighting(place), PROFILES) as session,
    ):
        assert read(session)
    assert digest(image.device) == before


def test_a_card_unmounted_half_way_is_gone(image: Image, tmp_path: Path) -> None:
    """A lazy unmount is what a desktop does to a stick that was pulled out."""
    with (
        mounted(image, tmp_path / "card", "ro") as place,
        open_card(sighting(place), PROFILES) as session,
    ):
        entries = [entry for entry in session.entries() if entry.skip_code is None]
        subprocess.run(["umount", "--lazy", str(place)], check=True)
        with pytest.raises(RecorderGoneError), session.read(entries[0]):
            pass
        with pytest.raises(RecorderGoneError):
            list(session.entries())
