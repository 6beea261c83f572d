"""Acts that need two people: each proves himself, and neither is the other in disguise."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.unit.ingest.scripted import Bench, ScriptedFile, ScriptedRecorder
from workstation.casework.sessions import new_session
from workstation.domain.errors import NotPermittedError, PinMustChangeError, UsageError
from workstation.domain.errors_casework import SecondPersonError
from workstation.domain.errors_export import ExportUnknownError
from workstation.domain.errors_people import NotOneselfError, SignInRefusedError
from workstation.domain.people import Role
from workstation.ipc.messages import Done
from workstation.ipc.messages_export import BeginExport, EndExport, ExportBegun
from workstation.ipc.messages_people import BreakGlass
from workstation.ipc.messages_retention import (
    AdoptPolicy,
    CancelDestruction,
    ConfirmDestruction,
    DestructionQueued,
    QueueDestruction,
)
from workstation.ipc.peer import Peer
from workstation.ipc.words import Proved
from workstation.ledger.people import PeopleWriter
from workstation.station.commands import Commands

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from workstation.domain.errors import StationError
    from workstation.ipc.words import Command, Result

ME = Peer(os.getpid(), os.getuid(), os.getgid())
ADMIN, LEADER, OTHER_LEADER, NEW_LEADER, OFFICER = "100001", "200001", "200002", "200003", "300001"
PIN = "270914"
SHORTER = "format = 1\n[categories]\n[importance]\n"


class Station:
    """A real station with people who have PINs, one of them still the administrator's."""

    def __init__(self, root: Path) -> None:
        self.bench = Bench(root)
        self.commands = Commands(self.bench.engine)
        people = self.bench.engine.people
        people.directory.add_unit("3201", "分局", None, "uid:0")
        for badge, role in (
            (ADMIN, Role.ADMINISTRATOR),
            (LEADER, Role.LEADER),
            (OTHER_LEADER, Role.LEADER),
            (NEW_LEADER, Role.LEADER),
            (OFFICER, Role.OFFICER),
        ):
            officer = people.directory.add(badge, f"人{badge}", "3201", role, "uid:0")
            sealed = people.seal.seal(officer, PIN, must_change=badge == NEW_LEADER)
            with self.bench.engine.ledger.transaction() as tx:
                PeopleWriter(tx, badge).set_pin(officer, sealed)
        self.bench.dock(ScriptedRecorder({"a.MP4": ScriptedFile(b"a")}))
        self.clip = self.bench.engine.catalog.clips()[0].id

    def machine(self, command: Command) -> Result:
        return self.commands.handle(command, ME)

    def signed_in(self, who: str, command: Command) -> Result:
        people = self.bench.engine.people
        officer = people.directory.officer(who)
        person = new_session(officer, must_change_pin=False, sees_unit=False)
        token = people.sessions.open(person, ME)
        return self.commands.handle(command, Peer(ME.pid, ME.uid, ME.gid, token))


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    made = Station(tmp_path_factory.mktemp("two") / "state")
    yield made
    made.bench.close()


def is_(badge: str, pin: str = PIN) -> Proved:
    return Proved(badge=badge, pin=pin)


@pytest.mark.parametrize(
    ("first", "error"),
    [
        (None, UsageError),
        (is_(LEADER, "000000"), SignInRefusedError),
        (is_("999999"), SignInRefusedError),
        (is_(NEW_LEADER), PinMustChangeError),  # the administrator knows this PIN
        (is_(OFFICER), NotPermittedError),
        (is_(ADMIN), NotPermittedError),
    ],
)
def test_whoever_destroys_on_the_command_line_proves_who_he_is(
    station: Station, first: Proved | None, error: type[StationError]
) -> None:
    for command in (
        QueueDestruction(first),
        ConfirmDestruction("none", first),
        CancelDestruction("none", first),
    ):
        with pytest.raises(error):
            station.machine(command)
    assert station.bench.acts("destruction_queued") == []


def test_one_who_is_proved_may_queue(station: Station) -> None:
    queued = station.machine(QueueDestruction(is_(LEADER)))
    assert queued == DestructionQueued(None, 0)  # a clip of today: the rules keep it


def test_a_shorter_policy_takes_two_people_who_prove_themselves(station: Station) -> None:
    attempts: list[tuple[Proved | None, Proved | None, type[StationError]]] = [
        (None, None, UsageError),
        (is_(ADMIN), None, SecondPersonError),
        (is_(ADMIN), is_(ADMIN), NotOneselfError),
        (is_(ADMIN), is_(LEADER, "000000"), SignInRefusedError),
        (is_(ADMIN), is_(NEW_LEADER), PinMustChangeError),
        (is_(ADMIN), is_(OFFICER), NotPermittedError),
        (is_(LEADER), is_(ADMIN), NotPermittedError),
    ]
    for first, second, error in attempts:
        with pytest.raises(error):
            station.machine(AdoptPolicy(SHORTER, first, second))
    assert station.bench.acts("policy_adopted") == []
    with pytest.raises(SecondPersonError):
        station.signed_in(ADMIN, AdoptPolicy(SHORTER))
    assert station.signed_in(ADMIN, AdoptPolicy(SHORTER, second=is_(LEADER))) == Done()
    (adopted,) = station.bench.acts("policy_adopted")
    assert adopted["second"] == LEADER


def test_whoever_set_a_pin_is_no_witness_in_its_owners_place(station: Station) -> None:
    with pytest.raises(PinMustChangeError):
        station.signed_in(OFFICER, BreakGlass("重大案件", badge=NEW_LEADER, pin=PIN))
    assert station.bench.acts("glass_broken") == []


def _begun(station: Station) -> str:
    command = BeginExport((station.clip,), "法院调取", is_(ADMIN))
    begun = station.signed_in(LEADER, command)
    assert isinstance(begun, ExportBegun)
    return begun.export


def test_only_who_began_an_export_says_how_it_ended_and_only_once(station: Station) -> None:
    export = _begun(station)
    with pytest.raises(ExportUnknownError):
        station.signed_in(OTHER_LEADER, EndExport(export, {"code": "stopped"}))
    assert station.signed_in(LEADER, EndExport(export, {"clips": 1})) == Done()
    for who in (LEADER, OTHER_LEADER):
        with pytest.raises(ExportUnknownError):
            station.signed_in(who, EndExport(export, {"statement_sha256": "00"}))
    with pytest.raises(ExportUnknownError):
        station.machine(EndExport(export, {"code": "stopped"}))


def test_an_exports_end_holds_no_words_of_somebodys_own(station: Station) -> None:
    mine, theirs = _begun(station), _begun(station)
    for facts in ({"export": theirs}, {"second": OTHER_LEADER}, {"reason": "x"}):
        with pytest.raises(UsageError):
            station.signed_in(LEADER, EndExport(mine, dict(facts)))
    assert {facts["export"] for facts in station.bench.acts("export_ended")}.isdisjoint(
        {mine, theirs}
    )
