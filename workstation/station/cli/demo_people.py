"""The people of a demonstration: officers of its recorders, leader, administrator, auditor.

A station has no default secret, and a demonstration is no exception: PINs and cards are drawn
anew each time, told to whoever started it, and kept beside its own state only.
"""

from __future__ import annotations

import os
import secrets
from contextlib import closing
from typing import TYPE_CHECKING, Final

import msgspec

from workstation.casework.cases import CaseChange, create
from workstation.casework.directory import Directory
from workstation.casework.pins import load_seal, require_good_pin
from workstation.casework.roster import Roster, RosterPlan
from workstation.catalog.reader import Catalog
from workstation.devices.simulation.cards import card_of
from workstation.devices.simulation.families import owner_of
from workstation.devices.simulation.plan import SlotPlan
from workstation.domain.errors_people import PinWeakError
from workstation.domain.people import Role
from workstation.ipc.messages_people import RosterOfficer, RosterUnit
from workstation.ipc.messages_recorders import BindRecorder
from workstation.station import record
from workstation.station.commands.recorders import bind_recorder
from workstation.vault.diskfile import write_durably

if TYPE_CHECKING:
    from pathlib import Path

    from workstation.devices.simulation.families import Owner
    from workstation.devices.simulation.plan import DockPlan
    from workstation.ledger.writer import Ledger
    from workstation.platform.paths import StatePaths
    from workstation.platform.settings import Settings

FILE: Final = "demo-people.json"
OFFICERS = 8  # sealing a PIN takes a sixth of a second
PIN_DIGITS = 6
_TOP = ("3201", "城东大队")
_UNITS = {"一中队": "3201-1", "二中队": "3201-2", "三中队": "3201-3", "机动中队": "3201-4"}
# Above every badge number of a simulated recorder's officer, which ends in its slot (1..64).
_OTHERS = (
    ("100901", "林队", Role.LEADER),
    ("100902", "赵管", Role.ADMINISTRATOR),
    ("100903", "钱审", Role.AUDITOR),
)
_CASES = (
    ("酒后驾驶", "行政案件", "人民路与解放路路口"),
    ("商铺盗窃", "刑事案件", "东风市场"),
    ("噪声扰民", "治安案件", "滨河小区"),
)


class DemoPerson(msgspec.Struct, frozen=True):
    """Somebody who can sign in at the demonstration."""

    badge: str
    name: str
    unit: str
    role: str
    pin: str
    card: str
    recorder: str = ""


def settle(paths: StatePaths, settings: Settings, dock: DockPlan) -> tuple[DemoPerson, ...]:
    """Enter the people into the new station: directory, PINs, cards, recorders, cases."""
    owners = [owner_of(dock.seed, slot) for slot in range(1, min(dock.slots, OFFICERS) + 1)]
    people = tuple(_people(owners))
    with (
        record.sole_owner(paths),
        closing(record.open_ledger(paths)) as ledger,
        closing(Catalog.open(paths.ledger)) as catalog,
    ):
        by = f"uid:{os.getuid()}"
        seal = load_seal(paths.people_key, catalog.people_key_checks())
        RosterPlan(_roster(people), catalog, lambda: seal).apply(ledger, by)
        directory, least = Directory(ledger, catalog), settings.people.pin_digits
        for one in people:
            directory.set_pin(one.badge, one.pin, seal, least, by, must_change=False)
        for one in filter(lambda one: one.recorder, people):
            bind_recorder(ledger, BindRecorder(one.recorder, one.badge, one.name, one.unit), by)
        _open_cases(ledger, dock, owners)
    write_durably(paths.root / FILE, msgspec.json.encode(people), mode=0o600)
    return people


def read(path: Path) -> tuple[DemoPerson, ...]:
    """The people of a demonstration's state; nobody where it is none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=tuple[DemoPerson, ...])
    except FileNotFoundError:
        return ()


def table(people: tuple[DemoPerson, ...]) -> list[str]:
    """What is told to whoever started the demonstration."""
    lines = [
        "可以登录的人（只在这次演示里有效）：证号、PIN、证件卡",
        "Who can sign in, in this demonstration only: number, PIN, badge card",
    ]
    lines += [
        f"  {one.badge}  {one.pin}  {one.card}  {_ROLES[one.role]}  {one.name} {one.unit}"
        for one in people
    ]
    return lines


_ROLES = {
    Role.OFFICER.value: "执法人员 officer",
    Role.LEADER.value: "中队长 leader",
    Role.ADMINISTRATOR.value: "管理员 administrator",
    Role.AUDITOR.value: "审计员 auditor",
}


def _people(owners: list[Owner]) -> list[DemoPerson]:
    officers = [
        DemoPerson(
            badge=owner.badge,
            name=owner.name,
            unit=_UNITS[owner.unit],
            role=Role.OFFICER.value,
            pin=_pin(owner.badge),
            card=_card(),
            recorder=owner.serial,
        )
        for owner in owners
    ]
    others = [
        DemoPerson(badge, name, _TOP[0], role.value, _pin(badge), _card())
        for badge, name, role in _OTHERS
    ]
    return officers + others


def _pin(badge: str) -> str:
    while True:
        pin = f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}d}"
        try:
            require_good_pin(pin, badge, PIN_DIGITS)
        except PinWeakError:
            continue
        return pin


def _card() -> str:
    return secrets.token_hex(5).upper()


def _roster(people: tuple[DemoPerson, ...]) -> Roster:
    units = (
        RosterUnit(*_TOP),
        *(RosterUnit(code, name, _TOP[0]) for name, code in _UNITS.items()),
    )
    rows = (
        RosterOfficer(one.badge, one.name, one.unit, one.role, is_active=True, card=one.card)
        for one in people
    )
    return Roster(units, tuple(rows))


def _open_cases(ledger: Ledger, dock: DockPlan, owners: list[Owner]) -> None:
    """Cases of the shift that the simulated recorders filmed, each in somebody's first outing."""
    leader = _OTHERS[0][0]
    for number, ((title, kind, place), owner) in enumerate(zip(_CASES, owners, strict=False), 1):
        videos = card_of(SlotPlan(dock, number)).videos
        if not videos:
            continue
        fields = {
            "number": f"A3201{dock.day:%Y%m%d}{number:02d}",
            "title": title,
            "type": kind,
            "place": place,
            "occurred": videos[0].at.replace(microsecond=0).isoformat(),
        }
        create(ledger, CaseChange(fields, (owner.name,)), leader)
