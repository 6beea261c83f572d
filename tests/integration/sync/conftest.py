"""A filled station, its socket and an empty place for a store."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.fakes.filled_station import FilledStation, LedgerStation, content_of
from tests.integration.sync.rig import SIZES
from workstation.platform import failpoints

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[FilledStation]:
    with closing(FilledStation(tmp_path / "state")) as filled:
        filled.collect([content_of(seed, size) for seed, size in enumerate(SIZES)])
        yield filled
        failpoints.arm("")


@pytest.fixture
def served(filled: FilledStation) -> Iterator[LedgerStation]:
    with LedgerStation(filled) as station:
        yield station


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "central"
