"""What an area of commands says of each: who may give it, and what is done."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from workstation.domain.people import Scope
from workstation.ipc.peer import Peer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from workstation.casework.sessions import Person
    from workstation.domain.people import Permission
    from workstation.ipc.words import Command, Result
    from workstation.ledger.custody import Fact


class Door(StrEnum):
    """What a process may do by the user it runs as, whoever is signed in."""

    LOOK = "look"  # anybody who can open the socket
    DELIVER = "deliver"  # the sync daemon
    SPEAK = "speak"  # the kiosk: sign people in, and then what the person signed in may
    ACT = "act"  # the station's own user and root


@dataclass(frozen=True, slots=True)
class Caller(Peer):
    """Who gives a command: a process, and the person it speaks for, if any."""

    person: Person | None = None

    @classmethod
    def speaking(cls, peer: Peer, person: Person | None = None) -> Caller:
        """The process ``peer``, speaking for ``person`` or for itself."""
        return cls(peer.pid, peer.uid, peer.gid, peer.session, person)

    @property
    def by(self) -> str:
        """Who it was, as custody entries say it: a badge number, or the process's user."""
        return f"uid:{self.uid}" if self.person is None else self.person.officer.badge

    @property
    def facts(self) -> dict[str, Fact]:
        """What custody entries add about how it was done: the session, and any break-glass."""
        if self.person is None:
            return {}
        glass = {} if self.person.glass is None else {"glass": self.person.glass}
        return {"session": self.person.session, **glass}

    def scope(self, permission: Permission) -> Scope | None:
        """How far the caller holds ``permission``; a trusted process holds all of them."""
        return Scope.STATION if self.person is None else self.person.scope(permission)


@dataclass(frozen=True, slots=True)
class Answer:
    """How one command is answered; may be called from several threads at once.

    ``needs`` is what the person signed in must hold. Without it a command behind ``Door.ACT``
    or ``Door.DELIVER`` is the machine's own business: nobody can give it from a screen.
    ``clips`` names the clips a command is about: each must be in the person's reach.
    """

    door: Door
    handle: Callable[[Any, Caller], Result]  # takes the command it stands for in the table
    needs: Permission | None = None
    clips: Callable[[Any], Iterable[str]] = field(default=lambda _: ())


Answers = dict[type["Command"], Answer]


def joined(*areas: Mapping[type[Command], Answer]) -> Answers:
    """All areas' answers in one table.

    Raises:
        ValueError: two areas answer one command.
    """
    table: Answers = {}
    for area in areas:
        if twice := table.keys() & area.keys():
            raise ValueError(f"answered twice: {sorted(kind.__name__ for kind in twice)}")
        table.update(area)
    return table
