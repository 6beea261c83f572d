"""Role by command: who may give what. A command without a line here fails."""

from __future__ import annotations

import os
import pwd
from dataclasses import replace
from typing import TYPE_CHECKING, Final, get_args

import pytest

from workstation.casework.sessions import new_session
from workstation.domain.clip import BadgeNumber
from workstation.domain.errors import (
    NotAllowedError,
    NotPermittedError,
    NotSignedInError,
    PinMustChangeError,
)
from workstation.domain.people import Officer, OfficerId, Role, UnitId
from workstation.ipc import messages as m
from workstation.ipc import messages_audit as a
from workstation.ipc import messages_casework as c
from workstation.ipc import messages_delivery as d
from workstation.ipc import messages_directory as y
from workstation.ipc import messages_export as x
from workstation.ipc import messages_handin as h
from workstation.ipc import messages_people as p
from workstation.ipc import messages_preview as v
from workstation.ipc import messages_recorders as b
from workstation.ipc import messages_retention as r
from workstation.ipc import messages_roster as o
from workstation.ipc import messages_shift as g
from workstation.ipc import messages_slots as s
from workstation.ipc.peer import Peer
from workstation.station import commands
from workstation.station.commands import Commands
from workstation.station.commands.answers import Door

if TYPE_CHECKING:
    from tests.unit.ingest.scripted import Bench
    from workstation.domain.errors import (
        StationError,
    )
    from workstation.ipc.words import Command

ANYBODY = "anybody"  # whoever can open the socket
MACHINE = "machine"  # the station's own user and root, speaking for themselves
SYNC = "sync"  # the sync daemon
SCREEN = "screen"  # the kiosk, nobody signed in
OFFICER, LEADER, ADMIN, AUDITOR = (role.value for role in Role)

# Besides the machine, which may give every command.
EVERYBODY: Final = frozenset({ANYBODY, SYNC, SCREEN, *(role.value for role in Role)})
AT_A_SCREEN: Final = EVERYBODY - {ANYBODY, SYNC}
VIEWERS: Final = frozenset({OFFICER, LEADER, AUDITOR})
LINKERS: Final = frozenset({OFFICER, LEADER})

MAY_GIVE: Final[dict[type[Command], frozenset[str]]] = {
    m.Ping: EVERYBODY,
    m.Subscribe: EVERYBODY,
    m.GetDock: EVERYBODY,
    m.GetThumbnail: VIEWERS,
    m.CollectPath: frozenset(),
    m.RecordView: VIEWERS,
    v.OpenClip: VIEWERS,
    v.ReportDamage: VIEWERS,
    v.KeepSnapshot: frozenset({OFFICER, LEADER}),
    m.RecordReceipt: frozenset({SYNC}),
    m.ReportUplink: frozenset({SYNC}),
    m.SawHead: frozenset({SYNC}),
    d.ReportOnItsWay: frozenset({SYNC}),
    d.ReportDelivery: frozenset({SYNC}),
    d.GetDelivery: frozenset({LEADER, ADMIN}),
    d.SteerDelivery: frozenset({LEADER, ADMIN}),
    d.RecordReadBacks: frozenset({SYNC}),
    d.PurgeClip: frozenset({SYNC}),
    d.RecordReconciliation: frozenset({SYNC}),
    m.RecordCommissioning: frozenset(),
    m.RecordFetch: frozenset(),
    c.CreateCase: LINKERS,
    c.ChangeCase: LINKERS,
    c.LinkClips: LINKERS,
    c.Annotate: LINKERS,
    c.PlaceHold: frozenset({LEADER}),
    c.ReleaseHolds: frozenset({LEADER}),
    c.MergeOperations: frozenset({SYNC}),
    c.TakeCases: frozenset({SYNC}),
    h.HandIn: LINKERS,
    h.PrintReceipt: LINKERS,
    g.ExplainGap: LINKERS,
    r.QueueDestruction: frozenset({LEADER}),
    r.ConfirmDestruction: frozenset({LEADER}),
    r.CancelDestruction: frozenset({LEADER}),
    r.AdoptPolicy: frozenset({ADMIN}),
    r.TryPolicy: frozenset({ADMIN}),
    b.BindRecorder: frozenset({LEADER, ADMIN}),
    b.UnbindRecorder: frozenset({LEADER, ADMIN}),
    s.GetSlotMap: EVERYBODY,
    s.LearnSlots: frozenset({ADMIN}),
    s.ForgetSlots: frozenset({ADMIN}),
    p.SignIn: AT_A_SCREEN,
    p.SignOut: AT_A_SCREEN,
    p.WhoAmI: AT_A_SCREEN,
    p.StayIn: AT_A_SCREEN,
    p.ChangePin: AT_A_SCREEN,  # the handlers of these three ask who it is
    p.BreakGlass: AT_A_SCREEN,
    p.MendGlass: AT_A_SCREEN,
    p.ListPeople: frozenset({LEADER, ADMIN, AUDITOR}),
    p.ListDenials: frozenset({AUDITOR}),
    p.AddUnit: frozenset({ADMIN}),
    p.AddOfficer: frozenset({ADMIN}),
    p.ChangeOfficer: frozenset({ADMIN}),
    p.GiveRole: frozenset({ADMIN}),
    p.SetActive: frozenset({ADMIN}),
    p.SetPin: frozenset({ADMIN}),
    p.BindCard: frozenset({ADMIN}),
    p.RemoveCards: frozenset({ADMIN}),
    p.UnlockOfficer: frozenset({ADMIN}),
    p.ApplyRoster: frozenset({ADMIN}),
    y.TrustAgency: frozenset({ADMIN}),
    y.TakeAgencyKey: frozenset({SYNC}),
    y.TakeHead: frozenset({SYNC}),
    y.TakePart: frozenset({SYNC}),
    x.BeginExport: frozenset({LEADER}),
    x.EndExport: frozenset({LEADER}),
    a.BeginVerification: frozenset({AUDITOR}),
    a.GetVerification: frozenset({AUDITOR}),
    a.StopVerification: frozenset({AUDITOR}),
    a.ExportEntries: frozenset({AUDITOR}),
    o.ListRosters: frozenset({ADMIN}),
    o.ImportRoster: frozenset({ADMIN}),
    x.ListExportPlaces: frozenset({LEADER}),
    x.StartPack: frozenset({LEADER}),
    x.StopPack: frozenset({LEADER}),
    x.GetPack: frozenset({LEADER}),
}

