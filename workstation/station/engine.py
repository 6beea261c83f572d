"""The engine wired together: vault, ledger, lanes, docks, media; started and stopped as one."""

from __future__ import annotations

import logging
import sys
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.casework.case_reach import CaseReach
from workstation.casework.exporting import ExportDesk
from workstation.casework.people import PeopleDesk
from workstation.catalog.reader import Catalog
from workstation.catalog.values import ClipFilter, Totals
from workstation.devices import hubs
from workstation.devices.api import HoldsMounts, KnowsPorts, Sighting
from workstation.devices.registry import Registry
from workstation.domain.dock import DockView, StationView, UplinkView
from workstation.domain.erasing import ErasePolicy, EraseRules
from workstation.domain.errors import NotInitialisedError, StationError
from workstation.events.facts import StationChanged
from workstation.events.mailbox import Mailbox
from workstation.ingest.admission import Admission
from workstation.ingest.context import IngestContext
from workstation.ingest.recovery import recover
from workstation.ingest.supervisor import Supervisor
from workstation.platform.clock import SystemClock
from workstation.platform.timesource import station_time
from workstation.retention.purging import Purge
from workstation.retention.sweep import Sweep
from workstation.station import rebuilding, record
from workstation.station.audit_desk import AuditDesk
from workstation.station.caretaker import Caretaker, Scrubber
from workstation.station.delivery_desk import DeliveryDesk
from workstation.station.feed.desk import DirectoryDesk
from workstation.station.feed.standing import notice
from workstation.station.footage import FootageDesk
from workstation.station.pack_desk import PackDesk
from workstation.station.slot_desk import SlotDesk
from workstation.vault.secrets import SealedSecrets
from workstation.vault.store import Vault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from workstation.devices.api import Departure, Dock, RecorderDriver
    from workstation.devices.locked import LockedDriver
    from workstation.domain.recorder_clock import StationTime
    from workstation.ingest.lane import Lane
    from workstation.platform.paths import StatePaths
    from workstation.platform.settings import EraseSection, Settings
    from workstation.station.feed.standing import Notice
    from workstation.vault.keys import Keyring

logger = logging.getLogger(__name__)

CHECKPOINT_AFTER_S = 60.0  # at the latest, after the last unsigned custody entry (proof.md §3)
TICK_S = 1.0
NOTICE_S = 10.0  # how old what is said of the directory may be
# With a hundred threads that mostly wait in C, Python's 5 ms turns make each wait for the others'
# bookkeeping: 24 lanes took in a fifth more with shorter ones.
SWITCH_INTERVAL_S = 0.0005


@dataclass(frozen=True, slots=True)
class EngineParts:
    """What differs between a station, a test and a command line."""

    drivers: Iterable[RecorderDriver]
    docks: Sequence[Dock] = ()
    probes: Iterable[Sighting] = ()  # sightings that must have one surest driver
    probe_media: bool = True
    locked: Iterable[LockedDriver] = ()  # of recorders that hide their card at first
    station_time: Callable[[], StationTime] = station_time  # how sure it is of its own clock


