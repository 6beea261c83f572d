"""A filled station, a municipal system, and what reads from it."""

from __future__ import annotations

from contextlib import ExitStack, closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from sync.cases.memory import CaseMemory, standings
from sync.cases.open311 import Open311
from sync.cases.polling import Polling
from sync.stopping import StopFlag
from tests.fakes.filled_station import FilledStation
from tests.fakes.platforms.open311 import Open311City
from tests.fakes.platforms.server import PlatformServer
from workstation.catalog.reader import Catalog
from workstation.ipc.peer import Peer
from workstation.platform.settings import Open311Section
from workstation.station.commands import casework
from workstation.station.commands.answers import Caller

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sync.cases.memory import SourceStanding
    from workstation.domain.casework_state import CaseFile
    from workstation.ipc.messages import AnyCommand
    from workstation.ipc.words import Result

NOW = datetime(2026, 7, 11, 12, 0, tzinfo=UTC)


class Clock:
    """A time that a test moves."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at


class Town:
    """A station that reads one city's cases."""

    def __init__(self, filled: FilledStation, url: str, stack: ExitStack) -> None:
        self.filled = filled
        self.url = url
        self.clock = Clock()
        self.stop = stack.enter_context(closing(StopFlag()))
        self._stack = stack

    def give(self, command: AnyCommand) -> Result:
        """As the station's socket would."""
        answer = casework.answers(self.filled.ledger)[type(command)]
        return answer.handle(command, Caller.speaking(Peer(1, 0, 0)))

    def memory(self, name: str = "open311") -> CaseMemory:
        made = CaseMemory(self.filled.paths.cases, name, self.url, self.clock)
        return self._stack.enter_context(closing(made))

    def polling(self, *, timeout_s: float = 30.0, page_size: int = 50) -> Polling:
        """A new one, as after a restart."""
        section = Open311Section(
            url=f"{self.url}/v2", jurisdiction="city.example", page_size=page_size
        )
        server = Open311(section, None, timeout_s=timeout_s)
        return Polling(server, self.memory(), section, self.give, self.clock)

    def poll(self, *, page_size: int = 50) -> None:
        self.polling(page_size=page_size).run(self.stop)

    @property
    def cases(self) -> dict[str, CaseFile]:
        """By number."""
        with closing(Catalog.open(self.filled.paths.ledger)) as catalog:
            return {line.file.number: line.file for line in catalog.cases(limit=1000)}

    @property
    def entries(self) -> int:
        """How many lines the ledger has, up to a thousand."""
        with closing(Catalog.open(self.filled.paths.ledger)) as catalog:
            return len(catalog.custody_lines())

    @property
    def standing(self) -> SourceStanding:
        (found,) = standings(self.filled.paths.cases)
        return found


@pytest.fixture
def city() -> Open311City:
    return Open311City()


@pytest.fixture
def served(city: Open311City) -> Iterator[PlatformServer]:
    with PlatformServer(city) as running:
        yield running


@pytest.fixture
def town(tmp_path: Path, served: PlatformServer) -> Iterator[Town]:
    with ExitStack() as stack:
        filled = stack.enter_context(closing(FilledStation(tmp_path / "state")))
        yield Town(filled, served.url, stack)
