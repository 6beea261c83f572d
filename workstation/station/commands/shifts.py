"""Commands about shifts: somebody says why nothing was recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.domain.coverage import GapReason
from workstation.domain.errors import NotPermittedError
from workstation.domain.errors_casework import BadGapError
from workstation.domain.people import Permission, Scope
from workstation.ipc.messages import Done
from workstation.ipc.messages_shift import ExplainGap
from workstation.ledger.gaps import GapSaying, explain
from workstation.platform.clock import from_text
from workstation.station.commands.answers import Answer, Door

if TYPE_CHECKING:
    from workstation.casework.people import PeopleDesk
    from workstation.ledger.writer import Ledger
    from workstation.station.commands.answers import Answers, Caller


def answers(ledger: Ledger, people: PeopleDesk) -> Answers:
    """What is asked about shifts."""

    def explain_gap(command: ExplainGap, caller: Caller) -> Done:
        _require_within(people, command.badge, caller)
        said = _saying(command)
        with ledger.transaction() as tx:
            explain(tx, said, caller.by, caller.facts)
        return Done()

    return {ExplainGap: Answer(Door.ACT, explain_gap, needs=Permission.TAG)}


def _saying(command: ExplainGap) -> GapSaying:
    try:
        return GapSaying(
            command.badge,
            from_text(command.begins),
            from_text(command.ends),
            GapReason(command.reason),
            command.note,
        )
    except ValueError as error:
        raise BadGapError(
            reason=command.reason, begins=command.begins, ends=command.ends
        ) from error


def _require_within(people: PeopleDesk, badge: str, caller: Caller) -> None:
    """An officer speaks of his own shift, a leader of those of his unit and the units below.

    Raises:
        NotPermittedError: the shift is somebody else's.
    """
    person = caller.person
    if person is None or person.officer.badge == badge:
        return
    scope = person.scope(Permission.TAG)
    if scope is Scope.STATION:
        return
    about = people.catalog.officer(badge)
    units = people.catalog.reach(person.officer, scope).units
    if about is None or about.unit not in units:
        mine = person.officer.badge
        people.signing.deny(mine, f"shift:{Permission.TAG.value}", NotPermittedError.code)
        raise NotPermittedError(officer=badge, badge=mine, role=person.officer.role.value)
