"""The bar of one's own shift with real clicks: seen, tapped, explained, and never cut."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from tests.ui.fit import SIZES, faults
from tests.ui.officer import sign_in, wait
from tests.ui.screen import area
from tests.ui.shift_station import OFFICER, NamedRecorder
from tests.ui.test_fit import in_both_languages
from tests.unit.ingest.scripted import ScriptedRecorder
from workstation.domain.coverage import Cover
from workstation.ledger.custody import Act, decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.ui.screen import Screen
    from tests.ui.shift_station import ShiftStation
    from workstation.domain.clip import ClipEntry
    from workstation.ledger.custody import CustodyLine

# Minutes before now and numbers: three gaps to ask about, two numbers that never came.
_FILMED = ((180, 3), (150, 4), (90, 7), (60, 8))
_LENGTH_MS = 20 * 60_000


class DutyRecorder(NamedRecorder):
    """Filmed for twenty minutes, four times, in the last three hours."""

    def entries(self) -> Iterator[ClipEntry]:
        now = datetime.now().replace(microsecond=0)  # noqa: DTZ005 - a recorder's clock
        for entry, (ago, number) in zip(ScriptedRecorder.entries(self), _FILMED, strict=True):
            at = now - timedelta(minutes=ago)
            yield dataclasses.replace(entry, recorded_at=at, sequence=number)


@pytest.fixture
def duty(home: ShiftStation) -> ShiftStation:
    """The officer of ``home`` brings a second recorder, every length known."""
    home.dock("DUTY-1", kind=DutyRecorder, files=len(_FILMED), salt="duty ")
    with home.engine.ledger.transaction() as tx:
        for clip in home.engine.catalog.clips():
            if clip.recorder_serial == "DUTY-1":
                tx.record_media(clip.id, _LENGTH_MS, b"{}", has_thumbnail=False)
    return home


def explained(home: ShiftStation) -> list[CustodyLine]:
    lines = [decode(line, 0) for line in home.engine.catalog.custody_lines(limit=10_000)]
    return [line for line in lines if line.act == Act.GAP_EXPLAINED.value]


def at_home(screen: Screen) -> None:
    sign_in(screen)
    wait(screen, lambda: screen.shows("coverage", "explainGaps"))


def test_an_officer_sees_his_bar_and_says_why_there_is_a_gap(
    kiosk: Callable[..., Screen], duty: ShiftStation
) -> None:
    screen = kiosk()
    at_home(screen)
    bar = screen.kiosk.visit.bar
    asked = bar.property("open")
    assert asked >= 3
    assert screen.says("已录 1 小时 20 分")
    assert screen.says("编号 5–6 从未到达本站")
    screen.press("explainGaps")
    wait(screen, lambda: screen.shows("gapPicker", "gap0", "reason_meal"))
    screen.press("gap1")
    chosen = bar._rows()[1].span
    screen.press("reason_meal")
    wait(screen, lambda: bar.property("open") == asked - 1)
    assert screen.says("用餐休息")
    (entry,) = explained(duty)
    assert (entry.by, entry.facts["badge"], entry.facts["reason"]) == (OFFICER, OFFICER, "meal")
    assert entry.facts["begins"] == chosen.begins.isoformat(timespec="milliseconds").replace(
        "+00:00", "Z"
    )
    screen.press("gapsBack")
    wait(screen, lambda: not screen.shows("gapPicker"))


def test_a_gap_is_tapped_on_the_bar_itself_and_footage_is_not(
    kiosk: Callable[..., Screen], duty: ShiftStation
) -> None:
    assert duty is not None
    screen = kiosk()
    at_home(screen)
    parts = screen.kiosk.visit.bar.property("bar")
    footage = max(
        (one for one in parts if one["cover"] == list(Cover).index(Cover.RECORDED)),
        key=lambda one: one["share"],
    )
    _tap(screen, footage["from"] + footage["share"] / 2)
    assert not screen.shows("gapPicker")
    gap = next(one for one in parts if one["row"] == 1)
    _tap(screen, gap["from"] + gap["share"] / 2)
    wait(screen, lambda: screen.shows("gapPicker"))
    assert [one["current"] for one in screen.kiosk.visit.bar.property("gaps")][1]


def test_a_reason_is_withdrawn_and_the_gap_is_back(
    kiosk: Callable[..., Screen], duty: ShiftStation
) -> None:
    screen = kiosk()
    at_home(screen)
    bar = screen.kiosk.visit.bar
    asked = bar.property("open")
    screen.press("explainGaps")
    wait(screen, lambda: screen.shows("reason_charging"))
    assert not screen.shows("reason_withdrawn")
    screen.press("reason_charging")
    wait(screen, lambda: bar.property("open") == asked - 1)
    screen.press("gap0")
    wait(screen, lambda: screen.shows("reason_withdrawn"))
    screen.press("reason_withdrawn")
    wait(screen, lambda: bar.property("open") == asked)
    assert len(explained(duty)) == 2


def test_who_signs_out_leaves_no_bar_behind(
    kiosk: Callable[..., Screen], duty: ShiftStation
) -> None:
    assert duty is not None
    screen = kiosk()
    at_home(screen)
    screen.press("signOut")
    wait(screen, lambda: screen.shows("wall"))
    assert screen.kiosk.visit.bar.property("bar") == []


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_bar_and_reasons_fit_every_screen(
    kiosk: Callable[..., Screen], duty: ShiftStation, size: tuple[int, int]
) -> None:
    assert duty is not None
    screen = kiosk(*size)
    for name in in_both_languages(screen, _screens(screen)):
        assert (name, faults(screen)) == (name, [])


def _screens(screen: Screen) -> Iterator[str]:
    at_home(screen)
    yield "coverage"
    screen.press("explainGaps")
    wait(screen, lambda: screen.shows("gapPicker"))
    asked = screen.kiosk.visit.bar.property("open")
    screen.press("reason_standby")
    wait(screen, lambda: screen.kiosk.visit.bar.property("open") == asked - 1)
    yield "gaps"


def _tap(screen: Screen, share: float) -> None:
    place = area(screen.get("shiftBar"))
    point = QPoint(round(place.left() + share * place.width()), round(place.center().y()))
    QTest.mouseClick(screen.view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)
    screen.settle()
