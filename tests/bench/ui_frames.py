"""How long the kiosk takes to paint: ``python -m tests.bench.ui_frames [slots] [seconds]``.

All slots change ten times a second for a while, in a window of 1920 x 1080 painted in
software. Prints the times between the start of a change and the end of its frame, and the
CPU. A frame over 50 ms is seen as a stutter; the exit code is 1 if there was one.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication

from tests.fakes.fake_station import dock_of, slot_of
from tests.ui.screen import FakeCatalog
from ui.app import SWITCH_INTERVAL_S, KioskOptions, KioskProgram, choose_backend
from ui.client import Heard, LinkUp
from ui.scene import set_font
from workstation.domain.dock import SlotStatus
from workstation.events.facts import SlotChanged

LIMIT_MS = 50.0
_PERIOD_MS = 100


class _Bench:
    """Feeds the view-models the way the bridge does, and times each round to its frame."""

    def __init__(self, program: KioskProgram, slots: int) -> None:
        self.frames_ms: list[float] = []
        self._program = program
        self._views = [slot_of(number, SlotStatus.IMPORTING) for number in range(1, slots + 1)]
        self._round = 0
        self._began = 0.0
        program.kiosk.hear(LinkUp(1, replace(dock_of(slots), slots=tuple(self._views))))
        program.scene.view.frameSwapped.connect(self._painted)

    def step(self) -> None:
        self._round += 1
        self._began = time.perf_counter()
        for view in self._views:
            done = (view.bytes_done + self._round * 7_000_000) % view.bytes_total
            rate = view.rate_bps + self._round % 9 * 1e5
            changed = replace(view, bytes_done=done, rate_bps=rate)
            self._program.kiosk.hear(Heard(1, SlotChanged(changed)))

    def _painted(self) -> None:
        if self._began:
            self.frames_ms.append((time.perf_counter() - self._began) * 1000)
            self._began = 0.0


def main(arguments: list[str]) -> int:
    slots = int(arguments[0]) if arguments else 30
    seconds = float(arguments[1]) if len(arguments) > 1 else 10.0
    if not os.environ.get("DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    choose_backend()
    app = QGuiApplication([])
    set_font()
    with tempfile.TemporaryDirectory() as folder:
        options = KioskOptions(Path(folder))
        program = KioskProgram(options, Path(folder) / "kiosk.json", FakeCatalog)
        program.scene.view.resize(1920, 1080)
        program.scene.view.show()
        bench = _Bench(program, slots)
        beat = QTimer(interval=_PERIOD_MS)
        beat.timeout.connect(bench.step)
        QTimer.singleShot(1000, beat.start)
        QTimer.singleShot(int(1000 + seconds * 1000), app.quit)
        cpu, wall = time.process_time(), time.perf_counter()
        app.exec()
        share = (time.process_time() - cpu) / (time.perf_counter() - wall)
        beat.stop()
        program.stop()
    frames = sorted(bench.frames_ms)
    over = sum(frame > LIMIT_MS for frame in frames)
    sys.stdout.write(
        f"slots={slots} frames={len(frames)} median_ms={frames[len(frames) // 2]:.1f} "
        f"p95_ms={frames[int(len(frames) * 0.95)]:.1f} max_ms={frames[-1]:.1f} "
        f"over_{LIMIT_MS:.0f}_ms={over} cpu={share:.0%}\n"
    )
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
