"""The real ``main.py``, run as people run it: a process, its exit code, its output."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ui.texts import say
from workstation.platform.paths import StatePaths
from workstation.station.cli import proving
from workstation.station.cli.output import Voice

MAIN = Path(__file__).parents[2] / "main.py"
TIMEOUT_S = 120.0


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that has ended."""

    code: int
    stdout: bytes
    stderr: str

    @property
    def document(self) -> dict[str, Any]:
        """Standard output, which must be exactly one JSON object."""
        found = json.loads(self.stdout)
        assert isinstance(found, dict)
        return found


def argv(*words: str | Path | bytes) -> list[bytes]:
    """The command line of ``main.py`` with these words."""
    return [os.fsencode(word) for word in (sys.executable, MAIN, *words)]


def run(*words: str | Path | bytes, typed: str = "") -> Ended:
    """Run one command to its end; ``typed`` is what it reads from standard input."""
    done = subprocess.run(
        argv(*words), capture_output=True, check=False, timeout=TIMEOUT_S, input=typed.encode()
    )
    return Ended(done.returncode, done.stdout, done.stderr.decode("utf-8", "replace"))


def collect(state: Path, *sources: Path) -> Ended:
    """``collect … --json``."""
    return run("collect", *sources, "--state", state, "--json")


def verify(state: Path) -> Ended:
    """``verify --json``."""
    return run("verify", "--state", state, "--json")


def check(state: Path) -> Ended:
    """What ``verify --json`` does, without a new process."""
    out, said = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(said):
        code = proving.check(StatePaths(state), Voice(say, as_json=True))
    return Ended(code, out.getvalue().encode(), said.getvalue())


def settle(state: Path, text: str) -> None:
    """Give the station settings before its first start."""
    state.mkdir(parents=True, exist_ok=True)
    (state / "evidock.toml").write_text(text)
