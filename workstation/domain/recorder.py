"""Recorders and who they belong to."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from workstation.domain.clip import BadgeNumber


@dataclass(frozen=True, slots=True)
class Claim:
    """One place on a recorder says one value of one field (``serial``, ``badge``, …)."""

    field: str
    source: str
    value: str


@dataclass(frozen=True, slots=True)
class RecorderIdentity:
    """What a recorder says of itself, with where each field came from.

    ``provenance`` maps a field's name to the source that is believed: ``label``, ``names``,
    ``sidecar``, ``device``, ``path``. ``claims`` is everything that was found, also what is
    not believed. ``findings`` are codes such as ``identity.disagrees``.
    """

    serial: str
    profile: str
    badge: BadgeNumber | None = None
    officer_name: str | None = None
    unit: str | None = None
    label: str | None = None
    provenance: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class Inscription:
    """What a recorder is to say about who wears it; the five fields of GA/T 947's ZFY_INFO.

    Lengths are counted in bytes of GBK on the recorder: serial 7, badge 6, officer_name 32,
    unit_code 12, unit_name 32. What does not fit is refused by the driver, never cut.
    """

    serial: str
    badge: BadgeNumber
    officer_name: str = ""
    unit_code: str = ""
    unit_name: str = ""


# Less than this is no shift: 5 % of 64 GB are 70 minutes of 1080p at 6 Mbit/s.
FULL_SHARE: Final = 0.05
CARD_FULL: Final = "recorder.card_full"  # the remark (facts ``free_bytes``, ``total_bytes``)


@dataclass(frozen=True, slots=True)
class RecorderStorage:
    """Room on a recorder, in bytes; ``free_bytes`` is None where it does not tell."""

    total_bytes: int
    free_bytes: int | None = None

    @property
    def is_full(self) -> bool:
        """Whether it has no room for another shift."""
        return self.free_bytes is not None and self.free_bytes < self.total_bytes * FULL_SHARE


class WriteKind(StrEnum):
    """What can be written to a recorder; stored by value in custody entries."""

    STORAGE_UNLOCKED = "storage_unlocked"
    CLOCK_SET = "clock_set"
    BINDING_WRITTEN = "binding_written"


@dataclass(frozen=True, slots=True)
class RecorderWrite:
    """One thing that a driver wrote to a recorder: proof.md R-3 makes a custody entry of each.

    Attributes:
        kind: what it was.
        facts: exactly what was sent, as values a line of the ledger can hold. Never a
            password. ``clock_set`` has ``set_to`` (ISO 8601 as the recorder was told, with
            the zone it was meant in), ``storage_unlocked`` has ``command``,
            ``binding_written`` has the fields of ``Inscription``.
        at: the station's time (UTC) just before the recorder was told; None where the driver
            was not given a clock, and the caller's own time of the call has to do.
    """

    kind: WriteKind
    facts: Mapping[str, str | int] = field(default_factory=dict)
    at: datetime | None = None
