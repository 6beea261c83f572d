"""Commands about clips and cases; the same whether a station runs or a command stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.casework import annotating, cases, merging, taking
from workstation.casework.annotating import Annotation, Marker
from workstation.casework.cases import CaseChange
from workstation.domain.errors import NotSignedInError
from workstation.domain.people import Permission
from workstation.ipc.messages_casework import (
    Annotate,
    CaseOpened,
    CasesTaken,
    ChangeCase,
    CreateCase,
    HoldsPlaced,
    LinkClips,
    MergeOperations,
    PlaceHold,
    ReleaseHolds,
    Said,
    TakeCases,
)
from workstation.ledger.speaking import anything
from workstation.retention import holds
from workstation.station.commands.answers import Answer, Door
from workstation.station.commands.reach import everything, require_reach

if TYPE_CHECKING:
    from workstation.casework.case_reach import CaseReach
    from workstation.casework.sessions import Person
    from workstation.ledger.speaking import Guard
    from workstation.ledger.writer import Ledger
    from workstation.station.commands.answers import Answers, Caller
    from workstation.station.commands.reach import IsWithin


def answers(
    ledger: Ledger, reach: IsWithin = everything, cases: CaseReach | None = None
) -> Answers:
    """What casework answers.

    ``reach`` says whose clips a person may touch, ``cases`` which cases and whose words; without
    it, as where a command stands in for the station, only the machine may ask.
    """
    desk = _Desk(ledger, reach, cases)
    return {
        CreateCase: Answer(Door.ACT, desk.create, Permission.LINK),
        ChangeCase: Answer(Door.ACT, desk.change, Permission.LINK),
        Annotate: Answer(Door.ACT, desk.annotate, Permission.TAG, _clips),
        LinkClips: Answer(Door.ACT, desk.link, Permission.LINK, _clips),
        PlaceHold: Answer(Door.ACT, desk.hold, Permission.HOLD, _clips),
        ReleaseHolds: Answer(Door.ACT, desk.release, Permission.HOLD),
        MergeOperations: Answer(Door.DELIVER, desk.merge),
        TakeCases: Answer(Door.DELIVER, desk.take),
    }


def _clips(command: Annotate | LinkClips | PlaceHold) -> tuple[str, ...]:
    return command.clips


class _Desk:
    """Commands to use cases."""

    def __init__(self, ledger: Ledger, reach: IsWithin, cases: CaseReach | None) -> None:
        self._ledger = ledger
        self._reach = reach
        self._cases = cases

    def _asked(self, caller: Caller) -> tuple[CaseReach, Person] | None:
        """Who has to be asked about, and what knows; None: the machine speaks for itself."""
        if caller.person is None:
            return None
        if self._cases is None:
            raise NotSignedInError
        return self._cases, caller.person

    def _guard(self, caller: Caller, permission: Permission) -> Guard:
        asked = self._asked(caller)
        return anything if asked is None else asked[0].guard(asked[1], permission)

    def create(self, command: CreateCase, caller: Caller) -> CaseOpened:
        what = CaseChange(command.fields, command.parties, note=command.note)
        return CaseOpened(cases.create(self._ledger, what, caller.by))

    def change(self, command: ChangeCase, caller: Caller) -> Said:
        what = CaseChange(
            command.fields,
            command.add_parties,
            command.remove_parties,
            command.note,
            command.is_closed,
        )
        if asked := self._asked(caller):
            asked[0].require_cases(asked[1], Permission.LINK, [command.case])
        guard = self._guard(caller, Permission.LINK)
        return Said(cases.change(self._ledger, command.case, what, caller.by, guard))

    def annotate(self, command: Annotate, caller: Caller) -> Said:
        require_reach(self._reach, caller, Permission.TAG, command.clips)
        what = Annotation(
            add_tags=command.add_tags,
            remove_tags=command.remove_tags,
            category=command.category,
            importance=command.importance,
            note=command.note,
            add_markers=[Marker(m.in_ms, m.out_ms, m.label) for m in command.add_markers],
            remove_markers=command.remove_markers,
        )
        guard = self._guard(caller, Permission.TAG)
        return Said(annotating.annotate(self._ledger, command.clips, what, caller.by, guard))

    def link(self, command: LinkClips, caller: Caller) -> Said:
        require_reach(self._reach, caller, Permission.LINK, command.clips)
        if asked := self._asked(caller):
            asked[0].require_linkable(asked[1], command.link)
        what = Annotation(link=command.link, unlink=command.unlink)
        guard = self._guard(caller, Permission.LINK)
        return Said(annotating.annotate(self._ledger, command.clips, what, caller.by, guard))

    def hold(self, command: PlaceHold, caller: Caller) -> HoldsPlaced:
        require_reach(self._reach, caller, Permission.HOLD, command.clips)
        if asked := self._asked(caller):
            asked[0].require_cases(asked[1], Permission.HOLD, command.cases)
        placed = holds.place(
            self._ledger,
            clips=command.clips,
            cases=command.cases,
            reason=command.reason,
            by=caller.by,
        )
        return HoldsPlaced(tuple(placed))

    def release(self, command: ReleaseHolds, caller: Caller) -> Said:
        clips = holds.clips_of(self._ledger, command.holds)
        require_reach(self._reach, caller, Permission.HOLD, clips)
        guard = self._guard(caller, Permission.HOLD)
        return Said(holds.release(self._ledger, command.holds, caller.by, guard))

    def merge(self, command: MergeOperations, _: Caller) -> Said:
        return Said(merging.merge(self._ledger, [line.encode() for line in command.lines]))

    def take(self, command: TakeCases, _: Caller) -> CasesTaken:
        read_from = taking.Reading(command.source, command.document, command.sha256)
        return CasesTaken(taking.take(self._ledger, read_from, command.cases))
