"""Role by case command, for cases of one's own unit, of others, and of nobody here."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

import pytest

from tests.unit.ingest.scripted import Bench, ScriptedFile, ScriptedRecorder
from workstation.casework.sessions import new_session
from workstation.domain.errors import NotPermittedError, NotSignedInError
from workstation.domain.people import Role
from workstation.ipc.messages_casework import (
    Annotate,
    CaseOpened,
    ChangeCase,
    CreateCase,
    HoldsPlaced,
    LinkClips,
    PlaceHold,
    ReleaseHolds,
)
from workstation.ipc.messages_recorders import BindRecorder, UnbindRecorder
from workstation.ipc.peer import Peer
from workstation.station.commands import Commands

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from workstation.ipc.words import Command, Result

ME = Peer(os.getpid(), os.getuid(), os.getgid())
CHIEF, LEADER, FOREIGN_LEADER = "100001", "200001", "200002"
OFFICER, MATE, FOREIGN = "300001", "300002", "300003"
ADMIN, AUDITOR, MACHINE = "400001", "500001", "machine"
PEOPLE: Final = {
    CHIEF: ("3201", Role.LEADER),
    LEADER: ("3201-1", Role.LEADER),
    FOREIGN_LEADER: ("3201-2", Role.LEADER),
    OFFICER: ("3201-1", Role.OFFICER),
    MATE: ("3201-1", Role.OFFICER),
    FOREIGN: ("3201-2", Role.OFFICER),
    ADMIN: ("3201", Role.ADMINISTRATOR),
    AUDITOR: ("3201", Role.AUDITOR),
}
ACTORS = (OFFICER, LEADER, CHIEF, ADMIN, AUDITOR)
OPENERS = (OFFICER, MATE, LEADER, FOREIGN, CHIEF, MACHINE)
# Who may do it with a case that each of OPENERS opened, in that order.
TABLE: Final[dict[str, tuple[set[str], ...]]] = {
    "note": (
        {OFFICER, LEADER, CHIEF},
        {OFFICER, LEADER, CHIEF},
        {OFFICER, LEADER, CHIEF},
        {CHIEF},
        {CHIEF},
        {LEADER, CHIEF},
    ),
    "rename": (
        {OFFICER, LEADER, CHIEF},
        {LEADER, CHIEF},
        {LEADER, CHIEF},
        {CHIEF},
        {CHIEF},
        {LEADER, CHIEF},
    ),
    "close": (
        {OFFICER, LEADER, CHIEF},
        {LEADER, CHIEF},
        {LEADER, CHIEF},
        {CHIEF},
        {CHIEF},
        {LEADER, CHIEF},
    ),
    "link": (
        {OFFICER, LEADER, CHIEF},
        {OFFICER, LEADER, CHIEF},
        {OFFICER, LEADER, CHIEF},
        {CHIEF},
        {OFFICER, LEADER, CHIEF},
        {OFFICER, LEADER, CHIEF},
    ),
    "hold": (
        {LEADER, CHIEF},
        {LEADER, CHIEF},
        {LEADER, CHIEF},
        {CHIEF},
        {CHIEF},
        {LEADER, CHIEF},
    ),
}


class Station:
    """A real station with two squads below one bureau; an officer's clip in it."""

    def __init__(self, root: Path) -> None:
        self.bench = Bench(root)
        self.commands = Commands(self.bench.engine)
        directory = self.bench.engine.people.directory
        directory.add_unit("3201", "分局", None, "uid:0")
        for code in ("3201-1", "3201-2"):
            directory.add_unit(code, code, "3201", "uid:0")
        for badge, (unit, role) in PEOPLE.items():
            directory.add(badge, f"人{badge}", unit, role, "uid:0")
        self.give(MACHINE, BindRecorder("REC-1", OFFICER))
        self.bench.dock(ScriptedRecorder({"a.MP4": ScriptedFile(b"a")}, serial="REC-1"))
        self.clip = self.bench.engine.catalog.clips()[0].id

    def give(self, who: str, command: Command) -> Result:
        """As the socket's server does, for somebody signed in or the machine itself."""
        if who == MACHINE:
            return self.commands.handle(command, ME)
        people = self.bench.engine.people
        person = new_session(people.directory.officer(who), must_change_pin=False, sees_unit=False)
        token = people.sessions.open(person, ME)
        return self.commands.handle(command, Peer(ME.pid, ME.uid, ME.gid, token))

    def may(self, who: str, command: Command) -> bool:
        try:
            self.give(who, command)
        except (NotPermittedError, NotSignedInError):
            return False
        return True

    def case(self, opener: str) -> str:
        opened = self.give(opener, CreateCase({"title": "盗窃"}))
        assert isinstance(opened, CaseOpened)
        return opened.case


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    made = Station(tmp_path_factory.mktemp("reach") / "state")
    yield made
    made.bench.close()


