"""``people``: who there is, what they may, how they sign in; lists of people from a file."""

from __future__ import annotations

import getpass
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, cast

from workstation.casework.roster_file import read_roster
from workstation.catalog.reader import Catalog
from workstation.domain.errors import ProtocolError, UsageError
from workstation.domain.errors_people import UnknownOfficerError
from workstation.domain.people import GRANTS, Role
from workstation.ipc.messages_people import (
    AddOfficer,
    AddUnit,
    ApplyRoster,
    BindCard,
    ChangeOfficer,
    GiveRole,
    ListDenials,
    ListPeople,
    People,
    RemoveCards,
    SetActive,
    SetPin,
    UnlockOfficer,
)
from workstation.ledger.custody import decode
from workstation.station.cli.acting import give

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from workstation.ipc.messages import AnyCommand
    from workstation.ipc.messages_people import (
        Denials,
        OfficerView,
        RosterChanges,
    )
    from workstation.station.cli.table import Invocation, Table

ROLES = [role.value for role in Role]


def add_commands(table: Table) -> None:
    """The commands about people."""
    people = table.group("people", "officers, units, roles, PINs and cards")
    people.add("list", "everybody and every unit", _list, json=True)
    _officer(people.add("show", "one officer, what he may, what was done to him", _show, json=True))
    one = people.add("unit", "add a unit", _unit, json=True)
    one.add_argument("code", metavar="CODE")
    one.add_argument("name", metavar="NAME")
    one.add_argument("--parent", metavar="CODE", help="the unit it belongs to")
    one = _officer(people.add("add", "add an officer; asks for a first PIN", _add, json=True))
    one.add_argument("name", metavar="NAME")
    one.add_argument("--unit", required=True, metavar="CODE")
    one.add_argument("--role", choices=ROLES, default=Role.OFFICER.value)
    one.add_argument(
        "--pin", action="store_true", help="ask for a first PIN, or read it from stdin"
    )
    one = _officer(people.add("change", "another name or unit", _change, json=True))
    one.add_argument("--name", metavar="NAME")
    one.add_argument("--unit", metavar="CODE")
    one = _officer(people.add("role", "give another role", _role, json=True))
    one.add_argument("role", choices=ROLES)
    _officer(people.add("disable", "let an officer sign in no more", _disable, json=True))
    _officer(people.add("enable", "let an officer sign in again", _enable, json=True))
    _officer(people.add("pin", "set a PIN, to be changed at once", _pin, json=True))
    one = _officer(people.add("card", "bind a badge card", _card, json=True))
    one.add_argument("--remove", action="store_true", help="take all of the officer's cards away")
    _officer(people.add("unlock", "end a lockout before its time", _unlock, json=True))
    one = people.add("import", "bring the directory to a list", _import, json=True)
    one.add_argument("file", type=Path, metavar="FILE", help=".csv or .toml")
    one.add_argument(
        "--dry-run", action="store_true", help="show what would change, change nothing"
    )
    one.add_argument("--complete", action="store_true", help="disable whom the list does not name")
    people.add("denials", "what was refused, to whom, how often", _denials, json=True)


def _officer(one: ArgumentParser) -> ArgumentParser:
    one.add_argument("badge", metavar="BADGE", help="badge number")
    return one


def _do(invocation: Invocation, command: AnyCommand) -> int:
    """Give a command whose answer is that it is done."""
    give(invocation.paths, command)
    if invocation.voice.as_json:
        invocation.voice.document({"done": type(command).__name__})
    else:
        invocation.voice.line("已记入台账 / recorded")
    return 0


