"""The directory of people: adding, changing, disabling; each change with its custody entry."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from workstation.casework.pins import require_good_pin
from workstation.domain.clip import BadgeNumber
from workstation.domain.errors_people import (
    AlreadyThereError,
    BadPersonError,
    CardTakenError,
    LastAdministratorError,
    UnknownOfficerError,
    UnknownUnitError,
)
from workstation.domain.people import Officer, OfficerId, Role, Unit, UnitCode, UnitId
from workstation.ledger.custody import Act
from workstation.ledger.people import PeopleWriter
from workstation.platform.ids import new_id

if TYPE_CHECKING:
    from workstation.casework.pins import Seal
    from workstation.catalog.people import PeopleQueries
    from workstation.ledger.writer import Ledger

_BADGE = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,31}")
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,31}")
NAME_LONGEST = 64


class Directory:
    """Who there is. ``by`` is who changes it. Safe to call from any thread."""

    def __init__(self, ledger: Ledger, people: PeopleQueries) -> None:
        self._ledger = ledger
        self._people = people

    # -- units -----------------------------------------------------------------------------

    def unit(self, code: str) -> Unit:
        """The unit of this code.

        Raises:
            UnknownUnitError: there is none.
        """
        for unit in self._people.units():
            if unit.code == code:
                return unit
        raise UnknownUnitError(unit=code)

    def add_unit(self, code: str, name: str, parent: str | None, by: str) -> Unit:
        """A department, below the one with the code ``parent``.

        Raises:
            AlreadyThereError, UnknownUnitError, BadPersonError
        """
        above = self.unit(parent).id if parent else None
        if any(unit.code == code for unit in self._people.units()):
            raise AlreadyThereError(unit=code)
        unit = Unit(UnitId(new_id()), unit_code(code), person_name(name), above)
        with self._ledger.transaction() as tx:
            PeopleWriter(tx, by).add_unit(unit)
        return unit

    # -- officers --------------------------------------------------------------------------

    def officer(self, badge: str) -> Officer:
        """The officer of this badge number.

        Raises:
            UnknownOfficerError: there is none.
        """
        found = self._people.officer(badge)
        if found is None:
            raise UnknownOfficerError(badge=badge)
        return found

    def add(self, badge: str, name: str, unit: str, role: Role, by: str) -> Officer:
        """Somebody new; without PIN and card he can not sign in yet.

        Raises:
            AlreadyThereError, UnknownUnitError, BadPersonError
        """
        if self._people.officer(badge) is not None:
            raise AlreadyThereError(badge=badge)
        officer = Officer(
            OfficerId(new_id()), badge_number(badge), person_name(name), self.unit(unit).id, role
        )
        with self._ledger.transaction() as tx:
            PeopleWriter(tx, by).add_officer(officer, "local")
        return officer

    def change(
        self,
        badge: str,
        by: str,
        *,
        name: str | None = None,
        unit: str | None = None,
        role: Role | None = None,
        is_active: bool | None = None,
    ) -> Officer:
        """Change what is given, leave the rest; the officer as he is now.

        Raises:
            UnknownOfficerError, UnknownUnitError, BadPersonError
            LastAdministratorError: nobody would be left to change the directory.
        """
        before = self.officer(badge)
        after = replace(
            before,
            name=before.name if name is None else person_name(name),
            unit=before.unit if unit is None else self.unit(unit).id,
            role=before.role if role is None else role,
            is_active=before.is_active if is_active is None else is_active,
        )
        if after != before:
            self._keep_an_administrator(after)
            with self._ledger.transaction() as tx:
                PeopleWriter(tx, by).change_officer(before, after)
        return after

    def _keep_an_administrator(self, after: Officer) -> None:
        if after.is_active and after.role is Role.ADMINISTRATOR:
            return
        if self._people.administrators() == [after.id]:
            raise LastAdministratorError(badge=after.badge)

    # -- secrets ---------------------------------------------------------------------------

    def set_pin(
        self,
        badge: str,
        pin: str,
        seal: Seal,
        least_digits: int,
        by: str,
        *,
        must_change: bool = True,
    ) -> Officer:
        """Give somebody a PIN, which he has to change when he signs in unless he chose it.

        Raises:
            UnknownOfficerError, PinWeakError
        """
        officer = self.officer(badge)
        require_good_pin(pin, badge, least_digits)
        sealed = seal.seal(officer, pin, must_change=must_change)
        with self._ledger.transaction() as tx:
            PeopleWriter(tx, by).set_pin(officer, sealed)
        return officer

    def bind_card(self, badge: str, number: str, seal: Seal, by: str) -> Officer:
        """Give somebody a badge card; binding his own card again changes nothing.

        Raises:
            UnknownOfficerError, CardBadError, CardTakenError
        """
        officer = self.officer(badge)
        digest = seal.card(number)
        holder = self._people.officer_of_card(digest)
        if holder is None:
            with self._ledger.transaction() as tx:
                PeopleWriter(tx, by).bind_card(officer, digest, seal.key_check)
        elif holder.id != officer.id:
            raise CardTakenError(badge=holder.badge)
        return officer

    def remove_cards(self, badge: str, by: str) -> int:
        """Take all cards of an officer away; how many there were.

        Raises:
            UnknownOfficerError: there is no such officer.
        """
        officer = self.officer(badge)
        with self._ledger.transaction() as tx:
            return PeopleWriter(tx, by).remove_cards(officer)

    def unlock(self, badge: str, by: str) -> bool:
        """Let somebody try again before his time; False if he was not locked out.

        Raises:
            UnknownOfficerError: there is no such officer.
        """
        officer = self.officer(badge)
        with self._ledger.transaction() as tx:
            writer = PeopleWriter(tx, by)
            if not writer.forget_failures(officer.id):
                return False
            writer.append(Act.UNLOCKED, officer=officer.id, badge=officer.badge)
            return True


def badge_number(text: str) -> BadgeNumber:
    """A badge number: up to 32 Latin letters, digits and hyphens.

    Raises:
        BadPersonError: it is none.
    """
    if not _BADGE.fullmatch(text):
        raise BadPersonError(field="badge", value=text)
    return BadgeNumber(text)


def unit_code(text: str) -> UnitCode:
    """A unit's code: up to 32 Latin letters, digits, dots, hyphens and underscores.

    Raises:
        BadPersonError: it is none.
    """
    if not _CODE.fullmatch(text):
        raise BadPersonError(field="unit", value=text)
    return UnitCode(text)


def person_name(text: str) -> str:
    """A name of somebody or of a unit: printable, trimmed, up to 64 characters.

    Raises:
        BadPersonError: it is none.
    """
    name = text.strip()
    if not name or len(name) > NAME_LONGEST or not name.isprintable():
        raise BadPersonError(field="name", value=text)
    return name
