"""A bench with a fresh station for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.ingest.scripted import Bench

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A started engine without docks; stopped at the end."""
    made = Bench(tmp_path / "state")
    yield made
    made.close()
