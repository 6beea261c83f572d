"""Playing with libVLC, which reads by callbacks and paints into memory. Player child only.

python-vlc fails in three ways where libVLC is missing (measured): NameError on import, SystemExit
for a wrong library path, and an ``Instance`` that is None without plugins. Every callback object
is kept alive, nothing is raised out of one, and no Python pointer passes through C.
"""

from __future__ import annotations

import ctypes
import importlib
import itertools
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ui.player.wire import Frame

if TYPE_CHECKING:
    from collections.abc import Callable

    from ui.player.board import Board
    from ui.player.source import ClipFile

# The demuxer is named, never guessed: some that libVLC has open further files or addresses.
_DEMUXERS: Final = {
    "mov": "mp4",
    "mpegts": "ts",
    "mpeg": "ps",
    "avi": "avi",
    "matroska": "mkv",
    "wav": "wav",
    "ogg": "ogg",
    "flac": "flacsys",
    "mp3": "es",
    "aac": "es",
}
_BUFFERS = 3
_STOP = -1
_SILENCE_S = 0.5  # libVLC tells the time every quarter of a second; longer, and it stands still
_ids = itertools.count(1)
_streams: dict[int, _Stream] = {}


def _load() -> Any:  # noqa: ANN401 - python-vlc has no types
    try:
        return importlib.import_module("vlc")
    except (ImportError, NameError, OSError, SystemExit, AttributeError):
        return None


vlc = _load()


class _Stream:
    """One reading of the clip by libVLC's input thread."""

    def __init__(self, file: ClipFile) -> None:
        self.file = file
        self.offset = 0

    def read_into(self, buffer: int, count: int) -> int:
        data = self.file.read_at(self.offset, count)
        ctypes.memmove(buffer, data, len(data))
        self.offset += len(data)
        return len(data)


def instance() -> Any | None:  # noqa: ANN401 - python-vlc has no types
    """libVLC, ready; None where it is not installed or has no plugins."""
    if vlc is None:
        return None
    sound = "alsa" if Path("/dev/snd").is_dir() else "adummy"
    arguments = ["--quiet", "--no-osd", "--no-spu", "--no-lua", "--no-sub-autodetect-file"]
    arguments += ["--no-metadata-network-access", "--no-video-title-show", "--no-stats"]
    arguments += [
        "--avcodec-hw=none",
        f"--aout={sound}",
        "--no-media-library",
        "--no-auto-preparse",
    ]
    return vlc.Instance(arguments)


def _open(opaque: int, data: Any, size: Any) -> int:  # noqa: ANN401 - pointers of ctypes
    stream = _streams.get(opaque)
    if stream is None:
        return _STOP
    stream.offset = 0
    data[0] = opaque
    size[0] = stream.file.size_bytes
    return 0


def _read(opaque: int, buffer: Any, count: int) -> int:  # noqa: ANN401
    stream = _streams.get(opaque)
    if stream is None:
        return _STOP
    try:
        return stream.read_into(ctypes.cast(buffer, ctypes.c_void_p).value or 0, count)
    except Exception:  # noqa: BLE001 - nothing may be raised into C
        return _STOP


def _seek(opaque: int, offset: int) -> int:
    stream = _streams.get(opaque)
    if stream is None:
        return _STOP
    stream.offset = offset
    return 0


def _close(_opaque: int) -> None:
    """Nothing to give back: the session does it."""


class VlcSession:
    """One stretch of playing, from a time on until it is stopped."""

    def __init__(
        self,
        libvlc: Any,  # noqa: ANN401
        file: ClipFile,
        container: str,
        board: Board,
        size: tuple[int, int] | None,
    ) -> None:
        """``size`` is that of the upright picture; None: there is none."""
        self._handle = next(_ids)
        _streams[self._handle] = _Stream(file)
        self._board = board
        self._rate = 1.0
        self._clock: tuple[float, int] | None = None  # monotonic seconds, and the clip's time then
        self._is_over = False
        self._lock = threading.Lock()
        self._player = libvlc.media_player_new()
        made = vlc.CallbackDecorators
        reading = (
            made.MediaOpenCb(_open),
            made.MediaReadCb(_read),
            made.MediaSeekCb(_seek),
            made.MediaCloseCb(_close),
        )
        self._kept: list[object] = [reading]
        self._media = libvlc.media_new_callbacks(*reading, ctypes.c_void_p(self._handle))
        first = container.split(",", maxsplit=1)[0]
        self._media.add_option(f":demux={_DEMUXERS.get(first, 'avformat')}")
        if size is None:
            self._media.add_option(":no-video")
        else:
            self._paint_into_memory(size)

    def start(self, from_ms: int, rate: float, on_end: Callable[[], None]) -> None:
        """Play from a time on; ``on_end`` is called once on a thread of libVLC's."""
        self._clock = (time.monotonic(), from_ms)
        self._rate = rate
        self._media.add_option(f":start-time={from_ms / 1000:.3f}")
        events = self._player.event_manager()
        for kind in (
            vlc.EventType.MediaPlayerEndReached,
            vlc.EventType.MediaPlayerEncounteredError,
        ):
            events.event_attach(kind, lambda _event: on_end())
        events.event_attach(vlc.EventType.MediaPlayerTimeChanged, self._note_time)
        self._player.set_media(self._media)
        self._player.play()
        self.set_rate(rate)

    def set_rate(self, rate: float) -> None:
        """How fast, from now on."""
        self._clock = (time.monotonic(), self.at_ms())
        self._rate = rate
        self._player.set_rate(rate)

    def at_ms(self) -> int:
        """Where it is, by libVLC's last word and our clock since.

        libVLC is not asked: from one of its own callbacks that could wait for itself.
        """
        if self._clock is None:
            return 0
        then, shown_ms = self._clock
        since_s = min(_SILENCE_S, time.monotonic() - then)
        return shown_ms + round(since_s * self._rate * 1000)

    def _note_time(self, event: Any) -> None:  # noqa: ANN401
        self._clock = (time.monotonic(), max(0, int(event.u.new_time)))

    def stop(self) -> None:
        """End it; no frame comes after this."""
        with self._lock:
            self._is_over = True
        self._player.stop()
        self._player.release()
        self._media.release()
        _streams.pop(self._handle, None)

    def _paint_into_memory(self, size: tuple[int, int]) -> None:
        width, height = size
        stride = width * 4
        buffers = [(ctypes.c_ubyte * (stride * height + 64))() for _ in range(_BUFFERS)]
        turns = itertools.cycle(range(_BUFFERS))

        def lock(_opaque: int, planes: Any) -> int:  # noqa: ANN401
            number = next(turns)
            planes[0] = ctypes.addressof(buffers[number])
            return number + 1

        def unlock(_opaque: int, _picture: int, _planes: Any) -> None:  # noqa: ANN401
            """The picture is whole; ``display`` says when."""

        def display(_opaque: int, picture: int) -> None:
            pixels = memoryview(buffers[(picture or 1) - 1])[: stride * height]
            with self._lock:
                if not self._is_over:
                    shape = Frame(0, width, height, stride, self.at_ms())
                    self._board.show(pixels.cast("B"), shape)

        made = vlc.CallbackDecorators
        painting = (
            made.VideoLockCb(lock),
            made.VideoUnlockCb(unlock),
            made.VideoDisplayCb(display),
        )
        self._kept += [painting, buffers]
        self._player.video_set_callbacks(*painting, None)
        self._player.video_set_format("RV32", width, height, stride)
