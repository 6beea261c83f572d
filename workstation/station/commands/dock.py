"""Commands about the dock: the wall, collecting a path, thumbnails and views."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.domain.errors import StateLockedError, UsageError
from workstation.domain.people import Permission
from workstation.ipc.messages import (
    CollectionOpened,
    CollectPath,
    DockState,
    Done,
    GetDock,
    GetThumbnail,
    Ping,
    Pong,
    RecordView,
    Subscribe,
    Thumbnail,
)
from workstation.station.commands.answers import Answer, Door

if TYPE_CHECKING:
    from workstation.station.commands.answers import Answers, Caller
    from workstation.station.engine import Engine

OPEN_TIMEOUT_S = 30.0


def answers(engine: Engine) -> Answers:
    """What the dock answers."""

    def dock(_: object, __: Caller) -> DockState:
        return DockState(engine.dock_view())

    def view(command: RecordView, caller: Caller) -> Done:
        engine.footage.record_view(command.clip_id, command.purpose, caller.by, caller.facts)
        return Done()

    def thumbnail(command: GetThumbnail, _: Caller) -> Thumbnail:
        return Thumbnail(engine.footage.thumbnail(command.clip_id))

    return {
        Ping: Answer(Door.LOOK, lambda _, __: Pong(engine.record.id)),
        Subscribe: Answer(Door.LOOK, dock),
        GetDock: Answer(Door.LOOK, dock),
        GetThumbnail: Answer(Door.LOOK, thumbnail, needs=Permission.VIEW, clips=_one),
        CollectPath: Answer(Door.ACT, lambda command, _: _collect(engine, Path(command.path))),
        RecordView: Answer(Door.ACT, view, needs=Permission.VIEW, clips=_one),
    }


def _one(command: GetThumbnail | RecordView) -> tuple[str]:
    return (command.clip_id,)


def _collect(engine: Engine, path: Path) -> CollectionOpened:
    if not path.is_dir():
        raise UsageError(path=str(path), reason="not a directory")
    lane = engine.collect(path)
    if lane is None:
        raise StateLockedError(path=str(path), pid=os.getpid())
    lane.opened.wait(OPEN_TIMEOUT_S)
    if lane.collection_id is None:
        raise lane.error or UsageError(path=str(path), reason="no answer")
    return CollectionOpened(lane.slot, lane.collection_id)
