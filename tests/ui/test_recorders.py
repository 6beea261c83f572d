"""The recorders' room with real clicks: history, binding, giving back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.ui.fit import faults
from tests.ui.officer import sign_in, wait
from tests.ui.shift_station import ADMIN, AUDITOR, FRESH, OFFICER
from tests.ui.test_fit import every_size, in_both_languages, shoot
from workstation.catalog.auditing import EntryFilter
from workstation.ledger.custody import Act, decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.ui.screen import Screen
    from tests.ui.shift_station import ShiftStation


def at_the_recorders(screen: Screen) -> Screen:
    sign_in(screen, ADMIN)
    screen.kiosk.enter("recorders")
    wait(screen, lambda: screen.shows("recorders", "recorder0"))
    return screen


def press_option(screen: Screen, words: str) -> None:
    found = [item for item in screen.items() if item.objectName().startswith("option")]
    screen.press(next(item.objectName() for item in found if words in str(item.property("name"))))


def last_act(home: ShiftStation) -> tuple[str, str | None]:
    (newest,) = home.engine.catalog.entries(EntryFilter(), 0, 1)
    entry = decode(newest.line, newest.seq)
    return entry.act, entry.by


def test_a_recorder_changes_hands_and_each_change_is_an_entry(
    kiosk: Callable[..., Screen], home: ShiftStation
) -> None:
    screen = at_the_recorders(kiosk())
    screen.press("recorderFind")
    press_option(screen, "REC-1")
    wait(screen, lambda: screen.shows("recorderSheet", "recorderLine1"))
    assert screen.says(f"现在由 王芳 {OFFICER} 使用")
    screen.press("recorderBind")
    press_option(screen, FRESH)
    wait(screen, lambda: screen.says(f"现在由 王30 {FRESH} 使用") and screen.shows("recorderLine2"))
    assert last_act(home) == (Act.RECORDER_BOUND.value, ADMIN)
    screen.press("recorderUnbind")
    wait(screen, lambda: screen.says("现在没有人领用"))
    assert last_act(home) == (Act.RECORDER_UNBOUND.value, ADMIN)
    assert home.engine.catalog.binding("REC-1") is None


@pytest.mark.parametrize("badge", [AUDITOR, OFFICER])
def test_nobody_else_enters_the_room(kiosk: Callable[..., Screen], badge: str) -> None:
    screen = kiosk()
    sign_in(screen, badge)
    screen.kiosk.enter("recorders")
    assert not screen.shows("recorders")


def tour(screen: Screen) -> Iterator[str]:
    """All that the room shows."""
    at_the_recorders(screen)
    yield "recorders"
    screen.press("recorder0")
    wait(screen, lambda: screen.shows("recorderLine1"))
    yield "recorders-one"


@every_size
def test_nothing_is_cut_and_everything_can_be_pressed(
    kiosk: Callable[..., Screen], size: tuple[int, int]
) -> None:
    screen = kiosk(*size)
    for name in in_both_languages(screen, tour(screen)):
        shoot(screen, name)
        assert (name, faults(screen)) == (name, [])
