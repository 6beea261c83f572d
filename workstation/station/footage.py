"""Clips as people meet them: plain bytes for a reason, thumbnails, media facts."""

from __future__ import annotations

import logging
from collections import deque
from typing import TYPE_CHECKING

import msgspec

from workstation.domain.errors import StationError
from workstation.events.facts import MediaProbed
from workstation.ledger.custody import Act
from workstation.media.prober import Prober
from workstation.media.service import MediaService, ProbeTask

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from workstation.catalog.reader import Catalog
    from workstation.domain.clip import ClipId
    from workstation.events.mailbox import Mailbox
    from workstation.ledger.writer import Ledger
    from workstation.media.api import ProbeResult, RandomReader
    from workstation.platform.settings import MediaSection
    from workstation.vault.sealed import SealedReader
    from workstation.vault.store import Vault

logger = logging.getLogger(__name__)

LOOKAHEAD = 64  # clips asked of the catalog at a time


class FootageDesk:
    """Hands out and looks into clips. Safe to call from any thread."""

    def __init__(self, vault: Vault, ledger: Ledger, catalog: Catalog, mailbox: Mailbox) -> None:
        self._vault = vault
        self._ledger = ledger
        self._catalog = catalog
        self._mailbox = mailbox
        self._queue: deque[ClipId] = deque()
        self._service: MediaService | None = None

    def record_view(self, clip_id: str, purpose: str, by: str | None = None) -> None:
        """Write down that a clip's plain bytes are handed out.

        Raises:
            UnknownClipError: there is no such clip.
        """
        clip = self._catalog.clip(clip_id)
        with self._ledger.transaction() as tx:
            tx.append(Act.VIEWED, clip=clip.id, by=by, facts={"purpose": purpose})

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
        if self._queue and self._queue[0] == task.clip_id:
            self._queue.popleft()
        self._mailbox.post(MediaProbed(task.clip_id))
