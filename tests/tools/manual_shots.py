"""Pictures of the officer's manual: ``make manual-shots``.

They are taken by the layout test while it walks through a shift's end with real clicks in front
of a real station, so a screen that changes changes its picture, and one that goes breaks it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "docs" / "officer" / "pictures"
SHOWN = ("sign-in", "sign-in-refused", "home", "cases", "receipt")
LANGUAGES = ("zh_CN", "en")
_SIZE = "1280x800"
_WIDTH_PX = 960
_COLOURS = 64
_WALK = "tests/ui/test_fit.py::test_nothing_an_officer_meets_is_cut"


def names() -> list[str]:
    """Every picture there has to be."""
    return [f"{name}-{language}.png" for name in SHOWN for language in LANGUAGES]


def shrink(source: Path, target: Path) -> None:
    """A palette and a width that a page can hold; small enough for the repository."""
    with Image.open(source) as picture:
        size = (_WIDTH_PX, picture.height * _WIDTH_PX // picture.width)
        small = picture.convert("RGB").resize(size, Image.Resampling.LANCZOS)
        small.quantize(_COLOURS).save(target, optimize=True)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        walk = [sys.executable, "-m", "pytest", "-q", f"{_WALK}[{_SIZE}]"]
        taken = subprocess.run(
            walk, cwd=ROOT, env={**os.environ, "EVIDOCK_SHOTS": folder}, check=False
        )
        if taken.returncode:
            return taken.returncode
        TARGET.mkdir(parents=True, exist_ok=True)
        for name in names():
            shrink(Path(folder) / f"{name.removesuffix('.png')}-{_SIZE}.png", TARGET / name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
