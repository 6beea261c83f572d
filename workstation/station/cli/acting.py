"""Give a command to the running station, or carry it out in its stead under its lock."""

from __future__ import annotations

import os
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

from workstation.casework.exporting import ExportDesk
from workstation.casework.people import PeopleDesk
from workstation.catalog.reader import Catalog
from workstation.domain.errors import StationNotRunningError
from workstation.events.mailbox import Mailbox
from workstation.ipc.client import Connection
from workstation.platform import settings
from workstation.platform.clock import SystemClock
from workstation.retention.sweep import Sweep
from workstation.station import rebuilding, record
from workstation.station.commands import (
    casework,
    delivery,
    directory,
    exporting,
    people,
    retention,
    shifts,
)
from workstation.station.commands.answers import Caller, joined
from workstation.station.feed.desk import DirectoryDesk
from workstation.vault.store import Vault

if TYPE_CHECKING:
    from workstation.ipc.messages import AnyCommand
    from workstation.ipc.words import Result
    from workstation.platform.paths import StatePaths

TIMEOUT_S = 600.0  # a destruction removes thousands of objects before it answers


def give(paths: StatePaths, command: AnyCommand) -> Result:
    """The answer to a command, whoever carries it out.

    Raises:
        StateLockedError: no station serves, and another command holds the ledger.
        StationError: whatever the command ends with.
    """
    try:
        with Connection(paths.socket) as station:
            return station.call(command, TIMEOUT_S)
    except StationNotRunningError:
        pass
    record.load(paths)
    with ExitStack() as held:
        held.enter_context(record.sole_owner(paths))
        ledger = held.enter_context(closing(rebuilding.open_ledger(paths)))
        catalog = held.enter_context(closing(Catalog.open(paths.ledger)))
        vault = Vault(paths.vault, record.load_keyring(paths))
        sweep = Sweep(ledger, catalog, vault, record.load_key(paths))
        sweep.finish_all()
        chosen = settings.load(paths.settings)
        desk = PeopleDesk(
            ledger,
            catalog,
            chosen.people,
            paths.people_key,
            held.enter_context(closing(Mailbox())),
            SystemClock(),
        )
        answers = joined(
            casework.answers(ledger),
            retention.answers(ledger, sweep, desk, catalog),
            shifts.answers(ledger, desk),
            people.answers(desk, ledger, paths.rosters),
            delivery.commissioning(ledger),
            directory.answers(DirectoryDesk(ledger, desk, frozenset(chosen.sync.directory_units))),
            exporting.answers(ExportDesk(ledger, catalog, desk)),
        )
        caller = Caller(os.getpid(), os.getuid(), os.getgid())
        return answers[type(command)].handle(command, caller)
