"""Sessions: bound to a process, ended by idleness, widened by break-glass."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from workstation.casework.sessions import LONGEST_S, Sessions, new_session
from workstation.domain.clip import BadgeNumber
from workstation.domain.errors import NotSignedInError
from workstation.domain.people import Officer, OfficerId, Permission, Role, Scope, UnitId
from workstation.ipc.peer import Peer

if TYPE_CHECKING:
    from workstation.casework.sessions import Person

KIOSK = Peer(pid=77, uid=990, gid=990)


class Watch:
    """A clock that stands until it is told."""

    def __init__(self) -> None:
        self.s = 1000.0

    def __call__(self) -> float:
        return self.s


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def sessions(watch: Watch) -> Sessions:
    return Sessions(60.0, watch)


def _person(role: Role = Role.OFFICER, *, sees_unit: bool = False) -> Person:
    officer = Officer(OfficerId("o1"), BadgeNumber("012345"), "王芳", UnitId("u1"), role)
    return new_session(officer, must_change_pin=False, sees_unit=sees_unit)


def test_a_session_is_good_for_the_process_that_opened_it_only(sessions: Sessions) -> None:
    person = _person()
    token = sessions.open(person, KIOSK)
    assert sessions.person(replace(KIOSK, session=token)) == person
    for other in (replace(KIOSK, pid=78), replace(KIOSK, uid=0)):
        with pytest.raises(NotSignedInError):
            sessions.person(replace(other, session=token))
        assert sessions.close(replace(other, session=token)) is None


@pytest.mark.parametrize("token", [None, "", "x"])
def test_nobody_is_signed_in_without_a_token(sessions: Sessions, token: str | None) -> None:
    sessions.open(_person(), KIOSK)
    with pytest.raises(NotSignedInError):
        sessions.person(replace(KIOSK, session=token))


def test_an_idle_session_ends_and_an_active_one_does_not(sessions: Sessions, watch: Watch) -> None:
    person = _person()
    peer = replace(KIOSK, session=sessions.open(person, KIOSK))
    for _ in range(5):
        watch.s += 59
        sessions.person(peer)
    watch.s += 30
    assert sessions.idle_left_s(peer) == 30
    sessions.person(peer, is_active=False)
    assert sessions.expire() == []
    watch.s += 30
    with pytest.raises(NotSignedInError):
        sessions.person(peer)
    assert sessions.expire() == [person]
    assert sessions.expire() == []


def test_no_session_outlasts_a_shift(sessions: Sessions, watch: Watch) -> None:
    peer = replace(KIOSK, session=sessions.open(_person(), KIOSK))
    ends = watch.s + LONGEST_S
    while watch.s + 50 < ends:
        watch.s += 50
        sessions.person(peer)
    watch.s = ends
    with pytest.raises(NotSignedInError):
        sessions.person(peer)


def test_break_glass_widens_and_ends_by_itself(sessions: Sessions, watch: Watch) -> None:
    person = _person()
    peer = replace(KIOSK, session=sessions.open(person, KIOSK))
    under = replace(person, glass="搜救")
    sessions.update(under, glass_for_s=50)
    assert sessions.person(peer).scope(Permission.VIEW) is Scope.STATION
    assert sessions.mend_glass() == []
    watch.s += 50
    assert sessions.mend_glass() == [under]
    assert sessions.person(peer).scope(Permission.VIEW) is Scope.OWN


def test_break_glass_never_reaches_the_directory_or_the_policies() -> None:
    person = replace(_person(), glass="搜救")
    for permission in (Permission.PEOPLE, Permission.CONFIGURE, Permission.DESTROY):
        assert person.scope(permission) is None


def test_the_site_may_let_officers_see_their_unit_and_no_more_than_see() -> None:
    person = _person(sees_unit=True)
    assert person.scope(Permission.VIEW) is Scope.UNIT
    assert person.scope(Permission.TAG) is Scope.OWN
    assert _person(Role.ADMINISTRATOR, sees_unit=True).scope(Permission.VIEW) is None
