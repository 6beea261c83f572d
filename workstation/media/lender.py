"""Reads a clip in a thread of its own, so that a hanging disk can not hang who waits for it."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from workstation.domain.errors import StationError

if TYPE_CHECKING:
    from workstation.media.api import RandomReader

_SLICE_S = 0.2  # how often who waits looks whether the station is stopping


class SourceFailedError(Exception):
    """The reader raised; ``codes`` holds that of a ``StationError``, nothing for an ``OSError``."""

    def __init__(self, *codes: str) -> None:
        super().__init__(*codes)
        self.codes = codes


@dataclass(slots=True)
class _Ask:
    reader: RandomReader
    offset: int
    count: int
    answer: SimpleQueue[bytes | Exception] = field(default_factory=SimpleQueue)
    withdrawn: bool = False


class Lender:
    """One daemon thread, started at the first ask. At most one read hangs at any time.

    After a time-out the thread may still be inside ``read_at``; the next ask waits for its
    turn, within its own time.
    """

    def __init__(self, stopping: threading.Event) -> None:
        self._stopping = stopping
        self._asks: SimpleQueue[_Ask | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def read(self, reader: RandomReader, offset: int, count: int, deadline: float) -> bytes:
        """``reader.read_at``, or an error at ``deadline`` (``time.monotonic`` seconds).

        Raises:
            TimeoutError: nothing came in time, or the station is stopping.
            SourceFailedError: the bytes can not be had.
        """
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, name="media-lender", daemon=True)
            self._thread.start()
        ask = _Ask(reader, offset, count)
        self._asks.put(ask)
        while (left_s := deadline - time.monotonic()) > 0 and not self._stopping.is_set():
            try:
                answer = ask.answer.get(timeout=min(left_s, _SLICE_S))
            except Empty:
                continue
            return _settled(answer)
        ask.withdrawn = True
        raise TimeoutError

    def close(self) -> None:
        """Let the thread end once it is free; does not wait for it."""
        self._asks.put(None)

    def _serve(self) -> None:
        while (ask := self._asks.get()) is not None:
            if ask.withdrawn:
                continue
            try:
                ask.answer.put(ask.reader.read_at(ask.offset, ask.count)[: ask.count])
            except Exception as error:  # noqa: BLE001 - handed to the thread that asked
                ask.answer.put(error)
            del ask  # hold no reader while waiting


def _settled(answer: bytes | Exception) -> bytes:
    if isinstance(answer, bytes):
        return answer
    if isinstance(answer, StationError):
        raise SourceFailedError(answer.code) from answer
    if isinstance(answer, OSError):
        raise SourceFailedError from answer
    raise answer
