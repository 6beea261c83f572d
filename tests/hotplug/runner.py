"""Run tests under umockdev, which must be there before the process begins."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# umockdev gives up when more events wait than a datagram socket holds, which is ten; in a network
# namespace of our own that can be raised without touching the machine.
ROOMY = 'echo 1000 > /proc/sys/net/unix/max_dgram_qlen && exec "$@"'
HANGS_AFTER_S = 90
PROBE = "import sys; from tests.hotplug.testbed import load_umockdev; sys.exit(not load_umockdev())"


def run_mocked(*arguments: str) -> None:
    """Run pytest with these arguments before a made-up bus; skip loudly where that can not be."""
    runner = shutil.which("umockdev-run")
    if runner is None:
        pytest.skip("umockdev-run is not installed (Debian: umockdev)")
    probe = [runner, "--", sys.executable, "-c", PROBE]
    if subprocess.run(probe, cwd=ROOT, check=False, capture_output=True).returncode:
        pytest.skip("no umockdev library (Debian: gir1.2-umockdev-1.0 python3-gi)")
    run_pytest = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
    run_pytest += ["-o", f"faulthandler_timeout={HANGS_AFTER_S}"]  # which says where
    try:
        done = subprocess.run(
            [*_roomy(), runner, "--", *run_pytest, *arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
            timeout=280,
        )
    except subprocess.TimeoutExpired as stuck:
        pytest.fail(f"never ended:\n{_text(stuck.stdout)}\n{_text(stuck.stderr)}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout


def _roomy() -> list[str]:
    """What to put before a command so that many events may wait; nothing where that fails."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return []
    prefix = [unshare, "-n" if os.geteuid() == 0 else "-rn", "sh", "-c", ROOMY, "sh"]
    tried = subprocess.run([*prefix, "true"], check=False, capture_output=True)
    return [] if tried.returncode else prefix


def _text(output: str | bytes | None) -> str:
    """A killed child's output comes as bytes, whatever was asked for."""
    return output.decode(errors="replace") if isinstance(output, bytes) else output or ""
