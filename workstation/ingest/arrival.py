"""Who has just been docked: identity, officer, clock, and what a person should know of it."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workstation.devices.api import ReadsClock, ReportsBattery, ReportsStorage
from workstation.domain.binding import (
    DOUBTS,
    NEEDS_CONFIRMATION,
    OTHER_UNIT,
    SERIAL_TWICE,
    UNBOUND,
    Remark,
    Traits,
    bearer_of,
    binding_remarks,
    identity_remarks,
)
from workstation.domain.errors import RecorderProtocolError, RecorderRefusedError
from workstation.domain.recorder import CARD_FULL
from workstation.domain.recorder_clock import (
    CLOCK_DRIFTS,
    CLOCK_NOT_SET,
    CLOCK_UNREADABLE,
    CLOCK_WRONG,
    ClockMark,
    RecorderClock,
    drift_of,
    is_wrong,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from workstation.devices.api import ClockReading, RecorderSession, Sighting
    from workstation.devices.locked import LockedSession
    from workstation.domain.binding import (
        Bearer,
    )
    from workstation.domain.recorder import RecorderIdentity, RecorderStorage
    from workstation.ingest.context import IngestContext
    from workstation.ledger.recorder_facts import ClockSetting
    from workstation.platform.clock import Clock

logger = logging.getLogger(__name__)

FOLDER = "folder"  # scheme of an import folder, which is nobody's recorder


@dataclass(slots=True)
class Arrival:
    """What is known of a recorder once it is open. ``remarks`` may grow while it is docked."""

    identity: RecorderIdentity
    bearer: Bearer
    traits: Traits
    clock: RecorderClock | None
    remarks: list[Remark] = field(default_factory=list)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of all remarks, each once."""
        return tuple(dict.fromkeys(remark.code for remark in self.remarks))


@dataclass(frozen=True, slots=True)
class Told:
    """What a recorder answered when it was opened; ``clock_code`` is why it told no time.

    ``asked_at`` is the station's time (UTC) at the question, ``waited_s`` how long the answer
    took. ``setting`` is how setting the clock ended where that had to be done before the card
    came up; None where it was not tried.
    """

    identity: RecorderIdentity
    asked_at: datetime
    reading: ClockReading | None = None
    waited_s: float = 0.0
    clock_code: str | None = None
    battery_percent: int | None = None
    setting: ClockSetting | None = None
    storage: RecorderStorage | None = None

    @property
    def mark(self) -> ClockMark | None:
        """How wrong its clock was; None where it told no time."""
        if self.reading is None:
            return None
        # The offset is against the moment of asking; the answer may be of any moment until it came.
        uncertainty_s = round(self.reading.uncertainty_s + self.waited_s, 3)
        return ClockMark(self.asked_at, self.reading.offset_s, uncertainty_s)


def ask(session: RecorderSession | LockedSession, clock: Clock) -> Told:
    """Ask a recorder all that concerns the docking; its clock before anybody sets it.

    Raises:
        RecorderGoneError: it left.
    """
    identity = session.identity
    asked_at, asked_s = clock.now(), time.monotonic()
    reading, clock_code, battery = None, None, None
    if isinstance(session, ReadsClock):
        try:
            reading = session.read_clock(asked_at)
        except (RecorderProtocolError, RecorderRefusedError) as error:
            clock_code = error.code
    waited_s = time.monotonic() - asked_s
    if isinstance(session, ReportsBattery):
        try:
            battery = session.battery_percent()
        except (RecorderProtocolError, RecorderRefusedError) as error:
            logger.info("battery not read code=%s", error.code)
    storage = None
    if isinstance(session, ReportsStorage):
        try:
            storage = session.storage()
        except (RecorderProtocolError, RecorderRefusedError) as error:
            logger.info("storage not read code=%s", error.code)
    return Told(identity, asked_at, reading, waited_s, clock_code, battery, storage=storage)


