"""The one thread that may touch libusb, which is not thread-safe in the ways we would need."""

from __future__ import annotations

import queue
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Answer = TypeVar("Answer")


class UsbLane:
    """Runs calls one after the other, in the order they come, on a thread of its own.

    Each call must bring a time-out of its own (pyusb's), because a call that hangs holds up
    all recorders that are not disks. The thread starts with the first call and ends with
    the process; nothing it does needs to be finished.
    """

    def __init__(self) -> None:
        self._calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def call(self, work: Callable[[], Answer]) -> Answer:
        """Run ``work`` on the lane and wait for it; what it raises is raised here.

        A call from the lane itself runs at once.
        """
        if self.is_current:
            return work()
        self._start()
        future: Future[Answer] = Future()

        def run() -> None:
            try:
                future.set_result(work())
            except BaseException as error:  # noqa: BLE001 - handed to whoever waits for it
                future.set_exception(error)

        self._calls.put(run)
        return future.result()

    @property
    def is_current(self) -> bool:
        """Whether the caller runs on the lane."""
        return threading.current_thread() is self._thread

    def assert_current(self) -> None:
        """Refuse to go on anywhere but on the lane: a mistake of ours, not of the world."""
        if not self.is_current:
            raise AssertionError(threading.current_thread().name)

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="usb-lane", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            self._calls.get()()
