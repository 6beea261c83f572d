"""Signing in: PIN or card against lockout, second persons, break-glass, and who was refused."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from workstation.casework.pins import require_good_pin
from workstation.casework.sessions import new_session
from workstation.domain.errors import NotPermittedError
from workstation.domain.errors_people import (
    LockedOutError,
    NeedsReasonError,
    NotOneselfError,
    SignInRefusedError,
)
from workstation.events.facts import GlassBroken, PersonSignedIn, PersonSignedOut
from workstation.ledger.custody import Act
from workstation.ledger.people import Lockout, PeopleWriter, count_denials
from workstation.platform.clock import to_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from workstation.casework.pins import Seal
    from workstation.casework.sessions import Person, Sessions
    from workstation.catalog.people import PeopleQueries
    from workstation.domain.people import Officer, Permission
    from workstation.events.mailbox import Mailbox
    from workstation.ipc.peer import Peer
    from workstation.ledger.writer import Ledger
    from workstation.platform.clock import Clock
    from workstation.platform.settings import PeopleSection

logger = logging.getLogger(__name__)

TRIES: Final = 5  # proof.md §9
LOCK: Final = timedelta(minutes=15)  # the first; each further one in a row is twice as long
LONGEST_LOCK: Final = timedelta(hours=24)
GLASS_S: Final = 900.0
REASON_CHARACTERS: Final = 4
UNKNOWN_CARDS: Final = "cards"  # the lockout that cards nobody has share


@dataclass(frozen=True, slots=True)
class Claim:
    """Who somebody says he is, and what proves it: badge number or card, and PIN."""

    badge: str = ""
    card: str = ""
    pin: str = ""


class SignInDesk:
    """Lets people in and out. Safe to call from any thread."""

    def __init__(
        self,
        ledger: Ledger,
        people: PeopleQueries,
        sessions: Sessions,
        mailbox: Mailbox,
        clock: Clock,
    ) -> None:
        self._ledger = ledger
        self._people = people
        self._sessions = sessions
        self._mailbox = mailbox
        self._clock = clock
        # One guess at a time: nobody gets more tries by asking from several threads, and no
        # more than one Argon2 run takes its memory.
        self._one_guess = threading.Lock()
        self._denied: Counter[tuple[str, str, str]] = Counter()
        self._denied_lock = threading.Lock()

    # -- in and out ------------------------------------------------------------------------

    def sign_in(
        self, claim: Claim, peer: Peer, seal: Seal, policy: PeopleSection
    ) -> tuple[str, Person]:
        """Open a session for whom ``claim`` proves; its token, and who it is.

        Raises:
            SignInRefusedError, LockedOutError, CardBadError: see ``prove``.
        """
        officer = self.prove(claim, seal, policy, "SignIn")
        sealed = self._people.pin_of(officer.id)
        person = new_session(
            officer,
            must_change_pin=sealed is not None and sealed.must_change,
            sees_unit=policy.officers_see == "unit",
        )
        self._end(self._sessions.close(peer), "replaced")
        with self._ledger.transaction() as tx:
            PeopleWriter(tx, officer.badge).append(
                Act.SIGNED_IN,
                session=person.session,
                officer=officer.id,
                role=officer.role.value,
                means="card" if claim.card else "pin",
                uid=peer.uid,
            )
        token = self._sessions.open(person, peer)
        self._mailbox.post(PersonSignedIn(person.session, officer.badge, officer.name))
        return token, person

    def sign_out(self, peer: Peer) -> None:
        """End the session that the peer's request carries; nothing if there is none."""
        self._end(self._sessions.close(peer), "asked")

    def sign_out_officer(self, officer: Officer, reason: str) -> None:
        """End every session of somebody whose rights changed."""
        for person in self._sessions.close_all_of(officer.id):
            self._end(person, reason)

    def tick(self) -> None:
        """End what is idle and what break-glass is over; write down who was refused."""
        for person in self._sessions.expire():
            self._end(person, "idle")
        for person in self._sessions.mend_glass():
            self._mend(person, "over")
        with self._denied_lock:
            counts, self._denied = dict(self._denied), Counter()
        if counts:
            with self._ledger.transaction() as tx:
                count_denials(tx, counts)

    def stop(self) -> None:
        """The station ends, and everybody's session with it."""
        for person in self._sessions.take_all():
            self._end(person, "stopped")
        self.tick()

    def _end(self, person: Person | None, reason: str) -> None:
        if person is None:
            return
        if person.glass is not None:
            self._mend(person, reason)
        with self._ledger.transaction() as tx:
            PeopleWriter(tx, person.officer.badge).append(
                Act.SIGNED_OUT, session=person.session, reason=reason
            )
        self._mailbox.post(PersonSignedOut(person.session, person.officer.badge, reason))

    # -- proving ---------------------------------------------------------------------------

    def prove(self, claim: Claim, seal: Seal, policy: PeopleSection, what: str) -> Officer:
        """Who it is, if PIN or card prove it; ``what`` it was tried for.

        Raises:
            SignInRefusedError: they do not; fact ``tries_left`` before the next lock.
            LockedOutError: too many failures in a row; nothing was compared.
            CardBadError: the card's number is none.
        """
        with self._one_guess:
            is_card = bool(claim.card)
            if is_card:
                officer = self._people.officer_of_card(seal.card(claim.card))
            else:
                officer = self._people.officer(claim.badge)
            who = officer.id if officer else UNKNOWN_CARDS
            if officer is not None or is_card:
                self._require_unlocked(who)
            if is_card and not policy.card_needs_pin:
                is_proved = officer is not None
            else:
                sealed = self._people.pin_of(officer.id) if officer else None
                is_proved = seal.is_pin(officer, claim.pin, sealed)
            if officer is None or not is_proved or not officer.is_active:
                tries_left = self._fail(officer, who) if officer or is_card else TRIES - 1
                self.deny(officer.badge if officer else "unknown", what, SignInRefusedError.code)
                raise SignInRefusedError(tries_left=tries_left)
            self._succeed(officer)
            return officer

    def _require_unlocked(self, who: str) -> None:
        lockout = self._people.lockout(who)
        if lockout.until is None:
            return
        # However the clock was set since, no lock lasts longer than it was meant to.
        left = min(lockout.until - self._clock.now(), _length(lockout.locks))
        if left > timedelta():
            raise LockedOutError(left_s=round(left.total_seconds()))

    def _fail(self, officer: Officer | None, who: str) -> int:
        """One more failure, durable before the answer; how many tries are left."""
        before = self._people.lockout(who)
        failures = before.failures + 1
        until: datetime | None = before.until
        after = Lockout(failures, before.locks)
        if failures >= TRIES:
            after = Lockout(0, before.locks + 1)
            until = self._clock.now() + _length(after.locks)
        until_text = to_text(until) if until else None
        with self._ledger.transaction() as tx:
            writer = PeopleWriter(tx, officer.badge if officer else UNKNOWN_CARDS)
            writer.keep_failures(who, after, until_text)
            if failures >= TRIES:
                writer.append(Act.LOCKED_OUT, officer=who, lock=after.locks, until=until_text)
                logger.info("locked out officer=%s lock=%d until=%s", who, after.locks, until_text)
        return TRIES - failures

    def _succeed(self, officer: Officer) -> None:
        if self._people.lockout(officer.id) != Lockout():
            with self._ledger.transaction() as tx:
                PeopleWriter(tx, officer.badge).forget_failures(officer.id)

    def second(
        self, first: Person, permission: Permission, prove: Callable[[], Officer]
    ) -> Officer:
        """The second of two people for one act; ``prove`` says who it is.

        Raises:
            NotOneselfError: it is the first again.
            NotPermittedError: the second may not, either.
            SignInRefusedError, LockedOutError, CardBadError: see ``prove``.
        """
        officer = prove()
        if officer.id == first.officer.id:
            raise NotOneselfError(badge=officer.badge)
        if new_session(officer, must_change_pin=False, sees_unit=False).scope(permission) is None:
            self.deny(officer.badge, permission.value, NotPermittedError.code)
            raise NotPermittedError(
                command=permission.value, badge=officer.badge, role=officer.role.value
            )
        return officer

    # -- one's own PIN ---------------------------------------------------------------------

    def change_pin(
        self, person: Person, claim: Claim, new_pin: str, seal: Seal, policy: PeopleSection
    ) -> Person:
        """Put a PIN that only its owner knows in place of the present one.

        Raises:
            PinWeakError: ``new_pin`` is guessed first, or is the present one.
            SignInRefusedError, LockedOutError: see ``prove``.
        """
        require_good_pin(new_pin, person.officer.badge, policy.pin_digits, other_than=claim.pin)
        officer = self.prove(
            Claim(badge=person.officer.badge, pin=claim.pin), seal, policy, "ChangePin"
        )
        with self._ledger.transaction() as tx:
            sealed = seal.seal(officer, new_pin, must_change=False)
            PeopleWriter(tx, officer.badge).set_pin(officer, sealed)
        changed = replace(person, must_change_pin=False)
        self._sessions.update(changed)
        return changed

    # -- break-glass -----------------------------------------------------------------------

    def require_reason(self, reason: str) -> str:
        """The reason, in one line.

        Raises:
            NeedsReasonError: there is none that a reader can judge.
        """
        said = " ".join(reason.split())
        if len(said) < REASON_CHARACTERS:
            raise NeedsReasonError(characters=REASON_CHARACTERS)
        return said

    def break_glass(self, person: Person, reason: str, witness: Officer) -> Person:
        """Widen what ``person`` may for a quarter of an hour; a second person stands by it.

        Raises:
            NeedsReasonError: there is no reason that a reader can judge.
        """
        said = self.require_reason(reason)
        officer = person.officer
        with self._ledger.transaction() as tx:
            PeopleWriter(tx, officer.badge).append(
                Act.GLASS_BROKEN,
                session=person.session,
                officer=officer.id,
                name=officer.name,
                role=officer.role.value,
                reason=said,
                witness=witness.id,
                witness_badge=witness.badge,
                witness_name=witness.name,
                for_s=GLASS_S,
            )
        wider = replace(person, glass=said)
        self._sessions.update(wider, glass_for_s=GLASS_S)
        logger.warning(
            "break-glass session=%s badge=%s witness=%s",
            person.session,
            officer.badge,
            witness.badge,
        )
        self._mailbox.post(GlassBroken(person.session, officer.badge, witness.badge, said))
        return wider

    def mend_glass(self, person: Person) -> None:
        """End a break-glass before its time."""
        if person.glass is not None:
            self._sessions.update(replace(person, glass=None))
            self._mend(person, "asked")

    def _mend(self, person: Person, reason: str) -> None:
        with self._ledger.transaction() as tx:
            PeopleWriter(tx, person.officer.badge).append(
                Act.GLASS_MENDED, session=person.session, reason=reason
            )

    # -- refusals --------------------------------------------------------------------------

    def deny(self, who: str, what: str, code: str) -> None:
        """Log and count that ``who`` was refused ``what``; counts are durable within a second."""
        logger.info("refused who=%s what=%s code=%s", who, what, code)
        with self._denied_lock:
            self._denied[who, what, code] += 1


def _length(locks: int) -> timedelta:
    """How long the nth lock in a row lasts."""
    doublings = min(max(locks, 1) - 1, 10)
    return min(LOCK * (1 << doublings), LONGEST_LOCK)
