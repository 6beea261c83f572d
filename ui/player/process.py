"""The kiosk's end of a player child: start it, tell it, copy its frames, outlive it."""

from __future__ import annotations

import contextlib
import fcntl
import logging
import mmap
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSocketNotifier, Signal, Slot
from PySide6.QtGui import QImage, QTransform

from ui.player.wire import (
    MEMORY_BYTES,
    PLACE_BYTES,
    Frame,
    Free,
    Lines,
    Still,
    encode,
    receive,
    word_of,
)
from workstation.domain.errors import ProtocolError

if TYPE_CHECKING:
    from ui.player.wire import (
        Open,
        Order,
    )

logger = logging.getLogger(__name__)

_ROOT = Path(__file__).resolve().parents[2]
_SOUND = ("XDG_RUNTIME_DIR", "ALSA_CONFIG_PATH")  # what sound needs of the environment
_SEALS = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL


class PlayerProcess(QObject):
    """One child for one clip. All signals come in the GUI thread.

    ``pictured`` brings a ``QImage`` of our own and its time in ms; ``stilled`` a JPEG; ``said``
    every other word; ``died`` comes once, when the child is gone without being asked to go.
    """

    pictured = Signal(QImage, int)
    stilled = Signal(bytes, object)  # and its Still
    said = Signal(object)
    died = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        """Start a child.

        Raises:
            OSError: no process could be started.
        """
        super().__init__(parent)
        self._lines = Lines()
        self._is_over = False
        descriptor = _shared_memory()
        try:
            self._memory = mmap.mmap(descriptor, MEMORY_BYTES, prot=mmap.PROT_READ)
            self._wire, theirs = socket.socketpair()
            with theirs:
                self._process = _spawn(theirs.fileno(), descriptor)
        finally:
            os.close(descriptor)
        self._wire.setblocking(False)
        self._notifier = QSocketNotifier(self._wire.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._hear)

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    def open(self, order: Open, descriptor: int) -> None:
        """Hand the object over; ``descriptor`` stays the caller's to close."""
        self._send(encode(order), [descriptor])

    def tell(self, order: Order) -> None:
        """Give an order; to a dead child it is lost."""
        self._send(encode(order), [])

    def close(self) -> None:
        """End the child; nothing is heard of it any more."""
        if not self._is_over:
            self._is_over = True
            self._end()

    def _send(self, line: bytes, descriptors: list[int]) -> None:
        if self._is_over:
            return
        with contextlib.suppress(OSError):  # a child that is gone is told of by ``died``
            socket.send_fds(self._wire, [line], descriptors)

    @Slot()
    def _hear(self) -> None:
        try:
            chunk = receive(self._wire)
            for line in self._lines.feed(chunk) if chunk else []:
                self._take(line)
        except BlockingIOError:
            return
        except ProtocolError as error:
            logger.warning("player child speaks in tongues: %s", error)
            chunk = b""
        if not chunk and not self._is_over:
            self._is_over = True
            self._end()
            self.died.emit()

    def _take(self, line: bytes) -> None:
        if self._is_over:
            return
        word = word_of(line)
        if isinstance(word, Frame):
            image = self._copy(word)
            self.tell(Free(word.place))
            self.pictured.emit(image, word.at_ms)
        elif isinstance(word, Still):
            start = word.place * PLACE_BYTES
            jpeg = bytes(self._memory[start : start + word.size_bytes])
            if word.size_bytes:
                self.tell(Free(word.place))
            self.stilled.emit(jpeg, word)
        else:
            self.said.emit(word)

    def _copy(self, frame: Frame) -> QImage:
        """A picture of our own: the child may do with the memory what it likes afterwards."""
        start = frame.place * PLACE_BYTES
        pixels = bytes(self._memory[start : start + frame.stride * frame.height])
        shape = (frame.width, frame.height, frame.stride)
        image = QImage(pixels, *shape, QImage.Format.Format_RGB32).copy()
        return image.transformed(QTransform().rotate(frame.turn_deg)) if frame.turn_deg else image

    def _end(self) -> None:
        self._notifier.setEnabled(False)
        self._process.kill()
        status = self._process.wait()
        self._wire.close()
        self._memory.close()
        logger.info("player child ended status=%d", status)


def _shared_memory() -> int:
    """Memory for frames that nobody can make shorter: cut short, it would kill who looks at it."""
    descriptor = os.memfd_create("frames", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.ftruncate(descriptor, MEMORY_BYTES)
    fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, _SEALS)
    return descriptor


def _spawn(wire: int, memory: int) -> subprocess.Popen[bytes]:
    """Start the child with socket and memory, and as little else as sound and plugins allow."""
    command = [sys.executable, "-s", "-P", "-B", "-m", "ui.player.child", str(wire), str(memory)]
    environment = {name: os.environ[name] for name in _SOUND if name in os.environ}
    return subprocess.Popen(  # noqa: S603 - our own module, fixed words
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={**environment, "PYTHONPATH": str(_ROOT)},
        pass_fds=[wire, memory],
        start_new_session=True,
    )
