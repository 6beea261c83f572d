"""The kiosk's fixtures: a station on a real socket, and the whole program in front of it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QGuiApplication

from tests.fakes.fake_station import FakeStation, dock_of
from tests.ui.screen import FakeCatalog, Screen
from ui.scene import set_font

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

os.environ["QT_QUICK_BACKEND"] = "software"


@pytest.fixture(scope="session")
def qapp_cls() -> type[QGuiApplication]:
    """The kiosk has no widgets, so its tests have none either."""
    return QGuiApplication


@pytest.fixture
def state_dir(tmp_path: Path) -> Path:
    """Where the station's socket is."""
    folder = tmp_path / "state"
    folder.mkdir()
    return folder


@pytest.fixture
def station(state_dir: Path) -> Iterator[FakeStation]:
    """A dock of 24 slots that shows all six faces."""
    with FakeStation(state_dir / "station.sock", dock_of(24)) as running:
        yield running


@pytest.fixture
def catalog() -> FakeCatalog:
    """What the kiosk reads of the ledger."""
    return FakeCatalog()


@pytest.fixture
def open_screen(
    qtbot: QtBot, qapp: QGuiApplication, state_dir: Path, tmp_path: Path, catalog: FakeCatalog
) -> Iterator[Callable[..., Screen]]:
    """Opens the kiosk's window in a given size; closes all of them in the end."""
    assert qapp is not None
    set_font()
    screens: list[Screen] = []

    def open_one(width: int = 1920, height: int = 1080, language: str = "zh_CN") -> Screen:
        screen = Screen(
            qtbot, state_dir, tmp_path / "kiosk.json", catalog, (width, height), language
        )
        screens.append(screen)
        return screen

    yield open_one
    for screen in screens:
        screen.close()