def examine(
    context: IngestContext, sighting: Sighting, told: Told, twins: Sequence[int]
) -> Arrival:
    """Put the recorder's word beside the ledger's and the other slots'; nothing is written.

    Args:
        context: the station's collaborators.
        sighting: what was announced.
        told: what the recorder answered.
        twins: slots in which a recorder of the same serial is docked right now.

    Raises:
        LedgerBusyError: the ledger can not be read.
    """
    identity = told.identity
    serial = identity.serial
    traits = Traits(sighting.serial, sighting.properties.get("ID_FS_UUID", ""))
    remarks = identity_remarks(identity)
    remarks += [twin_remark(serial, twin) for twin in twins]
    earlier = context.catalog.last_traits(serial)
    if earlier is not None and traits.differ(earlier):
        now, then = _traits_text(traits), _traits_text(earlier)
        remarks.append(Remark(OTHER_UNIT, {"recorder": serial, "found": now, "earlier": then}))
    binding = context.catalog.binding(serial)
    bearer = bearer_of(identity, binding, remarks)
    if sighting.scheme != FOLDER:
        remarks += binding_remarks(identity, binding)
    clock = _judge_clock(context, told, remarks)
    if told.setting is not None and told.setting.code is not None:
        remarks.append(Remark(CLOCK_NOT_SET, {"code": told.setting.code}))
    if (storage := told.storage) is not None and storage.is_full:
        facts = {"free_bytes": storage.free_bytes or 0, "total_bytes": storage.total_bytes}
        remarks.append(Remark(CARD_FULL, facts))
    return Arrival(identity, bearer, traits, clock, remarks)


def twin_remark(serial: str, slot: int) -> Remark:
    """Another recorder of this serial is docked at the same time."""
    return Remark(SERIAL_TWICE, {"recorder": serial, "slot": slot})


def _judge_clock(context: IngestContext, told: Told, remarks: list[Remark]) -> RecorderClock | None:
    """Both clocks, and what is wrong with the recorder's."""
    reading, mark, rules = told.reading, told.mark, context.clocks
    if reading is None or mark is None:
        if told.clock_code is not None:
            remarks.append(Remark(CLOCK_UNREADABLE, {"code": told.clock_code}))
        return None
    if is_wrong(mark, rules.tolerance_s):
        remarks.append(
            Remark(CLOCK_WRONG, {"offset_s": mark.offset_s, "uncertainty_s": mark.uncertainty_s})
        )
    drift, is_alarm = None, False
    earlier = context.catalog.last_clock(told.identity.serial)
    # Where it is not sure which recorder this is, another one's clock says nothing.
    if earlier is not None and not any(remark.code in DOUBTS for remark in remarks):
        drift, is_alarm = drift_of(earlier, mark, rules.drift_alarm_s_per_day) or (None, False)
    if drift is not None and is_alarm:
        limit = rules.drift_alarm_s_per_day
        remarks.append(
            Remark(CLOCK_DRIFTS, {"s_per_day": round(drift, 2), "limit_s_per_day": limit})
        )
    return RecorderClock(mark, reading.source, context.station_time(), drift)


def foremost(arrival: Arrival, unbound: str) -> tuple[Remark | None, bool]:
    """The remark that the slot shows first, and whether a person has to look.

    Args:
        arrival: the docking.
        unbound: the setting ``recorders.unbound``.
    """
    for code in NEEDS_CONFIRMATION:
        for remark in arrival.remarks:
            if remark.code == code:
                return remark, True
    nobody = arrival.bearer.badge is None and arrival.bearer.officer_name is None
    for remark in arrival.remarks:
        if remark.code == UNBOUND and (unbound == "always" or (unbound == "no_officer" and nobody)):
            return remark, True
    rest = [remark for remark in arrival.remarks if remark.code != UNBOUND]
    return (rest[0] if rest else None), False


def _traits_text(traits: Traits) -> str:
    parts = (("usb", traits.usb_serial), ("volume", traits.volume))
    return " ".join(f"{name}={value}" for name, value in parts if value)
