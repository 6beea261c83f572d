"""Running ``main.py centre`` and the audit script on a store, and changing what it holds."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from contextlib import closing, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import main
from tests.integration.sync.rig import ROOT, check_with_public_tools
from workstation.catalog.reader import Catalog
from workstation.ledger.sshsig import public_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.fakes.filled_station import FilledStation


@dataclass(frozen=True)
class Pair:
    """Two stations and their store."""

    store: Path
    first: FilledStation
    second: FilledStation

    def of(self, kind: str, pattern: str = "*") -> list[Path]:
        """What the store holds of the first station."""
        return sorted((self.store / kind / self.first.record.id).glob(pattern))

    def lines(self) -> list[int]:
        """How long the stations' own ledgers are."""
        found = []
        for station in (self.first, self.second):
            with closing(Catalog.open(station.paths.ledger)) as catalog:
                found.append(len(catalog.custody_lines(0, 10_000)))
        return found

    def keys(self, path: Path, *, right: bool = True) -> Path:
        """Both stations' keys as an auditor got them; or those of strangers."""
        if right:
            return keys_file(path, [self.first, self.second])
        path.write_text(f"{self.first.record.id} {public_line(self.second.key.public)}\n", "utf-8")
        return path


def keys_file(path: Path, stations: Sequence[FilledStation]) -> Path:
    """Stations' keys as an auditor got them."""
    lines = [f"{one.record.id} {public_line(one.key.public)}\n" for one in stations]
    path.write_text("".join(lines), "utf-8")
    return path


def centre(*words: object, failpoints: str = "") -> subprocess.CompletedProcess[str]:
    """Run ``main.py centre …``."""
    command = [sys.executable, str(ROOT / "main.py"), "centre", *map(str, words)]
    environment = {**os.environ, "EVIDOCK_FAILPOINTS": failpoints}
    return subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=ROOT, env=environment
    )


def called(*words: object) -> tuple[int, str, str]:
    """Run a command in this process: exit code, standard output, standard error."""
    printed, said = io.StringIO(), io.StringIO()
    before = signal.getsignal(signal.SIGTERM)
    try:
        with redirect_stdout(printed), redirect_stderr(said):
            code = main.main([*map(str, words)])
    finally:
        signal.signal(signal.SIGTERM, before)
    return code, printed.getvalue(), said.getvalue()


def verified(store: Path | str, *words: object) -> tuple[int, set[str]]:
    """``centre verify``: exit code and the codes of what it found."""
    code, printed, _ = called("centre", "verify", store, "--json", *words)
    document: dict[str, Any] = json.loads(printed)
    return code, {fault["code"] for fault in document["report"]["faults"]}


def audited(store: Path, keys: Path | None = None) -> tuple[int, str]:
    """The audit script: exit code and what it said."""
    done = check_with_public_tools(store, keys)
    return done.returncode, done.stdout + done.stderr


def rewrite(path: Path, old: str, new: str) -> None:
    """Edit a published document in place."""
    text = path.read_text("utf-8")
    assert old in text
    path.chmod(0o600)
    path.write_text(text.replace(old, new, 1), "utf-8")


def remove(*paths: Path) -> None:
    """Take documents away, with their signatures."""
    for path in paths:
        path.unlink()
        path.with_name(path.name + ".sig").unlink(missing_ok=True)
