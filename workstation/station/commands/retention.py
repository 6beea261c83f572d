"""Commands about keeping and destroying clips."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.domain.people import Permission
from workstation.ipc.messages import Done
from workstation.ipc.messages_retention import (
    AdoptPolicy,
    CancelDestruction,
    ConfirmDestruction,
    DestructionEnded,
    DestructionQueued,
    QueueDestruction,
    TryPolicy,
)
from workstation.platform.clock import SystemClock
from workstation.retention import policy
from workstation.retention.trying import try_policy
from workstation.station.commands.answers import Answer, Door
from workstation.station.commands.proving import answerable, claim_of
from workstation.station.commands.reach import require_reach

if TYPE_CHECKING:
    from workstation.casework.people import PeopleDesk
    from workstation.catalog.reader import Catalog
    from workstation.ipc.messages_retention import PolicyTried
    from workstation.ledger.writer import Ledger
    from workstation.retention.sweep import Sweep
    from workstation.station.commands.answers import Answers, Caller


def answers(ledger: Ledger, sweep: Sweep, desk: PeopleDesk, catalog: Catalog) -> Answers:
    """What retention answers; ``desk`` says who somebody is and whose clips he may touch."""
    destroy = Permission.DESTROY

    def queue(command: QueueDestruction, caller: Caller) -> DestructionQueued:
        caller, person = answerable(desk, caller, command.first, destroy)
        queued = sweep.queue(caller.by, lambda clip: desk.is_within(person, destroy, clip))
        return DestructionQueued(*(queued or (None, 0)))

    def confirm(command: ConfirmDestruction, caller: Caller) -> DestructionEnded:
        caller, _ = answerable(desk, caller, command.first, destroy)
        require_reach(desk.is_within, caller, destroy, sweep.clips_of(command.destruction))
        ended = sweep.confirm(command.destruction, caller.by)
        return DestructionEnded(ended.destruction, ended.destroyed, ended.spared)

    def cancel(command: CancelDestruction, caller: Caller) -> Done:
        caller, _ = answerable(desk, caller, command.first, destroy)
        require_reach(desk.is_within, caller, destroy, sweep.clips_of(command.destruction))
        sweep.cancel(command.destruction, caller.by)
        return Done()

    def adopt(command: AdoptPolicy, caller: Caller) -> Done:
        caller, person = answerable(desk, caller, command.first, Permission.CONFIGURE)
        second = ""
        if command.second is not None:
            second = desk.second(person, claim_of(command.second), Permission.WITNESS).badge
        policy.adopt(ledger, command.text.encode(), caller.by, second)
        return Done()

    def tried(command: TryPolicy, _: Caller) -> PolicyTried:
        return try_policy(catalog, command.text.encode(), SystemClock().now())

    return {
        TryPolicy: Answer(Door.ACT, tried, Permission.CONFIGURE),
        QueueDestruction: Answer(Door.ACT, queue, destroy),
        ConfirmDestruction: Answer(Door.ACT, confirm, destroy),
        CancelDestruction: Answer(Door.ACT, cancel, destroy),
        AdoptPolicy: Answer(Door.ACT, adopt, Permission.CONFIGURE),
    }
