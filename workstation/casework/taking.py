"""Take in cases that another system has, beside whatever people here said of them.

A system may replace only its own words. What it says again after people changed it is not news, so
people keep the last word until the system itself says something else; then both are shown.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from workstation.domain.casework import SINGLE_ON_CASES, CaseState, Field, clean
from workstation.domain.casework_state import case_state
from workstation.domain.errors_casework import BadOperationError
from workstation.ipc.messages_casework import CaseOutcome, TakenCase
from workstation.ledger import operations
from workstation.ledger.custody import Act
from workstation.ledger.schema_casework import case_file
from workstation.ledger.speaking import Speaker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.engine import Connection

    from workstation.ipc.messages_casework import ReportedCase
    from workstation.ledger.transaction import Transaction
    from workstation.ledger.writer import Ledger

AT_ONCE = 50  # cases in one transaction: short, so that lanes do not wait
_NAME_CHARS = 26  # as long as every other name of a case
_SOURCE = re.compile(r"[a-z][a-z0-9]{0,31}")
_FIELDS = frozenset(field.value for field in SINGLE_ON_CASES) - {Field.STATE.value}


@dataclass(frozen=True, slots=True)
class Reading:
    """What cases were read from: a system, and the document (address or file) with its digest."""

    source: str
    document: str
    sha256: str

    @property
    def by(self) -> str:
        """Who says so; no badge number can look like it."""
        return f"cases:{self.source}"


def case_name(key: str) -> str:
    """The name of a case that a system has, the same at every station that reads it."""
    written = f"evidock-reported-case\n{clean(key)}".encode()
    return base64.b32encode(hashlib.sha256(written).digest()).decode()[:_NAME_CHARS]


def take(
    ledger: Ledger, read_from: Reading, cases: Sequence[ReportedCase]
) -> tuple[TakenCase, ...]:
    """Say what is new of each; one that can not be said stops no other. In the same order.

    Raises:
        BadOperationError: the system has no name that could be written down.
    """
    if not _SOURCE.fullmatch(read_from.source):
        raise BadOperationError(field="source", reason="value")
    taken: list[TakenCase] = []
    for first in range(0, len(cases), AT_ONCE):
        with ledger.transaction() as tx:
            some = [_one(tx, read_from, one) for one in cases[first : first + AT_ONCE]]
            _tell(tx, read_from, some)
        taken += some
    return tuple(taken)


def _one(tx: Transaction, read_from: Reading, one: ReportedCase) -> TakenCase:
    speaker = Speaker(tx, read_from.by)
    case, outcome = _which(tx.connection, one)
    try:
        _say(speaker, case, one, is_new=outcome is CaseOutcome.OPENED)
    except BadOperationError as error:
        reason = f"{error.facts.get('field', '')}:{error.facts.get('reason', '')}"
        return TakenCase(CaseOutcome.REFUSED, reason=reason)
    count = speaker.write()
    if outcome is not CaseOutcome.OPENED and not count:
        outcome = CaseOutcome.SAME
    state = case_state(case, operations.about(tx.connection, case=case))
    return TakenCase(outcome, case, state.contested)


def _which(connection: Connection, one: ReportedCase) -> tuple[str, CaseOutcome]:
    """The case that is meant: the system's own, else the one that people gave this number."""
    name = case_name(one.key)
    is_there = select(case_file.c.id).where(case_file.c.id == name)
    if connection.execute(is_there).scalar_one_or_none() is not None:
        return name, CaseOutcome.CHANGED
    number = clean(one.fields.get(Field.NUMBER.value, ""))
    same = select(case_file.c.id).where(case_file.c.number == number).limit(2)
    found = connection.execute(same).scalars().all() if number else []
    return (str(found[0]), CaseOutcome.JOINED) if len(found) == 1 else (name, CaseOutcome.OPENED)


def _say(speaker: Speaker, case: str, one: ReportedCase, *, is_new: bool) -> None:
    if is_new or one.is_closed is not None:
        state = CaseState.CLOSED if one.is_closed else CaseState.OPEN
        speaker.report(Field.STATE, state, case=case)
    for name, value in one.fields.items():
        if name not in _FIELDS:
            raise BadOperationError(field=name, reason="field")
        speaker.report(Field(name), value, case=case)
    for party in dict.fromkeys(map(clean, one.parties)):
        if not speaker.heard(Field.PARTY, party, case=case):
            speaker.add(Field.PARTY, party, case=case)


def _tell(tx: Transaction, read_from: Reading, taken: Sequence[TakenCase]) -> None:
    """Where it came from, in an entry of its own beside those of what was said."""
    counts = {one: sum(each.outcome is one for each in taken) for one in CaseOutcome}
    said = (CaseOutcome.OPENED, CaseOutcome.JOINED, CaseOutcome.CHANGED)
    if not any(counts[one] for one in said):
        return
    tx.append(
        Act.CASES_TAKEN,
        by=read_from.by,
        facts={
            "source": read_from.source,
            "document": read_from.document,
            "sha256": read_from.sha256,
            **{one.value: counts[one] for one in said},
        },
    )
