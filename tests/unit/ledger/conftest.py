"""A fresh ledger, its key, and a clock that stands still."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.unit.ledger.lines import STATION, Desk
from workstation.ledger.signing import StationKey
from workstation.ledger.writer import Ledger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class StoppedClock:
    """Always the same moment."""

    def now(self) -> datetime:
        return datetime(2026, 3, 1, 8, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A ledger with its key; closed at the end."""
    key = StationKey.generate()
    path = tmp_path / "ledger.sqlite"
    made = Desk(path, key, Ledger(path, STATION, key, StoppedClock()))
    yield made
    made.ledger.close()
