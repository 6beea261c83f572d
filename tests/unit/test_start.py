"""What a command loads before it has begun: each start of the station pays for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Heavy, and needed by few commands: these load them when they run.
LATER = {"PySide6", "alembic", "av", "boto3", "botocore", "segno", "fontTools", "fpdf", "lxml"}


def test_the_arguments_are_read_without_the_heavy_libraries() -> None:
    program = f"import sys, main; print(*sorted({LATER!r} & sys.modules.keys()))"
    found = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert found.stdout.split() == []
