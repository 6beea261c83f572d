"""Run the hotplug tests under umockdev, which must be there before the process begins."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROBE = "import sys; from tests.hotplug.testbed import load_umockdev; sys.exit(not load_umockdev())"


@pytest.mark.hardware
def test_the_usb_dock_keeps_its_promises_before_a_made_up_bus() -> None:
    runner = shutil.which("umockdev-run")
    if runner is None:
        pytest.skip("umockdev-run is not installed (Debian: umockdev)")
    probe = [runner, "--", sys.executable, "-c", PROBE]
    if subprocess.run(probe, cwd=ROOT, check=False, capture_output=True).returncode:
        pytest.skip("no umockdev library (Debian: gir1.2-umockdev-1.0 python3-gi)")
    run_pytest = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [runner, "--", *run_pytest, "tests/hotplug/mocked.py"],
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout
