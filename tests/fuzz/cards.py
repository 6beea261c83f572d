"""What a card holds: names, profiles written for it, files in which a recorder names itself."""

from __future__ import annotations

import itertools
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.fuzz.recorders import SHIPPED, profiles
from tests.fuzz.target import Pieces, Target, cut
from workstation.devices import names, profile_schema
from workstation.devices.api import Sighting
from workstation.devices.found import Form, Found, describe
from workstation.devices.identity import identify, survey
from workstation.devices.names import display
from workstation.devices.profiles import Profile
from workstation.domain.searching import indexed

if TYPE_CHECKING:
    from collections.abc import Iterator


def file_names(content: bytes) -> None:
    """A path of raw names, shown to a person and read by every family's rules."""
    raw_parts = [part for part in content.split(b"/") if part not in {b"", b".", b".."}]
    shown = [display(part)[0] for part in raw_parts]
    for text in shown:
        assert not names._UNSEEN.search(text), text
        assert names.display(text.encode())[0].count("\\") >= text.count("\\")
        text.encode()
    path = "/".join(shown)
    for profile in profiles():
        facts = profile.classify(path)
        assert facts.sequence is None or facts.sequence >= 0
        assert facts.badge is None or str(facts.badge).strip("0")
        profile.is_skipped(path)
    indexed(shown)


def directory(content: bytes) -> None:
    """All the names of one directory together: sidecars, clashes of case, what is skipped."""
    pieces = Pieces(content)
    found: dict[bytes, Found] = {}
    while pieces and len(found) < 40:
        flags, raw_name = pieces.number(), pieces.next().replace(b"/", b"_")
        name, findings = display(raw_name)
        form = tuple(Form)[flags % len(Form)]
        found[raw_name] = Found(raw_name, name, findings, form, flags >> 8, flags << 8)
    children = sorted(found.values(), key=lambda child: child.order)
    for profile in itertools.islice(profiles(), 3):
        described = list(describe(children, "DCIM", b"DCIM", (), profile))
        told = sorted(one.found.raw_name for one in described)
        assert told == sorted(found), "nothing on a card is dropped in silence"
        for one in described:
            one.entry().path.encode()


def label(content: bytes) -> None:
    """A card's label, its names, and the file in which the recorder names itself."""
    pieces = Pieces(content)
    written = pieces.next().decode("utf-8", "replace")
    files = _Card(tuple(_until_empty(pieces)))
    sighting = Sighting("1-2", "/mnt", label=written, serial="1", vendor_id=0x4255, product_id=1)
    hints = survey(files, sighting, profiles())
    for profile in (profiles().choose(hints), profiles()["zzx"], profiles()["gopro"]):
        identity = identify(files, sighting, profile, hints)
        assert identity.serial
        for claim in identity.claims:
            claim.value.encode()


class _Card:
    """One directory; every small file that is asked for says the same."""

    def __init__(self, pieces: tuple[bytes, ...]) -> None:
        self._text = b"\n".join(pieces)
        self._names = [piece.replace(b"/", b"_") for piece in pieces if piece]

    def names_in(self, parts: tuple[bytes, ...]) -> tuple[list[bytes], list[bytes]]:
        return [], [] if parts else self._names

    def read_small(self, _path: str, limit_bytes: int) -> bytes:
        return self._text[:limit_bytes]


def _until_empty(pieces: Pieces) -> Iterator[bytes]:
    while pieces:
        yield pieces.next()


def profile_file(content: bytes) -> None:
    """A site's own profile, as a person wrote it."""
    with tempfile.NamedTemporaryFile(suffix=".toml") as written:
        written.write(content)
        written.flush()
        path = Path(written.name)
        Profile(profile_schema.read(path), written.name, content.decode("utf-8"))


NAMES = (
    b"DCIM/012345_A1B2C3D_20240501080000_0001IMP.mp4",
    b"case7_012345_0_20240501_080000_encryption_IMP.mp4",
    b"police/video/00:11\xff\xfe/20240501_080000_12.mp4",
    "20240501080000_12_重点.MP4".encode("gb18030"),
    "‮gpj.exe".encode(),
    b"100MEDIA/GX010042.MP4",
    b"Axis/cam_ACCC8E012345_20240501T080000Z/20240501T080000Z_1.mkv",
    b"FILE240501-080000F.MOV",
    b"System Volume Information",
    b"2024_0501_080000_001A.MP4",
    b"DSJ-A1-00017@202405010800000001.THM",
)
LABEL = cut(b"A1B2C3D", b"DevNo = A1B2C3D", b" PolNo =012345", b"012345_0_20240501_080000.mp4")
PROFILES = tuple(path.read_bytes() for path in sorted(SHIPPED.glob("*.toml")))

TARGETS = (
    Target("file_names", file_names, NAMES),
    Target("directory", directory, (cut(*(part for name in NAMES for part in (b"\1", name))),)),
    Target("label", label, (LABEL,), longest=1 << 16),
    Target("profile_file", profile_file, PROFILES, longest=1 << 14),
)