ME = Peer(os.getpid(), os.getuid(), os.getgid())
NOBODY = pwd.getpwnam("nobody")
STRANGER = Peer(4711, NOBODY.pw_uid, NOBODY.pw_gid)
KINDS: Final[tuple[type[Command], ...]] = get_args(m.AnyCommand)

every_command = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


def _sign_in(bench: Bench, role: Role, peer: Peer, *, must_change_pin: bool = False) -> Peer:
    officer = Officer(OfficerId(role.value), BadgeNumber("012345"), "王芳", UnitId("u1"), role)
    person = new_session(officer, must_change_pin=must_change_pin, sees_unit=False)
    return replace(peer, session=bench.engine.people.sessions.open(person, peer))


def _who_may(bench: Bench, kind: type[Command], monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Everybody the running station lets give a command of this kind."""
    admit = Commands(bench.engine).admit
    askers = {MACHINE: ME, ANYBODY: STRANGER}
    askers |= {role.value: _sign_in(bench, role, ME) for role in Role}
    allowed = {name for name, peer in askers.items() if _is_admitted(admit, kind, peer)}
    for name, user in ((SYNC, "evidock-sync"), (SCREEN, "evidock-kiosk")):
        monkeypatch.setitem(commands._BY_USER, "nobody", commands._BY_USER[user])
        if _is_admitted(admit, kind, STRANGER):
            allowed.add(name)
    for role in Role:  # the real kiosk is another user: signing in there is worth the same
        is_admitted = _is_admitted(admit, kind, _sign_in(bench, role, STRANGER))
        assert is_admitted == (role.value in allowed)
    return allowed


def _is_admitted(admit: object, kind: type[Command], peer: Peer) -> bool:
    assert callable(admit)
    try:
        admit(kind, peer)
    except (NotAllowedError, NotSignedInError, NotPermittedError):
        return False
    return True


def test_every_command_has_its_line() -> None:
    assert set(MAY_GIVE) == set(KINDS)


@every_command
def test_role_by_command(
    bench: Bench, kind: type[Command], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _who_may(bench, kind, monkeypatch) == MAY_GIVE[kind] | {MACHINE}


@every_command
def test_a_stranger_with_a_stolen_token_may_do_nothing(bench: Bench, kind: type[Command]) -> None:
    stolen = _sign_in(bench, Role.LEADER, ME).session
    with pytest.raises(NotAllowedError):
        Commands(bench.engine).admit(kind, replace(STRANGER, session=stolen))


@every_command
def test_a_token_is_worth_nothing_in_another_process(bench: Bench, kind: type[Command]) -> None:
    stolen = replace(ME, pid=1, session=_sign_in(bench, Role.LEADER, ME).session)
    if SCREEN in MAY_GIVE[kind]:
        assert Commands(bench.engine).admit(kind, stolen)[1].person is None
        return
    with pytest.raises((NotAllowedError, NotSignedInError)):
        Commands(bench.engine).admit(kind, stolen)


@every_command
def test_a_pin_set_by_somebody_else_opens_nothing(bench: Bench, kind: type[Command]) -> None:
    if SCREEN in MAY_GIVE[kind] or OFFICER not in MAY_GIVE[kind]:
        return
    with pytest.raises(PinMustChangeError):
        Commands(bench.engine).admit(kind, _sign_in(bench, Role.OFFICER, ME, must_change_pin=True))


def test_what_may_be_done_is_checked_before_it_is_done(bench: Bench) -> None:
    entries = bench.engine.ledger.unsigned_lines
    admin = _sign_in(bench, Role.ADMINISTRATOR, ME)
    with pytest.raises(NotPermittedError):
        Commands(bench.engine).handle(m.RecordView("any", "preview"), admin)
    assert bench.engine.ledger.unsigned_lines == entries


def test_refusals_carry_an_exit_code_for_people() -> None:
    refusals: list[type[StationError]] = [NotAllowedError, NotSignedInError, NotPermittedError]
    assert {error.exit_code for error in refusals} == {3}
    assert Door.SPEAK in commands._BY_USER["evidock-kiosk"]
