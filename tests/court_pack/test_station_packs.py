"""A running station packs for a screen, and is killed in the middle of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest

from tests.court_pack import judges
from tests.court_pack.station import CASE, LEADER, PINS, REASON, WITNESS
from tests.court_pack.test_export import JUDGES
from tests.integration.commands import argv, run
from workstation.domain.errors import StationNotRunningError
from workstation.ipc.client import Connection
from workstation.ipc.messages_export import GetPack, PackStanding, StartPack
from workstation.ipc.messages_people import SignedIn, SignIn
from workstation.ipc.words import Proved

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.court_pack.station import Site

PATIENCE_S = 120.0
STEP_S = 0.05
T = TypeVar("T")


class Running:
    """A station process, and a screen at which a leader is signed in."""

    def __init__(self, state: Path, failpoints: str = "") -> None:
        self._socket = state / "station.sock"
        self.process = subprocess.Popen(
            argv("station", "--state", state),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "EVIDOCK_FAILPOINTS": failpoints},
        )
        self.line = _until(self._connected)
        self.line.session = ""
        signed_in = self.line.call(SignIn(badge=LEADER, pin=PINS[LEADER]))
        assert isinstance(signed_in, SignedIn)
        self.line.session = signed_in.token

    def _connected(self) -> Connection | None:
        assert self.process.poll() is None
        line = Connection(self._socket)
        try:
            line.connect()
        except StationNotRunningError:
            return None
        return line

    def start(self, to: Path) -> None:
        second = Proved(badge=WITNESS, pin=PINS[WITNESS])
        self.line.call(StartPack((CASE,), str(to), REASON, second), 60.0)

    def end(self) -> PackStanding:
        def over() -> PackStanding | None:
            found = self.line.call(GetPack())
            assert isinstance(found, PackStanding)
            return found if found.state in {"done", "failed"} else None

        return _until(over)

    def close(self) -> None:
        self.line.close()
        self.process.terminate()
        self.process.wait(PATIENCE_S)


def _until(ask: Callable[[], T | None]) -> T:
    """Ask until there is an answer; the machine may be busy."""
    pause = threading.Event()
    for _ in range(int(PATIENCE_S / STEP_S)):
        if (found := ask()) is not None:
            return found
        pause.wait(STEP_S)
    raise AssertionError("no answer in time")


@pytest.fixture
def state(site: Site, tmp_path: Path) -> Path:
    """The station of the other tests, with a folder to export to."""
    copy, stick = tmp_path / "state", tmp_path / "stick"
    shutil.copytree(site.state, copy)
    stick.mkdir()
    (copy / "evidock.toml").write_text(f'[export]\nfolders = ["{stick}"]\n', encoding="utf-8")
    return copy


@pytest.mark.parametrize("place", ["export.file_written@1", "export.file_written@4"])
def test_a_station_that_is_killed_leaves_nothing_that_passes_for_a_pack(
    state: Path, place: str
) -> None:
    stick = state.parent / "stick"
    running = Running(state, f"{place}=kill")
    running.start(stick)
    assert running.process.wait(PATIENCE_S) == -9
    running.line.close()
    (left,) = stick.iterdir()
    assert left.name.endswith(".unfinished")
    assert not any(judge(left) for judge in (judges.bagit, judges.sha256sum))
    assert run("verify", "--state", state, "--json").code == 0
    again = Running(state)
    again.start(stick)
    done = again.end()
    again.close()
    assert done.state == "done", done
    assert all(judge(Path(done.path)) for judge in JUDGES)
    assert run("verify", "--state", state, "--json").code == 0
