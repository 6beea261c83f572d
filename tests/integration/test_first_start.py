"""The first-start ceremony as it is held: at a terminal, by a script, and with wrong answers."""

from __future__ import annotations

import io
import json
import os
import pty
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

import main
from tests.integration.commands import argv, run
from tests.unit.ingest.scripted import Bench
from workstation.ipc.client import Connection
from workstation.ipc.messages_people import SignedIn, SignIn
from workstation.ipc.server import StationServer
from workstation.station.commands import Commands

if TYPE_CHECKING:
    from pathlib import Path

    from workstation.ipc.messages_people import PersonView

PIN = "270914"
WRITTEN = f'badge = "100001"\nname = "赵管"\npin = "{PIN}"\nunit = "3201"\nunit_name = "城东大队"\n'


def _signs_in(state: Path) -> PersonView:
    bench = Bench(state)
    server = StationServer(bench.paths.socket, Commands(bench.engine).handle, bench.engine.mailbox)
    server.start()
    try:
        with Connection(bench.paths.socket) as station:
            station.session = ""
            signed_in = station.call(SignIn(badge="100001", pin=PIN), 60.0)
            assert isinstance(signed_in, SignedIn)
            return signed_in.person
    finally:
        server.stop()
        bench.close()


def _at_a_terminal(state: Path, turns: list[tuple[str, str]]) -> tuple[int, str]:
    """Run ``init`` on a terminal of its own; each answer is given when its question stands there.

    Returns the exit code and everything that was to be seen.
    """
    words = argv("init", "--state", state)
    child, terminal = pty.fork()
    if child == 0:
        os.execv(words[0], words)
    seen = b""
    with closing(os.fdopen(terminal, "r+b", buffering=0)) as screen:
        for question, answer in turns:
            wanted, begins = question.encode(), len(seen)
            while wanted not in seen[begins:]:
                seen += screen.read(4096)
            screen.write(answer.encode() + b"\n")
        try:
            while more := screen.read(4096):
                seen += more
        except OSError:  # the other end of a terminal closes with an error
            pass
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), seen.decode()


def test_the_first_administrator_is_asked_for_and_signs_in(tmp_path: Path) -> None:
    state = tmp_path / "state"
    code, seen = _at_a_terminal(
        state,
        [
            ("Go on?", "y"),
            ("badge number", "10 0001"),  # no badge number: asked again
            ("badge number", "100001"),
            ("/ name", "赵管"),
            ("unit code", ""),
            ("unit name", "城东大队"),
            ("PIN:", "123456"),  # guessed first: asked again
            ("PIN:", PIN),
            ("again", "000000"),  # not the same: asked again
            ("PIN:", PIN),
            ("again", PIN),
            ("Back up", ""),
        ],
    )
    assert code == 0, seen
    assert "people.bad_value" in seen
    assert "people.pin_weak" in seen
    assert PIN not in seen  # never shown
    person = _signs_in(state)
    assert (person.name, person.role, person.unit) == ("赵管", "administrator", "1")
    assert not person.must_change_pin
    found = run("people", "list", "--state", state, "--json").document
    assert found["units"] == [{"code": "1", "name": "城东大队", "parent": None}]


def test_whoever_declines_leaves_nothing_behind(tmp_path: Path) -> None:
    state = tmp_path / "state"
    code, _ = _at_a_terminal(state, [("Go on?", "n")])
    assert (code, state.exists()) == (2, False)


def test_a_script_names_the_administrator_in_a_file_of_its_own(tmp_path: Path) -> None:
    state, file = tmp_path / "state", tmp_path / "first.toml"
    file.write_text(WRITTEN, encoding="utf-8")
    file.chmod(0o600)
    words = ("init", "--non-interactive", "--administrator", file, "--state", state, "--json")
    made = run(*words)
    assert (made.code, made.document["administrator"]) == (0, "100001"), made.stderr
    person = _signs_in(state)
    assert person.must_change_pin  # it was written down, so it is no secret of his alone
    again = run(*words)
    assert again.code != 0
    assert again.document["error"]["code"] == "state.already_initialised"


@pytest.mark.parametrize(
    ("written", "mode", "code"),
    [
        (WRITTEN, 0o644, "people.bad_roster"),
        (WRITTEN.replace("赵管", ""), 0o600, "people.bad_value"),
        (WRITTEN.replace(PIN, "123456"), 0o600, "people.pin_weak"),
        (WRITTEN + "role = 'leader'\n", 0o600, "people.bad_roster"),
        ("badge = ", 0o600, "people.bad_roster"),
        (WRITTEN + "#" * 5000, 0o600, "people.bad_roster"),
    ],
)
def test_what_can_not_be_is_refused_before_anything_is_made(
    tmp_path: Path, written: str, mode: int, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    state, file = tmp_path / "state", tmp_path / "first.toml"
    file.write_text(written, encoding="utf-8")
    file.chmod(mode)
    words = ["init", "--non-interactive", "--administrator", str(file), "--state", str(state)]
    assert main.main([*words, "--json"]) != 0
    assert json.loads(capsys.readouterr().out)["error"]["code"] == code
    assert not (state / "station.json").exists()


def test_without_an_administrator_the_doctor_says_so_until_there_is_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    state = ("--state", str(tmp_path / "state"))

    def give(*words: str) -> str:
        assert main.main([*words, *state]) in {0, 3}  # 3: the machine of a test may lack things
        return capsys.readouterr().out

    def finding() -> dict[str, object]:
        findings = json.loads(give("doctor", "--json"))["findings"]
        (found,) = (one for one in findings if one["code"] == "doctor.administrator")
        return {"status": found["status"], **found["facts"]}

    assert "people add" in give("init", "--non-interactive")
    assert finding() == {"status": "warn", "found": "none"}
    give("people", "unit", "1", "城东")
    give("people", "add", "100001", "赵管", "--unit", "1", "--role", "administrator")
    assert finding() == {"status": "warn", "found": "none"}  # no PIN yet: he can not sign in
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PIN}\n"))
    give("people", "pin", "100001")
    assert finding() == {"status": "ok", "found": 1}
