"""People, as they are added by command and then sign in over the station's real socket."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.commands import run
from tests.unit.ingest.scripted import Bench
from workstation.ipc.client import Connection, RemoteError
from workstation.ipc.messages import Done, RecordView
from workstation.ipc.messages_people import (
    AddUnit,
    ChangePin,
    ListPeople,
    SetPin,
    SignedIn,
    SignIn,
    SignOut,
    Who,
    WhoAmI,
)
from workstation.ipc.server import StationServer
from workstation.station.commands import Commands

if TYPE_CHECKING:
    from pathlib import Path

LIST = """\
badge,name,unit,unit_name,unit_parent,role
100001,赵管,3201,城东分局,,administrator
300003,孙警,3201-1,一中队,3201,officer
"""
PIN, OWN_PIN = "270914", "805316"


def _refused(station: Connection, command: object) -> str:
    with pytest.raises(RemoteError) as refused:
        station.call(command)  # type: ignore[arg-type]
    return refused.value.code


def test_from_a_list_to_a_signed_in_administrator(tmp_path: Path) -> None:
    state, listed = tmp_path / "state", tmp_path / "people.csv"
    listed.write_text(LIST, encoding="utf-8")
    assert run("init", "--state", state, "--non-interactive").code == 0
    preview = run("people", "import", listed, "--dry-run", "--state", state, "--json").document
    assert (preview["is_applied"], len(preview["changes"])) == (False, 4)
    assert run("people", "list", "--state", state, "--json").document["officers"] == []
    assert run("people", "import", listed, "--state", state).code == 0
    bench = Bench(state)
    server = StationServer(bench.paths.socket, Commands(bench.engine).handle, bench.engine.mailbox)
    server.start()
    with Connection(bench.paths.socket) as station:
        station.call(SetPin("100001", PIN))  # the machine's own user, before anybody can sign in
        station.session = ""
        assert _refused(station, ListPeople()) == "people.not_signed_in"
        assert _refused(station, SignIn(badge="100001", pin=OWN_PIN)) == "people.sign_in_refused"
        signed_in = station.call(SignIn(badge="100001", pin=PIN))
        assert isinstance(signed_in, SignedIn)
        station.session = signed_in.token
        assert _refused(station, ListPeople()) == "people.pin_must_change"
        station.call(ChangePin(PIN, OWN_PIN))
        assert station.call(AddUnit("3201-2", "二中队", "3201")) == Done()
        assert _refused(station, RecordView("any", "preview")) == "people.not_permitted"
        assert _refused(station, SetPin("100001", PIN)) == "people.not_oneself"
        with Connection(bench.paths.socket) as again:  # the same process, another connection
            again.session = signed_in.token
            who = again.call(WhoAmI())
            assert isinstance(who, Who)
            assert who.person is not None
            assert who.person.may["people"] == "station"
        assert station.call(SignOut()) == Done()
        assert _refused(station, ListPeople()) == "people.not_signed_in"
    server.stop()
    bench.close()
    shown = run("people", "show", "100001", "--state", state, "--json").document
    acts = [(line["act"], line["by"]) for line in shown["custody"]]
    assert acts[-3:] == [("signed_in", "100001"), ("pin_set", "100001"), ("signed_out", "100001")]
    denials = run("people", "denials", "--state", state, "--json").document["denials"]
    assert {(one["who"], one["what"]) for one in denials} >= {
        ("100001", "SignIn"),
        ("100001", "RecordView"),
    }
    assert run("verify", "--state", state, "--json").code == 0
