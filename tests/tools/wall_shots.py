"""Pictures of the kiosk for the documents: ``python -m tests.tools.wall_shots [folder]``.

Every picture is the real program in front of a real socket with a scripted dock; names and
figures are invented. Opens no window unless there is a display.
"""

from __future__ import annotations

import math
import os
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QEventLoop, QIODevice, QPointF, QRectF
from PySide6.QtGui import QColor, QGuiApplication, QImage, QLinearGradient, QPainter

from tests.fakes.fake_station import FakeStation, dock_of
from tests.ui.screen import FakeCatalog, item_line
from ui.app import KioskOptions, KioskProgram, choose_backend
from ui.client import Heard
from ui.scene import set_font
from workstation.domain.clip import ClipKind
from workstation.domain.ingest_state import IngestState
from workstation.events.facts import StationChanged

if TYPE_CHECKING:
    from collections.abc import Callable

    from ui.preferences import Language, Theme
    from workstation.catalog.values import ItemLine
    from workstation.domain.dock import DockView

ROOT = Path(__file__).resolve().parents[2]
_PATIENCE_S = 10.0
_WIDE, _HIGH, _TABLET = (1920, 1080), (1080, 1920), (1280, 800)


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture."""

    name: str
    size: tuple[int, int] = _WIDE
    slots: int = 24
    language: Language = "zh_CN"
    theme: Theme = "light"
    slot: int | None = None  # open its detail
    code: str | None = None  # the intake stands still
    is_stopped: bool = False


SHOTS = (
    Shot("wall"),
    Shot("wall-dark", theme="dark"),
    Shot("wall-en", language="en"),
    Shot("wall-8", slots=8),
    Shot("wall-30", slots=30),
    Shot("wall-full-disk", code="vault.full"),
    Shot("wall-portrait", _HIGH),
    Shot("wall-portrait-en-dark", _HIGH, language="en", theme="dark"),
    Shot("wall-portrait-30", _HIGH, slots=30),
    Shot("wall-tablet", _TABLET, slots=16),
    Shot("wall-tablet-en-dark", _TABLET, slots=16, language="en", theme="dark"),
    Shot("detail", slot=1),
    Shot("detail-fault-en", slot=2, language="en"),
    Shot("detail-portrait-dark", _HIGH, slot=4, theme="dark"),
    Shot("detail-tablet", _TABLET, slot=2),
    Shot("detail-empty", slot=3),
    Shot("stopped", is_stopped=True),
    Shot("stopped-portrait-en", _HIGH, language="en", is_stopped=True),
    Shot("stopped-tablet-dark", _TABLET, theme="dark", is_stopped=True),
)


def take(shot: Shot, folder: Path, target: Path) -> None:
    """Set the scene, wait for it, save it."""
    dock = _dock(shot)
    catalog, pictures = _files(shot.slot or 0)
    options = KioskOptions(folder, language=shot.language, theme=shot.theme)
    with FakeStation(folder / "station.sock", dock) as station:
        station.thumbnails = pictures
        program = KioskProgram(options, folder / "kiosk.json", lambda: catalog)
        program.scene.view.resize(*shot.size)
        program.scene.view.show()
        if shot.is_stopped:
            for _ in range(4):
                program.kiosk.tick()
        else:
            program.start()
            _wait(lambda: program.kiosk.is_up)
            _trend(program, dock)
        if shot.slot is not None:
            program.kiosk.open_slot(shot.slot)
            rows = program.kiosk.detail.clips
            _wait(lambda: shot.slot == 3 or rows.rowCount() > 0)
        _settle()
        program.scene.view.grabWindow().save(str(target))
        program.kiosk.choose_language("zh_CN")
        program.stop()


def _dock(shot: Shot) -> DockView:
    now = datetime.now(UTC)
    dock = dock_of(shot.slots)
    slots = tuple(
        replace(
            slot,
            started_at=slot.started_at and now - timedelta(minutes=12),
            ended_at=slot.ended_at and now - timedelta(minutes=2),
        )
        for slot in dock.slots
    )
    facts: dict[str, str | int | float | None] = {"free_bytes": 0, "needed_bytes": 20_000_000_000}
    station = replace(
        dock.station,
        finish_at=now + timedelta(minutes=32),
        code=shot.code,
        facts=facts if shot.code else {},
    )
    return replace(dock, station=station, slots=slots)


def _files(slot: int) -> tuple[FakeCatalog, dict[str, bytes]]:
    """A collection with a file in every state, the first ones with pictures."""
    states = [IngestState.VAULTED] * 6 + [
        IngestState.DUPLICATE,
        IngestState.SKIPPED,
        IngestState.QUARANTINED,
        IngestState.STAGED,
        IngestState.COPYING,
        IngestState.LISTED,
        IngestState.LISTED,
    ]
    kinds = {3: ClipKind.PHOTO, 4: ClipKind.AUDIO, 5: ClipKind.TRACK}
    codes = {7: "entry.in_progress", 8: "entry.unreadable"}
    items: list[ItemLine] = []
    pictures: dict[str, bytes] = {}
    for number, state in enumerate(states):
        clip_id = f"CLIP{number}" if state is IngestState.VAULTED else None
        seen = clip_id is not None and number < 4
        if clip_id is not None and seen:
            pictures[clip_id] = _picture(number)
        line = item_line(
            number,
            state,
            code=codes.get(number),
            kind=kinds.get(number, ClipKind.VIDEO),
            clip_id=clip_id,
            has_thumbnail=seen,
        )
        recorded_at = datetime(2025, 11, 22, 8, 4 * number)  # noqa: DTZ001 - the recorder's own
        items.append(replace(line, recorded_at=recorded_at))
    catalog = FakeCatalog()
    catalog.put(f"COL{slot:02d}", items)
    return catalog, pictures


def _picture(number: int) -> bytes:
    """A street at some hour of the day, as far as a thumbnail can tell."""
    image = QImage(320, 180, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    sky = QLinearGradient(QPointF(0, 0), QPointF(0, 180))
    sky.setColorAt(0, QColor.fromHsv(210 - 30 * number, 120, 220 - 30 * number))
    sky.setColorAt(1, QColor.fromHsv(30, 60, 200 - 30 * number))
    painter.fillRect(image.rect(), sky)
    for house in range(9):
        height = 40 + (house * 37 + number * 23) % 70
        shade = QColor.fromHsv(215, 60, 60 + (house * 29) % 60)
        painter.fillRect(QRectF(house * 38 - 6, 140 - height, 34, height), shade)
    painter.fillRect(QRectF(0, 140, 320, 40), QColor(52, 56, 62))
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def _trend(program: KioskProgram, dock: DockView) -> None:
    """A minute of rates, so that the line has something to show."""
    for second in range(60):
        wave = 1 + 0.18 * math.sin(second / 7) + 0.07 * math.sin(second / 1.9)
        view = replace(dock.station, rate_bps=dock.station.rate_bps * wave)
        program.kiosk.hear(Heard(1, StationChanged(view)))
        program.kiosk.tick()


def _wait(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE_S
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError
        QGuiApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)


def _settle() -> None:
    """Thumbnails come one by one; nothing says when the last one was painted."""
    end = time.monotonic() + 0.7
    _wait(lambda: time.monotonic() > end)


def main(arguments: list[str]) -> int:
    target = Path(arguments[0]) if arguments else ROOT / "docs" / "pictures"
    target.mkdir(parents=True, exist_ok=True)
    if not os.environ.get("DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    choose_backend()
    app = QGuiApplication([])
    set_font()
    for shot in SHOTS:
        with tempfile.TemporaryDirectory() as folder:
            take(shot, Path(folder), target / f"{shot.name}.png")
    del app
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
