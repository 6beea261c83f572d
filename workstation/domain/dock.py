"""What people see of a dock: one view per slot, one of the station. Values, no behaviour."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - the socket's decoder reads these annotations
from enum import Enum


class SlotStatus(Enum):
    """The six faces of a slot (colour + shape + word + position on the wall)."""

    EMPTY = "empty"
    IMPORTING = "importing"
    VERIFYING = "verifying"
    DONE = "done"
    ATTENTION = "attention"
    FAULT = "fault"


class SlotPhase(Enum):
    """What the lane is doing right now."""

    IDLE = "idle"
    WAITING = "waiting"  # for a reader or a writer to come free, or for the medium
    IDENTIFYING = "identifying"
    LISTING = "listing"
    COPYING = "copying"
    VERIFYING = "verifying"
    CLOSING = "closing"
    ERASING = "erasing"  # files are being removed from the recorder: it must stay docked


class UplinkState(Enum):
    """How the way to the central store stands."""

    OFF = "off"  # no sync process, or no store set
    IDLE = "idle"  # everything delivered
    SENDING = "sending"
    WAITING = "waiting"  # backing off; ``code`` says why
    HELD = "held"  # a person must look; ``code`` says why


@dataclass(frozen=True, slots=True)
class SlotView:
    """One bay of the dock.

    ``code`` and ``facts`` say what is the matter when ``status`` is ATTENTION or FAULT (and
    may carry a note otherwise); texts belong to ``ui.texts``. Rates are bytes per second.
    """

    slot: int
    status: SlotStatus = SlotStatus.EMPTY
    is_mapped: bool = True  # False: nobody has said yet which bay this port is
    phase: SlotPhase = SlotPhase.IDLE
    port: str = ""
    collection_id: str | None = None
    driver: str = ""
    profile: str = ""
    recorder_serial: str = ""
    label: str = ""
    badge: str | None = None
    officer_name: str | None = None
    unit: str | None = None
    officer_source: str = ""  # who says who the officer is: ``domain.binding.Bearer.source``
    entries_total: int = 0
    entries_done: int = 0
    vaulted: int = 0
    duplicates: int = 0
    skipped: int = 0
    quarantined: int = 0
    bytes_total: int = 0
    bytes_done: int = 0
    rate_bps: float = 0.0
    eta_s: float | None = None
    current: str = ""
    code: str | None = None
    facts: dict[str, str | int | float | None] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()  # codes of what a person should know; ``code`` is the foremost
    battery_percent: int | None = None
    clock_offset_s: float | None = None
    clock_uncertainty_s: float | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StorageView:
    """Room in the vault's file system, in bytes."""

    total_bytes: int
    free_bytes: int
    vault_bytes: int
    reserve_bytes: int  # kept free; intake stops below it


@dataclass(frozen=True, slots=True)
class UplinkView:
    """The way to the central store, as the sync process last told."""

    state: UplinkState = UplinkState.OFF
    store: str = ""
    pending_clips: int = 0
    pending_bytes: int = 0
    rate_bps: float = 0.0
    code: str | None = None
    last_success_at: datetime | None = None
    next_try_at: datetime | None = None
    differences: int = 0  # between station and store, when they were last compared
    ends_at: datetime | None = None  # when all will be there; None: done, or nobody knows
    late_clips: int = 0  # that will miss their time
    late_by_s: float | None = None  # the worst of them; None: none, or never
    late_bytes: int = 0  # of those


@dataclass(frozen=True, slots=True)
class StationView:
    """Counters of the whole dock.

    ``finish_at`` is when the last running slot should be done at the present rate.
    ``clips_today``/``bytes_today`` count what was admitted since local midnight.
    """

    station_id: str
    name: str
    started_at: datetime
    storage: StorageView
    uplink: UplinkView
    rate_bps: float = 0.0
    finish_at: datetime | None = None
    clips_today: int = 0
    bytes_today: int = 0
    clips_total: int = 0
    code: str | None = None  # why intake as a whole stands still (``vault.full``, …)
    facts: dict[str, str | int | float | None] = field(default_factory=dict)
    notice: str | None = None  # what people should know though all goes on
    notice_facts: dict[str, str | int | float | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DockView:
    """Everything the wall shows."""

    station: StationView
    slots: tuple[SlotView, ...]
