"""A small station with two leaders and real footage, and the command that exports from it."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.integration.commands import TIMEOUT_S, Ended, argv, run
from tests.unit.ingest.scripted import Bench
from tests.unit.media.clips import Recipe, film
from workstation.domain.people import Role
from workstation.ipc.client import Connection
from workstation.ipc.messages_people import ChangePin, SetPin, SignedIn, SignIn, SignOut
from workstation.ipc.server import StationServer
from workstation.station.commands import Commands

if TYPE_CHECKING:
    from pathlib import Path

LEADER, WITNESS, OFFICER = "200002", "200003", "012345"
PINS = {LEADER: "805316", WITNESS: "694027", OFFICER: "392658"}
FIRST_PIN = "270914"
CASE = "京A-2026-1234"
REASON = "检察院调取证据"
ROSTER = f"""\
badge,name,unit,unit_name,unit_parent,role
100001,赵管,3201,城东分局,,administrator
{LEADER},李队,3201-1,一中队,3201,{Role.LEADER.value}
{WITNESS},钱队,3201-1,一中队,3201,{Role.LEADER.value}
{OFFICER},王芳,3201-1,一中队,3201,{Role.OFFICER.value}
"""
CLIP_NAMES = ("012345_REC0001_20260501083000_0001.mp4", "现场 & 路口.mp4")


@dataclass(frozen=True, slots=True)
class Site:
    """A station's state directory with one case of three clips."""

    state: Path
    clips: tuple[str, ...]
    collection: str

    def export(
        self,
        *words: str | Path,
        secrets: tuple[str, ...] = (PINS[LEADER], PINS[WITNESS]),
        by: tuple[str, str] = (LEADER, WITNESS),
        failpoints: str = "",
    ) -> Ended:
        """``export … --json`` with PINs, as a script would give them."""
        command = argv(
            "export", *words, "--by", by[0], "--second", by[1], "--reason", REASON,
            "--state", self.state, "--json",
        )  # fmt: skip
        typed = "".join(f"{one}\n" for one in secrets).encode()
        environment = {**os.environ, "EVIDOCK_FAILPOINTS": failpoints}
        done = subprocess.run(
            command, input=typed, capture_output=True, timeout=TIMEOUT_S, env=environment
        )
        return Ended(done.returncode, done.stdout, done.stderr.decode("utf-8", "replace"))


def build_site(root: Path) -> Site:
    """Make it with the commands that people use."""
    state, card, roster = root / "state", root / "card", root / "people.csv"
    roster.write_text(ROSTER, encoding="utf-8")
    (card / "DCIM").mkdir(parents=True)
    for number, name in enumerate(CLIP_NAMES):
        (card / "DCIM" / name).write_bytes(film(Recipe(frames=30 + number, audio="aac")))
    (card / "DCIM" / CLIP_NAMES[0].replace(".mp4", ".nmea")).write_text("$GPRMC,0\r\n")
    assert run("init", "--state", state, "--non-interactive").code == 0
    assert run("people", "import", roster, "--state", state).code == 0
    _choose_pins(state)
    collected = run("collect", card, "--state", state, "--json").document
    clips = tuple(one["clip_id"] for one in collected["clips"])
    assert run("cases", "add", CASE, "--title", "路口纠纷", "--state", state).code == 0
    tagged = run("tag", *clips, "--case", CASE, "--note", "现场全程", "--state", state)
    assert tagged.code == 0, tagged.stderr
    return Site(state, clips, collected["collections"][0]["id"])


def _choose_pins(state: Path) -> None:
    """Each chooses a PIN of his own, as at the kiosk."""
    bench = Bench(state)
    server = StationServer(bench.paths.socket, Commands(bench.engine).handle, bench.engine.mailbox)
    server.start()
    for badge, pin in PINS.items():
        with Connection(bench.paths.socket) as station:
            station.call(SetPin(badge, FIRST_PIN))
            station.session = ""
            signed_in = station.call(SignIn(badge=badge, pin=FIRST_PIN))
            assert isinstance(signed_in, SignedIn)
            station.session = signed_in.token
            station.call(ChangePin(FIRST_PIN, pin))
            station.call(SignOut())
    server.stop()
    bench.close()
