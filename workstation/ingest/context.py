"""What every lane needs, handed to it once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workstation.domain.erasing import EraseRules
from workstation.platform.settings import ClockSection, RecordersSection
from workstation.platform.timesource import station_time

if TYPE_CHECKING:
    from collections.abc import Callable

    from workstation.catalog.reader import Catalog
    from workstation.devices.locked import LockedDriver, Passwords
    from workstation.devices.registry import Registry
    from workstation.domain.erasing import EraseRule
    from workstation.domain.recorder_clock import StationTime
    from workstation.events.mailbox import Mailbox
    from workstation.ingest.admission import Admission
    from workstation.ledger.writer import Ledger
    from workstation.platform.clock import Clock
    from workstation.vault.store import Vault


@dataclass(frozen=True, slots=True)
class IngestContext:
    """The collaborators of the lanes; one per station."""

    vault: Vault
    ledger: Ledger
    catalog: Catalog
    admission: Admission
    registry: Registry
    mailbox: Mailbox
    clock: Clock
    passwords: Passwords
    locked: tuple[LockedDriver, ...] = ()  # of recorders that hide their card at first
    with_sm3: bool = True
    keep_partial: bool = True
    recorders: RecordersSection = field(default_factory=RecordersSection)
    clocks: ClockSection = field(default_factory=ClockSection)
    station_time: Callable[[], StationTime] = station_time
    second_read: bool = False  # read each file again (V3) while the recorder charges
    erase: EraseRules = field(default_factory=EraseRules)

    def erase_rule(self, unit: str | None) -> EraseRule:
        """What may be erased on recorders of this unit."""
        return self.erase.of(unit)
