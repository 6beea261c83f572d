"""Commands of the auditor: who reads everything and changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.catalog.auditing import EntryFilter
from workstation.domain.people import Permission
from workstation.ipc.messages_audit import (
    BeginVerification,
    ExportEntries,
    GetVerification,
    StopVerification,
)
from workstation.station.commands.answers import Answer, Door

if TYPE_CHECKING:
    from workstation.ipc.messages_audit import EntriesExported, VerificationState
    from workstation.station.audit_desk import AuditDesk
    from workstation.station.commands.answers import Answers, Caller


def answers(desk: AuditDesk) -> Answers:
    """What the auditor asks."""
    audit = Permission.AUDIT

    def begin(command: BeginVerification, caller: Caller) -> VerificationState:
        return desk.begin(caller.by, vault=command.vault)

    def export(command: ExportEntries, caller: Caller) -> EntriesExported:
        asked = EntryFilter(command.acts, command.by, command.since, command.until, command.clip)
        return desk.export(asked, caller.by)

    return {
        BeginVerification: Answer(Door.ACT, begin, needs=audit),
        GetVerification: Answer(Door.ACT, lambda _, __: desk.state(), needs=audit),
        StopVerification: Answer(Door.ACT, lambda _, __: desk.stop(), needs=audit),
        ExportEntries: Answer(Door.ACT, export, needs=audit),
    }
