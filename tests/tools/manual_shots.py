"""Pictures of the manuals: ``make manual-shots``.

They are taken by the layout tests while those walk through the screens with real clicks in front
of a real station, so a screen that changes changes its picture, and one that goes breaks it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("zh_CN", "en")
_SIZE = "1280x800"
_WIDTH_PX = 960
_COLOURS = 64


@dataclass(frozen=True, slots=True)
class Manual:
    """A manual in ``docs/<folder>``: the pictures it shows, in order, and who takes them."""

    folder: str
    walks: tuple[str, ...]
    shown: tuple[str, ...]

    @property
    def pages(self) -> dict[str, Path]:
        """Its text in each language."""
        return {one: ROOT / "docs" / self.folder / f"{one}.md" for one in LANGUAGES}

    @property
    def pictures(self) -> Path:
        """Where its pictures lie."""
        return ROOT / "docs" / self.folder / "pictures"

    def names(self) -> list[str]:
        """Every picture there has to be."""
        return [f"{name}-{language}.png" for name in self.shown for language in LANGUAGES]


_LAYOUT = "test_nothing_is_cut_and_everything_can_be_pressed"
MANUALS = (
    Manual(
        "officer",
        ("tests/ui/test_fit.py::test_nothing_an_officer_meets_is_cut",),
        ("sign-in", "sign-in-refused", "home", "cases", "receipt"),
    ),
    Manual(
        "administrator",
        tuple(
            f"tests/ui/test_{room}.py::{_LAYOUT}"
            for room in ("people", "policies", "recorders", "audit")
        ),
        (
            "people",
            "people-person",
            "people-pin",
            "people-list",
            "people-bad-list",
            "policies",
            "policies-tried",
            "recorders-one",
            "audit-entry",
            "audit-checked",
        ),
    ),
)


def shrink(source: Path, target: Path) -> None:
    """A palette and a width that a page can hold; small enough for the repository."""
    with Image.open(source) as picture:
        size = (_WIDTH_PX, picture.height * _WIDTH_PX // picture.width)
        small = picture.convert("RGB").resize(size, Image.Resampling.LANCZOS)
        small.quantize(_COLOURS).save(target, optimize=True)


def take(manual: Manual) -> int:
    """Walk, and keep what the manual shows; the exit code of the walk."""
    with tempfile.TemporaryDirectory() as folder:
        walks = [f"{walk}[{_SIZE}]" for walk in manual.walks]
        taken = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", *walks],
            cwd=ROOT,
            env={**os.environ, "EVIDOCK_SHOTS": folder},
            check=False,
        )
        if taken.returncode:
            return taken.returncode
        manual.pictures.mkdir(parents=True, exist_ok=True)
        for name in manual.names():
            source = Path(folder) / f"{name.removesuffix('.png')}-{_SIZE}.png"
            shrink(source, manual.pictures / name)
    return 0


def main(arguments: list[str]) -> int:
    """Take the pictures of the manuals named, or of all."""
    wanted = [one for one in MANUALS if not arguments or one.folder in arguments]
    return max((take(manual) for manual in wanted), default=2)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
