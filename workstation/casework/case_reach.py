"""Whose cases somebody may touch, and whose words he may put his own in place of (proof.md §9).

A case is the unit's where whoever opened it was posted then. Adding to what is known and taking
back what somebody said are two things: only who said it, or who leads him, may take it back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from workstation.domain.casework import Field
from workstation.domain.errors import NotPermittedError
from workstation.domain.people import Permission, Scope

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from workstation.casework.people import PeopleDesk
    from workstation.casework.sessions import Person
    from workstation.domain.casework import Operation
    from workstation.domain.casework_state import CaseFile
    from workstation.domain.people import UnitId
    from workstation.ledger.speaking import Guard


class Cases(Protocol):
    """What is asked about cases."""

    def case(self, case: str) -> CaseFile: ...


class CaseReach:
    """Asks the directory and the cases; raises what is refused. Safe to call from any thread."""

    def __init__(self, desk: PeopleDesk, cases: Cases) -> None:
        self._desk = desk
        self._cases = cases

    def require_cases(self, person: Person, permission: Permission, cases: Iterable[str]) -> None:
        """Refuse to change or hold cases of another unit.

        Raises:
            UnknownCaseError: there is no such case.
            NotPermittedError: it is beyond the person's reach.
        """
        for case in cases:
            if not self._is_within(person, permission, self._cases.case(case)):
                raise self._refused(person, permission, case=case)

    def require_linkable(self, person: Person, cases: Iterable[str]) -> None:
        """Refuse to link to cases that are no business of the person's unit.

        Cases of one's own unit, of those below it, of those above it, and cases that came from
        nobody in this station's directory.

        Raises:
            UnknownCaseError, NotPermittedError: see ``require_cases``.
        """
        permission = Permission.LINK
        for case in cases:
            file = self._cases.case(case)
            unit = self._unit_of(file.opened_by, file.opened_at)
            if unit is None or unit in self._above(person.officer.unit):
                continue
            if not self._is_within(person, permission, file):
                raise self._refused(person, permission, case=case)

    def guard(self, person: Person, permission: Permission) -> Guard:
        """What is asked of each thing said before, that something new would replace."""

        def ask(said: Operation) -> None:
            if not self._may_replace(person, permission, said):
                raise self._refused(person, permission, field=said.field.value, said_by=said.by)

        return ask

    def _may_replace(self, person: Person, permission: Permission, said: Operation) -> bool:
        scope = person.scope(permission)
        if scope is Scope.STATION or said.by == person.officer.badge:
            return scope is not None
        if scope is not Scope.UNIT:
            return False
        unit = self._unit_of(said.by, said.at)
        # A hold that the machine or another station placed may be there against this very leader.
        return said.field is not Field.HOLD if unit is None else unit in self._units(person)

    def _is_within(self, person: Person, permission: Permission, file: CaseFile) -> bool:
        scope = person.scope(permission)
        if scope is None or scope is Scope.STATION:
            return scope is not None
        if file.opened_by == person.officer.badge:
            return True
        unit = self._unit_of(file.opened_by, file.opened_at)
        if scope is Scope.OWN:
            return unit == person.officer.unit
        return unit is None or unit in self._units(person)

    def _units(self, person: Person) -> frozenset[UnitId]:
        return self._desk.catalog.reach(person.officer, Scope.UNIT).units

    def _unit_of(self, badge: str, at: datetime | None) -> UnitId | None:
        return None if at is None else self._desk.catalog.posted(badge, at)

    def _above(self, unit: UnitId) -> frozenset[UnitId]:
        parents = {one.id: one.parent for one in self._desk.catalog.units()}
        above: set[UnitId] = set()
        one = parents.get(unit)
        while one is not None and one not in above:
            above.add(one)
            one = parents.get(one)
        return frozenset(above)

    def _refused(
        self, person: Person, permission: Permission, **facts: object
    ) -> NotPermittedError:
        officer = person.officer
        what = "case" if "case" in facts else "said"
        self._desk.signing.deny(officer.badge, f"{what}:{permission.value}", NotPermittedError.code)
        return NotPermittedError(**facts, badge=officer.badge, role=officer.role.value)
