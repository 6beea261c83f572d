"""The evidence browser with real clicks and keys, in front of a real station."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest

from tests.ui.officer import go_to, sign_in, wait
from tests.ui.shift_station import LEADER
from ui.models.cards import PAGE, CardModel
from ui.models.filters import FILTERS, question
from ui.models.finding import FindingModel
from ui.pinyin import initials, matches, meant
from workstation.catalog.browsing import ClipCard
from workstation.catalog.choices import CaseChoice, Choices
from workstation.catalog.values import Search
from workstation.domain.casework_state import ClipCasework
from workstation.domain.clip import ClipId, ClipKind
from workstation.platform.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from tests.ui.screen import Screen
    from tests.ui.shift_station import ShiftStation
    from workstation.domain.clip import Clip


@pytest.fixture
def browser(kiosk: Callable[..., Screen], home: ShiftStation) -> Screen:
    """An officer looks through five clips, of which two are tagged."""
    clips = [clip.id for clip in home.engine.catalog.clips()]
    home.tag(clips[:2], "占道经营")
    screen = kiosk()
    sign_in(screen)
    go_to(screen, "browser")
    wait(screen, lambda: screen.shows("card0", "card4"))
    return screen


def sums(screen: Screen, text: str) -> None:
    wait(screen, lambda: screen.get("browserSums").property("text") == text)


def test_letters_of_pinyin_find_chinese_words(browser: Screen) -> None:
    browser.press("search")
    for letter in "ZDJY":
        browser.press(f"key{letter}")
    sums(browser, "2 段")  # the letters alone
    assert browser.get("guess0").property("word") == "占道经营"
    browser.press("guess0")
    sums(browser, "2 段")
    assert browser.get("searchWords").property("text").startswith("占道经营")
    browser.press("searchClear")
    browser.press("searchDone")
    sums(browser, "5 段")
    assert not browser.shows("keyZ")


def test_keys_of_a_keyboard_search_as_they_are_typed(browser: Screen) -> None:
    for key in (Qt.Key.Key_V, Qt.Key.Key_0, Qt.Key.Key_0, Qt.Key.Key_3):
        QTest.keyClick(browser.view, key)
    sums(browser, "1 段")
    QTest.keyClick(browser.view, Qt.Key.Key_Space)
    QTest.keyClick(browser.view, Qt.Key.Key_Q)
    sums(browser, "0 段")
    assert browser.shows("noClips")
    for _ in range(6):
        QTest.keyClick(browser.view, Qt.Key.Key_Backspace)
    sums(browser, "5 段")


def test_filters_are_chosen_together_and_dropped_together(browser: Screen) -> None:
    browser.press("filter_states")
    browser.press("option0")
    assert browser.shows("filterPicker")  # several may be chosen
    browser.press("optionsBack")
    sums(browser, "3 段")
    assert browser.get("filter_states").property("word") == "待标注"
    browser.press("filter_kinds")
    browser.press("option2")
    browser.press("optionsBack")
    sums(browser, "0 段")
    browser.press("filter_kinds")
    browser.press("optionsClear")
    browser.press("optionsBack")
    sums(browser, "3 段")
    browser.press("showAll")
    sums(browser, "5 段")


def test_a_list_to_choose_from_is_narrowed_by_letters(browser: Screen) -> None:
    browser.press("filter_cases")
    wait(browser, lambda: browser.shows("option1"))
    for letter in "WML":
        browser.press(f"key{letter}")
    assert browser.get("options").property("count") == 1
    assert browser.get("option0").property("name") == "2024-0317 文明路盗窃案"
    browser.press("option0")
    browser.press("optionsBack")
    sums(browser, "0 段")


def test_many_clips_are_tagged_and_linked_at_once(browser: Screen, home: ShiftStation) -> None:
    browser.press("pick0")
    browser.press("pickAll")
    wait(browser, lambda: browser.says("已选 5 段"))
    browser.press("bulkTag")
    for letter in "ZDJ":
        browser.press(f"key{letter}")
    browser.press("option0")
    wait(browser, lambda: browser.says("5 段打上标签“占道经营”"))
    assert not browser.says("已选")
    browser.press("pick4")
    browser.press("bulkLink")
    browser.press("option0")
    wait(browser, lambda: browser.says("1 段归入"))
    catalog = home.engine.catalog
    said = catalog.casework_of_many(clip.id for clip in catalog.clips())
    assert [state.tags for state in said.values()] == [("占道经营",)] * 5
    assert sum(len(state.cases) for state in said.values()) == 1


def test_list_and_pictures_show_the_same_clips_and_keys_move_in_both(browser: Screen) -> None:
    browser.press("switchView")
    wait(browser, lambda: browser.shows("line0", "line4"))
    browser.get("lines").forceActiveFocus()
    QTest.keyClick(browser.view, Qt.Key.Key_Down)
    QTest.keyClick(browser.view, Qt.Key.Key_Space)
    picked = browser.kiosk.rooms.browser.cards.picked
    assert picked == (browser.kiosk.rooms.browser.cards.card(1).clip.id,)  # type: ignore[union-attr]
    browser.press("switchView")
    wait(browser, lambda: browser.shows("card0"))
    assert browser.get("card1").property("picked")
    browser.get("cards").forceActiveFocus()
    QTest.keyClick(browser.view, Qt.Key.Key_Return)
    wait(browser, lambda: browser.shows("preview"))


def test_nothing_of_a_question_outlasts_the_person(browser: Screen) -> None:
    browser.press("filter_states")
    browser.press("option0")
    browser.press("optionsBack")
    browser.press("navSignIn")
    browser.press("signOut")
    sign_in(browser, LEADER)
    go_to(browser, "browser")
    sums(browser, "5 段")
    assert not browser.shows("showAll")


def test_initials_know_every_reading_and_leave_signs_out() -> None:
    assert matches("cq", "重庆路")
    assert matches("zq", "重庆路")
    assert matches("qingl", "重庆路") is False
    assert matches("庆路", "重庆路")
    assert matches("dsja8", "DSJ-A8")
    assert matches("", "任何")
    assert len(initials("占·道 A1")) == 4
    assert meant("zd", ["占道", "噪音", "占道", "重大"], 5) == ["占道", "重大"]


def test_every_filter_asks_something_of_the_catalog(qtbot: QtBot) -> None:
    assert qtbot is not None
    case = CaseChoice("C1", "2024-1", "盗窃", "文明路", is_closed=False)
    choices = Choices((("012345", "王芳"),), ("城东",), ("REC-1",), (case,), ("占道",))
    today = datetime(2026, 3, 31, tzinfo=UTC).date()
    asked = set()
    for one in FILTERS:
        for option in one.offer(choices, today):
            wanted = question("", {one.name: (option.value,)}, choices)
            assert wanted != Search(), (one.name, option)
            assert option.word
            asked.add(repr(wanted))
    assert len(asked) > 80
    february = question("", {"days": ("2026-02-01..2026-02-28",)}, choices)
    assert repr(february) in asked
    assert question("", {"states": ("tagged", "untagged")}, choices) == Search()


def test_a_preset_is_shown_even_where_it_is_not_offered(qtbot: QtBot) -> None:
    assert qtbot is not None
    parent = QObject()
    finding = FindingModel(SystemClock(), parent)
    finding.preset({"days": ("..2020-01-01",), "states": ("unlinked",)})
    words = {one["name"]: one["word"] for one in finding.property("bar")}
    assert (words["days"], words["states"]) == ("2020-01-01 及以前", "未归案")
    assert finding.asks()() == Search(last_day=datetime(2020, 1, 1).date(), is_linked=False)  # noqa: DTZ001


def cards_of(page: int, clip: Clip) -> list[ClipCard]:
    made = []
    for place in range(PAGE):
        one = replace(clip, id=ClipId(f"C{page * PAGE + place}"), kind=ClipKind.VIDEO)
        made.append(ClipCard(one, "王芳", "", True, False, ClipCasework(one.id), ()))
    return made


def test_only_pages_near_the_eye_are_held(home: ShiftStation, qtbot: QtBot) -> None:
    clip = home.engine.catalog.clips()[0]
    model = CardModel()
    strict = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    assert strict.model() is model
    wanted: list[int] = []
    model.wanted.connect(wanted.append)
    model.begin(100_000, cards_of(0, clip))
    assert model.rowCount() == 100_000
    wanted.clear()
    assert model.data(model.index(99_999)) == ""
    assert wanted == [99_999 // PAGE]
    for page in range(1, 40):
        model.fill(page, cards_of(page, clip))
    assert not model.has_page(0)
    assert model.has_page(39)
    assert "王芳" in str(model.data(model.index(39 * PAGE)))
    with qtbot.waitSignal(model.dataChanged):
        model.show_picture(f"C{39 * PAGE}")
