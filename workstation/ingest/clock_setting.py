"""Set a recorder's clock where the policy says so; the intent and the act are both on record."""

from __future__ import annotations

import logging
import time
from contextlib import nullcontext
from typing import TYPE_CHECKING

from workstation.devices.api import ReadsClock, SetsClock
from workstation.domain.binding import Remark
from workstation.domain.errors import OperatorError, RecorderGoneError
from workstation.domain.recorder_clock import (
    CLOCK_NOT_SET,
    ClockMark,
    ClockPolicy,
    is_to_be_set,
)
from workstation.ledger import recorder_facts
from workstation.ledger.recorder_facts import ClockSetting
from workstation.platform.clock import to_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager

    from workstation.devices.api import RecorderSession
    from workstation.devices.locked import LockedSession
    from workstation.domain.clip import CollectionId
    from workstation.domain.recorder import RecorderWrite
    from workstation.ingest.context import IngestContext
    from workstation.ingest.presence import Presence
    from workstation.ledger.custody import Fact

    Asking = Callable[[], AbstractContextManager[None]]

logger = logging.getLogger(__name__)

STATION_UNSYNCED = "station.unsynced"


def set_at_the_end(
    context: IngestContext, session: RecorderSession, presence: Presence, asking: Asking
) -> None:
    """The last thing that is done to a recorder, after its footage was taken in.

    A recorder that says no, is busy or leaves costs nothing but the setting: what was collected
    stays collected, and the docking carries a remark. ``asking`` notes down that the recorder
    is spoken to.

    Raises:
        LedgerBusyError, VaultFullError, VaultReadOnlyError, VaultIoError: it can not be recorded.
    """
    clock, collection = presence.arrival.clock, presence.collection.id
    about: dict[str, Fact] = {"recorder": presence.arrival.identity.serial}
    mark = clock.mark if clock is not None else None
    setting = set_if_due(context, session, mark, about, collection=collection, asking=asking)
    if setting is not None and setting.code is not None:
        presence.flag(Remark(CLOCK_NOT_SET, {"code": setting.code}))


def set_if_due(
    context: IngestContext,
    session: RecorderSession | LockedSession,
    mark: ClockMark | None,
    about: Mapping[str, Fact],
    *,
    collection: CollectionId | None = None,
    asking: Asking = nullcontext,
) -> ClockSetting | None:
    """Set the clock if the session can, the policy wants it and the station knows the time.

    A clock that can be read is not set before it was: nobody could tell any more how wrong it
    had been. One that can only be set (JieLi) is set blindly, by the policy ``always`` alone.

    Args:
        context: the station's collaborators.
        session: the recorder.
        mark: its clock as read before; None where it told none.
        about: what the entries of the chain say besides.
        collection: the docking, which is told how it ended; None where there is none yet.
        asking: notes down that the recorder is spoken to.

    Returns:
        How it ended; None where it was not to be set.

    Raises:
        LedgerBusyError, VaultFullError, VaultReadOnlyError, VaultIoError: it can not be recorded.
    """
    rules = context.clocks
    if not isinstance(session, SetsClock) or (mark is None and isinstance(session, ReadsClock)):
        return None
    if not is_to_be_set(ClockPolicy(rules.set), mark, rules.tolerance_s):
        return None
    station = context.station_time()
    if rules.needs_synced_station and not station.is_synced:
        return _end(context, collection, {}, ClockSetting(None, code=STATION_UNSYNCED))
    facts: dict[str, Fact] = {"write": "clock_set", **about}
    intent: dict[str, Fact] = {
        "reason": rules.set,
        "offset_s": mark.offset_s if mark else None,
        "uncertainty_s": mark.uncertainty_s if mark else None,
        "station_keeper": station.keeper,
        "station_synced": station.is_synced,
    }
    with context.ledger.transaction() as tx:
        recorder_facts.intend_write(tx, collection, facts | intent)
    try:
        with asking():
            written = session.set_clock(context.clock.now())
    except (OperatorError, RecorderGoneError) as error:
        refused = ClockSetting(None, code=error.code)
        return _end(context, collection, facts | {"code": error.code}, refused)
    return _record(context, collection, facts, written, _read_after(context, session, asking))


def _read_after(
    context: IngestContext, session: RecorderSession | LockedSession, asking: Asking
) -> ClockMark | None:
    if not isinstance(session, ReadsClock):
        return None
    try:
        with asking():
            at, asked_s = context.clock.now(), time.monotonic()
            reading = session.read_clock(at)
    except (OperatorError, RecorderGoneError) as error:
        logger.info("clock not read after setting code=%s", error.code)
        return None
    uncertainty_s = round(reading.uncertainty_s + time.monotonic() - asked_s, 3)
    return ClockMark(at, reading.offset_s, uncertainty_s)


def _record(
    context: IngestContext,
    collection: CollectionId | None,
    about: Mapping[str, Fact],
    written: RecorderWrite,
    after: ClockMark | None,
) -> ClockSetting:
    at = written.at or context.clock.now()
    facts: dict[str, Fact] = {
        **about,
        "at": to_text(at),
        **written.facts,
        "offset_after_s": after.offset_s if after else None,
        "uncertainty_after_s": after.uncertainty_s if after else None,
    }
    return _end(context, collection, facts, ClockSetting(after.at if after else at, after))


def _end(
    context: IngestContext,
    collection: CollectionId | None,
    facts: dict[str, Fact],
    setting: ClockSetting,
) -> ClockSetting:
    """Write down how it ended; ``facts`` are empty where the recorder was told nothing."""
    with context.ledger.transaction() as tx:
        if facts:
            recorder_facts.record_write(tx, collection, facts)
        if collection is not None:
            recorder_facts.record_clock_setting(tx, collection, setting)
    logger.info("recorder's clock set=%s code=%s", setting.code is None, setting.code)
    return setting
