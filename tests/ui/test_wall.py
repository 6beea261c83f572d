"""The wall in front of a real socket: what people see and what happens when they press."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage

from tests.fakes.fake_station import FakeStation, dock_of, slot_of
from tests.ui.screen import item_line
from ui.preferences import read_preferences
from workstation.domain.dock import SlotStatus
from workstation.domain.ingest_state import IngestState
from workstation.events.facts import ClipVaulted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.ui.screen import FakeCatalog, Screen


@pytest.mark.usefixtures("station")
def test_wall_names_all_six_states_in_words(open_screen: Callable[..., Screen]) -> None:
    screen = open_screen()
    screen.wait_up()
    for word in ("采集中", "校验中", "可取走", "待处理", "异常", "空闲"):
        assert screen.says(word)
    for text in ("张建国", "DSJ-10200", "15/45 段", "31.0 MB/s", "约剩 2 分钟", "记录仪已断开"):
        assert screen.says(text)


def test_card_follows_what_the_station_says(
    open_screen: Callable[..., Screen], station: FakeStation
) -> None:
    screen = open_screen()
    screen.wait_up()
    station.show(slot_of(3, SlotStatus.DONE))
    card = screen.get("slot3")
    screen.until(lambda: card.property("figure") == "disc")


@pytest.mark.usefixtures("station")
def test_pressing_a_card_opens_its_detail_and_back_returns(
    open_screen: Callable[..., Screen],
) -> None:
    screen = open_screen()
    screen.wait_up()
    screen.press("slot2")
    assert screen.shows("detail", "fault")
    assert screen.says("重新插入")
    assert not screen.shows("wall")
    screen.press("back")
    assert screen.shows("wall")
    assert not screen.shows("detail")


def test_files_arrive_in_the_detail_with_their_states_and_pictures(
    open_screen: Callable[..., Screen], station: FakeStation, catalog: FakeCatalog
) -> None:
    station.thumbnails["C1"] = _jpeg()
    screen = open_screen()
    screen.wait_up()
    screen.press("slot1")
    catalog.put("COL01", [item_line(1, IngestState.COPYING)])
    screen.until(lambda: screen.says("V000001.MP4"))
    done = item_line(1, clip_id="C1", has_thumbnail=True)
    odd = item_line(2, IngestState.QUARANTINED, code="entry.unreadable")
    catalog.put("COL01", [done, odd])
    station.tell(ClipVaulted(slot=1, collection_id="COL01", clip_id="C1"))
    screen.until(lambda: screen.says("已入库") and screen.says("V000002.MP4"))
    screen.until(
        lambda: any(
            item.property("source").toString() == "image://thumbnail/C1"
            and item.property("paintedWidth") > 0
            for item in screen.items()
            if item.inherits("QQuickImage")
        )
    )


@pytest.mark.usefixtures("station")
def test_language_switches_everything_and_is_remembered(
    open_screen: Callable[..., Screen], tmp_path: Path
) -> None:
    screen = open_screen()
    screen.wait_up()
    screen.press("languageSwitch")
    assert screen.says("Copying")
    assert screen.says("Recorder disconnected")
    assert not screen.says("采集中")
    assert read_preferences(tmp_path / "kiosk.json").language == "en"
    screen.press("languageSwitch")
    assert screen.says("采集中")
    assert not screen.says("Copying")


@pytest.mark.usefixtures("station")
def test_theme_switches_and_is_remembered(
    open_screen: Callable[..., Screen], tmp_path: Path
) -> None:
    screen = open_screen()
    screen.wait_up()
    light = screen.view.grabWindow().pixelColor(1900, 1070)
    screen.press("themeSwitch")
    assert screen.view.grabWindow().pixelColor(1900, 1070).lightness() < light.lightness()
    assert read_preferences(tmp_path / "kiosk.json").theme == "dark"


def test_without_a_station_the_screen_says_what_is_safe_and_what_to_do(
    open_screen: Callable[..., Screen],
) -> None:
    screen = open_screen()
    for _ in range(4):
        screen.kiosk.tick()
    screen.settle()
    assert screen.shows("stopped")
    for text in ("采集程序未运行", "什么是安全的", "现在怎么做"):
        assert screen.says(text)


def test_when_the_station_returns_people_are_where_they_were(
    open_screen: Callable[..., Screen], state_dir: Path
) -> None:
    screen = open_screen()
    with FakeStation(state_dir / "station.sock", dock_of(24)):
        screen.wait_up()
        screen.press("slot4")
    screen.until(lambda: not screen.kiosk.is_up)
    assert screen.shows("detail"), "a short break does not blank the screen"
    for _ in range(4):
        screen.kiosk.tick()
    screen.settle()
    assert screen.shows("stopped")
    with FakeStation(state_dir / "station.sock", dock_of(24)):
        screen.until(lambda: screen.kiosk.is_up)
        screen.settle()
        assert screen.shows("detail")
        assert not screen.shows("stopped")


def test_intake_that_stands_still_is_announced_with_its_mend(
    open_screen: Callable[..., Screen], station: FakeStation
) -> None:
    screen = open_screen()
    screen.wait_up()
    assert not screen.shows("alarm")
    station.show_station(replace(station.dock.station, code="vault.full"))
    screen.until(lambda: screen.shows("alarm"))


def _jpeg() -> bytes:
    image = QImage(160, 90, QImage.Format.Format_RGB32)
    image.fill(0x336699)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


@pytest.mark.usefixtures("station")
def test_what_matters_is_large_enough_to_be_read_at_two_metres(
    open_screen: Callable[..., Screen],
) -> None:
    """34 px are 8.4 mm on a 21.5 inch panel: 14 minutes of arc, a normal eye reads at 5."""
    screen = open_screen()
    screen.wait_up()
    for name, count in (("slotNumber", 24), ("percent", 14), ("clock", 1)):
        found = [text for text in screen.texts() if text.objectName() == name]
        assert len(found) >= count
        assert min(text.property("font").pixelSize() for text in found) >= 34, name
    marks = [item for item in screen.items() if item.objectName() == "statusMark"]
    assert len(marks) >= 20
    assert min(mark.property("side") for mark in marks) >= 80
