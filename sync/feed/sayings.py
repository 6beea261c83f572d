"""Put what the centre has of cases and holds into operations, as a station would say them.

So a case that the centre and stations both speak about comes to the same state everywhere, in
whatever order it arrives; what contradicts stays visible until a person settles it. A case's name
is made from the agency, the unit and its number, so that it is the same in every publication.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from sync.feed.sheets import CASE_FIELDS
from workstation.domain.casework import CaseState, Field, Operation, Verb, check, clean
from workstation.domain.casework_state import current
from workstation.ledger import operations
from workstation.ledger.directory_rows import CENTRE
from workstation.platform.ids import new_id
from workstation.station.feed.documents import SaidRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sync.feed.sheets import CaseLine, HoldLine

_NAME_CHARS = 26  # as long as every other name of a case


def case_name(agency: str, unit: str, number: str) -> str:
    """The name of a case; ``agency`` is the public line of its first key."""
    written = "\n".join((agency, unit, clean(number))).encode()
    return base64.b32encode(hashlib.sha256(written).digest()).decode()[:_NAME_CHARS]


class Sayings:
    """What the centre says in one publication, on top of what it said before."""

    def __init__(self, agency: str, at: datetime, by: str) -> None:
        self._agency = agency
        self._at = at
        self._by = by or CENTRE

    def cases(self, before: Iterable[SaidRow], lines: Sequence[CaseLine]) -> list[SaidRow]:
        """A unit's cases; those that are listed no longer are left out, and stay as they are."""
        names = {case_name(self._agency, line.unit, line.number): line for line in lines}
        known: dict[str, list[Operation]] = {name: [] for name in names}
        for row in before:
            said = operations.decode(row.line.encode())
            if said.case in known:
                known[said.case].append(said)
        return [
            _row(said)
            for name, line in names.items()
            for said in (*known[name], *self._case(name, line, known[name]))
        ]

    def _case(self, name: str, line: CaseLine, known: list[Operation]) -> list[Operation]:
        said: list[Operation] = []
        holding = current(known)

        def of(field: Field) -> list[Operation]:
            return [one for one in holding if one.field is field]

        values = dict(line.fields)
        wanted = {Field(field): clean(values[field]) for field in CASE_FIELDS}
        wanted[Field.STATE] = CaseState.CLOSED if line.is_closed else CaseState.OPEN
        for field, value in wanted.items():
            there = of(field)
            if [one.value for one in there] == [value] or (not there and not value):
                continue
            said.append(self._say(Verb.SET, field, value, case=name, over=there))
        parties = {clean(party) for party in line.parties}
        said += [
            self._say(Verb.RETRACT, Field.PARTY, one.value, case=name, over=[one])
            for one in of(Field.PARTY)
            if one.value not in parties
        ]
        there_now = {one.value for one in of(Field.PARTY)}
        said += [
            self._say(Verb.ADD, Field.PARTY, party, case=name)
            for party in sorted(parties - there_now)
        ]
        return said

    def holds(self, before: Iterable[SaidRow], lines: Sequence[HoldLine]) -> list[SaidRow]:
        """All holds of the centre; one that is listed no longer is released."""
        known = [operations.decode(row.line.encode()) for row in before]
        wanted = {self._subject(line) for line in lines}
        held = {(one.clip, one.case, one.value): one for one in current(known)}
        said = [
            self._say(Verb.RETRACT, Field.HOLD, one.value, clip=one.clip, case=one.case, over=[one])
            for subject, one in held.items()
            if subject not in wanted
        ]
        said += [
            self._say(Verb.ADD, Field.HOLD, reason, clip=clip, case=case)
            for clip, case, reason in sorted(wanted - held.keys(), key=str)
        ]
        return [_row(one) for one in (*known, *said)]

    def _subject(self, line: HoldLine) -> tuple[str | None, str | None, str]:
        reason = clean(line.reason)
        if line.clip:
            return line.clip, None, reason
        return None, case_name(self._agency, line.unit, line.case), reason

    def _say(
        self,
        verb: Verb,
        field: Field,
        value: str,
        *,
        clip: str | None = None,
        case: str | None = None,
        over: Sequence[Operation] = (),
    ) -> Operation:
        return check(
            Operation(
                id=new_id(),
                origin=CENTRE,
                at=self._at,
                by=self._by,
                verb=verb,
                field=field,
                clip=clip,
                case=case,
                value=value,
                over=tuple(one.id for one in over),
            )
        )


def _row(said: Operation) -> SaidRow:
    return SaidRow(said.id, operations.encode(said).decode())
