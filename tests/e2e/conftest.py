"""An X server of our own, and the kiosk of the cabinet on it."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.e2e.cabinet import SIZE, Cabinet
from tests.ui.conftest import home, kiosk, qapp_cls, state_dir

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.ui.screen import Screen
    from tests.ui.shift_station import ShiftStation

__all__ = ["cabinet", "display", "home", "kiosk", "mirror", "qapp_cls", "state_dir"]


@pytest.fixture
def display() -> Iterator[str]:
    """A virtual X server of our own, as close to the cabinet's as a test machine has."""
    if shutil.which("Xvfb") is None:
        pytest.skip("no Xvfb on this machine")
    reader, writer = os.pipe()
    size = f"{SIZE[0]}x{SIZE[1]}x24"
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", size, "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL)
    os.close(writer)
    try:
        assert select.select([reader], [], [], 60)[0], "Xvfb did not come up"
        yield ":" + os.read(reader, 16).decode().strip()
    finally:
        os.close(reader)
        server.terminate()
        server.wait()


@pytest.fixture
def mirror(kiosk: Callable[..., Screen]) -> Screen:
    """A second kiosk at the same station, in this process: tells where things stand."""
    return kiosk(*SIZE)


@pytest.fixture
def cabinet(home: ShiftStation, display: str, tmp_path: Path) -> Iterator[Cabinet]:
    """The kiosk as a person meets it, in front of a station where an officer has come home."""
    folder = tmp_path / "home"
    folder.mkdir()
    running = Cabinet(home.bench.paths.root, display, folder)
    yield running
    running.close()
