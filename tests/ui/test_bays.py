"""Mapping the bays with real clicks, in front of a real station, recorder by recorder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.ui.fit import SIZES, faults
from tests.ui.officer import go_to, sign_in, wait
from tests.ui.screen import said
from tests.ui.shift_station import ADMIN, LEADER
from tests.ui.test_fit import in_both_languages, shoot
from tests.unit.ingest.scripted import ScriptedFile, ScriptedRecorder
from workstation.devices.api import Departure, HubAbove, Sighting
from workstation.domain.dock import SlotStatus
from workstation.domain.errors import UsageError
from workstation.ipc.messages_slots import LearnSlots
from workstation.station import slot_book

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.ui.screen import Screen
    from tests.ui.shift_station import ShiftStation

BUS = "pci-0000:00:14.0-usb-0:"
HUB = (HubAbove(f"{BUS}7", "1a40:0201", ""),)  # a FE2.1: seven ports in a row


def at_the_map(screen: Screen) -> Screen:
    """An administrator opens the map of bays."""
    sign_in(screen, ADMIN)
    go_to(screen, "bays")
    wait(screen, lambda: screen.shows("bays", "bayBegin"))
    return screen


class Fitter:
    """Carries one recorder from bay to bay."""

    def __init__(self, home: ShiftStation) -> None:
        self._home = home
        self._at = ""

    def plug(self, chain: str, hubs: tuple[HubAbove, ...] = ()) -> None:
        """Into the socket ``chain``, out of the one before; as the USB dock announces it."""
        desk = self._home.engine.slots
        if self._at:
            desk.announce(Departure(BUS + self._at))
        port, self._at = BUS + chain, chain
        recorder = ScriptedRecorder({"A.MP4": ScriptedFile(b"a")}, serial="FITTER")
        self._home.bench.driver.shelf[port] = recorder
        desk.announce(Sighting(port, port, scheme="scripted", hubs=hubs))


def begin(screen: Screen) -> None:
    screen.press("bayBegin")
    wait(screen, lambda: screen.shows("bayNumber", "baySave"))


def asks_for(screen: Screen, number: str) -> Callable[[], bool]:
    """The kiosk asks the station each second; the test's seconds are shorter."""

    def look() -> bool:
        screen.kiosk.rooms.bay_map.tick()
        return said(screen.get("bayNumber")) == number

    return look


def shown_after_tick(screen: Screen, *names: str) -> Callable[[], bool]:
    def look() -> bool:
        screen.kiosk.rooms.bay_map.tick()
        return screen.shows(*names)

    return look


def test_bays_are_mapped_by_plugging_and_kept_by_a_press(
    kiosk: Callable[..., Screen], home: ShiftStation
) -> None:
    screen, fitter = at_the_map(kiosk()), Fitter(home)
    assert screen.says("还没有登记任何采集口")
    begin(screen)
    assert said(screen.get("bayNumber")) == "01"
    fitter.plug("3.1")
    wait(screen, asks_for(screen, "02"))
    assert screen.shows("bay01")
    assert screen.says("USB 3.1 · 0000:00:14.0")
    fitter.plug("3.1")  # the same again
    wait(screen, lambda: asks_for(screen, "02")() and screen.says("这是 1 号口，刚才已登记"))
    screen.press("baySkip")
    fitter.plug("3.4")
    wait(screen, asks_for(screen, "04"))
    screen.press("baySave")
    wait(screen, lambda: screen.shows("bayBegin", "bay01", "bay03"))
    assert slot_book.load(home.bench.paths.slots) == {1: (f"{BUS}3.1",), 3: (f"{BUS}3.4",)}
    # What was held back is taken in now, in the bay that was learned.
    wait(screen, lambda: home.bench.view(3).status is SlotStatus.DONE)
    assert home.bench.view(3).is_mapped


def test_a_known_hub_fills_its_bays_when_asked_to(
    kiosk: Callable[..., Screen], home: ShiftStation
) -> None:
    screen, fitter = at_the_map(kiosk()), Fitter(home)
    begin(screen)
    fitter.plug("7.1", HUB)
    wait(screen, shown_after_tick(screen, "hubWhole", "hubOne"))
    assert screen.says("按它的顺序登记 1–7 号口")
    screen.press("hubWhole")
    wait(screen, asks_for(screen, "08"))
    screen.press("baySave")
    wait(screen, lambda: screen.shows("bayBegin", "bayForget"))
    learned = slot_book.load(home.bench.paths.slots)
    assert learned == {number: (f"{BUS}7.{number}",) for number in range(1, 8)}
    screen.press("bayForget")
    assert screen.says("再按一次")
    screen.press("bayForget")
    wait(screen, lambda: screen.shows("noBay"))
    assert slot_book.load(home.bench.paths.slots) == {}


