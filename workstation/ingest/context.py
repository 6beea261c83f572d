"""What every lane needs, handed to it once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workstation.catalog.reader import Catalog
    from workstation.devices.registry import Registry
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
    with_sm3: bool = True
    keep_partial: bool = True
