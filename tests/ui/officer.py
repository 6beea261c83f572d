"""What an officer does with his hands in front of the kiosk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.ui.shift_station import OFFICER, PIN

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.ui.screen import Screen


def type_in(screen: Screen, digits: str) -> None:
    """Press the keys of our own keypad, then done."""
    for digit in digits:
        screen.press(f"key{digit}")
    screen.press("keyDone")


def wait(screen: Screen, condition: Callable[[], bool]) -> None:
    screen.until(condition)
    screen.settle()


def sign_in(screen: Screen, badge: str = OFFICER, pin: str = PIN) -> None:
    screen.press("navSignIn")
    type_in(screen, badge)
    type_in(screen, pin)
    wait(screen, lambda: screen.shows("home") or screen.shows("menu"))


def go_to(screen: Screen, room: str) -> None:
    """By the rail; where that is too short for it, by the menu behind its last key."""
    if screen.shows(f"nav_{room}"):
        screen.press(f"nav_{room}")
        return
    screen.press("navMore")
    wait(screen, lambda: screen.shows(f"room_{room}"))
    screen.press(f"room_{room}")
