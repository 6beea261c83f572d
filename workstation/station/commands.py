"""What clients may ask of the station, who may, and what is done."""

from __future__ import annotations

import os
import pwd
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.domain.clip import ClipId
from workstation.domain.errors import NotAllowedError, StateLockedError, UsageError
from workstation.events.facts import ClipTransferred, StationChanged
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
from workstation.ledger.records import NewReceipt
from workstation.platform import failpoints
from workstation.platform.clock import from_text

if TYPE_CHECKING:
    from workstation.ipc.messages import (
        Command,
        Result,
    )
    from workstation.ipc.peer import Peer
    from workstation.station.engine import Engine

OPEN_TIMEOUT_S = 30.0

LOOKING: frozenset[type[Command]] = frozenset({Ping, Subscribe, GetDock, GetThumbnail})
DELIVERING: frozenset[type[Command]] = LOOKING | {RecordReceipt, ReportUplink}
ALL: frozenset[type[Command]] = DELIVERING | {CollectPath, RecordView}

# The users the installer makes; anybody else who can open the socket may look.
_BY_USER = {"evidock-sync": DELIVERING, "evidock-kiosk": LOOKING}


def allowed(peer: Peer) -> frozenset[type[Command]]:
    """The commands a peer may give, by the user the kernel says it is."""
    if peer.uid in {0, os.getuid()}:
        return ALL
    try:
        name = pwd.getpwuid(peer.uid).pw_name
    except KeyError:
        return LOOKING
    return _BY_USER.get(name, LOOKING)


class Commands:
    """Answers commands; may be called from several threads at once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def handle(self, command: Command, peer: Peer) -> Result:
        """Do what is asked.

        Raises:
            NotAllowedError: this peer may not.
            StationError: whatever the use case raises; the server sends code and facts.
        """
        if type(command) not in allowed(peer):
            raise NotAllowedError(command=type(command).__name__, uid=peer.uid)
        engine = self._engine
        match command:
            case Ping():
                return Pong(engine.record.id)
            case Subscribe() | GetDock():
                return DockState(engine.dock_view())
            case GetThumbnail(clip_id=clip_id):
                return Thumbnail(engine.footage.thumbnail(clip_id))
            case CollectPath(path=path):
                return self._collect(Path(path))
            case RecordReceipt():
                return self._receipt(command)
            case ReportUplink(view=view):
                engine.uplink = view
                engine.mailbox.post(StationChanged(engine.station_view()), replaces="station")
                return Done()
            case RecordView(clip_id=clip_id, purpose=purpose):
                engine.footage.record_view(clip_id, purpose, by=f"uid:{peer.uid}")
                return Done()
            case _:
                raise UsageError(command=type(command).__name__)

    def _collect(self, path: Path) -> CollectionOpened:
        if not path.is_dir():
            raise UsageError(path=str(path), reason="not a directory")
        lane = self._engine.collect(path)
        if lane is None:
            raise StateLockedError(path=str(path), pid=os.getpid())
        lane.opened.wait(OPEN_TIMEOUT_S)
        if lane.collection_id is None:
            raise lane.error or UsageError(path=str(path), reason="no answer")
        return CollectionOpened(lane.slot, lane.collection_id)

    def _receipt(self, command: RecordReceipt) -> Done:
        receipt = NewReceipt(
            clip_id=ClipId(command.clip_id),
            store_id=command.store_id,
            object_key=command.object_key,
            manifest_key=command.manifest_key,
            sha256=command.sha256,
            size_bytes=command.size_bytes,
            stored_at=from_text(command.stored_at),
            proof=dict(command.proof),
        )
        with self._engine.ledger.transaction() as tx:
            is_new = tx.record_receipt(receipt)
            failpoints.reach("receipt.before_commit")
        if is_new:
            self._engine.mailbox.post(ClipTransferred(receipt.clip_id))
        return Done()
