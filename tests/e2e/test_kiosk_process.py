"""The kiosk as a process of its own: comes up, paints, remembers, and ends when told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from PySide6.QtGui import QImage

from tests.fakes.fake_station import FakeStation, dock_of
from workstation.domain.errors import StationNotRunningError

ROOT = Path(__file__).resolve().parents[2]
_GRAB = """
import sys
from pathlib import Path
import ui.app
ui.app.GRAB_PATIENCE_S = float(sys.argv[3])
options = ui.app.KioskOptions(Path(sys.argv[1]), size=(1280, 800), language="en")
sys.exit(ui.app.grab_wall(options, Path(sys.argv[2])))
"""
_RUN = """
import sys
from pathlib import Path
import ui.app
sys.exit(ui.app.run(ui.app.KioskOptions(Path(sys.argv[1]), windowed=True, size=(1280, 800))))
"""


def start(code: str, *arguments: object, **environment: str) -> subprocess.Popen[str]:
    """A Python of its own with only the kiosk in it."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, **environment},
        stderr=subprocess.PIPE,
        text=True,
    )


def colours_of(picture: Path) -> int:
    """How many different colours a picture has; one that was never painted has one."""
    image = QImage(str(picture))
    assert (image.width(), image.height()) == (1280, 800)
    places = [(x, y) for x in range(0, 1280, 8) for y in range(0, 800, 8)]
    return len({image.pixel(x, y) for x, y in places})


def test_wall_is_saved_as_a_picture_without_a_screen(tmp_path: Path) -> None:
    picture = tmp_path / "wall.png"
    with FakeStation(tmp_path / "station.sock", dock_of(16)):
        kiosk = start(_GRAB, tmp_path, picture, 30, QT_QPA_PLATFORM="offscreen")
        assert (kiosk.communicate(timeout=60)[1], kiosk.returncode) == ("", 0)
    assert colours_of(picture) > 50


def test_picture_without_a_station_says_so_in_the_exit_code(tmp_path: Path) -> None:
    picture = tmp_path / "wall.png"
    kiosk = start(_GRAB, tmp_path, picture, 4.5, QT_QPA_PLATFORM="offscreen")
    assert kiosk.communicate(timeout=60)[1] == ""
    assert kiosk.returncode == StationNotRunningError.exit_code
    assert colours_of(picture) > 10


def test_wall_is_painted_on_an_x_server(tmp_path: Path, display: str) -> None:
    picture = tmp_path / "wall.png"
    with FakeStation(tmp_path / "station.sock", dock_of(16)):
        kiosk = start(_GRAB, tmp_path, picture, 30, QT_QPA_PLATFORM="xcb", DISPLAY=display)
        assert (kiosk.communicate(timeout=60)[1], kiosk.returncode) == ("", 0)
    assert colours_of(picture) > 50


def test_kiosk_ends_cleanly_when_told_to(tmp_path: Path) -> None:
    with FakeStation(tmp_path / "station.sock", dock_of(4)) as station:
        kiosk = start(_RUN, tmp_path, QT_QPA_PLATFORM="offscreen")
        assert station.subscribed.wait(30)
        kiosk.send_signal(signal.SIGTERM)
        assert (kiosk.communicate(timeout=30)[1], kiosk.returncode) == ("", 0)
