"""Bring ``resources/i18n`` in line with the source: ``python -m tests.tools.strings [--check]``.

Chinese is the language of the source; ``evidock_en.ts`` holds the English. The compiled
``evidock_en.qm`` is committed beside it, so that nothing needs Qt's tools at run time.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "resources" / "i18n" / "evidock_en.ts"
_BIN = Path(sys.executable).parent  # not resolved: the tools stand beside the venv's python


def sources() -> list[Path]:
    """Every file that may hold words for people."""
    return sorted([*(ROOT / "ui").rglob("*.py"), *(ROOT / "ui").rglob("*.qml")])


def update(catalogue: Path) -> None:
    """Take new strings in, drop vanished ones, compile."""
    command = [str(_BIN / "pyside6-lupdate"), *(str(path) for path in sources())]
    command += ["-source-language", "zh_CN", "-target-language", "en", "-locations", "none"]
    _run([*command, "-no-obsolete", "-ts", str(catalogue)])
    compile_catalogue(catalogue)


def compile_catalogue(catalogue: Path) -> None:
    """Write the ``.qm`` beside a ``.ts``."""
    compiled = str(catalogue.with_suffix(".qm"))
    _run([str(_BIN / "pyside6-lrelease"), str(catalogue), "-qm", compiled])


def stale() -> list[str]:
    """Names of the committed files that an update would change."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / CATALOGUE.name
        shutil.copy(CATALOGUE, copy)
        update(copy)
        pairs = [(CATALOGUE, copy), (CATALOGUE.with_suffix(".qm"), copy.with_suffix(".qm"))]
        return [old.name for old, new in pairs if old.read_bytes() != new.read_bytes()]


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)


def main(arguments: list[str]) -> int:
    if arguments == ["--check"]:
        names = stale()
        sys.stdout.write("".join(f"stale: {name}\n" for name in names))
        return 1 if names else 0
    update(CATALOGUE)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
