"""The thread that looks at fresh clips, one at a time, behind everything else."""

from __future__ import annotations

import logging
import os
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workstation.domain.errors import StationError
from workstation.media.api import MediaFacts, ProbeResult

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from workstation.domain.clip import ClipId, ClipKind
    from workstation.media.api import RandomReader
    from workstation.media.prober import Prober

logger = logging.getLogger(__name__)

_RETRY_S = 5.0  # after a failure that says nothing about the clip
_JOIN_S = 5.0
_NICE = 10  # intake and people come first


@dataclass(frozen=True, slots=True)
class ProbeTask:
    """One clip to look at; ``open`` is called in the service's thread when its turn comes."""

    clip_id: ClipId
    kind: ClipKind
    name: str
    open: Callable[[], AbstractContextManager[RandomReader]]


class MediaService:
    """Pulls work instead of queueing it, so the backlog is the ledger's and costs no memory.

    ``next_work`` names the next clip without facts, or None; it is asked again after every
    delivery and every ``wake``. ``deliver`` gets each final result and must make ``next_work``
    stop naming that clip. Both run in the service's thread; a ``StationError`` from either is
    logged and tried again later.
    """

    def __init__(
        self,
        prober: Prober,
        next_work: Callable[[], ProbeTask | None],
        deliver: Callable[[ProbeTask, ProbeResult], None],
    ) -> None:
        self._prober = prober
        self._next_work = next_work
        self._deliver = deliver
        self._nudge = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="media", daemon=True)

    def start(self) -> None:
        """Begin; once per object."""
        self._thread.start()

    def wake(self) -> None:
        """There may be work. Cheap, from any thread."""
        self._nudge.set()

    def stop(self) -> None:
        """End for good, also in the middle of a clip, and close the prober."""
        self._stopping.set()
        self._nudge.set()
        self._prober.close()
        if self._thread.ident is not None:
            self._thread.join(_JOIN_S)

    def _run(self) -> None:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
        while True:
            self._nudge.clear()
            if self._stopping.is_set():  # looked at after the clearing, so no nudge is lost
                return
            try:
                is_settled = self._step()
            except StationError as error:
                logger.warning("media step failed code=%s", error.code)
                is_settled = False
            if not is_settled:
                self._stopping.wait(_RETRY_S)

    def _step(self) -> bool:
        """One clip, or a rest; False if it is to be tried again after a while."""
        task = self._next_work()
        if task is None:
            self._nudge.wait()
            return True
        result = self._look(task)
        if not result.is_final:
            return False
        self._deliver(task, result)
        return True

    def _look(self, task: ProbeTask) -> ProbeResult:
        try:
            with task.open() as reader:
                return self._prober.probe(reader, task.kind, task.name)
        except (StationError, OSError) as error:
            code = error.code if isinstance(error, StationError) else ""
            codes = ("media.source_failed", *filter(None, [code]))
            logger.warning("clip not readable clip=%s codes=%s", task.clip_id, ",".join(codes))
            return ProbeResult(MediaFacts(warnings=codes))
