"""Shift end with real clicks, in front of a real station: sign in, answer, hand in, go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.officer import sign_in, type_in, wait
from tests.ui.shift_station import ADMIN, CARD, FRESH, OFFICER, PIN, FullRecorder
from ui.images import qr_image
from workstation.ledger import receipts
from workstation.ledger.custody import Act, decode
from workstation.platform.settings import PrinterSection
from workstation.station import record

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.ui.screen import Screen
    from tests.ui.shift_station import ShiftStation


def acts(home: ShiftStation, *wanted: Act) -> list[str]:
    lines = [decode(line, 0) for line in home.engine.catalog.custody_lines(limit=10_000)]
    return [line.act for line in lines if line.act in {act.value for act in wanted}]


def test_officer_signs_in_answers_and_hands_in(
    kiosk: Callable[..., Screen], home: ShiftStation
) -> None:
    screen = kiosk()
    sign_in(screen)
    wait(screen, lambda: screen.shows("question0", "question1", "yes0"))
    assert screen.says("王01 · 012345")
    assert screen.says("01 号采集口")
    assert screen.says("5 段")
    assert screen.says("缺少编号 5")
    assert screen.says("属于案件 2024-0317 文明路盗窃案 吗？")
    screen.press("yes0")
    wait(screen, lambda: screen.says("已归入 2024-0317 文明路盗窃案"))
    screen.press("later1")
    assert screen.says("稍后再归案")
    screen.press("handIn")
    wait(screen, lambda: screen.shows("receiptScreen"))
    text = screen.kiosk.visit.property("receipt")
    receipt, signature = receipts.parse(text)
    assert receipts.holds(receipt, signature, record.load_key(home.bench.paths))
    assert receipt.held == 5
    screen.press("receiptDone")
    wait(screen, lambda: screen.shows("wall"))
    assert acts(home, Act.SIGNED_IN, Act.LINKED, Act.HANDED_IN, Act.SIGNED_OUT)[-1:] in (
        [Act.SIGNED_OUT.value],
        [Act.HANDED_IN.value],
    )
    assert acts(home, Act.HANDED_IN) == [Act.HANDED_IN.value]


def test_another_case_is_chosen_from_the_list_and_taken_back(kiosk: Callable[..., Screen]) -> None:
    screen = kiosk()
    sign_in(screen)
    wait(screen, lambda: screen.shows("other1"))
    screen.press("other1")
    wait(screen, lambda: screen.shows("casePicker", "case1"))
    for digit in "999":
        screen.press(f"key{digit}")
    assert screen.says("2024-0999 旧案")
    assert not screen.shows("case1")
    screen.press("case0")
    wait(screen, lambda: screen.says("已归入 2024-0999 旧案"))
    screen.press("undo1")
    wait(screen, lambda: screen.shows("other1"))


def test_own_slot_lights_on_the_wall(kiosk: Callable[..., Screen]) -> None:
    screen = kiosk()
    assert not screen.get("slot1").property("mine")
    sign_in(screen)
    screen.press("navWall")
    assert screen.get("slot1").property("mine")
    screen.press("navSignIn")
    screen.press("signOut")
    assert not screen.get("slot1").property("mine")


def test_badge_at_the_reader_opens_the_pin_from_any_screen(kiosk: Callable[..., Screen]) -> None:
    screen = kiosk()
    screen.press("slot1")
    for character in CARD:
        QTest.keyClick(screen.view, Qt.Key(ord(character)))
    QTest.keyClick(screen.view, Qt.Key.Key_Return)
    wait(screen, lambda: screen.shows("signIn"))
    assert screen.says("已读到证件卡")
    type_in(screen, PIN)
    wait(screen, lambda: screen.shows("home"))


def test_a_wrong_pin_says_what_to_do_and_keeps_the_number(kiosk: Callable[..., Screen]) -> None:
    screen = kiosk()
    screen.press("navSignIn")
    type_in(screen, OFFICER)
    type_in(screen, "999991")
    wait(screen, lambda: screen.says("登录没有成功"))
    assert screen.says("还可再试 4 次")
    type_in(screen, PIN)
    wait(screen, lambda: screen.shows("home"))


def test_a_pin_given_by_somebody_else_has_to_be_changed_first(kiosk: Callable[..., Screen]) -> None:
    screen = kiosk()
    screen.press("navSignIn")
    type_in(screen, FRESH)
    type_in(screen, PIN)
    wait(screen, lambda: screen.says("设定自己的 PIN"))
    type_in(screen, "805316")
    type_in(screen, "805317")
    assert screen.says("两次输入的 PIN 不一样")
    type_in(screen, "805316")
    type_in(screen, "805316")
    wait(screen, lambda: screen.shows("home", "nothingDocked"))


def test_who_walks_away_is_signed_out_and_everybody_sees_the_wall(
    kiosk: Callable[..., Screen], home: ShiftStation
) -> None:
    screen = kiosk()
    sign_in(screen)
    for _ in range(int(home.engine.settings.people.idle_s) - 5):
        screen.kiosk.tick()
    screen.settle()
    assert screen.says("秒后自动退出登录")
    for _ in range(6):
        screen.kiosk.tick()
    wait(screen, lambda: screen.shows("wall"))
    wait(screen, lambda: acts(home, Act.SIGNED_OUT) != [])


def test_only_an_administrator_is_offered_the_way_out(kiosk: Callable[..., Screen]) -> None:
    screen = kiosk()
    ended: list[bool] = []
    screen.kiosk.ended.connect(lambda: ended.append(True))
    sign_in(screen)
    assert not screen.shows("endKiosk")
    screen.kiosk.end()
    assert ended == []
    screen.press("signOut")
    sign_in(screen, ADMIN)
    screen.press("endKiosk")
    assert ended == [True]


def test_receipt_is_drawn_as_a_code_that_holds_the_text(home: ShiftStation) -> None:
    image = qr_image("EVD1/TEST")
    assert image.width() == image.height() == 21 + 2 * 4
    assert image.pixelColor(4, 4).lightness() == 0  # the corner of the first finder
    assert image.pixelColor(0, 0).lightness() == 255
    assert home.engine.catalog.totals().clips == 5


def test_a_full_card_and_an_empty_battery_are_said_with_what_to_do(
    kiosk: Callable[..., Screen], home: ShiftStation
) -> None:
    home.dock("REC-2", kind=FullRecorder)
    screen = kiosk()
    sign_in(screen)
    wait(screen, lambda: screen.says("存储卡快满了"))
    assert screen.says("换一台记录仪或换卡再出勤")
    assert screen.says("电量只剩 9%")
    assert screen.says("下次出勤前再取走")
    assert screen.says("采集完成，请确认案件并交接")


def test_an_unbound_recorder_is_said_at_its_slot_with_what_to_do(
    kiosk: Callable[..., Screen], home: ShiftStation
) -> None:
    home.dock("STRAY-1", badge=None)
    screen = kiosk()
    wait(screen, lambda: screen.shows("slot2"))
    screen.press("slot2")
    wait(screen, lambda: screen.says("记录仪未绑定人员"))
    assert screen.says("绑定记录仪")
    assert screen.says("STRAY-1")


def test_receipt_is_printed_and_a_printer_that_fails_holds_nobody_up(
    kiosk: Callable[..., Screen], home: ShiftStation, tmp_path: Path
) -> None:
    paper = tmp_path / "lp0"
    printer = PrinterSection(str(paper))
    home.engine.settings = msgspec.structs.replace(home.engine.settings, printer=printer)
    screen = kiosk()
    sign_in(screen)
    wait(screen, lambda: screen.shows("handIn"))
    screen.press("handIn")
    wait(screen, lambda: screen.shows("receiptPrint"))
    screen.press("receiptPrint")  # the device is not there
    wait(screen, lambda: screen.says("回执没有打印出来"))
    assert screen.shows("receiptMend", "receiptDone", "receipt")
    paper.touch()
    screen.press("receiptPrint")
    wait(screen, lambda: screen.says("已打印，再打印一张"))
    assert not screen.shows("receiptTrouble")
    assert b"\x1dv0" in paper.read_bytes()
    assert acts(home, Act.HANDED_IN) == [Act.HANDED_IN.value]
