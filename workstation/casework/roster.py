"""Bring the directory to a list of people: what differs, and nothing else, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workstation.casework.directory import badge_number, person_name, unit_code
from workstation.domain.errors_people import (
    AlreadyThereError,
    BadPersonError,
    CardBadError,
    CardTakenError,
    LastAdministratorError,
    UnknownUnitError,
)
from workstation.domain.people import Officer, OfficerId, Role, Unit, UnitId
from workstation.ipc.messages_people import RosterChange
from workstation.ledger.custody import Act
from workstation.ledger.people import PeopleWriter
from workstation.platform.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from workstation.casework.pins import Seal
    from workstation.catalog.people import PeopleQueries
    from workstation.ipc.messages_people import RosterOfficer, RosterUnit
    from workstation.ledger.transaction import Transaction
    from workstation.ledger.writer import Ledger


@dataclass(frozen=True, slots=True)
class Roster:
    """A list of people, whoever keeps it (``source``: ``local`` or ``central``)."""

    units: tuple[RosterUnit, ...]
    officers: tuple[RosterOfficer, ...]
    is_complete: bool = False  # whom the source listed before and does not now is disabled
    source: str = "local"
    gone: frozenset[str] = frozenset()  # badge numbers that the source lists no longer


def _no_seal() -> Seal:
    """For lists without cards."""
    raise CardBadError


class RosterPlan:
    """What a list would change; made from the directory as it is, applied in one transaction."""

    def __init__(
        self, roster: Roster, people: PeopleQueries, seal: Callable[[], Seal] = _no_seal
    ) -> None:
        """Compare; ``seal`` is asked only where the list has cards.

        Raises:
            BadPersonError: a value that can not be, a circle of units, an unknown role.
            AlreadyThereError: the list names somebody twice.
            UnknownUnitError: a unit that is neither there nor in the list.
            CardTakenError: a card of somebody else.
            LastAdministratorError: nobody would be left to change the directory.
        """
        self._roster = roster
        self._people = people
        self._seal = seal
        self._units = {unit.code: unit for unit in people.units()}
        self._new_units: list[Unit] = []
        self._changed_units: list[tuple[Unit, Unit]] = []
        self._new_officers: list[Officer] = []
        self._changed_officers: list[tuple[Officer, Officer]] = []
        self._cards: list[tuple[Officer, str, str]] = []
        self._taken_over: list[Officer] = []
        _require_distinct("badge", (row.badge for row in roster.officers))
        _require_distinct("unit", (row.code for row in roster.units))
        self._compare_units()
        self._compare_officers()

    # -- comparing -------------------------------------------------------------------------

    def _compare_units(self) -> None:
        before = dict(self._units)
        for row in roster_order(self._roster.units):
            parent = self._unit(row.parent).id if row.parent else None
            found = before.get(unit_code(row.code))
            if found is None:
                made = Unit(UnitId(new_id()), unit_code(row.code), person_name(row.name), parent)
                self._new_units.append(made)
                self._units[made.code] = made
                continue
            after = replace(found, name=person_name(row.name), parent=parent)
            self._units[after.code] = after
            if after != found:
                self._changed_units.append((found, after))
        self._require_tree()

    def _unit(self, code: str) -> Unit:
        found = self._units.get(unit_code(code))
        if found is None:
            raise UnknownUnitError(unit=code)
        return found

    def _require_tree(self) -> None:
        by_id = {unit.id: unit for unit in self._units.values()}
        for unit in self._units.values():
            above, seen = unit.parent, {unit.id}
            while above is not None:
                if above in seen:
                    raise BadPersonError(field="parent", value=unit.code)
                seen.add(above)
                above = by_id[above].parent

    def _compare_officers(self) -> None:
        lines = {line.officer.badge: line for line in self._people.officers()}
        after = {badge: line.officer for badge, line in lines.items()}
        for row in self._roster.officers:
            badge = badge_number(row.badge)
            known = lines.get(badge)
            officer = Officer(
                known.officer.id if known else OfficerId(new_id()),
                badge,
                person_name(row.name),
                self._unit(row.unit).id,
                role_of(row.role),
                row.is_active,
            )
            after[badge] = officer
            if known is None:
                self._new_officers.append(officer)
            elif officer != known.officer:
                self._changed_officers.append((known.officer, officer))
            if known is not None and known.source == "local" and self._roster.source != "local":
                self._taken_over.append(officer)
            self._compare_card(officer, row.card)
        listed = {row.badge for row in self._roster.officers}
        for badge, line in lines.items():
            one = line.officer
            is_gone = badge in self._roster.gone or (
                self._roster.is_complete and badge not in listed
            )
            if is_gone and line.source == self._roster.source and one.is_active:
                after[badge] = replace(one, is_active=False)
                self._changed_officers.append((one, after[badge]))
        had = [line.officer for line in lines.values() if _administers(line.officer)]
        if had and not any(map(_administers, after.values())):
            raise LastAdministratorError(badge=had[0].badge)

    def _compare_card(self, officer: Officer, number: str) -> None:
        if not number:
            return
        seal = self._seal()
        digest = seal.card(number)
        holder = self._people.officer_of_card(digest)
        if any(digest == taken for _, taken, _ in self._cards):
            raise CardTakenError(badge=officer.badge)
        if holder is None:
            self._cards.append((officer, digest, seal.key_check))
        elif holder.id != officer.id:
            raise CardTakenError(badge=holder.badge)

    # -- what comes of it ------------------------------------------------------------------

    @property
    def changes(self) -> tuple[RosterChange, ...]:
        """What would change, in the words of the custody entries."""
        codes = {unit.id: unit.code for unit in self._units.values()}
        found = [RosterChange(Act.UNIT_ADDED.value, one.code, one.name) for one in self._new_units]
        for old, new in self._changed_units:
            was, now = (_unit_text(one, codes) for one in (old, new))
            found.append(RosterChange(Act.UNIT_CHANGED.value, new.code, new.name, was, now))
        found += [_added(one, codes[one.unit]) for one in self._new_officers]
        for before, after in self._changed_officers:
            found += _differences(before, after, codes)
        found += [
            RosterChange(Act.CARD_BOUND.value, one.badge, one.name) for one, *_ in self._cards
        ]
        return tuple(found)

    @property
    def unsettled(self) -> list[Officer]:
        """Whose sessions end: officers whose role, unit or right to be here changes."""
        return [after for before, after in self._changed_officers if before != after]

    def apply(self, ledger: Ledger, by: str) -> None:
        """Make it so; all of it or nothing."""
        if self.changes:
            with ledger.transaction() as tx:
                self.write(tx, by)

    def write(self, tx: Transaction, by: str) -> int:
        """Make it so within a transaction; how many changes."""
        changes = len(self.changes) + len(self._taken_over)
        if not changes:
            return 0
        writer = PeopleWriter(tx, by)
        for unit in self._new_units:
            writer.add_unit(unit)
        for _, unit in self._changed_units:
            writer.change_unit(unit)
        writer.add_officers(self._new_officers, self._roster.source)
        for before, after in self._changed_officers:
            writer.change_officer(before, after)
        for officer in self._taken_over:
            writer.take_over(officer, self._roster.source)
        for officer, digest, key_check in self._cards:
            writer.bind_card(officer, digest, key_check)
        writer.append(
            Act.ROSTER_APPLIED,
            source=self._roster.source,
            units=len(self._roster.units),
            officers=len(self._roster.officers),
            complete=self._roster.is_complete,
            changes=changes,
        )
        return changes


def role_of(text: str) -> Role:
    """A role by its value.

    Raises:
        BadPersonError: there is no such role.
    """
    try:
        return Role(text)
    except ValueError as error:
        raise BadPersonError(field="role", value=text) from error


def roster_order(units: Iterable[RosterUnit]) -> list[RosterUnit]:
    """The units with each parent before its children, as far as the list holds both.

    Raises:
        BadPersonError: they stand in a circle.
    """
    waiting = {unit.code: unit for unit in units}
    ordered: list[RosterUnit] = []
    while waiting:
        ready = [unit for unit in waiting.values() if unit.parent not in waiting]
        if not ready:
            raise BadPersonError(field="parent", value=next(iter(waiting)))
        ordered += ready
        for unit in ready:
            del waiting[unit.code]
    return ordered


def _require_distinct(field: str, values: Iterable[str]) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise AlreadyThereError(**{field: value})
        seen.add(value)


def _added(officer: Officer, unit: str) -> RosterChange:
    now = f"{unit} {officer.role.value}"
    return RosterChange(Act.OFFICER_ADDED.value, officer.badge, officer.name, now=now)


def _unit_text(unit: Unit, codes: Mapping[UnitId, str]) -> str:
    return f"{unit.name} ({codes[unit.parent]})" if unit.parent else unit.name


def _administers(officer: Officer) -> bool:
    return officer.is_active and officer.role is Role.ADMINISTRATOR


def _differences(
    before: Officer, after: Officer, codes: Mapping[UnitId, str]
) -> list[RosterChange]:
    def change(act: Act, was: str = "", now: str = "") -> RosterChange:
        return RosterChange(act.value, after.badge, after.name, was, now)

    found = []
    if before.name != after.name:
        found.append(change(Act.OFFICER_CHANGED, before.name, after.name))
    if before.unit != after.unit:
        found.append(change(Act.OFFICER_CHANGED, codes[before.unit], codes[after.unit]))
    if before.role is not after.role:
        found.append(change(Act.ROLE_GIVEN, before.role.value, after.role.value))
    if before.is_active != after.is_active:
        found.append(change(Act.OFFICER_ENABLED if after.is_active else Act.OFFICER_DISABLED))
    return found
