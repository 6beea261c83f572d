"""A station reduced to its socket: known answers, and a dock one can turn."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from workstation.domain.dock import DockView, SlotView, StationView, StorageView, UplinkView
from workstation.domain.errors import NotAllowedError, UnknownClipError
from workstation.events.facts import ClipVaulted, SlotChanged
from workstation.events.mailbox import Mailbox
from workstation.ipc.messages import (
    CollectionOpened,
    CollectPath,
    DockState,
    Done,
    GetDock,
    GetThumbnail,
    Ping,
    Pong,
    RecordReceipt,
    RecordView,
    ReportUplink,
    Subscribe,
    Thumbnail,
)
from workstation.ipc.server import StationServer

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from workstation.ipc.peer import Peer
    from workstation.ipc.words import Command, Result

STARTED_AT = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)
JPEG = bytes(range(256)) * 40


class SocketStation:
    """Serves ``path``; what it was told lies in ``receipts`` and ``uplinks``."""

    def __init__(self, path: Path, station_id: str = "st-test") -> None:
        self.station_id = station_id
        self.mailbox = Mailbox()
        self.server = StationServer(path, self.handle, self.mailbox)
        self.peers: set[Peer] = set()
        self.receipts: list[RecordReceipt] = []
        self.uplinks: list[UplinkView] = []
        self.may_answer = threading.Event()  # CollectPath waits for it
        self.may_answer.set()
        self.was_asked = threading.Event()
        self._slots = {1: SlotView(slot=1)}

    def __enter__(self) -> Self:
        self.server.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.may_answer.set()
        self.server.stop()
        self.mailbox.close()

    def turn(self, view: SlotView) -> None:
        """Change a slot, then tell."""
        self._slots[view.slot] = view
        self.mailbox.post(SlotChanged(view), replaces=view.slot)

    def vault(self, clip_id: str) -> None:
        """Tell of a clip."""
        self.mailbox.post(ClipVaulted(1, "collection", clip_id))

    def dock(self) -> DockView:
        """The wall as it is now."""
        station = StationView(
            station_id=self.station_id,
            name="测试站",
            started_at=STARTED_AT,
            storage=StorageView(1000, 900, 100, 50),
            uplink=self.uplinks[-1] if self.uplinks else UplinkView(),
        )
        return DockView(station, tuple(self._slots.values()))

    def handle(self, command: Command, peer: Peer) -> Result:
        """Answer as a station would."""
        self.peers.add(peer)
        match command:
            case Ping():
                return Pong(self.station_id)
            case Subscribe() | GetDock():
                return DockState(self.dock())
            case GetThumbnail(clip_id="unknown"):
                raise UnknownClipError(clip="unknown")
            case GetThumbnail():
                return Thumbnail(JPEG)
            case CollectPath():
                self.was_asked.set()
                self.may_answer.wait(30)
                return CollectionOpened(1, "collection")
            case RecordReceipt():
                self.receipts.append(command)
                return Done()
            case ReportUplink(view=view):
                self.uplinks.append(view)
                return Done()
            case RecordView(purpose="forbidden"):
                raise NotAllowedError(uid=peer.uid)
            case RecordView(purpose="bug"):
                raise ZeroDivisionError
            case _:
                return Done()
