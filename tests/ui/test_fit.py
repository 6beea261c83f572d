"""Nothing is cut, nothing sticks out, everything pressable is big enough and has a name."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QTranslator

from tests.fakes.fake_station import FakeStation, dock_of
from tests.tools.strings import CATALOGUE, compile_catalogue
from tests.ui.screen import area, item_line, said
from ui.tokens import TOUCH_PX
from workstation.domain.ingest_state import IngestState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from PySide6.QtGui import QGuiApplication

    from tests.ui.screen import FakeCatalog, Screen

SIZES = [(1920, 1080), (1080, 1920), (1280, 800)]
_SLACK_PX = 1.5  # half a pixel of rounding on either side

every_size = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
every_language = pytest.mark.parametrize("language", ["zh_CN", "en"])


@pytest.fixture
def pseudo_locale(tmp_path: Path, qapp: QGuiApplication) -> Iterator[None]:
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
    yield
    qapp.removeTranslator(translator)


def screens_of(screen: Screen, catalog: FakeCatalog) -> Iterator[str]:
    """Shows one screen after the other, all of them."""
    catalog.put("COL02", [item_line(n, list(IngestState)[n % 8]) for n in range(12)])
    screen.wait_up()
    yield "wall"
    screen.press("slot2")
    screen.qtbot.waitUntil(lambda: screen.says("V000001.MP4"))
    screen.settle()
    yield "detail"
    screen.press("back")


def stuck_out(screen: Screen) -> list[str]:
    """Texts that reach beyond the tile they belong to."""
    found = []
    for text in screen.texts():
        tile = text.parentItem()
        while not tile.inherits("QQuickRectangle"):
            tile = tile.parentItem()
        inner, outer = area(text), area(tile)
        beyond = max(
            outer.left() - inner.left(),
            min(inner.right(), inner.left() + text.property("contentWidth")) - outer.right(),
            inner.bottom() - outer.bottom(),
        )
        if beyond > _SLACK_PX:
            found.append(f"{said(text)} by {beyond:.0f} px")
    return found


@every_size
@every_language
@pytest.mark.usefixtures("station")
def test_no_text_is_cut_short_or_sticks_out(
    open_screen: Callable[..., Screen], catalog: FakeCatalog, size: tuple[int, int], language: str
) -> None:
    screen = open_screen(*size, language=language)
    for name in screens_of(screen, catalog):
        cut = [said(text) for text in screen.texts() if text.property("truncated")]
        assert (name, cut) == (name, [])
        assert (name, stuck_out(screen)) == (name, [])


@every_size
@pytest.mark.usefixtures("station", "pseudo_locale")
def test_words_twice_as_long_stay_inside_their_tiles(
    open_screen: Callable[..., Screen], catalog: FakeCatalog, size: tuple[int, int]
) -> None:
    screen = open_screen(*size)
    for name in screens_of(screen, catalog):
        if name == "wall":
            assert screen.says("采集中采集中")
        assert (name, stuck_out(screen)) == (name, [])


@every_size
@pytest.mark.usefixtures("station")
def test_everything_pressable_is_big_enough_and_has_a_name(
    open_screen: Callable[..., Screen], catalog: FakeCatalog, size: tuple[int, int]
) -> None:
    screen = open_screen(*size)
    seen = 0
    for _ in screens_of(screen, catalog):
        pressable = [item for item in screen.items() if item.property("face") is not None]
        for item in pressable:
            seen += 1
            assert item.objectName()
            assert item.property("name")
            assert min(item.width(), item.height()) >= TOUCH_PX, item.objectName()
    assert seen >= 16 + 3 + 4


@pytest.mark.parametrize("count", [1, 8, 24, 30])
@every_size
def test_the_whole_dock_is_seen_at_once_wherever_it_fits(
    open_screen: Callable[..., Screen], state_dir: Path, size: tuple[int, int], count: int
) -> None:
    with FakeStation(state_dir / "station.sock", dock_of(count)):
        screen = open_screen(*size)
        screen.wait_up()
        grid = screen.get("grid")
        if size != (1280, 800) or count <= 16:  # a tablet shows 16 cards and scrolls for more
            assert grid.property("contentHeight") <= grid.height() + _SLACK_PX
            assert screen.shows(*(f"slot{number}" for number in range(1, count + 1)))
        else:
            grid.setProperty("contentY", grid.property("contentHeight") - grid.height())
            screen.settle()
            last = area(screen.get(f"slot{count}"))
            assert area(grid).contains(last.center())


@every_size
def test_stopped_screen_fits(open_screen: Callable[..., Screen], size: tuple[int, int]) -> None:
    screen = open_screen(*size, language="en")
    for _ in range(4):
        screen.kiosk.tick()
    screen.settle()
    assert screen.shows("stopped")
    assert stuck_out(screen) == []
    assert [said(text) for text in screen.texts() if text.property("truncated")] == []
