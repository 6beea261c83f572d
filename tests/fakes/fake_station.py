"""A station for the kiosk's tests: the real server on a real socket, with a scripted dock."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from workstation.domain.dock import (
    DockView,
    SlotPhase,
    SlotStatus,
    SlotView,
    StationView,
    StorageView,
    UplinkState,
    UplinkView,
)
from workstation.domain.errors import ProtocolError, UnknownClipError
from workstation.events.facts import SlotChanged, StationChanged
from workstation.events.mailbox import Mailbox
from workstation.ipc.messages import (
    DockState,
    GetDock,
    GetThumbnail,
    Ping,
    Pong,
    Subscribe,
    Thumbnail,
)
from workstation.ipc.messages_casework import Annotate, Said
from workstation.ipc.messages_preview import (
    DamageChecked,
    KeepSnapshot,
    OpenClip,
    ReportDamage,
    SnapshotKept,
)
from workstation.ipc.server import StationServer

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Self

    from workstation.events.facts import Event
    from workstation.ipc.messages_preview import ClipOpened
    from workstation.ipc.peer import Peer
    from workstation.ipc.words import Command, Result

NOW = datetime(2025, 11, 22, 6, 32, tzinfo=UTC)
NAMES = (
    "张建国",
    "李红梅",
    "王志强",
    "刘晓东",
    "陈雨桐",
    "杨帆",
    "赵丽华",
    "黄伟",
    "周敏",
    "吴俊杰",
    "徐静",
    "孙浩然",
    "胡玉兰",
    "朱文博",
    "高翔",
    "林雪",
    "何勇",
    "郭子涵",
    "马超",
    "罗佳",
)
_MB = 1_000_000
_PLAN = {
    1: SlotStatus.FAULT,
    2: SlotStatus.EMPTY,
    3: SlotStatus.DONE,
    5: SlotStatus.DONE,
    6: SlotStatus.EMPTY,
    9: SlotStatus.EMPTY,
    10: SlotStatus.DONE,
    11: SlotStatus.DONE,
    15: SlotStatus.VERIFYING,
    17: SlotStatus.ATTENTION,
    20: SlotStatus.EMPTY,
    21: SlotStatus.VERIFYING,
}


def slot_of(number: int, status: SlotStatus | None = None) -> SlotView:
    """A slot as the wall may meet it; the same number always gives the same slot."""
    place = number - 1
    status = status or _PLAN.get(place % 24, SlotStatus.IMPORTING)
    if status is SlotStatus.EMPTY:
        return SlotView(slot=number)
    total = 8 + number * 37 % 57
    share = 1.0 if status is SlotStatus.DONE else (5 + number * 29 % 90) / 100
    done = int(total * share)
    live = status in (SlotStatus.IMPORTING, SlotStatus.VERIFYING)
    view = SlotView(
        slot=number,
        status=status,
        phase=SlotPhase.COPYING if live else SlotPhase.IDLE,
        collection_id=f"COL{number:02d}",
        driver="mass_storage",
        profile="dsj-a8",
        recorder_serial=f"DSJ-{10193 + number * 7}",
        badge=f"{110200 + number}",
        officer_name=NAMES[place % len(NAMES)],
        unit="城东大队一中队",
        entries_total=total,
        entries_done=done,
        vaulted=max(0, done - 2),
        duplicates=min(done, 1),
        skipped=min(max(0, done - 1), 1),
        bytes_total=total * 180 * _MB,
        bytes_done=int(total * 180 * _MB * share),
        rate_bps=(18 + number * 13 % 25) * 1e6 if live else 0.0,
        eta_s=60.0 + number * 41 if live else None,
        battery_percent=12 + number * 17 % 88,
        clock_offset_s=-93.4 if number % 5 == 1 else 0.4,
        clock_uncertainty_s=0.5,
        started_at=NOW - timedelta(minutes=12),
        ended_at=None if live else NOW - timedelta(minutes=2),
    )
    if status is SlotStatus.ATTENTION:
        return replace(view, officer_name=None, badge=None, code="recorder.unknown")
    if status is SlotStatus.FAULT:
        return replace(view, code="recorder.gone", quarantined=1)
    return view


def dock_of(count: int) -> DockView:
    """A wall of so many slots with all six faces on it."""
    slots = tuple(slot_of(number) for number in range(1, count + 1))
    station = StationView(
        station_id="ST01",
        name="城东执法大队 · 采集工作站 01",
        started_at=NOW - timedelta(days=3),
        storage=StorageView(12_000_000 * _MB, 4_600_000 * _MB, 7_200_000 * _MB, 20_000 * _MB),
        uplink=UplinkView(UplinkState.SENDING, "central", 128, 24_000 * _MB, 12e6),
        rate_bps=sum(slot.rate_bps for slot in slots),
        finish_at=NOW + timedelta(minutes=32),
        clips_today=312,
        bytes_today=48_200 * _MB,
        clips_total=20_417,
    )
    return DockView(station, slots)


class FakeStation:
    """Serves a dock; ``show`` changes it the way the engine would, by an event."""

    def __init__(self, socket_path: Path, dock: DockView) -> None:
        self._lock = threading.Lock()
        self._mailbox = Mailbox()
        self.dock = dock
        self.thumbnails: dict[str, bytes] = {}
        self.clips: dict[str, ClipOpened] = {}  # what may be looked into
        self.given: list[Command] = []  # commands about clips, in order
        self.subscribed = threading.Event()
        self._server = StationServer(socket_path, self._handle, self._mailbox)

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()
        self._mailbox.close()

    def show(self, view: SlotView) -> None:
        """A slot looks different now."""
        with self._lock:
            slots = tuple(view if old.slot == view.slot else old for old in self.dock.slots)
            self.dock = replace(self.dock, slots=slots)
            self._mailbox.post(SlotChanged(view), replaces=view.slot)

    def show_station(self, view: StationView) -> None:
        """The station's counters look different now."""
        with self._lock:
            self.dock = replace(self.dock, station=view)
            self._mailbox.post(StationChanged(view), replaces="station")

    def tell(self, event: Event) -> None:
        """Something happened."""
        self._mailbox.post(event)

    def _handle(self, command: Command, _peer: Peer) -> Result:
        with self._lock:
            match command:
                case Ping():
                    return Pong(self.dock.station.station_id)
                case Subscribe():
                    self.subscribed.set()
                    return DockState(self.dock)
                case GetDock():
                    return DockState(self.dock)
                case GetThumbnail():
                    return Thumbnail(self.thumbnails.get(command.clip_id))
                case OpenClip() | KeepSnapshot() | Annotate() | ReportDamage():
                    self.given.append(command)
                    return self._about_clips(command)
                case _:
                    raise ProtocolError(command=type(command).__name__)

    def _about_clips(self, command: OpenClip | KeepSnapshot | Annotate | ReportDamage) -> Result:
        match command:
            case ReportDamage():
                return DamageChecked(is_damaged=True)
            case KeepSnapshot():
                return SnapshotKept("01DERIVATIVE", hashlib.sha256(command.image).hexdigest())
            case Annotate():
                return Said(1)
            case OpenClip() if command.clip_id in self.clips:
                return self.clips[command.clip_id]
            case OpenClip():
                raise UnknownClipError(clip=command.clip_id)
