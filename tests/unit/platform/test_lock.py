"""One station per state directory, for as long as its process lives."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from workstation.domain.errors import StateLockedError
from workstation.platform.lock import single_instance

if TYPE_CHECKING:
    from pathlib import Path

_HOLD = """
import sys
from pathlib import Path
from workstation.platform.lock import single_instance
with single_instance(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_second_station_is_told_who_runs(tmp_path: Path) -> None:
    path = tmp_path / "station.lock"
    with single_instance(path):
        with pytest.raises(StateLockedError) as caught, single_instance(path):
            pytest.fail("two at once")
        assert caught.value.facts["pid"] == str(os.getpid())
    with single_instance(path):
        pass


def test_lock_is_free_again_after_the_holder_was_killed(tmp_path: Path) -> None:
    path = tmp_path / "station.lock"
    command = [sys.executable, "-c", _HOLD, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(StateLockedError), single_instance(path):
            pytest.fail("two at once")
        holder.kill()
        holder.wait(10)
    with single_instance(path):
        pass
