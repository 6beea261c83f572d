"""Who is signed in: sessions live in memory, are bound to one process, and end by themselves."""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workstation.domain.errors import NotSignedInError
from workstation.domain.people import BREAK_GLASS, Permission, Role, Scope, scope_of
from workstation.platform.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from workstation.domain.people import Officer
    from workstation.ipc.peer import Peer

TOKEN_BYTES = 32
LONGEST_S = 8 * 3600.0  # a shift; after it even a busy person proves anew who he is


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody signed in.

    ``session`` is the session's public number, for custody entries; the token that proves it is
    known to the person's process only. ``glass`` is the reason of a break-glass under way.
    """

    officer: Officer
    session: str
    must_change_pin: bool = False
    glass: str | None = None
    sees_unit: bool = False  # site policy: officers see their whole unit's clips

    def scope(self, permission: Permission) -> Scope | None:
        """How far this person holds ``permission`` now; None: not at all."""
        found = scope_of(self.officer.role, permission)
        if self.sees_unit and permission is Permission.VIEW and self.officer.role is Role.OFFICER:
            found = Scope.UNIT
        wider = BREAK_GLASS.get(permission) if self.glass is not None else None
        return max(filter(None, (found, wider)), default=None)


@dataclass(slots=True)
class _Session:
    person: Person
    process: tuple[int, int]  # pid and uid that signed in
    begun_s: float
    seen_s: float
    glass_until_s: float = 0.0


class Sessions:
    """All sessions of this station. Safe to call from any thread."""

    def __init__(self, idle_s: float, now_s: Callable[[], float] = time.monotonic) -> None:
        self.idle_s = idle_s
        self._now_s = now_s
        self._lock = threading.Lock()
        self._by_token: dict[str, _Session] = {}

    def open(self, person: Person, peer: Peer) -> str:
        """Begin a session for the process ``peer``; the token that proves it."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        now = self._now_s()
        with self._lock:
            self._by_token[token] = _Session(person, (peer.pid, peer.uid), now, now)
        return token

    def person(self, peer: Peer, *, is_active: bool = True) -> Person:
        """Whose session the peer's request carries; ``is_active`` keeps it from going idle.

        Raises:
            NotSignedInError: nobody's, or it has ended, or it is another process's.
        """
        with self._lock:
            found = self._by_token.get(peer.session or "")
            if found is None or found.process != (peer.pid, peer.uid) or self._is_over(found):
                raise NotSignedInError
            if is_active:
                found.seen_s = self._now_s()
            return found.person

    def idle_left_s(self, peer: Peer) -> float:
        """Seconds until the peer's session ends if nothing happens; 0 if there is none."""
        with self._lock:
            found = self._by_token.get(peer.session or "")
            if found is None:
                return 0.0
            return max(0.0, found.seen_s + self.idle_s - self._now_s())

    def close(self, peer: Peer) -> Person | None:
        """End the session that the peer's request carries; None where there was none."""
        with self._lock:
            found = self._by_token.get(peer.session or "")
            if found is None or found.process != (peer.pid, peer.uid):
                return None
            del self._by_token[peer.session or ""]
            return found.person

    def close_all_of(self, officer_id: str) -> list[Person]:
        """End every session of an officer, who was disabled or whose rights changed."""
        return self._take(lambda session: session.person.officer.id == officer_id)

    def expire(self) -> list[Person]:
        """End what was idle or lasted too long; whose sessions those were."""
        return self._take(self._is_over)

    def take_all(self) -> list[Person]:
        """End every session; whose they were."""
        return self._take(lambda _: True)

    def update(self, person: Person, *, glass_for_s: float | None = None) -> None:
        """Put ``person`` in the place of the one whose session number it has."""
        with self._lock:
            for session in self._by_token.values():
                if session.person.session == person.session:
                    session.person = person
                    if glass_for_s is not None:
                        session.glass_until_s = self._now_s() + glass_for_s

    def mend_glass(self) -> list[Person]:
        """End every break-glass whose time is up; whose they were, as they were under it."""
        with self._lock:
            ended = []
            for session in self._by_token.values():
                if session.person.glass is not None and self._now_s() >= session.glass_until_s:
                    ended.append(session.person)
                    session.person = replace(session.person, glass=None)
            return ended

    def _is_over(self, session: _Session) -> bool:
        now = self._now_s()
        return now - session.seen_s >= self.idle_s or now - session.begun_s >= LONGEST_S

    def _take(self, which: Callable[[_Session], bool]) -> list[Person]:
        with self._lock:
            tokens = [token for token, session in self._by_token.items() if which(session)]
            return [self._by_token.pop(token).person for token in tokens]


def new_session(officer: Officer, *, must_change_pin: bool, sees_unit: bool) -> Person:
    """Somebody who has just proved who he is."""
    return Person(officer, new_id(), must_change_pin, sees_unit=sees_unit)
