"""The rail and its rooms with real clicks: who is led where, and what of it stays shut."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.ui.fit import faults
from tests.ui.officer import sign_in, wait
from tests.ui.shift_station import ADMIN, LEADER, OFFICER
from tests.ui.test_fit import every_size, in_both_languages, shoot
from ui.manners import KeptPlace, recall_place, remember_place
from ui.models.room import Room
from ui.models.rooms import all_rooms
from ui.scene import QML_DIR
from workstation.domain.people import GRANTS, Permission, Role, Scope
from workstation.ipc.messages_people import PersonView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.ui.screen import Screen
    from tests.ui.shift_station import ShiftStation

# What a room shows when it has read what it shows.
_READY = {"browser": ("card0",), "board": ("person0", "tile_away"), "casebook": ("case0",)}


def person_of(role: Role) -> PersonView:
    may = {what.value: scope.name.lower() for what, scope in GRANTS[role].items()}
    return PersonView("1", "王", "3201", "城东大队", role.value, "S1", may)


def test_nobody_sees_a_room_before_signing_in(kiosk: Callable[..., Screen]) -> None:
    screen = kiosk()
    assert not [item for item in screen.items() if item.objectName().startswith("nav_")]
    screen.kiosk.enter("browser")
    screen.kiosk.enter("menu")
    assert screen.shows("wall")


def test_officer_goes_from_room_to_room_and_out(kiosk: Callable[..., Screen]) -> None:
    screen = kiosk()
    sign_in(screen)
    screen.press("nav_browser")
    wait(screen, lambda: screen.shows("browser", "card4"))
    assert screen.get("browserSums").property("text") == "5 段"
    screen.press("navWall")
    assert screen.shows("wall", "nav_browser")
    screen.press("navSignIn")
    screen.press("signOut")
    assert not screen.shows("nav_browser")


def test_who_brings_no_recorder_home_arrives_at_the_rooms(kiosk: Callable[..., Screen]) -> None:
    screen = kiosk()
    sign_in(screen, ADMIN)
    assert screen.shows("menu", "endKiosk")
    assert not screen.shows("nav_browser")  # an administrator configures, and does not view
    screen.kiosk.enter("browser")
    assert screen.shows("menu")


def test_an_officer_sees_own_clips_and_a_leader_those_of_the_unit(
    kiosk: Callable[..., Screen], home: ShiftStation
) -> None:
    home.dock("REC-2", LEADER, files=7)  # of which five are here already
    screen = kiosk()
    for badge, count in ((OFFICER, 5), (LEADER, 7)):
        sign_in(screen, badge)
        screen.press("nav_browser")
        wait(screen, partial(screen.says, f"{count} 段"))
        assert screen.get("cards").property("count") == count
        screen.press("navSignIn")
        screen.press("signOut")


def test_a_card_opens_the_preview_and_a_long_list_of_picks_goes_with_its_person(
    kiosk: Callable[..., Screen],
) -> None:
    screen = kiosk()
    sign_in(screen)
    screen.press("nav_browser")
    wait(screen, lambda: screen.shows("card0"))
    screen.press("pick1")
    screen.press("pick3")
    assert len(screen.kiosk.rooms.browser.cards.picked) == 2
    screen.press("card0")
    wait(screen, lambda: screen.shows("preview"))
    screen.press("nav_browser")
    wait(screen, lambda: screen.shows("card0"))
    assert not screen.shows("preview")
    screen.press("navSignIn")
    screen.press("signOut")
    assert not screen.kiosk.rooms.browser.cards.picked


def test_a_room_is_found_again_after_the_screen_came_back(
    kiosk: Callable[..., Screen], tmp_path: Path
) -> None:
    place = tmp_path / "place.json"
    screen = kiosk()
    sign_in(screen)
    screen.press("nav_browser")
    remember_place(place, *screen.kiosk.place)
    assert recall_place(place) == KeptPlace("browser")
    screen.kiosk.visit.leave()
    screen.kiosk.return_to("browser", 0)
    screen.kiosk._go_back()
    screen.settle()
    assert screen.says("会回到原来的页面")
    sign_in_again(screen)
    wait(screen, lambda: screen.shows("browser", "card0"))


def sign_in_again(screen: Screen) -> None:
    screen.kiosk.visit.sign_in.open()
    for digits in (OFFICER, "270914"):
        for digit in digits:
            screen.press(f"key{digit}")
        screen.press("keyDone")


@pytest.mark.parametrize("room", all_rooms(), ids=lambda room: room.name)
def test_every_room_has_a_screen_words_and_somebody_who_may_enter(room: Room) -> None:
    assert (QML_DIR / f"{room.page}.qml").is_file()
    assert all(room.words())
    assert any(room.admits(person_of(role)) for role in Role)
    assert not all(room.admits(person_of(role)) for role in Role)


def test_a_room_may_ask_for_a_wider_reach_than_ones_own() -> None:
    board = Room("board", "star", Permission.VIEW, lambda: ("", ""), Scope.UNIT)
    assert [role for role in Role if board.admits(person_of(role))] == [Role.LEADER, Role.AUDITOR]


def _find(screen: Screen) -> Iterator[str]:
    """What lies over the browser and beside it."""
    screen.press("search")
    for letter in "WM":
        screen.press(f"key{letter}")
    wait(screen, lambda: screen.shows("guess0"))
    yield "browser-search"
    screen.press("searchClear")
    screen.press("searchDone")
    screen.press("switchView")
    wait(screen, lambda: screen.shows("line0"))
    screen.press("pick0")
    yield "browser-list"
    for name in ("days", "cases"):
        screen.press(f"filter_{name}")
        screen.press("option0")
        yield f"browser-{name}"
        screen.press("optionsBack")
        wait(screen, lambda: screen.shows("showAll"))
    yield "browser-filtered"
    screen.press("showAll")
    wait(screen, lambda: screen.shows("line0"))
    screen.press("bulkTag")
    yield "browser-tags"
    screen.press("optionsBack")
    screen.press("pickNone")
    screen.press("switchView")


def tour(screen: Screen) -> Iterator[str]:
    """Every room of a leader, and the tiles of an administrator."""
    sign_in(screen, LEADER)
    for name in [room.name for room in all_rooms()]:
        if screen.kiosk.rooms.may_enter(name):
            screen.kiosk.enter(name)
            wait(screen, partial(screen.shows, name, *_READY.get(name, ())))
            yield name
            if name == "browser":
                yield from _find(screen)
    screen.kiosk.enter("menu")
    screen.settle()
    yield "menu"


@every_size
def test_nothing_of_a_room_is_cut_and_everything_can_be_pressed(
    kiosk: Callable[..., Screen], size: tuple[int, int]
) -> None:
    screen = kiosk(*size)
    for name in in_both_languages(screen, tour(screen)):
        assert (name, faults(screen)) == (name, [])


@every_size
@pytest.mark.usefixtures("pseudo_locale")
def test_words_twice_as_long_do_not_break_a_room(
    kiosk: Callable[..., Screen], size: tuple[int, int]
) -> None:
    screen = kiosk(*size)
    for name in tour(screen):
        shoot(screen, f"{name}-twice")
        assert (name, faults(screen, may_elide=True)) == (name, [])