def _secret(prompt: str) -> str:
    """A secret from the keyboard, unseen; where there is none, a line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass(f"{prompt}: ")
    if getpass.getpass("再输入一次 / again: ") != first:
        raise UsageError(reason="两次输入不同 / the two differ")
    return first


def _people(invocation: Invocation) -> People:
    found = give(invocation.paths, ListPeople())
    if not isinstance(found, People):
        raise ProtocolError(reason="unexpected_answer", answer=type(found).__name__)
    return found


def _list(invocation: Invocation) -> int:
    people, voice = _people(invocation), invocation.voice
    if voice.as_json:
        voice.document(people)
        return 0
    for unit in people.units:
        voice.line(f"{unit.code}  {unit.name}" + (f"  < {unit.parent}" if unit.parent else ""))
    for one in people.officers:
        voice.line("  ".join((one.badge, one.name, one.unit, one.role, *_marks(one))))
    return 0


def _marks(one: OfficerView) -> list[str]:
    marks = {
        "停用 disabled": not one.is_active,
        "没有 PIN / no PIN": not one.has_pin,
        "须改 PIN / PIN to be changed": one.must_change_pin,
        f"锁定至 locked until {one.locked_until}": one.locked_until is not None,
        f"卡 cards: {one.cards}": one.cards > 0,
    }
    return [words for words, holds in marks.items() if holds]


def _show(invocation: Invocation) -> int:
    badge, voice = invocation.arguments.badge, invocation.voice
    found = next((one for one in _people(invocation).officers if one.badge == badge), None)
    if found is None:
        raise UnknownOfficerError(badge=badge)
    may = {what.value: scope.name.lower() for what, scope in GRANTS[Role(found.role)].items()}
    with closing(Catalog.open(invocation.paths.ledger)) as catalog:
        lines = [decode(line, 0) for line in catalog.custody_of_officer(badge)]
    if voice.as_json:
        voice.document({"officer": found, "may": may, "custody": lines})
        return 0
    voice.line("  ".join((found.badge, found.name, found.unit, found.role, *_marks(found))))
    for what, scope in may.items():
        voice.line(f"    {what}: {scope}")
    for line in lines:
        voice.line(f"  #{line.seq} {line.at} {line.act} by {line.by}")
    return 0


def _unit(invocation: Invocation) -> int:
    chosen = invocation.arguments
    return _do(invocation, AddUnit(chosen.code, chosen.name, chosen.parent))


def _add(invocation: Invocation) -> int:
    chosen = invocation.arguments
    pin = _secret("第一个 PIN / first PIN") if chosen.pin else None
    code = _do(invocation, AddOfficer(chosen.badge, chosen.name, chosen.unit, chosen.role))
    if pin is not None:
        give(invocation.paths, SetPin(chosen.badge, pin))
    return code


def _change(invocation: Invocation) -> int:
    chosen = invocation.arguments
    return _do(invocation, ChangeOfficer(chosen.badge, chosen.name, chosen.unit))


def _role(invocation: Invocation) -> int:
    return _do(invocation, GiveRole(invocation.arguments.badge, invocation.arguments.role))


def _disable(invocation: Invocation) -> int:
    return _do(invocation, SetActive(invocation.arguments.badge, is_active=False))


def _enable(invocation: Invocation) -> int:
    return _do(invocation, SetActive(invocation.arguments.badge, is_active=True))


def _pin(invocation: Invocation) -> int:
    return _do(invocation, SetPin(invocation.arguments.badge, _secret("新 PIN / new PIN")))


def _card(invocation: Invocation) -> int:
    chosen = invocation.arguments
    if chosen.remove:
        return _do(invocation, RemoveCards(chosen.badge))
    return _do(invocation, BindCard(chosen.badge, _secret("刷卡 / present the card")))


def _unlock(invocation: Invocation) -> int:
    return _do(invocation, UnlockOfficer(invocation.arguments.badge))


def _import(invocation: Invocation) -> int:
    chosen, voice = invocation.arguments, invocation.voice
    roster = read_roster(chosen.file)
    command = ApplyRoster(
        roster.units,
        roster.officers,
        is_complete=chosen.complete or roster.is_complete,
        dry_run=chosen.dry_run,
    )
    found = cast("RosterChanges", give(invocation.paths, command))
    if voice.as_json:
        voice.document(found)
        return 0
    for change in found.changes:
        became = f"  {change.was} → {change.now}" if change.was or change.now else ""
        voice.line(f"{change.act}  {change.subject}  {change.name}{became}")
    words = (
        "已导入 / imported" if found.is_applied else "试运行，没有改动 / dry run, nothing changed"
    )
    voice.line(f"{words}: {len(found.changes)}")
    return 0


def _denials(invocation: Invocation) -> int:
    found = cast("Denials", give(invocation.paths, ListDenials()))
    if invocation.voice.as_json:
        invocation.voice.document(found)
        return 0
    for one in found.denials:
        invocation.voice.line(f"{one.last_at}  {one.who}  {one.what}  {one.code}  ×{one.count}")
    return 0
