"""Writing about people: each change of the directory is a row and a custody entry together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, update
from sqlalchemy.dialects.sqlite import insert as upsert

from workstation.ledger import schema_people as tables
from workstation.ledger.custody import Act
from workstation.ledger.directory_rows import CENTRE, PROPOSAL

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from workstation.domain.people import Officer, OfficerId, Unit
    from workstation.ledger.custody import Fact
    from workstation.ledger.transaction import Transaction


PEOPLE_ACTS = (
    Act.OFFICER_ADDED,
    Act.OFFICER_CHANGED,
    Act.OFFICER_DISABLED,
    Act.OFFICER_ENABLED,
    Act.ROLE_GIVEN,
    Act.PIN_SET,
    Act.CARD_BOUND,
    Act.CARDS_REMOVED,
    Act.SIGNED_IN,
    Act.SIGNED_OUT,
    Act.LOCKED_OUT,
    Act.UNLOCKED,
    Act.GLASS_BROKEN,
    Act.GLASS_MENDED,
)


@dataclass(frozen=True, slots=True)
class SealedPin:
    """What is kept of a PIN: an Argon2id PHC string, and which key file it was made with."""

    phc: str
    key_check: str
    must_change: bool


@dataclass(frozen=True, slots=True)
class Lockout:
    """How often signing in has failed; ``until`` is the end of the lock under way or last."""

    failures: int = 0
    locks: int = 0
    until: datetime | None = None


# What the centre is told of where it keeps the directory and somebody here changed it.
_PROPOSED = frozenset(
    {
        Act.UNIT_ADDED,
        Act.UNIT_CHANGED,
        Act.OFFICER_ADDED,
        Act.OFFICER_CHANGED,
        Act.OFFICER_DISABLED,
        Act.OFFICER_ENABLED,
        Act.ROLE_GIVEN,
    }
)


class PeopleWriter:
    """Changes people in one transaction of the ledger; ``by`` is who changes them."""

    def __init__(self, tx: Transaction, by: str) -> None:
        self._tx = tx
        self._by = by

    def append(self, act: Act, **facts: Fact) -> None:
        """A custody entry about people."""
        seq = self._tx.append(act, by=self._by, facts=facts)
        if act in _PROPOSED and self._by != CENTRE:
            self._tx.enqueue(PROPOSAL, str(seq))

    # -- the directory -------------------------------------------------------------------

    def add_unit(self, unit: Unit) -> None:
        """A department that was not there."""
        self._tx.connection.execute(insert(tables.unit).values(**_unit_row(unit)))
        self.append(Act.UNIT_ADDED, **_unit_facts(unit))

    def change_unit(self, unit: Unit) -> None:
        """Another name or parent."""
        table = tables.unit
        self._tx.connection.execute(
            update(table).where(table.c.id == unit.id).values(**_unit_row(unit))
        )
        self.append(Act.UNIT_CHANGED, **_unit_facts(unit))

    def add_officer(self, officer: Officer, source: str) -> None:
        """Somebody new; ``source`` says who keeps the row, ``local`` or ``central``."""
        self.add_officers([officer], source)

    def add_officers(self, officers: Sequence[Officer], source: str) -> None:
        """Several new ones, thousands at once if need be."""
        if not officers:
            return
        more = {"source": source, "added_at": self._tx.at}
        rows = [{**_officer_row(officer), **more} for officer in officers]
        self._tx.connection.execute(insert(tables.officer), rows)
        posts = [{"officer_id": one.id, "since": "", "unit_id": one.unit} for one in officers]
        self._tx.connection.execute(insert(tables.posting), posts)
        for officer in officers:
            self.append(Act.OFFICER_ADDED, **_officer_facts(officer), source=source)

    def take_over(self, officer: Officer, source: str) -> None:
        """Another keeps an officer's row from now on."""
        table = tables.officer
        self._tx.connection.execute(
            update(table).where(table.c.id == officer.id).values(source=source)
        )
        self.append(Act.OFFICER_CHANGED, **_officer_facts(officer), source=source)

    def change_officer(self, before: Officer, after: Officer) -> None:
        """Whatever differs: one custody entry for each kind of change, each with the outcome."""
        table = tables.officer
        self._tx.connection.execute(
            update(table).where(table.c.id == after.id).values(**_officer_row(after))
        )
        facts = _officer_facts(after)
        if (before.name, before.unit) != (after.name, after.unit):
            was = {"was_name": before.name, "was_unit": before.unit}
            self.append(Act.OFFICER_CHANGED, **facts, **was)
        if before.unit != after.unit:
            self._post(after, since=self._tx.at)
        if before.role is not after.role:
            self.append(Act.ROLE_GIVEN, **facts, was_role=before.role.value)
        if before.is_active != after.is_active:
            act = Act.OFFICER_ENABLED if after.is_active else Act.OFFICER_DISABLED
            self.append(act, **facts)

    def _post(self, officer: Officer, since: str) -> None:
        row = {"officer_id": officer.id, "since": since, "unit_id": officer.unit}
        table = tables.posting
        self._tx.connection.execute(
            upsert(table).values(**row).on_conflict_do_update(set_={"unit_id": officer.unit})
        )

    # -- secrets: their entries say that there is one, never anything of it -----------------

    def set_pin(self, officer: Officer, sealed: SealedPin) -> None:
        """A PIN in place of any before; the officer's lock, if any, ends."""
        values = {
            "phc": sealed.phc,
            "key_check": sealed.key_check,
            "must_change": int(sealed.must_change),
            "set_at": self._tx.at,
        }
        statement = upsert(tables.pin).values(officer_id=officer.id, **values)
        self._tx.connection.execute(statement.on_conflict_do_update(set_=values))
        self.forget_failures(officer.id)
        self.append(
            Act.PIN_SET, officer=officer.id, badge=officer.badge, must_change=sealed.must_change
        )

    def bind_card(self, officer: Officer, digest: str, key_check: str) -> None:
        """A badge card for this officer, beside any he has."""
        row = {
            "digest": digest,
            "officer_id": officer.id,
            "key_check": key_check,
            "bound_at": self._tx.at,
        }
        self._tx.connection.execute(insert(tables.card).values(**row))
        self.append(Act.CARD_BOUND, officer=officer.id, badge=officer.badge)

    def remove_cards(self, officer: Officer) -> int:
        """Take away all cards of an officer; how many there were."""
        table = tables.card
        done = self._tx.connection.execute(delete(table).where(table.c.officer_id == officer.id))
        if done.rowcount:
            self.append(
                Act.CARDS_REMOVED, officer=officer.id, badge=officer.badge, count=done.rowcount
            )
        return done.rowcount

    # -- signing in ------------------------------------------------------------------------

    def keep_failures(self, who: OfficerId | str, lockout: Lockout, until: str | None) -> None:
        """How often ``who`` has failed; survives a restart of the station."""
        values = {"failures": lockout.failures, "locks": lockout.locks, "until": until}
        statement = upsert(tables.lockout).values(who=who, **values)
        self._tx.connection.execute(statement.on_conflict_do_update(set_=values))

    def forget_failures(self, who: OfficerId | str) -> bool:
        """``who`` has proved himself, or was let in again; False if there were none."""
        table = tables.lockout
        done = self._tx.connection.execute(delete(table).where(table.c.who == who))
        return bool(done.rowcount)