def _command(what: str, case: str, clip: str) -> Command:
    return {
        "note": ChangeCase(case, note="补充"),
        "rename": ChangeCase(case, {"title": "抢劫"}),
        "close": ChangeCase(case, is_closed=True),
        "link": LinkClips((clip,), (case,)),
        "hold": PlaceHold("复议", cases=(case,)),
    }[what]


@pytest.mark.parametrize("opener", OPENERS)
@pytest.mark.parametrize("what", TABLE)
def test_role_by_case_command(station: Station, what: str, opener: str) -> None:
    allowed = set()
    for who in ACTORS:  # each a case of its own: what one did does not help the next
        if station.may(who, _command(what, station.case(opener), station.clip)):
            allowed.add(who)
    assert allowed == TABLE[what][OPENERS.index(opener)]


def test_a_refused_change_says_nothing_and_is_counted(station: Station) -> None:
    case = station.case(FOREIGN)
    before = station.bench.engine.catalog.case(case)
    assert not station.may(OFFICER, ChangeCase(case, {"title": "x"}, is_closed=True))
    assert station.bench.engine.catalog.case(case) == before
    station.bench.engine.people.signing.tick()
    denied = {(one.who, one.what) for one in station.bench.engine.catalog.denials()}
    assert (OFFICER, "case:link") in denied


def test_a_hold_ends_by_whoever_placed_it_or_leads_him(station: Station) -> None:
    for placer, may in ((LEADER, {LEADER, CHIEF}), (CHIEF, {CHIEF}), (MACHINE, set())):
        released = set()
        for who in (OFFICER, LEADER, FOREIGN_LEADER, CHIEF):
            held = station.give(placer, PlaceHold("调查", cases=(station.case(OFFICER),)))
            assert isinstance(held, HoldsPlaced)
            if station.may(who, ReleaseHolds(held.holds)):
                released.add(who)
        assert released == may, placer


def test_an_officer_does_not_unsay_what_his_leader_said(station: Station) -> None:
    clip, case = station.clip, station.case(LEADER)
    station.give(
        LEADER, Annotate((clip,), add_tags=("阻碍执法",), category="行政处罚", importance=5)
    )
    station.give(LEADER, LinkClips((clip,), (case,)))
    for command in (
        Annotate((clip,), category="一般执法"),
        Annotate((clip,), importance=0),
        Annotate((clip,), remove_tags=("阻碍执法",)),
        LinkClips((clip,), unlink=(case,)),
    ):
        assert not station.may(OFFICER, command), command
    said = station.bench.engine.catalog.casework_of(clip)
    assert said.tags == ("阻碍执法",)
    assert case in said.cases
    assert station.may(OFFICER, Annotate((clip,), add_tags=("我的",)))
    assert station.may(OFFICER, Annotate((clip,), remove_tags=("我的",)))  # his own word
    assert station.may(LEADER, Annotate((clip,), category="一般执法"))


def test_a_leader_binds_recorders_among_his_own_people_only(station: Station) -> None:
    assert not station.may(LEADER, BindRecorder("REC-9", FOREIGN))
    assert not station.may(LEADER, BindRecorder("REC-9", "999999"))  # nobody here
    assert not station.may(FOREIGN_LEADER, BindRecorder("REC-1", FOREIGN))  # takes it from 3201-1
    assert not station.may(FOREIGN_LEADER, UnbindRecorder("REC-1"))
    assert station.may(LEADER, BindRecorder("REC-9", MATE))
    assert station.may(ADMIN, BindRecorder("REC-9", FOREIGN))
    assert station.may(FOREIGN_LEADER, UnbindRecorder("REC-9"))
