"""Open, change and close cases. A case may get its number days after its first clip."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from workstation.domain.casework import SINGLE_ON_CASES, CaseState, Field, clean
from workstation.domain.errors_casework import (
    BadOperationError,
    CaseNumberTakenError,
    UnknownCaseError,
)
from workstation.ledger.schema_casework import case_file
from workstation.ledger.speaking import Speaker, anything
from workstation.platform.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.engine import Connection

    from workstation.ledger.speaking import Guard
    from workstation.ledger.writer import Ledger

_SETTABLE = frozenset(field.value for field in SINGLE_ON_CASES) - {Field.STATE.value}


@dataclass(frozen=True, slots=True)
class CaseChange:
    """What is to be said of a case. ``fields``: number, title, type, place, position, occurred."""

    fields: Mapping[str, str] = field(default_factory=dict)
    add_parties: Sequence[str] = ()
    remove_parties: Sequence[str] = ()
    note: str = ""
    is_closed: bool | None = None


def create(ledger: Ledger, what: CaseChange, by: str) -> str:
    """Open a case; without a number it is provisional. Its id.

    Raises:
        CaseNumberTakenError: a case of this number is there.
        BadOperationError: a field is unknown or its value can not be kept.
    """
    case = new_id()
    with ledger.transaction() as tx:
        speaker = Speaker(tx, by)
        speaker.set(Field.STATE, CaseState.OPEN, case=case)
        _say(speaker, tx.connection, case, what)
        speaker.write()
    return case


def change(ledger: Ledger, case: str, what: CaseChange, by: str, guard: Guard = anything) -> int:
    """Change what is known of a case; contested fields are settled by it. How many operations.

    ``guard`` is asked of what would be replaced or taken back.

    Raises:
        UnknownCaseError, CaseNumberTakenError, BadOperationError
    """
    with ledger.transaction() as tx:
        require(tx.connection, case)
        speaker = Speaker(tx, by, guard)
        _say(speaker, tx.connection, case, what)
        return speaker.write()


def _say(speaker: Speaker, connection: Connection, case: str, what: CaseChange) -> None:
    for name, value in what.fields.items():
        if name not in _SETTABLE:
            raise BadOperationError(field=name, reason="field")
        if name == Field.NUMBER.value and clean(value):
            _require_free(connection, clean(value), case)
        speaker.set(Field(name), value, case=case)
    there = speaker.holding(Field.PARTY, case=case)
    for party in dict.fromkeys(clean(name) for name in what.remove_parties):
        speaker.retract(said for said in there if said.value == party)
    for party in dict.fromkeys(clean(name) for name in what.add_parties):
        if all(said.value != party for said in there):
            speaker.add(Field.PARTY, party, case=case)
    if what.note:
        speaker.add(Field.NOTE, what.note, case=case)
    if what.is_closed is not None:
        speaker.set(Field.STATE, CaseState.CLOSED if what.is_closed else CaseState.OPEN, case=case)


def _require_free(connection: Connection, number: str, case: str) -> None:
    query = select(case_file.c.id).where(case_file.c.number == number, case_file.c.id != case)
    other = connection.execute(query.limit(1)).scalar_one_or_none()
    if other is not None:
        raise CaseNumberTakenError(number=number, case=other)


def require(connection: Connection, case: str) -> None:
    """Refuse a case that is not there.

    Raises:
        UnknownCaseError: nobody opened it.
    """
    query = select(case_file.c.id).where(case_file.c.id == case)
    if connection.execute(query).scalar_one_or_none() is None:
        raise UnknownCaseError(case=case, matches=0)
