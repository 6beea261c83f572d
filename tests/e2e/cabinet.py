"""The kiosk as the cabinet runs it: guarded, full screen, on an X server, under real hands."""

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
from PIL import Image, ImageChops, ImageGrab
from PySide6.QtGui import QImage

from tests.ui.screen import area
from ui.manners import recall_place

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.ui.screen import Screen

ROOT = Path(__file__).resolve().parents[2]
SIZE = (1280, 800)
_PATIENCE_S = 120.0
_PERSON_MS = 90  # between two keys of a person; a card reader is ten times as fast
_READER_MS = 4
_LOOK_S = 0.1
_ALIKE = 0.97  # clocks and rates tick on; everything else is equal to the pixel


class Cabinet:
    """A screen of glass: what is on it is known from pictures, what is done to it are clicks."""

    def __init__(self, state: Path, display: str, home: Path) -> None:
        if shutil.which("xdotool") is None:
            pytest.skip("no xdotool on this machine")
        self._display = display
        self._place = home / "evidock" / "place.json"
        self._log = (home / "kiosk.log").open("wb")
        self._environment = {
            **os.environ,
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "XDG_CONFIG_HOME": str(home),
        }
        self.guard = subprocess.Popen(
            [sys.executable, str(ROOT / "main.py"), "kiosk", "--state", str(state)],
            env=self._environment,
            stdout=self._log,
            stderr=self._log,
        )

    def close(self) -> None:
        if self.guard.poll() is None:
            self.guard.send_signal(signal.SIGTERM)
        self.guard.wait(_PATIENCE_S)
        self._log.close()

    @property
    def kiosk_pid(self) -> int | None:
        """The process that paints, a child of the one that guards it."""
        children = Path(f"/proc/{self.guard.pid}/task/{self.guard.pid}/children")
        found = children.read_text(encoding="ascii").split() if children.exists() else []
        return int(found[0]) if found else None

    @property
    def place(self) -> tuple[str, int] | None:
        """Where the kiosk says it is, for the next start."""
        kept = recall_place(self._place)
        return (kept.name, kept.slot) if kept else None

    def picture(self) -> Image.Image:
        """What is on the screen, as the X server has it."""
        return ImageGrab.grab(xdisplay=self._display)

    def shows(self, mirror: Screen) -> bool:
        """Whether the screen looks like that one."""
        mirror.settle()
        grabbed = mirror.view.grabWindow().convertToFormat(QImage.Format.Format_RGB888)
        rows = bytes(grabbed.constBits())
        step = grabbed.bytesPerLine()
        wanted = Image.frombuffer("RGB", SIZE, rows, "raw", "RGB", step, 1)
        far = ImageChops.difference(self.picture().convert("RGB"), wanted).convert("L")
        alike = sum(far.histogram()[:16])
        return alike / (SIZE[0] * SIZE[1]) >= _ALIKE

    def click(self, mirror: Screen, name: str) -> None:
        """Press what has this name in the mirror, where it stands there; the mirror too."""
        middle = area(mirror.get(name)).center().toPoint()
        self._do("mousemove", middle.x(), middle.y(), "click", 1)
        mirror.press(name)

    def keys(self, *names: str) -> None:
        """Press these keys, as X names them."""
        self._do("key", "--delay", _PERSON_MS, *names)

    def type(self, text: str) -> None:
        """A person types, then Enter."""
        self.keys(*text, "Return")

    def hold_card(self, number: str) -> None:
        """The reader types, then Enter."""
        self._do("key", "--delay", _READER_MS, *number, "Return")

    def _do(self, *arguments: object) -> None:
        subprocess.run(["xdotool", *map(str, arguments)], env=self._environment, check=True)

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait for the other process; the mirror's own events go on meanwhile."""
        end = time.monotonic() + _PATIENCE_S
        while not condition():
            said = Path(self._log.name).read_text(encoding="utf-8")
            assert time.monotonic() < end, said
            assert self.guard.poll() is None, said
            time.sleep(_LOOK_S)
