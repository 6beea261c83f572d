"""A filled station and the platforms it can be pointed at."""

from __future__ import annotations

from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

import pytest

from sync.platforms.starting import chosen, opened
from tests.fakes.filled_station import FilledStation
from tests.fakes.platforms import ga947, gosuncn
from tests.fakes.platforms.ga947 import Ga947Platform
from tests.fakes.platforms.gosuncn import GosuncnPlatform
from tests.fakes.platforms.server import PlatformServer
from workstation.platform import settings
from workstation.station import record
from workstation.vault.secrets import SealedSecrets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sync.platforms.runner import Runner
    from workstation.platform.paths import StatePaths


class Site:
    """A station's state that is told of one platform."""

    def __init__(self, paths: StatePaths, name: str, url: str, key: str, stack: ExitStack) -> None:
        self.paths = paths
        self.name = name
        self._stack = stack
        station, domain = gosuncn.STATION, gosuncn.DOMAIN
        lines = [f"[{name}]", f'url = "{url}"', f'station = "{station}"', f'domain = "{domain}"']
        paths.settings.write_text("\n".join([*lines, "heartbeat_s = 5"]) + "\n", "utf-8")
        SealedSecrets(paths.secrets, record.load_keyring(paths)).put(f"platform.{name}", key)

    def runner(self) -> Runner:
        """A new one, as after a restart."""
        loaded = settings.load(self.paths.settings)
        section = chosen(loaded)[self.name]
        return self._stack.enter_context(opened(self.paths, loaded, self.name, section))


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as held:
        yield held


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[FilledStation]:
    with closing(FilledStation(tmp_path / "state")) as made:
        made.collect([b"one", b"second", b"the third"])
        yield made


@pytest.fixture
def gosun() -> GosuncnPlatform:
    return GosuncnPlatform()


@pytest.fixture
def gosun_server(gosun: GosuncnPlatform) -> Iterator[PlatformServer]:
    with PlatformServer(gosun) as served:
        yield served


@pytest.fixture
def gosun_site(filled: FilledStation, gosun_server: PlatformServer, stack: ExitStack) -> Site:
    return Site(filled.paths, "gosuncn", gosun_server.url, gosuncn.KEY, stack)


@pytest.fixture
def standard() -> Ga947Platform:
    return Ga947Platform()


@pytest.fixture
def standard_server(standard: Ga947Platform) -> Iterator[PlatformServer]:
    with PlatformServer(standard) as served:
        yield served


@pytest.fixture
def standard_site(filled: FilledStation, standard_server: PlatformServer, stack: ExitStack) -> Site:
    url = f"{standard_server.url}/OpenApi"
    return Site(filled.paths, "ga947", url, ga947.KEY, stack)
