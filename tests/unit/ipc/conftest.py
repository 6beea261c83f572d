"""A socket of our own, with a small station behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.socket_station import SocketStation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def socket_path(tmp_path: Path) -> Path:
    # Deeper than sockaddr_un can say (108 bytes), as a state directory may well be.
    directory = tmp_path / ("d" * 100)
    directory.mkdir()
    return directory / "station.sock"


@pytest.fixture
def station(socket_path: Path) -> Iterator[SocketStation]:
    with SocketStation(socket_path) as station:
        yield station
