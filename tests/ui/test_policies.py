"""Retention rules with real clicks: tried first, then in force and in the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.ui.fit import faults
from tests.ui.officer import go_to, sign_in, type_in, wait
from tests.ui.screen import said
from tests.ui.shift_station import ADMIN, AUDITOR, LEADER, OFFICER, PIN
from tests.ui.test_fit import every_size, in_both_languages, shoot
from workstation.catalog.auditing import EntryFilter
from workstation.domain.retention import Policy
from workstation.ledger.custody import Act, decode
from workstation.retention.policy import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.ui.screen import Screen
    from tests.ui.shift_station import ShiftStation


def at_the_rules(screen: Screen) -> Screen:
    sign_in(screen, ADMIN)
    go_to(screen, "policies")
    wait(screen, lambda: screen.shows("policies", "rule0"))
    return screen


def in_force(home: ShiftStation) -> Policy:
    text = home.engine.catalog.policy_text()
    return Policy() if text is None else parse(text)


def open_rule(screen: Screen, words: str) -> None:
    """Scrolled to, as a finger would, then pressed."""
    keys = [row["key"] for row in screen.kiosk.rooms.policies.property("rows")]
    leads = [row["lead"] for row in screen.kiosk.rooms.policies.property("rows")]
    place = leads.index(words)
    found = screen.find(f"rule{place}")
    if found is None or place > 5:
        screen.kiosk.rooms.policies.open_rule(keys[place])
        screen.settle()
    else:
        screen.press(f"rule{place}")


def press_option(screen: Screen, words: str) -> None:
    found = [item for item in screen.items() if item.objectName().startswith("option")]
    screen.press(next(item.objectName() for item in found if item.property("name") == words))


def adopted(home: ShiftStation) -> tuple[str | None, object]:
    asked = EntryFilter(acts=(Act.POLICY_ADOPTED.value,))
    (newest,) = home.engine.catalog.entries(asked, 0, 1)
    entry = decode(newest.line, newest.seq)
    return entry.by, entry.facts["second"]


def test_a_longer_rule_is_tried_then_in_force_and_in_the_ledger(
    kiosk: Callable[..., Screen], home: ShiftStation
) -> None:
    screen = at_the_rules(kiosk())
    open_rule(screen, "最短保存期限")
    press_option(screen, "1 年")
    wait(screen, lambda: "提前到期" in said(screen.get("policyOutcome")))
    assert not screen.shows("policySecond")
    assert in_force(home).floor_days == 180  # tried, not adopted
    screen.press("policyAdopt")
    wait(screen, lambda: screen.says("已生效，并记入台账"))
    assert in_force(home).floor_days == 365
    assert adopted(home) == (ADMIN, None)
    assert screen.get("rule0").property("word") == "1 年"


def test_a_shorter_rule_needs_another_person_at_the_keypad(
    kiosk: Callable[..., Screen], home: ShiftStation
) -> None:
    screen = at_the_rules(kiosk())
    open_rule(screen, "结案后")
    press_option(screen, "5 年")
    wait(screen, lambda: screen.shows("policySecond"))
    for badge in (OFFICER, ADMIN):  # may not be a second; is not another person
        screen.press("policyAdopt")
        type_in(screen, badge)
        type_in(screen, PIN)
        wait(screen, lambda: screen.shows("policyTrouble"))
        assert in_force(home).closed_case_days is None
    screen.press("policyAdopt")
    type_in(screen, LEADER)
    type_in(screen, PIN)
    wait(screen, lambda: screen.says("已生效，并记入台账"))
    assert in_force(home).closed_case_days == 5 * 365
    assert adopted(home) == (ADMIN, LEADER)


def test_days_are_typed_and_those_below_the_law_are_not_taken(
    kiosk: Callable[..., Screen], home: ShiftStation
) -> None:
    screen = at_the_rules(kiosk())
    for days, held in (("179", False), ("200", True)):
        open_rule(screen, "最短保存期限")
        press_option(screen, "其他天数")
        type_in(screen, days)
        wait(screen, lambda held=held: screen.get("policyUndo").property("wanted") == held)  # type: ignore[misc]
    assert screen.get("rule0").property("detail") == "原为 180 天"
    screen.press("policyUndo")
    assert screen.get("rule0").property("detail") == ""
    assert in_force(home) == Policy()


@pytest.mark.parametrize("badge", [AUDITOR, LEADER])
def test_nobody_else_enters_the_room(kiosk: Callable[..., Screen], badge: str) -> None:
    screen = kiosk()
    sign_in(screen, badge)
    screen.kiosk.enter("policies")
    assert not screen.shows("policies")


def tour(screen: Screen) -> Iterator[str]:
    """All that the room shows."""
    at_the_rules(screen)
    yield "policies"
    open_rule(screen, "结案后")
    yield "policies-span"
    press_option(screen, "5 年")
    wait(screen, lambda: screen.shows("policySecond"))
    yield "policies-tried"
    screen.press("policyAdopt")
    yield "policies-second"
    screen.press("padBack")


@every_size
def test_nothing_is_cut_and_everything_can_be_pressed(
    kiosk: Callable[..., Screen], size: tuple[int, int]
) -> None:
    screen = kiosk(*size)
    for name in in_both_languages(screen, tour(screen)):
        shoot(screen, name)
        assert (name, faults(screen)) == (name, [])
