"""Say things about clips and cases at this station: operations that know what they replace."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypedDict

from workstation.domain.casework import Field, Operation, Verb, check, clean
from workstation.domain.casework_state import current
from workstation.ledger import operations
from workstation.platform.clock import from_text
from workstation.platform.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from workstation.ledger.transaction import Transaction

Guard = Callable[[Operation], None]


class _Signature(TypedDict):
    id: str
    origin: str
    at: datetime
    by: str


def anything(_: Operation) -> None:
    """The machine may replace whatever was said."""


class Speaker:
    """One person saying several things in one transaction; ``write`` makes them true.

    ``guard`` is asked of each operation that a new one would replace or take back, and raises.

    Raises (all that say something):
        BadOperationError: it can not be said.
    """

    def __init__(self, tx: Transaction, by: str, guard: Guard = anything) -> None:
        self._tx = tx
        self._by = by
        self._guard = guard
        self._said: list[Operation] = []
        self._known: dict[tuple[str | None, str | None], list[Operation]] = {}

    def holding(
        self, field: Field, *, clip: str | None = None, case: str | None = None
    ) -> list[Operation]:
        """Operations of a field that hold now, with what was just said."""
        known = self._known.get((clip, case))
        if known is None:
            found = operations.about(self._tx.connection, clip=clip, case=case)
            known = self._known[clip, case] = found
        return [said for said in current(known) if said.field is field]

    def add(
        self,
        field: Field,
        value: str,
        *,
        clip: str | None = None,
        case: str | None = None,
        points: tuple[int, int | None] | None = None,
    ) -> Operation:
        """One more value of a set; ``points`` are a marker's, in milliseconds."""
        in_ms, out_ms = points if points is not None else (None, None)
        knew: tuple[str, ...] = ()
        over: tuple[str, ...] = ()
        if field is Field.LINK:
            links = self.holding(field, clip=clip)
            over = tuple(said.id for said in links if said.value == value)
            knew = tuple(said.id for said in links)
        return self._say(
            Operation(
                **self._signature(),
                verb=Verb.ADD,
                field=field,
                clip=clip,
                case=case,
                value=clean(value),
                over=over,
                knew=knew,
                in_ms=in_ms,
                out_ms=out_ms,
            )
        )

    def set(
        self, field: Field, value: str, *, clip: str | None = None, case: str | None = None
    ) -> Operation | None:
        """The one value of a field from now on; None where it is that already."""
        holding = self.holding(field, clip=clip, case=case)
        value = clean(value)
        if [said.value for said in holding] == [value] or (not holding and not value):
            return None
        return self._say(
            Operation(
                **self._signature(),
                verb=Verb.SET,
                field=field,
                clip=clip,
                case=case,
                value=value,
                over=tuple(said.id for said in holding),
            )
        )

    def report(self, field: Field, value: str, *, case: str) -> Operation | None:
        """A value as a system has it that people may know better: beside theirs, over its own.

        None where it said so before, whatever people made of it, or where it holds already.
        """
        there = self.holding(field, case=case)
        mine = [said for said in there if said.by == self._by]
        value = clean(value)
        if {said.value for said in mine} == {value} or not value:
            return None
        if not mine and value in {said.value for said in there}:
            return None
        told = [
            said
            for said in self._known[None, case]
            if (said.by, said.field, said.verb) == (self._by, field, Verb.SET)
        ]
        if not mine and told and max(told, key=lambda said: (said.at, said.id)).value == value:
            return None
        over = tuple(said.id for said in mine)
        signed = self._signature()
        return self._say(
            Operation(**signed, verb=Verb.SET, field=field, case=case, value=value, over=over)
        )

    def heard(self, field: Field, value: str, *, case: str) -> bool:
        """Whether this value was ever said of a case, though it may hold no longer."""
        self.holding(field, case=case)
        return any(
            said.field is field and said.value == value and said.verb is not Verb.RETRACT
            for said in self._known[None, case]
        )

    def retract(self, given: Iterable[Operation]) -> Operation | None:
        """Take back operations on one field of one clip or case; None where there is none."""
        over = list(given)
        if not over:
            return None
        first = over[0]
        return self._say(
            Operation(
                **self._signature(),
                verb=Verb.RETRACT,
                field=first.field,
                clip=first.clip,
                case=first.case,
                value=first.value,
                over=tuple(said.id for said in over),
            )
        )

    def write(self) -> int:
        """Write down all that was said; how many operations."""
        lines = [operations.encode(said) for said in self._said]
        self._said = []
        return len(operations.record(self._tx, lines, ours=True))

    def _signature(self) -> _Signature:
        return {
            "id": new_id(),
            "origin": self._tx.station_id,
            "at": from_text(self._tx.at),
            "by": self._by,
        }

    def _say(self, said: Operation) -> Operation:
        check(said)
        there = self.holding(said.field, clip=said.clip, case=said.case)
        if said.verb is not Verb.ADD:  # saying again what holds already confirms it
            for other in there:
                if other.id in said.over:
                    self._guard(other)
        self._known[said.subject].append(said)
        self._said.append(said)
        return said
