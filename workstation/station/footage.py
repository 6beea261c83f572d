"""Clips as people meet them: plain bytes for a reason, thumbnails, media facts."""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

from workstation.domain.binding import Remark
from workstation.domain.claimed_time import TIME_DISAGREES, container_time, disagreement_s
from workstation.domain.errors import StationError, UsageError
from workstation.events.facts import MediaProbed
from workstation.ledger import recorder_facts
from workstation.ledger.custody import Act
from workstation.media.prober import Prober
from workstation.media.service import MediaService, ProbeTask
from workstation.platform.ids import new_id
from workstation.vault import derived
from workstation.vault.derived import DerivativeId

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from workstation.catalog.reader import Catalog
    from workstation.domain.clip import Clip, ClipId
    from workstation.events.mailbox import Mailbox
    from workstation.ledger.custody import Fact
    from workstation.ledger.transaction import Transaction
    from workstation.ledger.writer import Ledger
    from workstation.media.api import MediaFacts, ProbeResult, RandomReader
    from workstation.platform.settings import MediaSection
    from workstation.sealing.reader import ObjectKey
    from workstation.vault.sealed import SealedReader
    from workstation.vault.store import Vault

logger = logging.getLogger(__name__)

_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")  # how a JPEG and a PNG begin
LOOKAHEAD = 64  # clips asked of the catalog at a time


@dataclass(frozen=True, slots=True)
class HandedOut:
    """Where a clip's object lies, and its own key."""

    path: Path
    key: ObjectKey


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A still of a clip: ``at_ms`` from its first frame, JPEG or PNG, width and height."""

    clip_id: str
    at_ms: int
    size: tuple[int, int]
    image: bytes


class FootageDesk:
    """Hands out and looks into clips. Safe to call from any thread."""

    def __init__(self, vault: Vault, ledger: Ledger, catalog: Catalog, mailbox: Mailbox) -> None:
        self._vault = vault
        self._ledger = ledger
        self._catalog = catalog
        self._mailbox = mailbox
        self._queue: deque[ClipId] = deque()
        self._service: MediaService | None = None

    def record_view(
        self,
        clip_id: str,
        purpose: str,
        by: str | None = None,
        facts: Mapping[str, Fact] = MappingProxyType({}),
    ) -> None:
        """Write down that a clip's plain bytes are handed out.

        Raises:
            UnknownClipError: there is no such clip.
        """
        clip = self._catalog.clip(clip_id)
        with self._ledger.transaction() as tx:
            tx.append(Act.VIEWED, clip=clip.id, by=by, facts={"purpose": purpose, **facts})

    def hand_out(
        self, clip_id: str, by: str, facts: Mapping[str, Fact] = MappingProxyType({})
    ) -> tuple[Clip, HandedOut]:
        """A clip and the key of its object; that it was ``viewed`` is on record by then.

        Raises:
            UnknownClipError, ClipDestroyedError, ObjectMissingError, KeyMissingError
        """
        ref = self._catalog.object_ref(clip_id)
        handed = HandedOut(self._vault.path_of(ref), self._vault.object_key(ref))
        self.record_view(clip_id, "preview", by, facts)
        return self._catalog.clip(clip_id), handed

    def keep_snapshot(
        self, snapshot: Snapshot, by: str, facts: Mapping[str, Fact] = MappingProxyType({})
    ) -> tuple[str, str]:
        """Keep a still beside its clip; the derivative's id and SHA-256.

        Raises:
            UnknownClipError, ClipDestroyedError: there is no such clip.
            UsageError: it is no picture.
            VaultFullError, VaultReadOnlyError, VaultIoError: the disk refuses.
        """
        self._catalog.object_ref(snapshot.clip_id)  # nothing is kept of what was destroyed
        clip = self._catalog.clip(snapshot.clip_id)
        if not snapshot.image.startswith(_PICTURES) or min(snapshot.size) < 1:
            raise UsageError(reason="not a picture")
        derivative = DerivativeId(new_id())
        kept = derived.keep(self._vault, derivative, snapshot.image)
        told: dict[str, Fact] = {
            "derivative": derivative,
            "kind": "snapshot",
            "at_ms": snapshot.at_ms,
            "width": snapshot.size[0],
            "height": snapshot.size[1],
            "sha256": kept.digest.sha256,
            "size_bytes": kept.size_bytes,
            "key_id": kept.key_id,
            "object_header": kept.header.hex(),
        }
        with self._ledger.transaction() as tx:
            tx.append(Act.DERIVED, clip=clip.id, by=by, facts=told | dict(facts))
        return derivative, kept.digest.sha256

    def open(self, clip_id: str) -> SealedReader:
        """A clip's plain bytes; the caller has called ``record_view`` or is the probe.

        Raises:
            UnknownClipError, ObjectMissingError, ObjectDamagedError, KeyMissingError
        """
        return self._vault.open(self._catalog.object_ref(clip_id))

    def thumbnail(self, clip_id: str) -> bytes | None:
        """A clip's small picture as JPEG, if there is one."""
        if not self._catalog.has_thumbnail(clip_id):
            return None
        return self._vault.thumbnail(self._catalog.clip(clip_id).id)

    # -- looking into fresh clips --------------------------------------------------------

    def start_probing(self, settings: MediaSection) -> Callable[[], None]:
        """Look into clips in the background; returns what stops it."""
        prober = Prober(settings.time_limit_s, settings.memory_limit_mb)
        self._service = MediaService(prober, self._next_work, self._deliver)
        self._service.start()
        return self._service.stop

    def wake(self) -> None:
        """There may be fresh clips to look into."""
        if self._service is not None:
            self._service.wake()

    def _next_work(self) -> ProbeTask | None:
        if not self._queue:
            self._queue.extend(self._catalog.unprobed(LOOKAHEAD))
        if not self._queue:
            return None
        clip = self._catalog.clip(self._queue[0])

        def opened() -> AbstractContextManager[RandomReader]:
            return self.open(clip.id)

        return ProbeTask(clip.id, clip.kind, clip.name, opened)

    def _compare_times(self, tx: Transaction, task: ProbeTask, facts: MediaFacts) -> None:
        """Say where name and container tell times that can not both be right."""
        told = container_time(facts.creation_time)
        named = self._catalog.clip(task.clip_id).recorded_at
        if told is None or named is None:
            return
        offset_s = disagreement_s(named, told, facts.duration_s)
        if offset_s is None:
            return
        claims = {"named": named.isoformat(), "container": facts.creation_time}
        remark = Remark(TIME_DISAGREES, {**claims, "offset_s": offset_s})
        if recorder_facts.flag_clip(tx, task.clip_id, remark):
            logger.info("name and container disagree clip=%s by=%.0fs", task.clip_id, offset_s)

    def _deliver(self, task: ProbeTask, result: ProbeResult) -> None:
        jpeg = result.jpeg
        if jpeg is not None:
            try:
                self._vault.put_thumbnail(task.clip_id, jpeg)
            except StationError as error:
                logger.info("thumbnail not kept clip=%s error=%s", task.clip_id, error)
                jpeg = None
        duration = result.facts.duration_s
        with self._ledger.transaction() as tx:
            tx.record_media(
                task.clip_id,
                None if duration is None else round(duration * 1000),
                msgspec.json.encode(result.facts),
                has_thumbnail=jpeg is not None,
            )
            self._compare_times(tx, task, result.facts)
        if self._queue and self._queue[0] == task.clip_id:
            self._queue.popleft()
        self._mailbox.post(MediaProbed(task.clip_id))