def test_one_bay_of_a_known_hub_is_one_bay(
    kiosk: Callable[..., Screen], home: ShiftStation
) -> None:
    screen, fitter = at_the_map(kiosk()), Fitter(home)
    begin(screen)
    fitter.plug("7.5", HUB)  # as bay 1 it leaves no room for the four before it: no question
    wait(screen, asks_for(screen, "02"))
    fitter.plug("7.2", HUB)
    wait(screen, shown_after_tick(screen, "hubOne"))
    screen.press("hubOne")
    wait(screen, asks_for(screen, "03"))
    fitter.plug("7.3", HUB)  # not asked again
    wait(screen, asks_for(screen, "04"))
    screen.press("bayCancel")
    wait(screen, lambda: screen.shows("bayBegin", "noBay"))
    assert not home.bench.paths.slots.exists()


def test_who_leaves_the_screen_leaves_no_lesson_open(
    kiosk: Callable[..., Screen], home: ShiftStation
) -> None:
    screen = at_the_map(kiosk())
    begin(screen)
    screen.press("navWall")
    wait(screen, lambda: not screen.kiosk.rooms.bay_map.property("open_lesson"))
    # Nobody else is kept from the next one.
    wait(screen, lambda: _is_free(home))
    home.engine.slots.step(LearnSlots("cancel"))


def _is_free(home: ShiftStation) -> bool:
    try:
        home.engine.slots.step(LearnSlots("begin"))
    except UsageError:
        return False
    return True


def test_a_lesson_elsewhere_is_said(kiosk: Callable[..., Screen], home: ShiftStation) -> None:
    home.engine.slots.step(LearnSlots("begin"))
    screen = at_the_map(kiosk())
    screen.press("bayBegin")
    wait(screen, lambda: screen.says("另一处正在登记采集口"))
    assert screen.shows("baysTrouble", "bayBegin")
    home.engine.slots.step(LearnSlots("cancel"))


def test_only_who_configures_the_station_comes_here(kiosk: Callable[..., Screen]) -> None:
    screen = kiosk()
    sign_in(screen, LEADER)
    assert not screen.shows("nav_bays")
    screen.kiosk.enter("bays")
    screen.settle()
    assert not screen.shows("bays")


def lessons(screen: Screen, home: ShiftStation) -> Iterator[str]:
    """Every face of the screen."""
    at_the_map(screen)
    fitter = Fitter(home)
    yield "bays-empty"
    begin(screen)
    yield "bays-begun"
    for number in range(1, 5):
        fitter.plug(f"3.{number}")
        wait(screen, asks_for(screen, f"{number + 1:02d}"))
    yield "bays-noted"
    fitter.plug("7.1", HUB)
    wait(screen, shown_after_tick(screen, "hubWhole"))
    yield "bays-hub"
    screen.press("hubWhole")
    wait(screen, asks_for(screen, "12"))
    screen.press("baySave")
    wait(screen, lambda: screen.shows("bayForget"))
    screen.press("bayForget")
    yield "bays-saved"
    home.engine.slots.step(LearnSlots("begin"))
    screen.press("bayBegin")
    wait(screen, lambda: screen.shows("baysTrouble"))
    yield "bays-trouble"
    home.engine.slots.step(LearnSlots("cancel"))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_nothing_is_cut(
    kiosk: Callable[..., Screen], home: ShiftStation, size: tuple[int, int]
) -> None:
    screen = kiosk(*size)
    for name in in_both_languages(screen, lessons(screen, home)):
        assert (name, faults(screen)) == (name, [])


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.usefixtures("pseudo_locale")
def test_words_twice_as_long_break_nothing(
    kiosk: Callable[..., Screen], home: ShiftStation, size: tuple[int, int]
) -> None:
    screen = kiosk(*size)
    for name in lessons(screen, home):
        shoot(screen, f"{name}-twice")
        assert (name, faults(screen, may_elide=True)) == (name, [])
