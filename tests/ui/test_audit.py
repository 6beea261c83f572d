"""The auditor's room with real clicks: pages, filters, one entry in full, the check, the export."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.ui.fit import faults
from tests.ui.officer import go_to, sign_in, wait
from tests.ui.screen import said
from tests.ui.shift_station import ADMIN, AUDITOR, LEADER
from tests.ui.test_fit import every_size, in_both_languages, shoot
from workstation.catalog.auditing import EntryFilter
from workstation.ledger.custody import Act, decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.ui.screen import Screen
    from tests.ui.shift_station import ShiftStation


def at_the_ledger(screen: Screen) -> Screen:
    sign_in(screen, AUDITOR)
    go_to(screen, "audit")
    wait(screen, lambda: screen.shows("audit", "entry0", "checkAll"))
    return screen


def check_until(screen: Screen, words: str) -> None:
    """The kiosk asks each second; the test's seconds are shorter."""

    def look() -> bool:
        screen.kiosk.rooms.audit.tick()
        return screen.says(words)

    wait(screen, look)


def test_an_auditor_reads_an_entry_with_its_hash_and_checkpoint(
    kiosk: Callable[..., Screen], home: ShiftStation
) -> None:
    screen = at_the_ledger(kiosk())
    (newest,) = home.engine.catalog.entries(EntryFilter(), 0, 1)
    assert said(screen.get("checkLead")) == "启动以来还没有核验"
    assert screen.get("entry0").property("lead").startswith("登录 · 王40")
    screen.press("entry0")
    wait(screen, lambda: screen.says("行的签名检查点覆盖") or screen.says("尚未签名"))
    assert screen.says(newest.hash)
    assert screen.says(newest.line.decode())
    screen.press("entryClose")
    assert not screen.shows("entrySheet")


def test_kinds_people_and_clips_narrow_the_ledger(
    kiosk: Callable[..., Screen], home: ShiftStation
) -> None:
    screen = at_the_ledger(kiosk())
    screen.press("auditFilter_kind")
    option = next(
        item.objectName()
        for item in screen.items()
        if item.objectName().startswith("option") and item.property("name") == "收入证据库"
    )
    screen.press(option)
    wait(screen, lambda: screen.get("entries").property("count") == 5)
    screen.press("entry0")
    screen.press("entryClip")
    wait(screen, lambda: screen.get("entries").property("count") == 1)
    assert screen.shows("auditFilter_clip")
    screen.press("auditFilter_clip")
    wait(screen, lambda: screen.get("entries").property("count") == 5)
    screen.press("auditFilter_kind")
    screen.press("optionsClear")
    screen.press("auditFilter_days")
    screen.press("option3")  # yesterday, when this station was not there yet
    wait(screen, lambda: screen.shows("noEntry"))
    assert not home.paths_of_exports()


def test_pages_go_back_to_the_first_line_and_forth_again(
    kiosk: Callable[..., Screen], home: ShiftStation
) -> None:
    with home.engine.ledger.transaction() as tx:
        for number in range(120):
            tx.append(Act.NOTED, by="012345", facts={"number": number})
    screen = at_the_ledger(kiosk())
    first = screen.get("entry0").property("detail")
    screen.press("auditOlder")
    wait(screen, lambda: screen.says("第 2 页"))
    while screen.kiosk.rooms.audit.property("older_there"):
        page = screen.kiosk.rooms.audit.property("place")
        screen.press("auditOlder")
        wait(screen, partial(screen.says, f"第 {page + 1} 页"))
    rows = screen.kiosk.rooms.audit.property("rows")
    assert rows[-1]["seq"] == 1
    assert rows[-1]["lead"].startswith("建站")
    while screen.kiosk.rooms.audit.property("place") > 1:
        page = screen.kiosk.rooms.audit.property("place")
        screen.press("auditNewer")
        wait(screen, partial(screen.says, f"第 {page - 1} 页"))
    wait(screen, lambda: screen.get("entry0").property("detail") == first)


def test_everything_is_verified_by_a_press_and_damage_is_said_in_words(
    kiosk: Callable[..., Screen], home: ShiftStation
) -> None:
    screen = at_the_ledger(kiosk())
    screen.press("checkAll")
    check_until(screen, "台账和全部证据完好")
    victim = next(iter(home.engine.vault.object_files()))
    victim.chmod(0o600)
    victim.write_bytes(victim.read_bytes()[:-1] + b"\0")
    screen.press("checkAll")
    check_until(screen, "发现 1 处问题")
    assert screen.shows("fault0")
    assert "object.damaged" in screen.get("fault0").property("lead")


def test_an_export_is_a_file_with_its_proof_and_an_entry(
    kiosk: Callable[..., Screen], home: ShiftStation
) -> None:
    screen = at_the_ledger(kiosk())
    screen.press("auditExport")
    wait(screen, lambda: screen.shows("auditNote"))
    (written,) = home.paths_of_exports()
    assert str(written) in said(screen.get("auditNote"))
    document = json.loads(Path(written).read_bytes())
    assert document["document"] == "evidock-custody-proof"
    (newest,) = home.engine.catalog.entries(EntryFilter(), 0, 1)
    entry = decode(newest.line, newest.seq)
    assert (entry.act, entry.by) == (Act.ENTRIES_EXPORTED.value, AUDITOR)


@pytest.mark.parametrize("badge", [ADMIN, LEADER])
def test_nobody_else_enters_the_room(kiosk: Callable[..., Screen], badge: str) -> None:
    screen = kiosk()
    sign_in(screen, badge)
    assert not screen.shows("nav_audit")
    screen.kiosk.enter("audit")
    assert not screen.shows("audit")


def tour(screen: Screen) -> Iterator[str]:
    """All that the room shows."""
    at_the_ledger(screen)
    yield "audit"
    screen.press("entry0")
    wait(screen, lambda: screen.shows("entryFact8") or screen.shows("entryFact6"))
    yield "audit-entry"
    screen.press("entryClose")
    screen.press("auditFilter_kind")
    yield "audit-kinds"
    screen.press("optionsBack")
    screen.press("checkAll")
    check_until(screen, "台账和全部证据完好")
    yield "audit-checked"
    screen.press("auditExport")
    wait(screen, lambda: screen.shows("auditNote"))
    yield "audit-exported"


@every_size
def test_nothing_is_cut_and_everything_can_be_pressed(
    kiosk: Callable[..., Screen], size: tuple[int, int]
) -> None:
    screen = kiosk(*size)
    for name in in_both_languages(screen, tour(screen)):
        shoot(screen, name)
        assert (name, faults(screen)) == (name, [])
