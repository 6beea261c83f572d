"""Cases with real clicks: find one, see its clips in time, and settle what belongs to it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from tests.ui.fit import faults
from tests.ui.officer import go_to, sign_in, wait
from tests.ui.shift_station import ADMIN, LEADER, OFFICER
from tests.ui.test_fit import every_size, in_both_languages, shoot
from ui.painted.case_line import CaseLineView
from workstation.domain.casework import Field, Operation, Verb
from workstation.ipc.messages_casework import MergeOperations
from workstation.ledger import operations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.ui.film_station import FilmStation
    from tests.ui.screen import Screen


_LONG = "人民东路与解放大道交叉口西南角连环追尾后驾车逃逸致人重伤案"


def open_case(kiosk: Callable[..., Screen], badge: str = LEADER) -> Screen:
    screen = kiosk()
    sign_in(screen, badge)
    go_to(screen, "casebook")
    wait(screen, lambda: screen.shows("casebook", "case0"))
    screen.press("case0")
    wait(screen, lambda: screen.shows("casePage", "line0"))
    return screen


def press_bar(screen: Screen, lane: int, place: int) -> None:
    """Press a clip on the time line, in its middle."""
    view = screen.get("caseLine")
    assert isinstance(view, CaseLineView)
    line = screen.kiosk.rooms.casebook.page.times
    bar = view.place_of(lane, line.lanes[lane].bars[place]).center()
    QTest.mouseClick(
        screen.view,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        view.mapToScene(QPointF(bar)).toPoint(),
    )


def test_a_leader_sees_all_that_belongs_to_a_case(street_kiosk: Callable[..., Screen]) -> None:
    screen = open_case(street_kiosk)
    assert "2024-0317 文明路盗窃案" in screen.get("caseTitle").property("text")
    assert screen.says("文明路")
    assert screen.get("caseClips").property("count") == 3
    lanes = screen.kiosk.rooms.casebook.page.times.lanes
    assert [len(lane.bars) for lane in lanes] == [2, 1]
    assert "REC-1" in lanes[0].name
    screen.press("caseBack")
    assert screen.shows("case0")


def test_an_officer_sees_of_a_case_what_is_his(street_kiosk: Callable[..., Screen]) -> None:
    screen = open_case(street_kiosk, OFFICER)
    assert screen.get("caseClips").property("count") == 2
    assert screen.says("另有1 段不在您的查看范围")


def test_an_administrator_has_no_cases(street_kiosk: Callable[..., Screen]) -> None:
    screen = street_kiosk()
    sign_in(screen, ADMIN)
    screen.kiosk.enter("casebook")
    assert screen.shows("menu")


def test_a_case_is_found_by_first_letters_and_by_its_number(
    street_kiosk: Callable[..., Screen], street: FilmStation
) -> None:
    street.open_case("2025-0001", "旧案")
    screen = street_kiosk()
    sign_in(screen, LEADER)
    go_to(screen, "casebook")
    wait(screen, lambda: screen.shows("case1"))
    screen.press("caseSearch")
    for letter in "WML":
        screen.press(f"key{letter}")
    assert screen.get("cases").property("count") == 1
    assert "文明路" in screen.get("case0").property("lead")
    screen.press("caseClear")
    for digit in "2025":
        screen.press(f"key{digit}")
    assert "2025-0001" in screen.get("case0").property("lead")


def test_a_tap_on_the_time_line_opens_that_clip(
    street_kiosk: Callable[..., Screen], street: FilmStation
) -> None:
    screen = open_case(street_kiosk)
    press_bar(screen, 1, 0)
    wait(screen, lambda: screen.shows("preview"))
    assert screen.kiosk.preview.clip_id == street.clip("B1.MP4")
    wait(screen, lambda: screen.kiosk.preview.deck.facts.opened is not None)
    screen.press("previewClose")
    assert screen.shows("casePage")


def test_the_time_line_comes_nearer_and_goes_back(street_kiosk: Callable[..., Screen]) -> None:
    screen = open_case(street_kiosk)
    line = screen.kiosk.rooms.casebook.page.times
    whole = line.window.span_s
    screen.press("caseNearer")
    assert line.window.span_s == whole / 2
    before = line.window.begins_s
    view = screen.get("caseLine")
    across = [QPointF(view.width() * part, 40) for part in (0.6, 0.5, 0.3)]
    points = [view.mapToScene(point).toPoint() for point in across]
    QTest.mousePress(screen.view, Qt.MouseButton.LeftButton, pos=points[0])
    for point in points[1:]:
        QTest.mouseMove(screen.view, point)
        screen.settle()
    QTest.mouseRelease(screen.view, Qt.MouseButton.LeftButton, pos=points[-1])
    assert line.window.begins_s > before
    screen.press("caseFarther")
    assert line.window.span_s == whole
    assert not screen.get("caseFarther").property("enabled")


def test_picked_clips_are_taken_out_and_the_browser_shows_the_rest(
    street_kiosk: Callable[..., Screen], street: FilmStation
) -> None:
    screen = open_case(street_kiosk)
    screen.press("pick2")
    assert screen.says("已选 1 段")
    screen.press("caseRemove")
    wait(screen, lambda: screen.get("caseClips").property("count") == 2)
    assert street.engine.catalog.casework_of(street.clip("A2.MP4")).cases == ()
    screen.press("caseBrowse")
    wait(screen, lambda: screen.shows("browser", "card1"))
    assert not screen.shows("card2")
    go_to(screen, "casebook")
    screen.press("caseAdd")
    wait(screen, lambda: screen.shows("browser", "card0"))
    assert screen.get("filter_states").property("word") == "未归案"


def test_a_tag_of_the_case_leads_to_everything_that_has_it(
    street_kiosk: Callable[..., Screen], street: FilmStation
) -> None:
    street.tag([street.clip("A1.MP4"), street.clip("B1.MP4")], "占道经营")
    screen = open_case(street_kiosk)
    assert screen.get("caseTag0").property("word") == "占道经营 2"
    screen.press("caseTag0")
    wait(screen, lambda: screen.shows("browser", "card1") and not screen.shows("card2"))


def test_two_people_who_said_different_cases_are_told_apart_by_a_third(
    street_kiosk: Callable[..., Screen], street: FilmStation
) -> None:
    clip = street.clip("A1.MP4")
    _link_elsewhere(street, clip, street.open_case("2024-0999", "另案"))
    screen = street_kiosk()
    sign_in(screen, LEADER)
    go_to(screen, "casebook")
    wait(screen, lambda: screen.shows("case1"))
    rows = [screen.get(f"case{row}") for row in range(2)]
    ours = next(row for row, item in enumerate(rows) if "0317" in item.property("lead"))
    screen.press(f"case{ours}")
    wait(screen, lambda: screen.shows("caseDoubt0"))
    assert screen.says("A1.MP4 也被归入 2024-0999")
    screen.press("doubtYes0")
    wait(screen, lambda: not screen.shows("caseDoubt0"))
    links = street.engine.catalog.casework_of(clip).links
    assert len(links) == 2
    assert not any(link.is_contested for link in links)


def _link_elsewhere(street: FilmStation, clip: str, case: str) -> None:
    """Another station says so, without knowing what was said here."""
    said = Operation(
        id="01JZZZZZZZZZZZZZZZZZZZZZZZ",
        origin="ST02",
        at=datetime.now(UTC),
        by="900009",
        verb=Verb.ADD,
        field=Field.LINK,
        clip=clip,
        value=case,
    )
    street.machine.call(MergeOperations((operations.encode(said).decode(),)))


def tour(screen: Screen, street: FilmStation) -> Iterator[str]:
    """Everything there is to see of a case."""
    street.tag([street.clip("A1.MP4"), street.clip("B1.MP4")], "占道经营")
    case = street.open_case("2024-0999", _LONG)
    _link_elsewhere(street, street.clip("A1.MP4"), case)
    sign_in(screen, LEADER)
    go_to(screen, "casebook")
    wait(screen, lambda: screen.shows("case1"))
    yield "casebook-list"
    screen.press("caseSearch")
    screen.press("key2")
    yield "casebook-search"
    screen.press("caseSearch")
    screen.press("case1" if "0317" in screen.get("case1").property("lead") else "case0")
    wait(screen, lambda: screen.shows("casePage", "line0", "caseDoubt0"))
    yield "casebook-page"
    screen.press("pick0")
    yield "casebook-picked"


@every_size
def test_nothing_of_a_case_is_cut_and_everything_can_be_pressed(
    street_kiosk: Callable[..., Screen], street: FilmStation, size: tuple[int, int]
) -> None:
    screen = street_kiosk(*size)
    for name in in_both_languages(screen, tour(screen, street)):
        assert (name, faults(screen)) == (name, [])


@every_size
@pytest.mark.usefixtures("pseudo_locale")
def test_words_twice_as_long_do_not_break_a_case(
    street_kiosk: Callable[..., Screen], street: FilmStation, size: tuple[int, int]
) -> None:
    screen = street_kiosk(*size)
    for name in tour(screen, street):
        shoot(screen, f"{name}-twice")
        assert (name, faults(screen, may_elide=True)) == (name, [])


def test_a_marker_is_made_and_taken_away_where_it_stands(
    street_kiosk: Callable[..., Screen], street: FilmStation
) -> None:
    screen = open_case(street_kiosk)
    press_bar(screen, 0, 0)
    deck = screen.kiosk.preview.deck
    wait(screen, lambda: deck.facts.opened is not None)
    track = screen.get("previewTrack")
    screen.press("previewMarkKey")
    place = track.mapToScene(QPointF(track.width() / 2, track.height() / 2)).toPoint()
    QTest.mouseClick(screen.view, Qt.MouseButton.LeftButton, pos=place)
    wait(screen, lambda: deck.facts.at_ms > 3000)
    assert not screen.shows("previewUnmarkKey")
    screen.press("previewMarkKey")
    wait(screen, lambda: screen.shows("previewUnmarkKey"))
    clip = street.clip("A1.MP4")
    assert len(street.engine.catalog.casework_of(clip).markers) == 1
    screen.press("previewUnmarkKey")
    wait(screen, lambda: screen.says("标记已删除") and not screen.shows("previewUnmarkKey"))
    assert street.engine.catalog.casework_of(clip).markers == ()
