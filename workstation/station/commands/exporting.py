"""Commands about court packs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.domain.errors import NotSignedInError, UsageError
from workstation.domain.people import Permission
from workstation.ipc.messages import Done
from workstation.ipc.messages_export import (
    BeginExport,
    EndExport,
    ExportBegun,
    GetPack,
    ListExportPlaces,
    StartPack,
    StopPack,
)
from workstation.station.commands.answers import Answer, Door
from workstation.station.commands.proving import claim_of

if TYPE_CHECKING:
    from workstation.casework.exporting import ExportDesk
    from workstation.ipc.messages_export import ExportPlaces, PackStanding
    from workstation.station.commands.answers import Answers, Caller
    from workstation.station.pack_desk import PackDesk


def answers(desk: ExportDesk) -> Answers:
    """What is asked by whoever packs himself, as the command line does."""

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


def packing(desk: PackDesk) -> Answers:
    """What is asked from a screen, whose packs the station makes itself."""

    def places(_command: ListExportPlaces, _caller: Caller) -> ExportPlaces:
        return desk.places()

    def start(command: StartPack, caller: Caller) -> PackStanding:
        if caller.person is None:  # a process that speaks for itself has the command ``export``
            raise NotSignedInError
        return desk.start(caller.person, command)

    def stop(command: StopPack, caller: Caller) -> Done:
        desk.stop_pack(command.export, _badge(caller))
        return Done()

    def standing(_command: GetPack, caller: Caller) -> PackStanding:
        return desk.standing(_badge(caller))

    return {
        ListExportPlaces: Answer(Door.ACT, places, Permission.EXPORT),
        StartPack: Answer(Door.ACT, start, Permission.EXPORT),
        StopPack: Answer(Door.ACT, stop, Permission.EXPORT),
        GetPack: Answer(Door.ACT, standing, Permission.EXPORT),
    }


def _badge(caller: Caller) -> str | None:
    return None if caller.person is None else caller.person.officer.badge
