"""What the tests of delivery share: child processes, and what must hold of a store afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sync.daemon import SyncOptions, run
from tests.integration.sync import invariants
from tests.integration.sync.invariants import Folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Self

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

NURSERY = """
import os, select, signal, sys
from pathlib import Path
import sync.stores.s3.store
from sync.daemon import SyncOptions, run
from workstation.domain.errors import StationError
options = SyncOptions(Path(sys.argv[1]), once=True, to=sys.argv[2])
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        os.dup2(2, 1)
        try:
            code = run(options)
        except StationError as error:
            code = error.exit_code
        os._exit(code)
    ended = os.pidfd_open(child)
    if not select.select([ended], [], [], float(line))[0]:
        os.kill(child, signal.SIGKILL)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
    os.close(ended)
"""


def start(
    state: Path, store: Path | str, how: str, failpoints: str = "", *, under: Sequence[str] = ()
) -> subprocess.Popen[bytes]:
    """A sync process of its own; ``under`` is a program that runs it."""
    return subprocess.Popen(
        [*under, sys.executable, "-c", RUN, str(state), str(store), how],
        cwd=ROOT,
        env={**os.environ, "EVIDOCK_FAILPOINTS": failpoints},
    )


class Nursery:
    """Runs ``sync --once`` in processes that need no time to load, and kills them.

    On a machine with much to do, a new interpreter takes longer to start than it may live here.
    """

    def __init__(self, state: Path, store: Path | str) -> None:
        self._parent = subprocess.Popen(
            [sys.executable, "-c", NURSERY, str(state), str(store)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._parent.communicate()

    def run(self, kill_after_s: float) -> int | None:
        """One process's exit code; None if it was killed."""
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        print(kill_after_s, file=self._parent.stdin, flush=True)
        code = int(self._parent.stdout.readline())
        return None if code == -signal.SIGKILL else code


def once(state: Path, store: Path | str, failpoints: str = "", *, under: Sequence[str] = ()) -> int:
    """``sync --once`` in a process of its own; its exit code."""
    with start(state, store, "once", failpoints, under=under) as child:
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
    published = invariants.check_published(Folder(store), clips)
    for path in store.glob("clips/**/*"):
        if path.is_file():  # no object shows that is not whole
            assert path.read_bytes() == clips[path.parent.name]
    return published


def check_complete(store: Path, filled: FilledStation) -> None:
    """What must hold once everything is delivered, in the order of collection."""
    assert check_published(store, filled.clips) == list(filled.clips)
    invariants.check_stored(Folder(store), filled)


def check_with_public_tools(
    store: Path, keys: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the very script that strangers are given."""
    for tool, package in (("jq", "jq"), ("ssh-keygen", "openssh-client")):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not here: {package} is not installed")
    command = [ROOT / "installer" / "audit.sh", store, *([keys] if keys else [])]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def deliver(filled: FilledStation, store: Path) -> int:
    """``sync --once`` in this process; its exit code."""
    return run(SyncOptions(filled.paths.root, once=True, to=str(store)))


def damage(path: Path) -> None:
    """Flip a bit near the end of a file."""
    content = bytearray(path.read_bytes())
    content[-20] ^= 1
    path.chmod(0o600)
    path.write_bytes(content)
