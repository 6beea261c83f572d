"""What a check of a store found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workstation.domain.errors import IntegrityError


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that does not hold; ``code`` has words in ``resources/texts``."""

    station: str  # empty for the store itself
    code: str
    facts: Mapping[str, object]


@dataclass(slots=True)
class StationReport:
    """What a store holds of one station."""

    station: str
    manifests: int = 0
    objects: int = 0
    object_bytes: int = 0
    lines: int = 0
    head: str = "0" * 64
    checkpoints: int = 0
    operations: int = 0
    witnessed_by: list[str] = field(default_factory=list)


@dataclass(slots=True)
class CentreReport:
    """The whole store. ``strangers`` are objects that no manifest names (yet)."""

    store_id: str = ""
    keys_given: bool = False
    stations: list[StationReport] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def blame(self, station: str, error: IntegrityError) -> None:
        """Enter a fault."""
        self.faults.append(Fault(station, error.code, dict(error.facts)))
