"""A station's state directory with real ledger, vault and keys, filled without recorders."""

from __future__ import annotations

import hashlib
import os
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, get_args

from tests.fakes.socket_station import SocketStation
from workstation.casework.people import PeopleDesk
from workstation.catalog.reader import Catalog
from workstation.domain.clip import (
    BadgeNumber,
    ClipEntry,
    ClipId,
    ClipKind,
    CollectionId,
    ItemId,
    VerificationLevel,
)
from workstation.domain.ingest_state import CollectionState
from workstation.domain.recorder import RecorderIdentity
from workstation.events.mailbox import Mailbox
from workstation.ipc.messages import Done, RecordFetch, RecordReceipt, SawHead
from workstation.ipc.messages_casework import MergeOperations, TakeCases
from workstation.ipc.messages_delivery import (
    PurgeClip,
    RecordReadBacks,
    RecordReconciliation,
    ReportOnItsWay,
)
from workstation.ipc.messages_directory import DirectoryCommand
from workstation.ledger.recorder_facts import open_docking
from workstation.ledger.records import NewClip, NewCollection, NewItem, NewReceipt, StagedItem
from workstation.ledger.writer import Ledger
from workstation.platform.clock import SystemClock, from_text
from workstation.platform.ids import new_id
from workstation.platform.paths import StatePaths
from workstation.platform.settings import PeopleSection, Settings, load
from workstation.retention.purging import Purge
from workstation.station import record
from workstation.station.commands import casework, directory
from workstation.station.commands.answers import Caller
from workstation.station.commands.delivery import (
    commissioning,
    on_its_way,
    purge_clip,
    read_backs,
    reconciled,
    saw_head,
)
from workstation.station.feed.desk import DirectoryDesk
from workstation.vault import keys
from workstation.vault.staging import stage
from workstation.vault.store import Vault

if TYPE_CHECKING:
    from pathlib import Path

    from workstation.ipc.peer import Peer
    from workstation.ipc.words import Command, Result

SERIAL = "REC-7"


class _Content:
    """Bytes to be collected."""

    def __init__(self, content: bytes) -> None:
        self._left = memoryview(content)

    def readinto(self, buffer: memoryview) -> int:
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count


def content_of(seed: int, size_bytes: int) -> bytes:
    """Bytes that differ by seed and compress badly."""
    block = hashlib.shake_256(str(seed).encode()).digest(min(size_bytes, 1 << 16))
    whole, rest = divmod(size_bytes, max(1, len(block)))
    return block * whole + block[:rest]


class FilledStation:
    """Makes a station in ``root``, or takes one up, and lets a test put clips into it."""

    def __init__(self, root: Path) -> None:
        self.paths = StatePaths(root)
        is_new = not self.paths.station.exists()
        self.record = (
            record.initialise(self.paths, Settings()) if is_new else record.load(self.paths)
        )
        self.key = record.load_key(self.paths)
        self.ledger = Ledger(self.paths.ledger, self.record.id, self.key)
        self.vault = Vault(self.paths.vault, keys.load(self.paths.vault_key))
        self.clips: dict[str, bytes] = {}

    def close(self) -> None:
        self.ledger.close()

    def collect(
        self,
        contents: list[bytes],
        *,
        name: str = "REC_{}.MP4",
        kind: ClipKind = ClipKind.VIDEO,
    ) -> list[ClipId]:
        """One docking that brought these files; the ids of the clips."""
        collection = CollectionId(new_id())
        identity = RecorderIdentity(SERIAL, "test", badge=BadgeNumber("012345"))
        with self.ledger.transaction() as tx:
            new = NewCollection(collection, 1, "1-1", "/x", "test", identity)
            tx.open_collection(new)
            open_docking(tx, new, ())
        ids = [
            self._take(collection, name.format(number), content, kind)
            for number, content in enumerate(contents)
        ]
        with self.ledger.transaction() as tx:
            tx.close_collection(collection, CollectionState.COMPLETE, {"vaulted": len(ids)})
        self.ledger.checkpoint()
        return ids

    def _take(self, collection: CollectionId, name: str, content: bytes, kind: ClipKind) -> ClipId:
        clip_id, item = ClipId(new_id()), ItemId(new_id())
        entry = ClipEntry(
            path=f"DCIM/{name}",
            raw_path=f"DCIM/{name}".encode("utf-8", "surrogateescape"),
            size_bytes=len(content),
            mtime_ns=0,
            kind=kind,
            recorded_at=datetime(2026, 5, 1, 8, 30),  # noqa: DTZ001 - a recorder's clock has no zone
        )
        with self.ledger.transaction() as tx:
            tx.list_items(collection, 0, [NewItem(item, entry)])
            tx.begin_copy(item, clip_id)
        staged = stage(
            _Content(content), self.vault.plan(clip_id, with_sm3=True), lambda _count: None
        )
        self.vault.admit(staged, clip_id)
        row = StagedItem(
            item,
            clip_id,
            staged.digest,
            staged.size_bytes,
            staged.key_id,
            staged.header,
            VerificationLevel.V2,
        )
        with self.ledger.transaction() as tx:
            tx.stage_items([row])
            tx.add_clips([NewClip(row, entry, collection, 1, SERIAL, BadgeNumber("012345"))])
        self.clips[clip_id] = content
        return clip_id

    def object_path(self, clip_id: str) -> Path:
        """Where a clip's sealed object lies."""
        digest = hashlib.sha256(self.clips[clip_id]).hexdigest()
        return self.paths.objects / digest[:2] / f"{digest}.{clip_id}"


