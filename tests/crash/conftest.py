"""Stations and cards for the crash tests: made once, copied for each test."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.crash.cards import make_card
from tests.crash.harness import make_template, station_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.crash.cards import Card
    from tests.crash.children import Station

# Three and four blocks of 1 MiB; with the photos one batch, two videos and an equal third.
LARGE_BYTES = (2_300_000, 3_400_000)
MEMORY = Path("/dev/shm")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state directory fresh from the ceremony. Never run on it: copy it."""
    path = tmp_path_factory.mktemp("template") / "state"
    make_template(path)
    gc.collect()  # SQLite connections are closed here and not in some test that counts warnings
    return path


@pytest.fixture(scope="session")
def card(tmp_path_factory: pytest.TempPathFactory) -> Card:
    """One card for all tests that do not write to theirs: it is read only anyway."""
    return make_card(tmp_path_factory.mktemp("card"), 7, small=6, large_bytes=LARGE_BYTES)


@pytest.fixture
def scratch(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """Where a test keeps its station: in memory, but for the nightly ones, which use the disk.

    What a killed process leaves behind is the same there; a flush does not wait for whatever
    else the machine is writing, which can take seconds.
    """
    in_memory = os.access(MEMORY, os.W_OK) and not request.node.get_closest_marker("nightly")
    place = Path(tempfile.mkdtemp(prefix="evidock-crash-", dir=MEMORY)) if in_memory else tmp_path
    yield place
    shutil.rmtree(place, ignore_errors=True)  # hundreds of runs would fill it


@pytest.fixture
def station(template: Path, scratch: Path) -> Station:
    """A station of this test's own."""
    return station_from(template, scratch / "state")
