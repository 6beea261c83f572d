"""A shift's end at the cabinet's own screen: a real process, a real X server, keys and clicks."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.ui.shift_station import ADMIN, CARD, PIN
from workstation.ledger import receipts
from workstation.ledger.custody import Act, decode
from workstation.station import record

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.cabinet import Cabinet
    from tests.ui.screen import Screen
    from tests.ui.shift_station import ShiftStation

WAYS_OUT = ("alt+F4", "ctrl+q", "ctrl+w", "Escape", "F11", "super", "alt+Tab", "ctrl+alt+Delete")


def test_only_an_administrators_pin_closes_the_kiosk(cabinet: Cabinet, mirror: Screen) -> None:
    cabinet.until(lambda: cabinet.shows(mirror))
    running = cabinet.kiosk_pid
    cabinet.keys(*WAYS_OUT)
    cabinet.click(mirror, "navSignIn")
    cabinet.until(lambda: cabinet.shows(mirror))
    for typed in (ADMIN, PIN):
        cabinet.type(typed)
        for digit in typed:
            mirror.press(f"key{digit}")
        mirror.press("keyDone")
    mirror.until(lambda: mirror.shows("endKiosk"))
    cabinet.until(lambda: cabinet.shows(mirror))
    assert cabinet.kiosk_pid == running
    cabinet.click(mirror, "endKiosk")
    assert cabinet.guard.wait(120) == 0
    assert cabinet.place is None, "an orderly end forgets where it was"


def test_a_killed_kiosk_is_back_in_the_same_place(cabinet: Cabinet, mirror: Screen) -> None:
    cabinet.until(lambda: cabinet.shows(mirror))
    cabinet.click(mirror, "slot1")
    cabinet.until(lambda: cabinet.place == ("slot", 1) and cabinet.shows(mirror))
    killed = cabinet.kiosk_pid
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    cabinet.until(lambda: cabinet.kiosk_pid not in (None, killed))
    cabinet.until(lambda: cabinet.shows(mirror))


def test_an_officer_hands_in_and_takes_the_receipt_by_phone(
    cabinet: Cabinet, mirror: Screen, home: ShiftStation, tmp_path: Path
) -> None:
    if shutil.which("zbarimg") is None:
        pytest.skip("no zbarimg on this machine")
    cabinet.until(lambda: cabinet.shows(mirror))
    cabinet.hold_card(CARD)
    mirror.kiosk.card(CARD)
    cabinet.until(lambda: cabinet.shows(mirror))
    for digit in PIN:
        cabinet.click(mirror, f"key{digit}")
    cabinet.click(mirror, "keyDone")
    mirror.until(lambda: mirror.shows("yes0"))
    cabinet.until(lambda: cabinet.shows(mirror))
    cabinet.click(mirror, "yes0")
    mirror.until(lambda: mirror.says("已归入 2024-0317 文明路盗窃案"))
    cabinet.until(lambda: cabinet.shows(mirror))
    cabinet.click(mirror, "handIn")
    mirror.until(lambda: mirror.shows("receiptScreen"))
    cabinet.until(lambda: cabinet.shows(mirror) and _photo(cabinet, tmp_path) != "")
    receipt, signature = receipts.parse(_photo(cabinet, tmp_path))
    assert receipts.holds(receipt, signature, record.load_key(home.bench.paths))
    assert receipt.held == 5
    written = [decode(line, 0).act for line in home.engine.catalog.custody_lines(limit=10_000)]
    assert Act.HANDED_IN.value in written
    assert Act.LINKED.value in written


def _photo(cabinet: Cabinet, folder: Path) -> str:
    """What a phone in front of the screen reads; nothing if it finds no code."""
    picture = folder / "photo.png"
    cabinet.picture().save(picture)
    read = subprocess.run(
        ["zbarimg", "--quiet", "--raw", "-Sbinary", str(picture)],
        capture_output=True,
        text=True,
        check=False,
    )
    return read.stdout.strip()
