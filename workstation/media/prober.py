"""Ask a confined child what is in a file, and have an answer in bounded time whatever it is."""

from __future__ import annotations

import logging
import math
import threading
import time
from typing import TYPE_CHECKING, Self

from workstation.domain.clip import ClipKind
from workstation.domain.errors import ProtocolError
from workstation.media.api import MediaFacts, ProbeResult
from workstation.media.childprocess import MediaChild
from workstation.media.frames import FrameType, pack_task, unpack_range
from workstation.media.lender import Lender, SourceFailedError
from workstation.media.vetting import vet_facts, vet_jpeg

if TYPE_CHECKING:
    from workstation.media.api import RandomReader

logger = logging.getLogger(__name__)

PROBED_KINDS = frozenset({ClipKind.VIDEO, ClipKind.AUDIO, ClipKind.PHOTO})
_START_LIMIT_S = 30.0  # import of PyAV from a cold, busy disk; 0.3 s when warm
_FILES_PER_CHILD = 200  # bounds what leaks, and how many files one captured child can lie about
_MOST_FACTS = 2  # per file: before and after the picture
_LARGEST_FILE_BYTES = 1 << 62


class Prober:
    """Keeps one child warm between files and replaces it when it dies or is stuck.

    ``probe`` belongs to one thread at a time; ``close`` may be called from any, ends a running
    probe within a fraction of a second, and is final. ``memory_limit_mb`` is address space, of
    which an idle child takes 140 MiB and one 8K H.264 picture 80 MiB more (measured).
    """

    def __init__(self, time_limit_s: float = 20.0, memory_limit_mb: int = 512) -> None:
        self._time_limit_s = time_limit_s
        self._memory_limit_mb = memory_limit_mb
        self._child: MediaChild | None = None
        self._stopping = threading.Event()
        self._probing = threading.Lock()
        self._lender = Lender(self._stopping)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def child_pid(self) -> int | None:
        """Process id of the present child."""
        return self._child.pid if self._child else None

    def close(self) -> None:
        """Interrupt a running probe, end the child."""
        self._stopping.set()
        if (child := self._child) is not None:
            child.kill()
        with self._probing:
            self._discard()
        self._lender.close()

    def probe(self, reader: RandomReader, kind: ClipKind, name: str) -> ProbeResult:
        """Facts and thumbnail of one clip; ``name`` goes to the log only.

        Never raises because of the file: what went wrong is a warning in the facts. If the
        reader hangs, one thread of ours may still be inside its ``read_at`` on return.
        """
        if kind not in PROBED_KINDS:
            return ProbeResult(MediaFacts(warnings=("media.not_media",)))
        with self._probing:
            started = time.monotonic()
            result = self._probe(reader, kind)
            logger.info(
                "clip probed name=%r ms=%d warnings=%s",
                name,
                (time.monotonic() - started) * 1000,
                ",".join(result.facts.warnings),
            )
            return result

    def _probe(self, reader: RandomReader, kind: ClipKind) -> ProbeResult:
        child = self._ready_child()
        if child is None:
            code = "media.interrupted" if self._stopping.is_set() else "media.child_failed"
            return ProbeResult(MediaFacts(warnings=(code,)))
        conversation = _Conversation(
            child, self._lender, reader, time.monotonic() + self._time_limit_s
        )
        failure: tuple[str, ...]
        try:
            result = conversation.run(is_photo=kind is ClipKind.PHOTO)
        except TimeoutError:
            failure = ("media.timeout",)
        except SourceFailedError as error:
            failure = ("media.source_failed", *error.codes)
        except (EOFError, OSError, ProtocolError) as error:
            if not self._stopping.is_set():
                logger.warning("media child lost pid=%d cause=%s", child.pid, type(error).__name__)
            failure = ("media.crashed",)
        except BaseException:
            self._discard()  # a bug of ours or of the reader's: the talk is broken off half-way
            raise
        else:
            if child.files_seen >= _FILES_PER_CHILD:
                self._discard()
            return result
        self._discard()
        if self._stopping.is_set():
            failure = ("media.interrupted",)
        return ProbeResult(conversation.facts.with_warnings(*failure))

    def _ready_child(self) -> MediaChild | None:
        """The warm child, or a fresh one; None if it does not come up."""
        if self._child is not None and self._child.is_alive:
            return self._child
        self._discard()
        if self._stopping.is_set():
            return None
        try:
            child = MediaChild(self._memory_limit_mb, math.ceil(self._time_limit_s))
            self._child = child
            if self._stopping.is_set():
                child.kill()
            kind, _ = child.receive(time.monotonic() + _START_LIMIT_S)
            if kind is FrameType.READY:
                return child
        except (OSError, EOFError, ProtocolError) as error:
            if not self._stopping.is_set():
                logger.warning("media child did not start cause=%s", type(error).__name__)
        self._discard()
        return None

    def _discard(self) -> None:
        if self._child is not None:
            status = self._child.discard()
            self._child = None
            logger.debug("media child ended status=%d", status)


class _Conversation:
    """One file's exchange with a child."""

    def __init__(
        self, child: MediaChild, lender: Lender, reader: RandomReader, deadline: float
    ) -> None:
        self.facts = MediaFacts()  # the latest that the child told
        self._child = child
        self._lender = lender
        self._reader = reader
        self._deadline = deadline
        self._size_bytes = min(reader.size_bytes, _LARGEST_FILE_BYTES)

    def run(self, *, is_photo: bool) -> ProbeResult:
        """Serve the child's asks until it has told all.

        Raises:
            TimeoutError: the deadline passed.
            SourceFailedError: the reader failed.
            EOFError, OSError: the child died.
            ProtocolError: the child does not keep to the protocol.
        """
        task = pack_task(self._size_bytes, is_photo=is_photo)
        self._child.files_seen += 1
        self._child.send(FrameType.TASK, task, self._deadline)
        told = 0
        while True:
            kind, payload = self._child.receive(self._deadline)
            if kind is FrameType.READ:
                self._lend(payload)
            elif kind is FrameType.FACTS and told < _MOST_FACTS:
                self.facts = vet_facts(payload)
                told += 1
            elif kind is FrameType.IMAGE and told:
                return ProbeResult(self.facts, vet_jpeg(payload))
            else:
                raise ProtocolError(frame=kind.name)

    def _lend(self, payload: bytes) -> None:
        offset, count = unpack_range(payload)
        if offset + count > self._size_bytes:
            raise ProtocolError(frame="READ", offset=offset, count=count)
        piece = self._lender.read(self._reader, offset, count, self._deadline)
        self._child.send(FrameType.BYTES, piece, self._deadline)
