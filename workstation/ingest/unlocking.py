"""Speak to a recorder that hides its card, and have it show the card: one thread, before a lane.

What it said of itself is kept for the docking that follows, when its card comes up at the same
port: as another USB device, or as another medium in the same one. Each write is on record
before it is made, and what came of it after.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workstation.devices.api import UnlocksStorage
from workstation.devices.identity import UNKNOWN
from workstation.domain.binding import DISAGREES
from workstation.domain.dock import SlotPhase, SlotStatus
from workstation.domain.errors import (
    CollectionStoppedError,
    RecorderGoneError,
    RecorderRefusedError,
    StationError,
    UnknownRecorderError,
)
from workstation.domain.recorder import Claim, RecorderIdentity, WriteKind
from workstation.ingest.arrival import Told, ask
from workstation.ingest.clock_setting import set_if_due
from workstation.ledger import recorder_facts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from workstation.devices.api import Sighting
    from workstation.devices.locked import LockedDriver, LockedSession
    from workstation.domain.recorder import RecorderWrite
    from workstation.ingest.context import IngestContext
    from workstation.ingest.progress import SlotTracker
    from workstation.ledger.custody import Fact

logger = logging.getLogger(__name__)

BACK_WITHIN_S = 15.0  # recorders were seen to need up to 5 s for the way to their card


@dataclass(frozen=True, slots=True)
class Prologue:
    """What a recorder said before it showed its card. ``until_s`` is monotonic: back by then."""

    told: Told
    until_s: float

    def is_overdue(self) -> bool:
        """Whether its card should have come up by now."""
        return time.monotonic() > self.until_s

    def continued(self, card: Told) -> Told:
        """One docking of what the recorder said and what its card says."""
        told, battery = self.told, card.battery_percent
        clock = card if card.reading is not None else told
        return Told(
            joined(card.identity, told.identity),
            clock.asked_at,
            clock.reading,
            clock.waited_s,
            clock.clock_code,
            told.battery_percent if battery is None else battery,
            told.setting,
            card.storage or told.storage,
        )


class Unlocking:
    """One recorder in vendor mode, from its sighting to the word that makes it a disk."""

    def __init__(
        self,
        context: IngestContext,
        slot: int,
        sighting: Sighting,
        tracker: SlotTracker,
        drivers: Sequence[LockedDriver],
    ) -> None:
        self.slot = slot
        self.sighting = sighting
        self.prologue: Prologue | None = None
        self.error: StationError | None = None
        self.on_end: Callable[[Unlocking], None] = lambda _: None
        self._context = context
        self._tracker = tracker
        self._drivers = drivers
        self._stop = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"unlock-{slot}", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End before the next step; what was begun has time-outs of its own."""
        self._stop.set()

    def join(self) -> None:
        """Wait for the end."""
        self._over.wait()

    @property
    def is_running(self) -> bool:
        """Whether the recorder is still being spoken to."""
        return not self._over.is_set()

    def _run(self) -> None:
        self._tracker.reset(
            status=SlotStatus.IMPORTING,
            phase=SlotPhase.IDENTIFYING,
            port=self.sighting.port,
            started_at=self._context.clock.now(),
        )
        try:
            self.prologue = self._speak()
        except StationError as error:
            self.error = error
        except Exception as error:
            logger.exception("unlocking failed slot=%d", self.slot)
            self.error = StationError(reason=f"{type(error).__name__}: {error}")
        self._over.set()
        logger.info("unlocking ended slot=%d error=%s", self.slot, self.error)
        self.on_end(self)

    def _speak(self) -> Prologue:
        """Try one driver after the other until one knows this recorder.

        Raises:
            UnknownRecorderError: none does; the sighting is what it seems.
        """
        stranger = UnknownRecorderError(port=self.sighting.port)
        for driver in self._drivers:
            if self._stop.is_set():
                raise CollectionStoppedError(port=self.sighting.port)
            try:
                with driver.open(self.sighting, self._context.passwords) as session:
                    return self._converse(driver.name, session)
            except UnknownRecorderError as error:
                stranger = error
        raise stranger

    def _converse(self, driver: str, session: LockedSession) -> Prologue:
        told = ask(session, self._context.clock)  # before anything is written to the recorder
        identity = told.identity
        self._tracker.change(
            driver=driver,
            profile=identity.profile,
            recorder_serial=identity.serial,
            badge=identity.badge,
            officer_name=identity.officer_name,
            unit=identity.unit,
            battery_percent=told.battery_percent,
            clock_offset_s=told.reading.offset_s if told.reading else None,
            clock_uncertainty_s=told.reading.uncertainty_s if told.reading else None,
        )
        if not isinstance(session, UnlocksStorage):
            raise RecorderRefusedError(command="unlock", serial=identity.serial)
        if self._stop.is_set():
            raise CollectionStoppedError(port=self.sighting.port)
        about: dict[str, Fact] = {"recorder": identity.serial, "driver": driver, "slot": self.slot}
        told = self._set_clock(session, told, about)
        self._unlock(session, about)
        self._tracker.change(phase=SlotPhase.WAITING)
        return Prologue(told, time.monotonic() + BACK_WITHIN_S)

    def _set_clock(self, session: LockedSession, told: Told, about: dict[str, Fact]) -> Told:
        """Set its clock if that is due: where the card is shown, nobody speaks to it any more.

        Raises:
            RecorderGoneError: it left over this.
        """
        setting = set_if_due(self._context, session, told.mark, about)
        if setting is not None and setting.code == RecorderGoneError.code:
            raise RecorderGoneError(port=self.sighting.port)
        return replace(told, setting=setting)

    def _unlock(self, session: UnlocksStorage, about: dict[str, Fact]) -> None:
        facts: dict[str, Fact] = {"write": WriteKind.STORAGE_UNLOCKED.value, **about}
        ledger = self._context.ledger
        with ledger.transaction() as tx:
            recorder_facts.intend_write(tx, None, facts | {"reason": "collection"})
        try:
            written: RecorderWrite = session.unlock_storage()
        except StationError as error:
            with ledger.transaction() as tx:
                recorder_facts.record_write(tx, None, facts | {"code": error.code})
            raise
        with ledger.transaction() as tx:
            recorder_facts.record_write(tx, None, facts | dict(written.facts))


