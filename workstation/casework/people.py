"""People of one station in one place: the directory, sessions, signing in."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from workstation.casework.directory import Directory
from workstation.casework.pins import load_seal
from workstation.casework.sessions import Sessions, new_session
from workstation.casework.signin import SignInDesk
from workstation.domain.errors import NotPermittedError, PinMustChangeError

if TYPE_CHECKING:
    from pathlib import Path

    from workstation.casework.pins import Seal
    from workstation.casework.sessions import Person
    from workstation.casework.signin import Claim
    from workstation.catalog.people import PeopleQueries
    from workstation.domain.people import Officer, Permission
    from workstation.events.mailbox import Mailbox
    from workstation.ledger.writer import Ledger
    from workstation.platform.clock import Clock
    from workstation.platform.settings import PeopleSection


class PeopleDesk:
    """What the station knows and does about people. Safe to call from any thread.

    Nothing here is needed to take footage in: a lost key or an empty directory stops signing in
    and nothing else.
    """

    def __init__(
        self,
        ledger: Ledger,
        people: PeopleQueries,
        policy: PeopleSection,
        key_path: Path,
        mailbox: Mailbox,
        clock: Clock,
    ) -> None:
        self.policy = policy
        self.catalog = people
        self.sessions = Sessions(policy.idle_s)
        self.directory = Directory(ledger, people)
        self.signing = SignInDesk(ledger, people, self.sessions, mailbox, clock)
        self._key_path = key_path
        self._key_lock = threading.Lock()
        self._seal: Seal | None = None

    @property
    def seal(self) -> Seal:
        """What PINs and cards are sealed with; read, or made, when it is first needed.

        Raises:
            KeyMissingError, KeyBadError: see ``load_seal``.
        """
        with self._key_lock:
            if self._seal is None:
                self._seal = load_seal(self._key_path, self.catalog.people_key_checks())
            return self._seal

    def prove(self, claim: Claim, permission: Permission) -> Person:
        """Who acts where no screen has signed him in; nobody is signed in by it.

        Raises:
            NotPermittedError: he may not.
            PinMustChangeError: others know his PIN.
            SignInRefusedError, LockedOutError, CardBadError: it is not proved who it is.
        """
        officer = self.signing.prove(claim, self.seal, self.policy, permission.value)
        self._require_own_pin(officer)
        person = new_session(officer, must_change_pin=False, sees_unit=False)
        if person.scope(permission) is None:
            self.signing.deny(officer.badge, permission.value, NotPermittedError.code)
            raise NotPermittedError(
                command=permission.value, badge=officer.badge, role=officer.role.value
            )
        return person

    def second(self, first: Person, claim: Claim, permission: Permission) -> Officer:
        """The second of two people, for one act that needs two.

        Raises:
            NotOneselfError, NotPermittedError, SignInRefusedError, LockedOutError, CardBadError
            PinMustChangeError: whoever set his PIN could be the second in his place.
        """
        what = f"second:{permission.value}"
        officer = self.signing.second(
            first, permission, lambda: self.signing.prove(claim, self.seal, self.policy, what)
        )
        self._require_own_pin(officer)
        return officer

    def _require_own_pin(self, officer: Officer) -> None:
        sealed = self.catalog.pin_of(officer.id)
        if sealed is not None and sealed.must_change:
            raise PinMustChangeError(badge=officer.badge)

    def is_within(self, person: Person, permission: Permission, clip_id: str) -> bool:
        """Whether ``person`` may do this with that clip."""
        reach = self.catalog.reach(person.officer, person.scope(permission))
        return self.catalog.is_within(reach, clip_id)
