"""Two stations that deliver to one store and bear witness to each other."""

from __future__ import annotations

from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

import pytest

from tests.fakes.filled_station import FilledStation, LedgerStation, content_of
from tests.integration.centre.rig import Pair
from tests.integration.sync.rig import deliver

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    """Each has delivered clips; the first was seen by the second after its last clip."""
    with ExitStack() as stack:
        store = tmp_path / "central"
        stations = []
        for number in (1, 2):
            filled = stack.enter_context(closing(FilledStation(tmp_path / f"state-{number}")))
            stack.enter_context(LedgerStation(filled))
            stations.append(filled)
        pair = Pair(store, stations[0], stations[1])
        pair.first.collect([content_of(seed, 50_000) for seed in range(3)])
        assert deliver(pair.first, store) == 0
        pair.first.collect([content_of(9, 40_000)])
        pair.second.collect([b"of the other station"])
        assert deliver(pair.first, store) == 0
        assert deliver(pair.second, store) == 0
        yield pair
