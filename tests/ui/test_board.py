"""The leader's board with real clicks: the day's numbers, the roster, and the way to the clips."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.ui.officer import go_to, sign_in, wait
from tests.ui.shift_station import FRESH, LEADER, OFFICER

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.ui.screen import Screen
    from tests.ui.shift_station import ShiftStation


def open_board(kiosk: Callable[..., Screen]) -> Screen:
    screen = kiosk()
    sign_in(screen, LEADER)
    go_to(screen, "board")
    wait(screen, lambda: screen.shows("board", "person0"))
    return screen


def test_a_leader_sees_who_is_home_and_who_is_not(kiosk: Callable[..., Screen]) -> None:
    screen = open_board(kiosk)
    people = [screen.get(f"person{number}") for number in range(3)]
    assert [row.property("word") for row in people] == ["未交回", "未交回", "未交接"]
    assert OFFICER in people[2].property("lead")
    assert "5 段" in people[2].property("detail")
    assert screen.get("tile_home").property("count") == "1/3"
    assert screen.get("tile_away").property("count") == "2"
    assert screen.get("tile_untagged").property("count") == "5"
    assert screen.says("种子公开")


def test_a_number_leads_to_the_clips_that_it_counts(kiosk: Callable[..., Screen]) -> None:
    screen = open_board(kiosk)
    screen.press("tile_untagged")
    wait(screen, lambda: screen.shows("browser", "card4"))
    assert screen.get("filter_states").property("word") == "待标注"
    go_to(screen, "board")
    wait(screen, lambda: screen.shows("person0"))
    screen.press("tile_unlinked")
    wait(screen, lambda: screen.shows("noClips"))
    assert screen.get("filter_days").property("word").endswith("及以前")


def test_a_name_leads_to_that_persons_clips(kiosk: Callable[..., Screen]) -> None:
    screen = open_board(kiosk)
    screen.press("person2")
    wait(screen, lambda: screen.shows("browser", "card4"))
    assert screen.get("filter_officers").property("held")
    go_to(screen, "board")
    wait(screen, lambda: screen.shows("person0"))
    screen.press("person0")
    wait(screen, lambda: screen.shows("noClips"))


def test_an_officer_has_no_board(kiosk: Callable[..., Screen]) -> None:
    screen = kiosk()
    sign_in(screen)
    assert not screen.shows("nav_board")
    screen.kiosk.enter("board")
    assert screen.shows("home")


def test_a_leader_gives_a_recorder_to_an_officer(
    kiosk: Callable[..., Screen], home: ShiftStation
) -> None:
    screen = open_board(kiosk)
    screen.press("bindRecorder")
    assert screen.says("REC-1 · 王芳")
    screen.press("option0")
    assert screen.says("REC-1 交给谁")
    for digit in "300003":
        screen.press(f"key{digit}")
    screen.press("option0")
    wait(screen, lambda: screen.says("已绑定"))
    held = home.engine.catalog.binding("REC-1")
    assert held is not None
    assert held.badge == FRESH
    assert not screen.shows("bindPicker")
