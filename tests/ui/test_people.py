"""The people's room with real clicks: PINs, lockouts, roles, and lists looked at before import."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.ui.fit import faults
from tests.ui.officer import go_to, sign_in, type_in, wait
from tests.ui.screen import said
from tests.ui.shift_station import ADMIN, AUDITOR, LEADER, OFFICER, PIN
from tests.ui.test_fit import every_size, in_both_languages, shoot
from workstation.catalog.auditing import EntryFilter
from workstation.domain.people import Role
from workstation.ledger.custody import Act, decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.ui.screen import Screen
    from tests.ui.shift_station import ShiftStation

HEAD = "badge,name,unit,unit_name\n"


def at_the_directory(screen: Screen) -> Screen:
    sign_in(screen, ADMIN)
    go_to(screen, "people")
    wait(screen, lambda: screen.shows("people", "officer0"))
    return screen


def last_act(home: ShiftStation) -> tuple[str, str | None]:
    (newest,) = home.engine.catalog.entries(EntryFilter(), 0, 1)
    entry = decode(newest.line, newest.seq)
    return entry.act, entry.by


def lay_ready(home: ShiftStation, name: str, text: str) -> None:
    folder = home.bench.paths.rosters
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def press_option(screen: Screen, words: str) -> None:
    found = [item for item in screen.items() if item.objectName().startswith("option")]
    screen.press(next(item.objectName() for item in found if words in str(item.property("name"))))


def lock_out(screen: Screen) -> None:
    """Five wrong PINs of the officer."""
    screen.press("navSignIn")
    type_in(screen, OFFICER)
    for _ in range(5):
        type_in(screen, "111119")
        wait(screen, lambda: screen.find("signInTrouble") is not None and screen.shows("keyDone"))
        screen.until(lambda: not screen.kiosk.visit.sign_in.face.busy)
    screen.press("signInBack")


def person(screen: Screen, badge: str) -> None:
    screen.press("peopleFind")
    press_option(screen, badge)
    wait(screen, lambda: screen.shows("personSheet"))


def test_a_pin_is_reset_typed_twice_and_has_to_be_changed(
    kiosk: Callable[..., Screen], home: ShiftStation
) -> None:
    screen = at_the_directory(kiosk())
    person(screen, OFFICER)
    screen.press("personPin")
    assert screen.shows("padSheet")
    type_in(screen, "638274")
    assert screen.says("再输入一次")
    type_in(screen, "638275")
    wait(screen, lambda: screen.says("两次输入不同"))
    screen.press("personPin")
    for _ in range(2):
        type_in(screen, "638274")
    wait(screen, lambda: screen.says("待改 PIN") and screen.says("已记入台账"))
    assert last_act(home) == (Act.PIN_SET.value, ADMIN)
    screen.press("navSignIn")
    screen.press("signOut")
    screen.press("navSignIn")
    type_in(screen, OFFICER)
    type_in(screen, "638274")
    wait(screen, lambda: screen.says("设定自己的 PIN"))


def test_a_pin_that_is_guessed_first_is_refused_in_words(kiosk: Callable[..., Screen]) -> None:
    screen = at_the_directory(kiosk())
    person(screen, OFFICER)
    screen.press("personPin")
    for _ in range(2):
        type_in(screen, "123456")
    wait(screen, lambda: screen.shows("peopleTrouble"))


def test_a_locked_account_is_seen_and_unlocked(
    kiosk: Callable[..., Screen], home: ShiftStation
) -> None:
    screen = kiosk()
    lock_out(screen)
    at_the_directory(screen)
    person(screen, OFFICER)
    wait(screen, lambda: screen.says("已锁定"))
    screen.press("personUnlock")
    wait(screen, lambda: not screen.says("已锁定"))
    assert last_act(home) == (Act.UNLOCKED.value, ADMIN)
    screen.press("navSignIn")
    screen.press("signOut")
    sign_in(screen, OFFICER, PIN)


def test_roles_are_given_and_officers_disabled_but_nobody_changes_himself(
    kiosk: Callable[..., Screen], home: ShiftStation
) -> None:
    screen = at_the_directory(kiosk())
    person(screen, OFFICER)
    screen.press("personRole")
    press_option(screen, "中队长")
    wait(screen, lambda: screen.says("已记入台账"))
    found = home.engine.catalog.officer(OFFICER)
    assert found is not None
    assert found.role is Role.LEADER
    screen.press("personActive")
    wait(screen, lambda: screen.says("已停用"))
    person(screen, ADMIN)
    screen.press("personActive")
    wait(screen, lambda: screen.shows("peopleTrouble"))
    found = home.engine.catalog.officer(ADMIN)
    assert found is not None
    assert found.is_active


def test_a_list_is_looked_at_and_then_imported(
    kiosk: Callable[..., Screen], home: ShiftStation
) -> None:
    rows = f"{OFFICER},王新名,3201,城东大队\n500005,赵一,3201,城东大队\n500006,钱二,3202,城西大队\n"
    lay_ready(home, "2026-11.csv", HEAD + rows + f"{LEADER},王20,3201,城东大队\n")
    screen = at_the_directory(kiosk())
    screen.press("peopleImport")
    wait(screen, lambda: screen.shows("option0"))
    screen.press("option0")
    wait(screen, lambda: screen.shows("rosterApply"))
    # A list that names no role makes the leader an officer, and says so.
    assert said(screen.get("rosterSums")) == "新增 3，变更 2，停用 0，不变 0（共 4 人）"
    assert home.engine.catalog.officer("500005") is None
    screen.press("rosterComplete")  # would leave nobody to change the directory
    wait(screen, lambda: screen.shows("peopleTrouble"))
    assert "停用 0" in said(screen.get("rosterSums"))
    screen.press("rosterApply")
    wait(screen, lambda: "已导入" in said(screen.get("rosterSums")))
    assert home.engine.catalog.officer("500005") is not None
    assert last_act(home) == (Act.ROSTER_APPLIED.value, ADMIN)


def test_a_wrong_list_is_told_line_by_line_and_can_not_be_imported(
    kiosk: Callable[..., Screen], home: ShiftStation
) -> None:
    lay_ready(
        home, "bad.csv", HEAD + ",无名,3201,城东大队\n500005,赵一\n500006,钱二,3201,城东大队\n"
    )
    screen = at_the_directory(kiosk())
    screen.press("peopleImport")
    wait(screen, lambda: screen.shows("option0"))
    screen.press("option0")
    wait(screen, lambda: screen.shows("rosterRow1"))
    assert screen.says("2 行有错")
    assert screen.says("第 2 行 badge：没有填写")
    screen.press("rosterApply")
    assert home.engine.catalog.officer("500006") is None


def test_without_a_list_the_place_for_it_is_named(
    kiosk: Callable[..., Screen], home: ShiftStation
) -> None:
    screen = at_the_directory(kiosk())
    screen.press("peopleImport")
    wait(screen, lambda: screen.says(str(home.bench.paths.rosters)))


@pytest.mark.parametrize("badge", [AUDITOR, LEADER])
def test_nobody_else_enters_the_room(kiosk: Callable[..., Screen], badge: str) -> None:
    screen = kiosk()
    sign_in(screen, badge)
    screen.kiosk.enter("people")
    assert not screen.shows("people")


def tour(screen: Screen, home: ShiftStation) -> Iterator[str]:
    """All that the room shows."""
    lay_ready(home, "2026-11.csv", HEAD + "500005,赵一,3201,城东大队\n012345,王芳,3202,城西大队\n")
    lay_ready(home, "bad.csv", HEAD + ",无名,3201,城东大队\n500005,赵一\n")
    at_the_directory(screen)
    yield "people"
    screen.press("peopleUnit")
    yield "people-units"
    screen.press("optionsBack")
    person(screen, OFFICER)
    yield "people-person"
    screen.press("personPin")
    yield "people-pin"
    screen.press("padBack")
    for number, name in enumerate(("people-list", "people-bad-list")):
        screen.press("peopleImport")
        wait(screen, lambda: screen.shows("option1"))
        screen.press(f"option{number}")
        wait(screen, lambda: screen.shows("rosterRow1"))
        yield name
        screen.press("rosterClose")


@every_size
def test_nothing_is_cut_and_everything_can_be_pressed(
    kiosk: Callable[..., Screen], home: ShiftStation, size: tuple[int, int]
) -> None:
    screen = kiosk(*size)
    for name in in_both_languages(screen, tour(screen, home)):
        shoot(screen, name)
        assert (name, faults(screen)) == (name, [])
