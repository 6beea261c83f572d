"""The kiosk's fixtures: a station on a real socket, and the whole program in front of it."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtGui import QGuiApplication

from tests.fakes.fake_station import FakeStation, dock_of
from tests.tools.strings import CATALOGUE, compile_catalogue
from tests.ui.film_station import FilmStation, two_recorders
from tests.ui.screen import FakeCatalog, Screen
from tests.ui.shift_station import ShiftStation
from ui.scene import set_font
from ui.texts import say
from workstation.catalog.reader import Catalog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from ui.models.presence import Manners
    from ui.preferences import Language
    from ui.texts import Text

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

    def open_one(
        width: int = 1920,
        height: int = 1080,
        language: str = "zh_CN",
        manners: Manners | None = None,
    ) -> Screen:
        screen = Screen(
            qtbot,
            state_dir,
            tmp_path / "kiosk.json",
            lambda: catalog,
            (width, height),
            language,
            manners,
        )
        screens.append(screen)
        return screen

    yield open_one
    for screen in screens:
        screen.close()


@pytest.fixture
def home(state_dir: Path) -> Iterator[ShiftStation]:
    """A station where an officer has come home; one case fits his first outing."""
    station = ShiftStation(state_dir)
    station.dock()
    station.open_case("2024-0317", "文明路盗窃案", 7)
    station.open_case("2024-0999", "旧案")
    yield station
    station.close()


@pytest.fixture
def kiosk(
    qtbot: QtBot, qapp: QGuiApplication, state_dir: Path, tmp_path: Path, home: ShiftStation
) -> Iterator[Callable[..., Screen]]:
    """Opens the kiosk in front of that station."""
    assert qapp is not None
    set_font()
    screens: list[Screen] = []
    ledger = home.bench.paths.ledger

    def open_one(width: int = 1920, height: int = 1080, language: str = "zh_CN") -> Screen:
        screen = Screen(
            qtbot,
            state_dir,
            tmp_path / "kiosk.json",
            lambda: Catalog.open(ledger),
            (width, height),
            language,
        )
        screens.append(screen)
        screen.wait_up()
        return screen

    yield open_one
    for screen in screens:
        screen.close()


@pytest.fixture
def pseudo_locale(
    tmp_path: Path, qapp: QGuiApplication, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Every word is said twice while the test runs: longer than any language will be."""
    tree = ElementTree.parse(CATALOGUE)
    for message in tree.iter("message"):
        source = message.findtext("source") or ""
        for translation in message.iter("translation"):
            translation.text = source + source
    doubled = tmp_path / "doubled.ts"
    tree.write(doubled, encoding="utf-8")
    compile_catalogue(doubled)
    translator = QTranslator()
    assert translator.load(str(doubled.with_suffix(".qm")))
    qapp.installTranslator(translator)
    monkeypatch.setattr("ui.app.say", _say_twice)
    yield
    qapp.removeTranslator(translator)


def _say_twice(code: str, facts: Mapping[str, object], language: Language) -> Text:
    once = say(code, facts, language)
    return replace(once, title=2 * once.title, reason=2 * once.reason, mend=2 * once.mend)


@pytest.fixture
def street(state_dir: Path) -> Iterator[FilmStation]:
    """A station with films of two recorders that were on one street at one time."""
    station = FilmStation(state_dir)
    two_recorders(station)
    yield station
    station.close()


@pytest.fixture
def street_kiosk(
    qtbot: QtBot, qapp: QGuiApplication, state_dir: Path, tmp_path: Path, street: FilmStation
) -> Iterator[Callable[..., Screen]]:
    """Opens the kiosk in front of that station."""
    assert qapp is not None
    set_font()
    screens: list[Screen] = []
    ledger = street.bench.paths.ledger

    def open_one(width: int = 1920, height: int = 1080, language: str = "zh_CN") -> Screen:
        settings, size = tmp_path / "kiosk.json", (width, height)
        screen = Screen(qtbot, state_dir, settings, lambda: Catalog.open(ledger), size, language)
        screens.append(screen)
        screen.wait_up()
        return screen

    yield open_one
    for screen in screens:
        screen.close()