def count_denials(tx: Transaction, counts: dict[tuple[str, str, str], int]) -> None:
    """Add to how often (who, what, code) was refused; no custody matter by itself."""
    table = tables.denial
    for (who, what, code), count in counts.items():
        statement = upsert(table).values(
            who=who, what=what, code=code, count=count, first_at=tx.at, last_at=tx.at
        )
        tx.connection.execute(
            statement.on_conflict_do_update(set_={"count": table.c.count + count, "last_at": tx.at})
        )


def _unit_row(unit: Unit) -> dict[str, object]:
    return {"id": unit.id, "code": unit.code, "name": unit.name, "parent_id": unit.parent}


def _unit_facts(unit: Unit) -> dict[str, Fact]:
    return {"unit": unit.id, "code": unit.code, "name": unit.name, "parent": unit.parent}


def _officer_row(officer: Officer) -> dict[str, object]:
    return {
        "id": officer.id,
        "badge": officer.badge,
        "name": officer.name,
        "unit_id": officer.unit,
        "role": officer.role.value,
        "is_active": int(officer.is_active),
    }


def _officer_facts(officer: Officer) -> dict[str, Fact]:
    return {
        "officer": officer.id,
        "badge": officer.badge,
        "name": officer.name,
        "unit": officer.unit,
        "role": officer.role.value,
        "active": officer.is_active,
    }
