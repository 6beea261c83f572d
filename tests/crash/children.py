"""Real processes that run the program and can be killed at any time.

A fresh interpreter takes two seconds to import everything, so most runs are forked from a server
process that has done so (multiprocessing's ``forkserver``; it has no threads that a fork could
tear). What is killed is a whole process of its own either way, with the kernel's SIGKILL.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import main
from workstation.platform import failpoints, settings
from workstation.platform.paths import StatePaths
from workstation.station.engine import Engine, EngineParts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.context import ForkServerProcess

    from tests.crash.cards import Card

ROOT = Path(__file__).resolve().parents[2]
DEADLINE_S = 60.0
KILLED = -9

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["pytest", __name__])


@dataclass(frozen=True, slots=True)
class Run:
    """How a process ended and what it wrote."""

    status: int
    output: str
    errors: str

    @property
    def document(self) -> dict[str, object]:
        """Its ``--json`` document."""
        found = json.loads(self.output)
        assert isinstance(found, dict)
        return found

    @property
    def codes(self) -> set[object]:
        """Why its collections did not end well, and what could not even be written down."""
        collections, errors = self.document["collections"], self.document["errors"]
        assert isinstance(collections, list)
        assert isinstance(errors, list)
        return {found["code"] for found in (*collections, *errors)} - {None}


class Child:
    """One running process; ``wait`` or ``kill`` ends it."""

    def __init__(self, work: Callable[[], int], armed: str, outputs: Path) -> None:
        self._outputs = outputs
        self._process: ForkServerProcess = _CONTEXT.Process(
            target=_enter, args=(work, armed, str(outputs)), daemon=True
        )
        self._process.start()

    def wait(self, timeout_s: float = DEADLINE_S) -> Run | None:
        """Its end, or None if it still runs after ``timeout_s``."""
        self._process.join(timeout_s)
        status = self._process.exitcode
        if status is None:
            return None
        self._process.close()
        return Run(status, self._read("out"), self._read("err"))

    def kill(self) -> Run:
        """SIGKILL for it and for all it has started, if it is not over yet."""
        return self._end(signal.SIGKILL)

    def terminate(self) -> Run:
        """SIGTERM, as a service manager would; its end."""
        return self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> Run:
        assert self._process.pid is not None
        try:
            os.killpg(self._process.pid, number)
        except ProcessLookupError:  # over, or so young that it leads no group yet
            self._process.kill()
        run = self.wait()
        assert run is not None
        return run

    def _read(self, suffix: str) -> str:
        path = Path(f"{self._outputs}.{suffix}")
        return path.read_text(encoding="utf-8") if path.exists() else ""


def _enter(work: Callable[[], int], armed: str, outputs: str) -> None:
    os.setsid()
    for descriptor, suffix in ((1, "out"), (2, "err")):
        opened = os.open(f"{outputs}.{suffix}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(opened, descriptor)
        os.close(opened)
    failpoints.arm(armed)
    sys.exit(work())


@dataclass(frozen=True, slots=True)
class Command:
    """A command line of the program."""

    arguments: tuple[str, ...]

    def __call__(self) -> int:
        return main.main(self.arguments)


@dataclass(frozen=True, slots=True)
class Census:
    """A command line; afterwards it writes how often each failpoint was passed."""

    arguments: tuple[str, ...]

    def __call__(self) -> int:
        failpoints.arm(";".join(f"{name}=sleep:0" for name in failpoints.NAMES))
        status = main.main(self.arguments)
        sys.stderr.write(json.dumps(failpoints._PASSED))
        return status


@dataclass(frozen=True, slots=True)
class Settling:
    """A start and a stop of the engine, with no recorder docked: what recovery does alone."""

    state: Path

    def __call__(self) -> int:
        paths = StatePaths(self.state)
        engine = Engine(paths, settings.load(paths.settings), EngineParts(()))
        engine.start()
        engine.stop()
        return 0


class Station:
    """A state directory, and processes that work on it one after another."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self._runs = 0

    def begin(self, work: Callable[[], int], armed: str = "") -> Child:
        """Start a process that does ``work`` with failpoints armed; it is not waited for."""
        self._runs += 1
        outputs = self.state.parent / f"{self.state.name}.run{self._runs}"
        return Child(work, armed, outputs)

    def run(self, work: Callable[[], int], armed: str = "") -> Run:
        """The same to its end, whichever that is."""
        child = self.begin(work, armed)
        run = child.wait()
        if run is None:
            child.kill()
            raise TimeoutError(f"{work} armed with {armed!r} hangs")
        return run

    def collecting(self, cards: Sequence[Card]) -> Command:
        """``main.py collect CARD… --state DIR --json``."""
        paths = [str(card.path) for card in cards]
        return Command(("collect", *paths, "--state", str(self.state), "--json"))

    def collect(self, *cards: Card, armed: str = "") -> Run:
        """Collect cards, with failpoints armed."""
        return self.run(self.collecting(cards), armed)

    def settle(self, armed: str = "") -> Run:
        """Start and stop with nothing docked."""
        return self.run(Settling(self.state), armed)


@contextmanager
def under_load(station: Station, cards: Sequence[Card]) -> Iterator[Child]:
    """A collection that is under way, killed in the end if it still is."""
    child = station.begin(station.collecting(cards))
    try:
        yield child
    finally:
        if child.wait(0) is None:
            child.kill()
