"""Commands about recorders: an officer gets one, or gives it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.domain.clip import BadgeNumber
from workstation.domain.errors import NotPermittedError, UsageError
from workstation.domain.people import Permission, Scope
from workstation.ipc.messages import Done
from workstation.ipc.messages_recorders import BindRecorder, UnbindRecorder
from workstation.ledger import recorder_facts
from workstation.ledger.recorder_facts import NewBinding
from workstation.platform.clock import from_text
from workstation.station.commands.answers import Answer, Door

if TYPE_CHECKING:
    from workstation.ledger.writer import Ledger
    from workstation.station.commands.answers import Answers, Caller
    from workstation.station.engine import Engine


def answers(engine: Engine) -> Answers:
    """What is asked about recorders."""

    def bind(command: BindRecorder, caller: Caller) -> Done:
        _require_own_people(engine, caller, command.recorder, command.badge)
        bind_recorder(engine.ledger, command, caller.by)
        engine.show_officer_of(command.recorder)
        return Done()

    def unbind(command: UnbindRecorder, caller: Caller) -> Done:
        _require_own_people(engine, caller, command.recorder)
        unbind_recorder(engine.ledger, command, caller.by)
        engine.show_officer_of(command.recorder)
        return Done()

    return {
        BindRecorder: Answer(Door.ACT, bind, needs=Permission.BIND),
        UnbindRecorder: Answer(Door.ACT, unbind, needs=Permission.BIND),
    }


def _require_own_people(engine: Engine, caller: Caller, recorder: str, *gets: str) -> None:
    """A leader gives recorders to his own people, and takes them from nobody else's.

    Whoever has the recorder is whose its clips are: a binding across units would make footage of
    one unit the other's.

    Raises:
        NotPermittedError: who has it, or who is to get it, is another unit's.
    """
    person = caller.person
    if person is None or person.scope(Permission.BIND) is Scope.STATION:
        return
    people = engine.people
    units = people.catalog.reach(person.officer, Scope.UNIT).units
    held = engine.catalog.binding(recorder)
    holder = None if held is None else people.catalog.officer(held.badge)
    concerned = [people.catalog.officer(badge) for badge in gets]
    if holder is not None:  # a number that nobody here has is everybody's to sort
        concerned.append(holder)
    if any(one is None or one.unit not in units for one in concerned):
        badge = person.officer.badge
        people.signing.deny(badge, f"recorder:{Permission.BIND.value}", NotPermittedError.code)
        raise NotPermittedError(recorder=recorder, badge=badge, role=person.officer.role.value)


def bind_recorder(ledger: Ledger, command: BindRecorder, by: str) -> None:
    """Write down who has a recorder from now on.

    Raises:
        UsageError: recorder or badge is empty, or ``since`` is no time.
        BoundAlreadyError: the officer has it, or ``since`` is not after the last change.
    """
    if not command.recorder.strip() or not command.badge.strip():
        raise UsageError(recorder=command.recorder, badge=command.badge)
    try:
        since = from_text(command.since) if command.since else None
    except ValueError as error:
        raise UsageError(since=command.since) from error
    new = NewBinding(
        recorder=command.recorder,
        badge=BadgeNumber(command.badge.strip()),
        officer_name=command.officer_name or None,
        unit=command.unit or None,
        by=by,
        since=since,
    )
    with ledger.transaction() as tx:
        recorder_facts.bind(tx, new)


def unbind_recorder(ledger: Ledger, command: UnbindRecorder, by: str) -> None:
    """Write down that nobody has a recorder any more.

    Raises:
        NotBoundError: nobody has it.
    """
    with ledger.transaction() as tx:
        recorder_facts.unbind(tx, command.recorder, by)