class Engine:
    """A running station without its socket. ``start`` recovers first, ``stop`` closes all."""

    def __init__(self, paths: StatePaths, settings: Settings, parts: EngineParts) -> None:
        self.paths = paths
        self.settings = settings
        self.mailbox = Mailbox()
        self.uplink = UplinkView()
        self._parts = parts
        self._stack = ExitStack()
        self._clock = SystemClock()
        self._stopping = threading.Event()
        self._ticker = threading.Thread(target=self._tick, name="ticker", daemon=True)
        self._unsigned_since: float | None = None
        self._notice: tuple[float, Notice | None] | None = None
        self._today: tuple[datetime, Totals, Totals] | None = None

    def start(self) -> None:
        """Take the state directory, settle what the last run left, listen to the docks.

        Raises:
            NotInitialisedError, StateLockedError, KeyMissingError, KeyBadError,
            LedgerBrokenError, VaultFullError, VaultReadOnlyError, VaultIoError
        """
        if not record.is_initialised(self.paths):
            raise NotInitialisedError(path=str(self.paths.root))
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        try:
            self._open()
        except BaseException:
            self._stack.close()
            raise
        self._ticker.start()
        for dock in self._parts.docks:
            dock.start(self._announce)

    def _open(self) -> None:
        settings, paths = self.settings, self.paths
        self.record = record.load(paths)
        self._stack.enter_context(record.sole_owner(paths))
        keyring = record.load_keyring(paths)
        self.vault = Vault(
            paths.vault,
            keyring,
            reserve_bytes=settings.vault.min_free_bytes,
            writers=settings.ingest.writers,
        )
        self.vault.prepare()
        self.ledger = rebuilding.open_ledger(paths)
        self._stack.callback(self._close_ledger)
        self.catalog = Catalog.open(paths.ledger)
        self._stack.callback(self.catalog.close)
        self.delivery = DeliveryDesk(self.catalog)
        self.people = PeopleDesk(
            self.ledger,
            self.catalog,
            settings.people,
            paths.people_key,
            self.mailbox,
            self._clock,
        )
        self._stack.callback(self.people.signing.stop)
        units = frozenset(settings.sync.directory_units)
        self.audit = AuditDesk(paths, self.ledger, self.catalog, self._clock)
        self._stack.callback(self.audit.stop)
        self.exports = ExportDesk(self.ledger, self.catalog, self.people)
        reach = CaseReach(self.people, self.catalog)
        self.packs = PackDesk(paths, settings, self.exports, reach, self.mailbox)
        self._stack.callback(self.packs.close)
        self.directory = DirectoryDesk(self.ledger, self.people, units)
        self.admission = Admission(self.vault, self.ledger, self.catalog)
        context = self._lane_context(keyring)
        self.recovered = recover(context)
        self._take_up_mended()
        self.sweep = Sweep(self.ledger, self.catalog, self.vault, record.load_key(paths))
        self.purge = Purge(self.ledger, self.vault, settings.sync.purge_after)
        self._finish_destructions()
        self._base = self.catalog.totals()
        self.started_at = self._clock.now()
        self.slots = self._slot_desk()
        self.supervisor = Supervisor(
            context, self.slots.map, settings.ingest.readers_per_hub, settings.ingest.stall_s
        )
        self.slots.lead_to(self.supervisor.announce)
        self.footage = FootageDesk(self.vault, self.ledger, self.catalog, self.mailbox)
        if self._parts.probe_media and settings.media.probe:
            self._stack.callback(self.footage.start_probing(settings.media))

    def _lane_context(self, keyring: Keyring) -> IngestContext:
        settings = self.settings
        registry = Registry(self._parts.drivers)
        registry.check(self._parts.probes)
        return IngestContext(
            vault=self.vault,
            ledger=self.ledger,
            catalog=self.catalog,
            admission=self.admission,
            registry=registry,
            mailbox=self.mailbox,
            clock=self._clock,
            passwords=SealedSecrets(self.paths.secrets, keyring),
            locked=tuple(self._parts.locked),
            with_sm3=settings.vault.sm3,
            keep_partial=settings.ingest.keep_partial,
            recorders=settings.recorders,
            clocks=settings.clock,
            station_time=self._parts.station_time,
            # A single collection is over when its files are safe; a station has the time.
            second_read=settings.ingest.second_read and bool(self._parts.docks),
            erase=_erase_rules(settings.erase),
        )

    def _finish_destructions(self) -> None:
        """What two people had confirmed before the station stopped; it never stops intake."""
        try:
            self.sweep.finish_all()
            self.purge.finish_all()
        except StationError as error:
            logger.warning("destruction unfinished error=%s", error)

    def _slot_desk(self) -> SlotDesk:
        """Ports as the docks know them, one dock after the other; the settings have the word."""
        ports: dict[str, int] = {}
        bays = 0
        for dock in self._parts.docks:
            if isinstance(dock, KnowsPorts):
                ports |= {port: bays + number for port, number in dock.ports.items()}
            bays += dock.slots
        dock_settings = self.settings.dock
        return SlotDesk(
            self.paths.slots,
            hubs.HubSet.load([*map(Path, dock_settings.hubs), hubs.BUILTIN]),
            ports,
            dock_settings.ports,
            dock_settings.slots or bays,
        )

    def _close_ledger(self) -> None:
        try:
            self.ledger.close()
        except StationError as error:
            logger.warning("ledger closed without a checkpoint error=%s", error)

    def _take_up_mended(self) -> None:
        """A stop may have left a whole copy in a damaged object's place, and no line about it."""
        for damaged in self.catalog.damaged():
            self.admission.mender.adopt(self.catalog.clip(damaged))

    def take_care(self) -> None:
        """Read the vault again in quiet hours, and back the ledger up: for a station that stays."""
        mender = self.admission.mender
        scrubber = Scrubber(self.vault, self.ledger, self.catalog, mender, self._clock)
        caretaker = Caretaker(
            self.paths, self.settings, scrubber, self._clock, lambda: self.supervisor.is_busy
        )
        caretaker.start()
        self._stack.callback(caretaker.stop)

    def stop(self) -> None:
        """End docks and lanes, sign the ledger, let go of the state directory."""
        self._stopping.set()
        for dock in self._parts.docks:
            dock.stop()
        self.supervisor.stop()
        for dock in self._parts.docks:
            if isinstance(dock, HoldsMounts):
                dock.let_go()
        self._ticker.join()
        self._stack.close()

    def _announce(self, news: Sighting | Departure) -> None:
        self.slots.announce(news)

    # -- what clients ask for ------------------------------------------------------------

    def collect(self, path: Path) -> Lane | None:
        """Take in a mounted card or a folder; None while that path is being taken in."""
        absolute = path.resolve()
        return self.supervisor.announce(
            Sighting(port=f"path:{absolute}", source=str(absolute), scheme="card"), anew=True
        )

    def show_officer_of(self, recorder: str) -> None:
        """Somebody else has a recorder now: a slot that holds it says so."""
        self.supervisor.officer_changed(recorder, self.catalog.binding(recorder))

    def dock_view(self) -> DockView:
        """Everything the wall shows."""
        return DockView(self.station_view(), self.supervisor.views())

    def station_view(self) -> StationView:
        """The counters of the whole dock, now."""
        views = self.supervisor.views()
        admitted = self.admission.admitted
        today = self._since_midnight(admitted)
        told = self._told()
        left = [view.eta_s for view in views if view.eta_s is not None]
        stuck = next((view for view in views if (view.code or "").startswith("vault.")), None)
        return StationView(
            station_id=self.record.id,
            name=self.settings.station.name,
            started_at=self.started_at,
            storage=self.vault.storage(self._base.size_bytes + admitted.size_bytes),
            uplink=self.uplink,
            rate_bps=sum(view.rate_bps for view in views),
            finish_at=self._clock.now() + timedelta(seconds=max(left)) if left else None,
            clips_today=today.clips,
            bytes_today=today.size_bytes,
            clips_total=self._base.clips + admitted.clips,
            code=stuck.code if stuck else None,
            facts=stuck.facts if stuck else {},
            notice=told.code if told else None,
            notice_facts=dict(told.facts) if told else {},
        )

    def _told(self) -> Notice | None:
        """What is to be said of the centre's directory; looked at once in a while."""
        now_s = time.monotonic()
        if self._notice is None or now_s - self._notice[0] > NOTICE_S:
            self._notice = (now_s, notice(self.catalog, self._clock.now()))
        return self._notice[1]

    def _since_midnight(self, admitted: Totals) -> Totals:
        midnight = self._clock.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
        if self._today is None or self._today[0] != midnight:
            found = self.catalog.totals(ClipFilter(vaulted_from=midnight))
            self._today = (midnight, found, admitted)
        _, base, then = self._today
        return Totals(
            base.clips + admitted.clips - then.clips,
            base.size_bytes + admitted.size_bytes - then.size_bytes,
        )

    # -- once a second -------------------------------------------------------------------

    def _tick(self) -> None:
        seen = 0
        while not self._stopping.wait(TICK_S):
            try:
                self.slots.tick()
                self.people.signing.tick()
                self._sign_if_due()
                if seen != (seen := self.admission.admitted.clips):
                    self.footage.wake()
                self.mailbox.post(StationChanged(self.station_view()), replaces="station")
            except StationError as error:
                logger.warning("tick failed error=%s", error)

    def _sign_if_due(self) -> None:
        if not self.ledger.unsigned_lines:
            self._unsigned_since = None
            return
        now = time.monotonic()
        if self._unsigned_since is None:
            self._unsigned_since = now
        quiet = not self.supervisor.is_busy
        if quiet or now - self._unsigned_since >= CHECKPOINT_AFTER_S:
            self.ledger.checkpoint()
            self._unsigned_since = None


def _erase_rules(section: EraseSection) -> EraseRules:
    return EraseRules(
        policy=ErasePolicy(section.policy),
        cool_down=timedelta(hours=section.cool_down_h),
        units={unit: ErasePolicy(policy) for unit, policy in section.units.items()},
    )
