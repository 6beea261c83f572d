"""The station in the guest: its commands, its wall as a client sees it, its end."""

from __future__ import annotations

import json
import shlex
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict, cast

from tests.rig.machine import ENVIRONMENT, MAIN, WITH_TESTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tests.rig.machine import Machine, Running

STATE = "/var/lib/evidock/state"
COMMAND_LIMIT_S = 180.0  # one command under emulation, with a busy host
_PAUSE_S = 0.1


class Slot(TypedDict):
    """A slot as the wall gets it; the fields that tests look at."""

    slot: int
    status: str
    phase: str
    port: str
    recorder_serial: str
    entries_total: int
    bytes_done: int
    code: str | None
    driver: str
    badge: str | None
    officer_name: str | None
    battery_percent: int | None


class Line(TypedDict, total=False):
    """One line of the observer."""

    at_s: float
    what: str
    view: Slot
    action: str
    subsystem: str
    kind: str
    path: str
    slot: int
    state: str
    collection: str


class ClipDocument(TypedDict):
    """A clip as ``clips --json`` prints it; the fields that tests look at."""

    source_path: str
    sha256: str
    recorder_serial: str
    slot: int


@dataclass
class Station:
    """A station under observation. Times are the guest's monotonic seconds."""

    machine: Machine
    station: Running
    observer: Running

    def lines(self) -> list[Line]:
        """Everything the observer said."""
        whole, _, _ = self.observer.text().rpartition("\n")
        return [cast("Line", json.loads(line)) for line in whole.splitlines() if line[:1] == "{"]

    def slots(self) -> dict[int, Slot]:
        """The wall as it looks now."""
        return {line["view"]["slot"]: line["view"] for line in self.lines() if "view" in line}

    def at_port(self, port: str) -> Slot:
        """The slot of a socket; socket ``8.3`` is the third one of the hub at socket 8.

        An empty slot names no port any more, so what was plugged there last tells.

        Raises:
            KeyError: nothing was ever seen there.
        """
        views = [line["view"] for line in self.lines() if "view" in line]
        for view in reversed(views):
            if view["port"].endswith(f"-usb-0:{port}"):
                return next(now for now in reversed(views) if now["slot"] == view["slot"])
        raise KeyError(port)

    def statuses(self, ports: Iterable[str]) -> dict[str, str]:
        """How the slots of these sockets stand; ``unseen`` where none is known."""
        found = {}
        for port in ports:
            try:
                found[port] = self.at_port(port)["status"]
            except KeyError:
                found[port] = "unseen"
        return found

    def ended(self) -> list[Line]:
        """The collections that were closed, in order."""
        return [line for line in self.lines() if line["what"] == "ended"]

    def wait(self, condition: Callable[[], bool], limit_s: float, what: str) -> None:
        """Until ``condition`` holds.

        Raises:
            AssertionError: it does not within ``limit_s``, or the station ended.
        """
        deadline = time.monotonic() + limit_s
        while not condition():
            if self.station.rc is not None:
                raise AssertionError(f"the station ended: {self.station.text()[-3000:]}")
            if self.observer.rc is not None:
                raise AssertionError(f"the observer ended: {self.observer.err.decode()[-3000:]}")
            if time.monotonic() > deadline:
                raise AssertionError(
                    f"{what} did not come in {limit_s:.0f} s\n{self.slots()}\n"
                    f"{self.station.text()[-6000:]}\n{self.machine.run('dmesg | tail -30')[1]}"
                )
            time.sleep(_PAUSE_S)

    def wait_done(self, ports: Iterable[str], limit_s: float) -> None:
        """Until the recorders in these sockets are taken in whole."""
        wanted = list(ports)
        self.wait(
            lambda: set(self.statuses(wanted).values()) == {"done"}, limit_s, f"done {wanted}"
        )

    def stop(self) -> int:
        """End it as systemd would; its exit code."""
        self.station.kill(15)
        code = self.station.wait(COMMAND_LIMIT_S)
        self.observer.wait(COMMAND_LIMIT_S)
        return code


def command(machine: Machine, *words: str, says: str = "") -> tuple[int, str]:
    """Run one of the station's commands; exit code and standard output.

    ``says`` is what a person would enter.
    """
    entered = f"printf '%s\\n' {shlex.quote(says)} | " if says else ""
    line = f"{entered}{MAIN} {shlex.join([*words, '--state', STATE])}"
    return machine.run(line, env=ENVIRONMENT, timeout=COMMAND_LIMIT_S, merge=False)


def prepare(machine: Machine, settings: str = "") -> None:
    """The first-start ceremony on an empty disk.

    Cards are mounted by the station's own helper: there is no systemd in the guest, and the
    station is root there.
    """
    machine.check(f"mkdir -p -m 700 {STATE}")
    put(machine, f"{STATE}/evidock.toml", settings)
    code, out = command(machine, "init", "--non-interactive")
    assert code == 0, out


def put(machine: Machine, path: str, text: str) -> None:
    """Write a text file in the guest."""
    folder = path.rpartition("/")[0]
    machine.check(
        f"mkdir -p {folder} && printf %s {shlex.quote(text)} > {path}",
    )


def start(machine: Machine, *docks: str) -> Station:
    """Start the station and watch it; returns when it serves its socket."""
    urls = [word for url in docks or ("usb:",) for word in ("--dock", url)]
    station = machine.spawn(
        f"exec {MAIN} {shlex.join(['station', *urls, '--state', STATE])}", env=ENVIRONMENT
    )
    observer = machine.spawn(
        f"exec python3 -m tests.rig.guest.observe {STATE}/station.sock",
        env=WITH_TESTS,
        merge=False,
    )
    watched = Station(machine, station, observer)
    observer_ready = '"observing"'
    watched.wait(lambda: observer_ready in observer.text(), COMMAND_LIMIT_S, "the socket")
    return watched


def clips(machine: Machine) -> Iterator[ClipDocument]:
    """What the catalog holds."""
    code, out = command(machine, "clips", "--json")
    assert code == 0, out
    yield from json.loads(out)["clips"]


def ledger_lines(machine: Machine) -> list[dict[str, object]]:
    """The ledger's own lines, in order."""
    query = "SELECT CAST(line AS TEXT) FROM custody_entry ORDER BY seq"
    code = (
        "import sqlite3, sys; "
        f"base = sqlite3.connect('file:{STATE}/ledger.sqlite?mode=ro', uri=True); "
        f"sys.stdout.write(chr(10).join(line for (line,) in base.execute('{query}')))"
    )
    out = machine.check(f"python3 -c {shlex.quote(code)}")
    return [json.loads(line) for line in out.splitlines()]
