"""What the tests of delivery share: child processes, and what must hold of a store afterwards."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sync.daemon import SyncOptions, run
from sync.documents import NO_PREVIOUS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.fakes.filled_station import FilledStation

ROOT = Path(__file__).parents[3]
SIZES = [0, 1, 4096, 1 << 20, 3_000_001]  # of the clips a filled station begins with
DEADLINE_S = 60.0

RUN = """
import sys
from pathlib import Path
from sync.daemon import SyncOptions, run
from workstation.domain.errors import StationError
try:
    code = run(SyncOptions(Path(sys.argv[1]), once=sys.argv[3] == "once", to=sys.argv[2]))
except StationError as error:
    sys.stderr.write(str(error))
    code = error.exit_code
sys.exit(code)
"""


def start(state: Path, store: Path, how: str, failpoints: str = "") -> subprocess.Popen[bytes]:
    """A sync process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", RUN, str(state), str(store), how],
        cwd=ROOT,
        env={**os.environ, "EVIDOCK_FAILPOINTS": failpoints},
    )


def once(state: Path, store: Path, failpoints: str = "") -> int:
    """``sync --once`` in a process of its own; its exit code."""
    with start(state, store, "once", failpoints) as child:
        return child.wait(DEADLINE_S)


def eventually(holds: Callable[[], bool], what: str) -> None:
    """Wait for a condition."""
    deadline = time.monotonic() + DEADLINE_S
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(what)
        time.sleep(0.01)


def files_of(store: Path) -> dict[str, bytes]:
    """Everything a reader of the store sees."""
    found = (path for path in store.rglob("*") if path.is_file())
    return {
        str(path.relative_to(store)): path.read_bytes()
        for path in found
        if path.relative_to(store).parts[0] != ".incoming"
    }


def manifests_of(store: Path) -> list[Path]:
    return sorted(store.glob("manifests/*/*.json"))


def check_published(store: Path, clips: Mapping[str, bytes]) -> list[str]:
    """What must hold of a store at any moment, however rudely sync was ended.

    Returns the clips that are published, by number.
    """
    published: list[str] = []
    previous = NO_PREVIOUS
    for number, path in enumerate(manifests_of(store), start=1):
        manifest = json.loads(path.read_bytes())
        assert (manifest["seq"], manifest["previous"]) == (number, previous)
        previous = hashlib.sha256(path.read_bytes()).hexdigest()
        assert path.with_name(path.name + ".sig").exists()
        (stored,) = manifest["objects"]
        content = (store / stored["key"]).read_bytes()
        assert content == clips[manifest["clip"]]
        assert hashlib.sha256(content).hexdigest() == stored["sha256"] == manifest["sha256"]
        published.append(manifest["clip"])
    assert len(set(published)) == len(published)
    for path in store.glob("clips/**/*"):
        if path.is_file():  # no object shows that is not whole
            assert path.read_bytes() == clips[path.parent.name]
    return published


def check_complete(store: Path, filled: FilledStation) -> None:
    """What must hold once everything is delivered."""
    assert check_published(store, filled.clips) == list(filled.clips)
    assert len(list(store.glob("clips/*/*/*/*/*/*"))) == len(filled.clips)
    assert list((store / ".incoming").iterdir()) == []


def check_with_public_tools(store: Path, filled: FilledStation) -> subprocess.CompletedProcess[str]:
    """Run the very commands that ``docs/sync.md`` gives to strangers."""
    for tool, package in (("jq", "jq"), ("ssh-keygen", "openssh-client")):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not here: {package} is not installed")
    text = (ROOT / "docs" / "sync.md").read_text("utf-8")
    command = next(line for line in text.splitlines() if line.startswith('echo "ssh-ed25519'))
    key = subprocess.run(
        ["/bin/bash", "-c", command],
        cwd=filled.paths.root,
        capture_output=True,
        text=True,
        check=True,
    )
    script = text.partition("```bash\n")[2].partition("```")[0]
    arguments = ["check-store", str(store), filled.record.id, key.stdout.strip()]
    return subprocess.run(
        ["/bin/bash", "-c", script, *arguments], capture_output=True, text=True, check=False
    )


def deliver(filled: FilledStation, store: Path) -> int:
    """``sync --once`` in this process; its exit code."""
    return run(SyncOptions(filled.paths.root, once=True, to=str(store)))


def damage(path: Path) -> None:
    """Flip a bit near the end of a file."""
    content = bytearray(path.read_bytes())
    content[-20] ^= 1
    path.chmod(0o600)
    path.write_bytes(content)
