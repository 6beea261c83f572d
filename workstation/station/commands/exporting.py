"""Commands about court packs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.domain.errors import UsageError
from workstation.domain.people import Permission
from workstation.ipc.messages import Done
from workstation.ipc.messages_export import BeginExport, EndExport, ExportBegun
from workstation.station.commands.answers import Answer, Door
from workstation.station.commands.proving import claim_of

if TYPE_CHECKING:
    from workstation.casework.exporting import ExportDesk
    from workstation.station.commands.answers import Answers, Caller


def answers(desk: ExportDesk) -> Answers:
    """What is asked about packs."""

    def begin(command: BeginExport, caller: Caller) -> ExportBegun:
        first = caller.person
        if first is None:
            if command.first is None:
                raise UsageError(reason="who: --by BADGE")
            first = desk.prove_first(claim_of(command.first), command.clips)
        export, second = desk.begin(
            first, claim_of(command.second), command.clips, command.case, command.reason
        )
        officer = first.officer
        return ExportBegun(export, officer.badge, officer.name, second.badge, second.name)

    def end(command: EndExport, caller: Caller) -> Done:
        by = None if caller.person is None else caller.by
        desk.end(command.export, command.facts, by)
        return Done()

    return {
        BeginExport: Answer(Door.ACT, begin, Permission.EXPORT, lambda command: command.clips),
        EndExport: Answer(Door.ACT, end, Permission.EXPORT),
    }
