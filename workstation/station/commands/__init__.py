"""What clients may ask of the station, who may, and what is done; one module an area."""

from __future__ import annotations

import os
import pwd
from typing import TYPE_CHECKING

from workstation.casework.case_reach import CaseReach
from workstation.domain.errors import (
    NotAllowedError,
    NotPermittedError,
    NotSignedInError,
    PinMustChangeError,
    UsageError,
)
from workstation.station.commands import (
    audit,
    casework,
    delivery,
    directory,
    dock,
    exporting,
    handin,
    people,
    preview,
    recorders,
    retention,
    shifts,
    slots,
)
from workstation.station.commands.answers import Caller, Door, joined

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workstation.casework.sessions import Person
    from workstation.domain.people import Permission
    from workstation.ipc.peer import Peer
    from workstation.ipc.words import Command, Result
    from workstation.station.commands.answers import Answer
    from workstation.station.engine import Engine

# The users the installer makes; anybody else who can open the socket may look.
_BY_USER = {
    "evidock-sync": frozenset({Door.LOOK, Door.DELIVER}),
    "evidock-kiosk": frozenset({Door.LOOK, Door.SPEAK}),
}
_STRANGER = frozenset({Door.LOOK})
_ANYBODY_AT_A_SCREEN = frozenset({Door.LOOK, Door.SPEAK})


def doors(peer: Peer) -> frozenset[Door]:
    """What a peer may do, by the user the kernel says it is."""
    if peer.uid in {0, os.getuid()}:
        return frozenset(Door)
    try:
        name = pwd.getpwuid(peer.uid).pw_name
    except KeyError:
        return _STRANGER
    return _BY_USER.get(name, _STRANGER)


class Commands:
    """Answers commands; may be called from several threads at once."""

    def __init__(self, engine: Engine) -> None:
        self._people = engine.people
        self._answers = joined(
            dock.answers(engine),
            delivery.answers(engine),
            preview.answers(engine),
            casework.answers(
                engine.ledger,
                engine.people.is_within,
                CaseReach(engine.people, engine.catalog),
            ),
            slots.answers(engine),
            people.answers(engine.people, engine.ledger, engine.paths.rosters),
            retention.answers(engine.ledger, engine.sweep, engine.people, engine.catalog),
            recorders.answers(engine),
            handin.answers(engine),
            shifts.answers(engine.ledger, engine.people),
            directory.answers(engine.directory, engine.show_officer_of),
            audit.answers(engine.audit),
            exporting.answers(engine.exports),
            exporting.packing(engine.packs),
        )

    def handle(self, command: Command, peer: Peer) -> Result:
        """Do what is asked.

        Raises:
            NotAllowedError, NotSignedInError, NotPermittedError, PinMustChangeError: as ``admit``.
            UsageError: no area answers it.
            StationError: whatever the use case raises; the server sends code and facts.
        """
        answer, caller = self.admit(type(command), peer)
        if caller.person is not None and answer.needs is not None:
            self._require_reach(answer.clips(command), caller.person, answer.needs)
        return answer.handle(command, caller)

    def _require_reach(self, clips: Iterable[str], person: Person, needs: Permission) -> None:
        """Refuse what is beyond whoever is signed in; a clip that is not there is, too."""
        for clip in clips:
            if not self._people.is_within(person, needs, clip):
                badge = person.officer.badge
                self._people.signing.deny(badge, f"clip:{needs.value}", NotPermittedError.code)
                raise NotPermittedError(clip=clip, badge=badge, role=person.officer.role.value)

    def admit(self, kind: type[Command], peer: Peer) -> tuple[Answer, Caller]:
        """Who gives a command of this kind, if that is allowed, and what answers it.

        A process of the station's own user or root that names no session speaks for itself and
        may do anything. With a session it may do what the person may, and no more; so may the
        kiosk's user, which never speaks for itself.

        Raises:
            UsageError: no area answers it.
            NotAllowedError: this process may not, whoever is signed in.
            NotSignedInError: nobody is signed in, and somebody must be.
            NotPermittedError: the person signed in may not.
            PinMustChangeError: not before the person has chosen a PIN of his own.
        """
        answer = self._answers.get(kind)
        if answer is None:
            raise UsageError(command=kind.__name__)
        try:
            return answer, self._caller(kind, answer, peer)
        except (NotAllowedError, NotSignedInError, NotPermittedError) as error:
            who = str(error.facts.get("badge", f"uid:{peer.uid}"))
            self._people.signing.deny(who, kind.__name__, error.code)
            raise

    def _caller(self, kind: type[Command], answer: Answer, peer: Peer) -> Caller:
        name = kind.__name__
        may = doors(peer)
        is_trusted = Door.ACT in may
        if peer.session is None and (is_trusted or Door.SPEAK not in may):
            if answer.door not in may or (answer.needs is not None and not is_trusted):
                raise NotAllowedError(command=name, uid=peer.uid)
            return Caller.speaking(peer)
        if Door.SPEAK not in may:
            raise NotAllowedError(command=name, uid=peer.uid)
        if answer.needs is None:
            if answer.door not in _ANYBODY_AT_A_SCREEN:
                raise NotAllowedError(command=name, uid=peer.uid)
            return Caller.speaking(peer)
        person = self._people.sessions.person(peer)
        if person.must_change_pin:
            raise PinMustChangeError(badge=person.officer.badge)
        if person.scope(answer.needs) is None:
            raise NotPermittedError(
                command=name, badge=person.officer.badge, role=person.officer.role.value
            )
        return Caller.speaking(peer, person)
