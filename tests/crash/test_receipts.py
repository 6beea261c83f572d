"""Die while the central store's receipts are written down; the sync process tells them again."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.crash.children import KILLED
from tests.crash.harness import acts_of, ask, invariants
from workstation.ipc.messages import Done, RecordReceipt
from workstation.ipc.peer import Peer
from workstation.platform import settings
from workstation.platform.paths import StatePaths
from workstation.station.commands import Commands
from workstation.station.engine import Engine, EngineParts

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crash.cards import Card
    from tests.crash.children import Station


@dataclass(frozen=True, slots=True)
class Receiving:
    """A station that is told, one after another, that the store holds each of its clips."""

    state: Path

    def __call__(self) -> int:
        paths = StatePaths(self.state)
        engine = Engine(paths, settings.load(paths.settings), EngineParts(()))
        engine.start()
        commands, me = Commands(engine), Peer(os.getpid(), os.getuid(), os.getgid())
        for clip in engine.catalog.clips():
            receipt = RecordReceipt(
                clip_id=clip.id,
                store_id="store",
                object_key=f"objects/{clip.id}",
                manifest_key=f"manifests/{clip.id}",
                sha256=clip.digest.sha256,
                size_bytes=clip.size_bytes,
                stored_at="2025-01-02T03:04:05.000Z",
            )
            if not isinstance(commands.handle(receipt, me), Done):
                return 1
        engine.stop()
        return 0


def test_receipt_is_written_down_once_however_often_it_is_told(
    station: Station, card: Card
) -> None:
    assert station.collect(card).status == 0
    clips = [clip for (clip,) in ask(station.state, "SELECT id FROM clip ORDER BY seq")]
    died = station.run(Receiving(station.state), "receipt.before_commit@3=kill")
    assert died.status == KILLED, died.errors
    told = ask(station.state, "SELECT clip_id FROM transfer ORDER BY custody_seq")
    assert [clip for (clip,) in told] == clips[:2]
    for _ in range(2):
        again = station.run(Receiving(station.state))
        assert again.status == 0, again.errors
    invariants(station.state, card)
    for clip in clips:
        assert acts_of(station.state, clip) == ["collected", "transferred"]
    told = ask(station.state, "SELECT clip_id FROM transfer ORDER BY custody_seq")
    assert [clip for (clip,) in told] == clips