class DirectoryAnswers:
    """What a station answers about the centre's directory; ``close`` it."""

    def __init__(self, filled: FilledStation, units: frozenset[str] = frozenset()) -> None:
        self.catalog = Catalog.open(filled.paths.ledger)
        people = PeopleDesk(
            filled.ledger,
            self.catalog,
            PeopleSection(),
            filled.paths.people_key,
            Mailbox(),
            SystemClock(),
        )
        self.recorders: list[str] = []  # that somebody else has now
        desk = DirectoryDesk(filled.ledger, people, units)
        self.table = directory.answers(desk, self.recorders.append)

    def give(self, command: Command) -> Result:
        """As the sync process does over the socket."""
        caller = Caller(os.getpid(), os.getuid(), os.getgid())
        return self.table[type(command)].handle(command, caller)

    def close(self) -> None:
        self.catalog.close()


class LedgerStation(SocketStation):
    """Serves the socket of a filled station; what sync says goes into its ledger."""

    def __init__(self, filled: FilledStation) -> None:
        super().__init__(filled.paths.socket, filled.record.id)
        self._ledger = filled.ledger
        self._filled = filled
        self.fresh_receipts = 0

    def handle(self, command: Command, peer: Peer) -> Result:
        if isinstance(command, SawHead):
            return saw_head(self._ledger, command)
        if isinstance(command, ReportOnItsWay):
            return on_its_way(self._ledger, command)
        if isinstance(command, PurgeClip):
            after = load(self._filled.paths.settings).sync.purge_after
            return purge_clip(Purge(self._ledger, self._filled.vault, after), command)
        if isinstance(command, RecordReconciliation):
            return reconciled(self._ledger, command)
        if isinstance(command, RecordReadBacks):
            return read_backs(self._ledger, command)
        if isinstance(command, RecordFetch):
            answer = commissioning(self._ledger)[RecordFetch]
            return answer.handle(command, Caller.speaking(peer))
        if isinstance(command, MergeOperations | TakeCases):
            answer = casework.answers(self._ledger)[type(command)]
            return answer.handle(command, Caller.speaking(peer))
        if isinstance(command, get_args(DirectoryCommand)):
            with closing(DirectoryAnswers(self._filled)) as answers:
                return answers.give(command)
        if not isinstance(command, RecordReceipt):
            return super().handle(command, peer)
        receipt = NewReceipt(
            clip_id=ClipId(command.clip_id),
            store_id=command.store_id,
            object_key=command.object_key,
            manifest_key=command.manifest_key,
            sha256=command.sha256,
            size_bytes=command.size_bytes,
            stored_at=from_text(command.stored_at),
            locked_until=from_text(command.locked_until) if command.locked_until else None,
            proof=dict(command.proof),
        )
        with self._ledger.transaction() as tx:
            self.fresh_receipts += tx.record_receipt(receipt)
        self.receipts.append(command)
        return Done()
