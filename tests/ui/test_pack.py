"""Exporting with real clicks in front of a real station; the pack is judged by ``bagit``."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import msgspec
import pytest

from tests.court_pack import judges
from tests.ui.fit import faults
from tests.ui.officer import go_to, sign_in, type_in, wait
from tests.ui.shift_station import ADMIN, CARD, LEADER, OFFICER, PIN, ShiftStation
from tests.ui.test_fit import every_size, in_both_languages
from tests.unit.ingest.scripted import SETTINGS
from workstation.ipc.messages_casework import LinkClips
from workstation.platform import failpoints
from workstation.platform.settings import ExportSection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.ui.screen import Screen

KEY = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """Where packs go."""
    folder = tmp_path / "EVIDENCE"
    folder.mkdir()
    return folder


@pytest.fixture
def home(state_dir: Path, stick: Path) -> Iterator[ShiftStation]:
    """A station with a case of two clips and somewhere to export to."""
    section = ExportSection(folders=(str(stick),), media=(), recipients={"城东检察院": KEY})
    station = ShiftStation(state_dir, msgspec.structs.replace(SETTINGS, export=section))
    station.dock()
    case = station.open_case("2024-0317", "文明路盗窃案", 7)
    clips = tuple(clip.id for clip in station.engine.catalog.clips())
    station.machine.call(LinkClips(clips[:2], link=(case,)))
    yield station
    failpoints.arm("")
    station.close()


def to_the_second(screen: Screen, seal: int = 0) -> None:
    """From where to, to the second person."""
    wait(screen, partial(screen.says, "EVIDENCE"))
    screen.press("option0")
    wait(screen, partial(screen.says, "为什么导出？"))
    screen.press("option0")
    wait(screen, partial(screen.says, "给谁看？"))
    screen.press(f"option{seal}")
    wait(screen, partial(screen.shows, "packSecond"))


def begin_case(screen: Screen) -> None:
    """A leader chooses the case."""
    sign_in(screen, LEADER)
    go_to(screen, "pack")
    wait(screen, partial(screen.says, "2024-0317 文明路盗窃案"))
    screen.press("option0")
    to_the_second(screen)


def prove(screen: Screen, badge: str = ADMIN, pin: str = PIN) -> None:
    type_in(screen, badge)
    type_in(screen, pin)


def result(screen: Screen) -> None:
    wait(screen, partial(screen.shows, "packResult"))


def test_picked_clips_become_a_pack_that_bagit_accepts(
    kiosk: Callable[..., Screen], home: ShiftStation, stick: Path
) -> None:
    screen = kiosk()
    sign_in(screen, LEADER)
    go_to(screen, "browser")
    wait(screen, partial(screen.shows, "card0", "card4"))
    screen.press("pick0")
    screen.press("pick3")
    screen.press("bulkExport")
    to_the_second(screen)
    assert screen.says("已选的 2 段")
    prove(screen)
    result(screen)
    (pack,) = stick.iterdir()
    assert screen.says("读回核对")
    assert screen.says(pack.name)
    assert judges.bagit(pack)
    assert len(list(pack.glob("data/originals/*.MP4"))) == 2
    assert {one["second"] for one in home.bench.acts("exported")} == {ADMIN}
    screen.press("packAgain")
    wait(screen, partial(screen.says, "导出哪个案件？"))


def test_a_case_is_exported_from_its_own_page(
    kiosk: Callable[..., Screen], home: ShiftStation
) -> None:
    screen = kiosk()
    sign_in(screen, LEADER)
    go_to(screen, "casebook")
    wait(screen, partial(screen.shows, "case0"))
    screen.press("case0")
    wait(screen, lambda: screen.get("caseExport").property("wanted"))
    screen.press("caseExport")
    to_the_second(screen)
    assert screen.says("文明路盗窃案")
    prove(screen)
    result(screen)
    assert len(home.bench.acts("exported")) == 2


def test_a_case_goes_encrypted_and_a_wrong_pin_is_told_at_the_keypad(
    kiosk: Callable[..., Screen], home: ShiftStation, stick: Path
) -> None:
    screen = kiosk()
    sign_in(screen, LEADER)
    go_to(screen, "pack")
    wait(screen, partial(screen.says, "2024-0317 文明路盗窃案"))
    screen.press("option0")
    to_the_second(screen, seal=1)
    assert screen.says("只有 城东检察院 能打开")
    prove(screen, pin="111119")
    wait(screen, partial(screen.shows, "packTrouble"))
    assert home.bench.acts("exported") == []
    type_in(screen, PIN)  # the number need not be typed again
    result(screen)
    (sealed,) = stick.iterdir()
    assert sealed.name.endswith(".tar.age")
    assert sealed.read_bytes().startswith(b"age-encryption.org/v1")


def test_nobody_is_his_own_second_and_a_card_does_not_end_the_leaders_session(
    kiosk: Callable[..., Screen], home: ShiftStation, stick: Path
) -> None:
    screen = kiosk()
    begin_case(screen)
    prove(screen, LEADER)
    wait(screen, partial(screen.shows, "packTrouble"))
    screen.kiosk.card(CARD)  # an officer's, who may not witness
    screen.settle()
    assert screen.shows("packSecond")
    type_in(screen, PIN)
    wait(screen, partial(screen.shows, "packTrouble"))
    assert (home.bench.acts("exported"), list(stick.iterdir())) == ([], [])
    screen.press("packBack")
    wait(screen, partial(screen.says, "给谁看？"))


def test_a_pack_goes_on_without_its_people_and_can_be_stopped(
    kiosk: Callable[..., Screen], home: ShiftStation, stick: Path
) -> None:
    failpoints.arm("export.file_written@2=sleep:6")
    screen = kiosk()
    begin_case(screen)
    prove(screen)
    wait(screen, partial(screen.shows, "packRunning"))
    screen.press("navSignIn")
    screen.press("signOut")
    sign_in(screen, LEADER)
    go_to(screen, "pack")
    wait(screen, partial(screen.shows, "packRunning"))
    screen.press("packStop")
    result(screen)
    assert screen.says("导出已停止")
    assert list(stick.iterdir()) == []
    assert home.bench.acts("export_ended")[0]["code"] == "export.stopped"
    sign_out_and_in(screen, OFFICER)
    assert not screen.shows("nav_pack")


def sign_out_and_in(screen: Screen, badge: str) -> None:
    screen.press("navSignIn")
    screen.press("signOut")
    sign_in(screen, badge)


@pytest.mark.parametrize(
    ("harm", "words"),
    [("enospc", "目标空间不够"), ("eio", "目标盘被拔出")],
)
def test_a_disk_that_fails_is_told_in_plain_words_and_tried_again(
    kiosk: Callable[..., Screen], home: ShiftStation, stick: Path, harm: str, words: str
) -> None:
    failpoints.arm(f"export.file_written@2={harm}")
    screen = kiosk()
    begin_case(screen)
    prove(screen)
    result(screen)
    assert screen.says(words)
    assert screen.says("盘上没有完整的证据包")
    assert list(stick.iterdir()) == []
    failpoints.arm("")
    screen.press("packAgain")
    to_the_second(screen)
    assert screen.says("文明路盗窃案")
    prove(screen)
    result(screen)
    assert screen.says("读回核对")
    assert len(home.bench.acts("export_ended")) == 2


def wizard(screen: Screen) -> Iterator[str]:
    """Every step, the progress, and both ends."""
    sign_in(screen, LEADER)
    go_to(screen, "pack")
    wait(screen, partial(screen.says, "2024-0317 文明路盗窃案"))
    yield "pack-what"
    screen.press("option0")
    wait(screen, partial(screen.says, "EVIDENCE"))
    yield "pack-where"
    screen.press("option0")
    yield "pack-reason"
    screen.press("option0")
    yield "pack-seal"
    screen.press("option0")
    wait(screen, partial(screen.shows, "packSecond"))
    yield "pack-second"
    prove(screen, LEADER)
    wait(screen, partial(screen.shows, "packTrouble"))
    yield "pack-refused"
    failpoints.arm("export.file_written@2=sleep:8")
    screen.press("keyErase")
    prove(screen)
    wait(screen, partial(screen.shows, "packRunning"))
    yield "pack-running"
    screen.press("packStop")
    result(screen)
    yield "pack-stopped"
    failpoints.arm("")
    screen.press("packAgain")
    to_the_second(screen)
    prove(screen)
    result(screen)
    yield "pack-done"


@every_size
def test_nothing_of_an_export_is_cut_and_everything_can_be_pressed(
    kiosk: Callable[..., Screen], size: tuple[int, int]
) -> None:
    screen = kiosk(*size)
    for name in in_both_languages(screen, wizard(screen)):
        assert (name, faults(screen)) == (name, [])
