"""Who answers for an act: whoever is signed in, or whom a PIN proves where nobody can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.casework.signin import Claim
from workstation.domain.errors import UsageError
from workstation.station.commands.answers import Caller

if TYPE_CHECKING:
    from workstation.casework.people import PeopleDesk
    from workstation.casework.sessions import Person
    from workstation.domain.people import Permission
    from workstation.ipc.words import Proved


def claim_of(proved: Proved) -> Claim:
    """What the words of the socket claim."""
    return Claim(proved.badge, proved.card, proved.pin)


def answerable(
    desk: PeopleDesk, caller: Caller, proved: Proved | None, needs: Permission
) -> tuple[Caller, Person]:
    """The caller, speaking for a person in any case, and that person.

    Raises:
        UsageError: a process that speaks for itself names nobody.
        NotPermittedError, PinMustChangeError, SignInRefusedError, LockedOutError, CardBadError:
            whom it names may not, or it is not proved who it is.
    """
    if caller.person is not None:
        return caller, caller.person
    if proved is None:
        raise UsageError(reason="who: --by BADGE")
    person = desk.prove(claim_of(proved), needs)
    return Caller.speaking(caller, person), person
