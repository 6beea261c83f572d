"""Commands about the directory: whose it is, and what of it was fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.domain.people import Permission
from workstation.ipc.messages import Done
from workstation.ipc.messages_directory import (
    DirectoryTaken,
    DirectoryWanted,
    TakeAgencyKey,
    TakeHead,
    TakePart,
    TrustAgency,
)
from workstation.station.commands.answers import Answer, Door

if TYPE_CHECKING:
    from collections.abc import Callable

    from workstation.station.commands.answers import Answers, Caller
    from workstation.station.feed.desk import DirectoryDesk


def answers(desk: DirectoryDesk, on_recorder: Callable[[str], None] = lambda _: None) -> Answers:
    """What is asked; ``on_recorder`` is told of each recorder that somebody else has now."""

    def trust(command: TrustAgency, caller: Caller) -> Done:
        desk.trust(command.ssh, command.number, caller.by, replaces=command.replaces)
        return Done()

    def take_key(command: TakeAgencyKey, _: Caller) -> Done:
        desk.take_key(command.number, command.document, command.signature)
        return Done()

    def take_part(command: TakePart, _: Caller) -> DirectoryTaken:
        applied = desk.take_part(command.kind, command.packed, is_delta=command.is_delta)
        for recorder in applied.recorders:
            on_recorder(recorder)
        return DirectoryTaken(applied.changes)

    return {
        TrustAgency: Answer(Door.ACT, trust, needs=Permission.CONFIGURE),
        TakeAgencyKey: Answer(Door.DELIVER, take_key),
        TakeHead: Answer(
            Door.DELIVER, lambda command, _: DirectoryWanted(desk.take_head(command.envelope))
        ),
        TakePart: Answer(Door.DELIVER, take_part),
    }