def joined(card: RecorderIdentity, device: RecorderIdentity) -> RecorderIdentity:
    """One identity of what the recorder said and what its card says; the recorder goes first.

    Where they disagree on serial or officer the finding ``identity.disagrees`` says so, and
    both are collected under the recorder's own word.
    """
    findings = [code for code in (*device.findings, *card.findings) if code != UNKNOWN]
    device_known, card_known = UNKNOWN not in device.findings, UNKNOWN not in card.findings
    serials = (device_known, card_known, device.serial != card.serial)
    badges = (device.badge, card.badge, device.badge != card.badge)
    if all(serials) or all(badges):
        findings.append(DISAGREES)
    if not device_known and not card_known:
        findings.append(UNKNOWN)
    first = device if device_known or not card_known else card
    provenance = dict(card.provenance) | dict(device.provenance)
    provenance["serial"] = first.provenance["serial"]
    return RecorderIdentity(
        serial=first.serial,
        profile=card.profile,
        badge=device.badge or card.badge,
        officer_name=device.officer_name or card.officer_name,
        unit=device.unit or card.unit,
        label=card.label,
        provenance=provenance,
        findings=tuple(dict.fromkeys(findings)),
        claims=(*_claims(device), *card.claims),
    )


def _claims(device: RecorderIdentity) -> list[Claim]:
    """What the recorder said itself, beside what is found on its card."""
    told = {"serial": device.serial, "badge": device.badge, "officer_name": device.officer_name}
    return [Claim(name, "device", value) for name, value in told.items() if value]
