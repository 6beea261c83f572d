"""Nothing is cut, nothing sticks out, everything pressable is big enough and has a name."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.fakes.fake_station import FakeStation, dock_of
from tests.ui.fit import SIZES, faults
from tests.ui.officer import sign_in, type_in, wait
from tests.ui.screen import area, item_line
from tests.ui.shift_station import ADMIN, CARD, FRESH, OFFICER, PIN
from workstation.domain.ingest_state import IngestState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.ui.screen import FakeCatalog, Screen
    from tests.ui.shift_station import ShiftStation
    from workstation.catalog.values import ItemLine

_SLACK_PX = 1.5  # half a pixel of rounding on either side
_LONG = "人民东路与解放大道交叉口西南角连环追尾后驾车逃逸致人重伤案"

every_size = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")


def _line(number: int) -> ItemLine:
    state = list(IngestState)[number % 8]
    return item_line(number, state, clip_id="C3" if state is IngestState.VAULTED else None)


def screens_of(screen: Screen, catalog: FakeCatalog) -> Iterator[str]:
    """Shows one screen after the other, all of them."""
    catalog.put("COL02", [_line(n) for n in range(12)])
    screen.wait_up()
    yield "wall"
    screen.press("slot2")
    screen.until(lambda: screen.says("V000001.MP4"))
    screen.settle()
    yield "detail"
    screen.press("clipC3")
    screen.until(lambda: screen.kiosk.preview.deck.face.title != "")
    screen.settle()
    yield "preview"
    screen.press("previewClose")
    screen.press("back")
    for _ in range(300):
        screen.kiosk.presence.tick(datetime.now(UTC), is_away_from_wall=False, is_busy=False)
    screen.settle()
    yield "resting"
    screen.press("wall")


def visit(screen: Screen, home: ShiftStation) -> Iterator[str]:
    """Every screen a person meets who signs in, one after the other."""
    yield from _prove(screen)
    screen.press("other0")
    wait(screen, lambda: screen.find("casePicker") is not None)
    yield "cases"
    screen.press("pickerBack")
    screen.press("handIn")
    wait(screen, lambda: screen.find("receiptScreen") is not None)
    yield "receipt"
    screen.press("receiptBack")
    home.open_case("2026-100018", _LONG, 0)
    home.dock("A1B2C3D4E5F60718293A4B5C6D7E8F90", files=9)
    wait(screen, lambda: screen.find("docking1") is not None)
    screen.press("docking0")
    yield "home-two"
    for _ in range(50):
        screen.kiosk.tick()
    screen.settle()
    yield "home-leaving"
    screen.press("signOut")
    yield from _be(screen, ADMIN, "home-administrator")


def _prove(screen: Screen) -> Iterator[str]:
    """Sign in with a slip, and once with a card, once with a PIN of somebody else."""
    screen.press("navSignIn")
    yield "sign-in"
    type_in(screen, FRESH)
    type_in(screen, PIN)
    wait(screen, lambda: screen.says("设定自己的 PIN"))
    yield "sign-in-new-pin"
    screen.press("signInBack")
    screen.kiosk.card(CARD)
    screen.settle()
    yield "sign-in-card"
    screen.press("signInBack")
    screen.press("navSignIn")
    type_in(screen, OFFICER)
    type_in(screen, "111119")
    wait(screen, lambda: screen.find("signInTrouble") is not None)
    yield "sign-in-refused"
    type_in(screen, PIN)
    wait(screen, lambda: screen.find("yes0") is not None)
    yield "home"


def _be(screen: Screen, badge: str, name: str) -> Iterator[str]:
    sign_in(screen, badge)
    yield name
    screen.press("signOut")


def in_both_languages(screen: Screen, screens: Iterator[str]) -> Iterator[str]:
    """Each screen in Chinese and in English; the clicks are made in Chinese."""
    for name in screens:
        for language in ("en", "zh_CN"):
            screen.kiosk.choose_language(language)
            screen.settle()
            shoot(screen, f"{name}-{language}")
            yield f"{name}-{language}"


def shoot(screen: Screen, name: str) -> None:
    """Keep a picture for people to look at, where they ask for one."""
    if folder := os.environ.get("EVIDOCK_SHOTS"):
        picture = screen.view.grabWindow()
        picture.save(f"{folder}/{name}-{picture.width()}x{picture.height()}.png")


@every_size
@pytest.mark.usefixtures("station")
def test_nothing_is_cut_and_everything_can_be_pressed(
    open_screen: Callable[..., Screen], catalog: FakeCatalog, size: tuple[int, int]
) -> None:
    screen = open_screen(*size)
    for name in in_both_languages(screen, screens_of(screen, catalog)):
        assert (name, faults(screen)) == (name, [])


@every_size
@pytest.mark.usefixtures("station", "pseudo_locale")
def test_words_twice_as_long_stay_inside_their_tiles(
    open_screen: Callable[..., Screen], catalog: FakeCatalog, size: tuple[int, int]
) -> None:
    screen = open_screen(*size)
    for name in screens_of(screen, catalog):
        if name == "wall":
            assert screen.says("采集中采集中")
        shoot(screen, f"{name}-twice")
        assert (name, faults(screen, may_elide=True)) == (name, [])


@every_size
def test_nothing_an_officer_meets_is_cut(
    kiosk: Callable[..., Screen], home: ShiftStation, size: tuple[int, int]
) -> None:
    screen = kiosk(*size)
    for name in in_both_languages(screen, visit(screen, home)):
        assert (name, faults(screen)) == (name, [])


@every_size
@pytest.mark.usefixtures("pseudo_locale")
def test_words_twice_as_long_do_not_break_what_an_officer_meets(
    kiosk: Callable[..., Screen], home: ShiftStation, size: tuple[int, int]
) -> None:
    screen = kiosk(*size)
    for name in visit(screen, home):
        shoot(screen, f"{name}-twice")
        assert (name, faults(screen, may_elide=True)) == (name, [])


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
    assert faults(screen) == []
