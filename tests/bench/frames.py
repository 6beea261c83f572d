"""Frames of the kiosk, measured in a process of its own because Qt wants one."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.bench.measure import ROOT, Row

if TYPE_CHECKING:
    from pathlib import Path

SLOTS = "30"
SECONDS = "10"


def run(_: Path) -> list[Row]:
    """Thirty slots that all change ten times a second."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.ui_frames", SLOTS, SECONDS],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    if not done.stdout:
        raise ChildProcessError(done.stderr)
    found = dict(part.split("=") for part in done.stdout.split())
    slowest, median = float(found["max_ms"]), float(found["median_ms"])
    return [
        Row("frames", "slowest frame, 30 slots at 10 Hz", slowest, "ms", "50 ms", 50 / slowest, 1),
        Row("frames", "median frame", median, "ms"),
        Row("frames", "CPU of the kiosk", float(found["cpu"].rstrip("%")), "% core"),
    ]
