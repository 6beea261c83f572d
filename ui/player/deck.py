"""One clip in the player child: what stands still comes from PyAV, what plays from libVLC."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Protocol

from av.error import FFmpegError

from ui.player import libvlc, loudness
from ui.player.board import Board
from ui.player.footage import Footage, fit, still_of
from ui.player.plain import PlainSession
from ui.player.source import ClipFile
from ui.player.wire import (
    At,
    Ended,
    Frame,
    Free,
    MakeStill,
    Opened,
    Pause,
    Play,
    Seek,
    SetRate,
    Step,
    Still,
    Trouble,
)
from workstation.domain.errors import StationError
from workstation.media.shape import shape_warnings
from workstation.sealing.reader import ObjectKey

if TYPE_CHECKING:
    import mmap
    from collections.abc import Callable

    from ui.player.footage import Picture
    from ui.player.wire import (
        AnyOrder,
        Open,
        Word,
    )

NO_LIBVLC = "player.no_libvlc"
# Beyond this, reading the whole clip only for its wave form would cost more than it is worth.
WAVE_LIMIT_BYTES = 1 << 30


class Session(Protocol):
    """A stretch of playing."""

    def start(self, from_ms: int, rate: float, on_end: Callable[[], None]) -> None: ...
    def set_rate(self, rate: float) -> None: ...
    def at_ms(self) -> int: ...
    def stop(self) -> None: ...


class Deck:
    """Obeys orders; all but ``free`` on the main thread."""

    def __init__(self, memory: mmap.mmap, say: Callable[[Word], None]) -> None:
        self._say = say
        self._board = Board(memory, say)
        self._file: Callable[[], ClipFile] | None = None
        self._footage: Footage | None = None
        self._session: Session | None = None
        self._libvlc: Any = None
        self._room = (0, 0)
        self._is_photo = False
        self._now: Picture | None = None
        self._at_ms = 0
        self._rate = 1.0
        self._has_ended = threading.Event()
        self._told: set[tuple[str, int]] = set()

    # -- opening -------------------------------------------------------------------------

    def open(self, order: Open, descriptor: int) -> None:
        """Open the clip and show its first picture before anything else."""
        key = ObjectKey(order.secret, order.header, order.segment_bytes, order.size_bytes)
        self._room, self._is_photo = (order.width, order.height), order.is_photo
        try:
            file = ClipFile(descriptor, key, self._trouble)
        except StationError as error:
            self._trouble(error)
            return
        self._file = lambda: ClipFile(descriptor, key, self._trouble)
        footage = self._look(file)
        if footage is None:
            return
        self._footage = footage
        self._show(footage.first())
        if footage.video is not None and self._now is None:
            self._say(Trouble("media.no_keyframe"))
        if not order.is_photo:
            self._libvlc = libvlc.instance() if order.with_libvlc else None
        self._say(self._opened(footage))
        if footage.audio is not None and not order.is_photo:
            threading.Thread(target=self._measure, name="loudness", daemon=True).start()

    def _look(self, file: ClipFile) -> Footage | None:
        if not file.size_bytes:
            self._say(Trouble("media.empty"))
            return None
        try:
            footage = Footage(file, is_photo=self._is_photo)
        except (FFmpegError, MemoryError):
            self._say(Trouble(next(iter(shape_warnings(file)), "media.unreadable")))
            return None
        for code in footage.facts.warnings:
            self._say(Trouble(code))
        return footage

    def _opened(self, footage: Footage) -> Opened:
        facts = footage.facts
        needs = not self._is_photo and self._libvlc is None
        return Opened(
            duration_ms=round((facts.duration_s or 0) * 1000),
            fps=facts.fps or 0.0,
            container=facts.container,
            video_codec=facts.video_codec,
            audio_codec=facts.audio_codec,
            width=facts.width,
            height=facts.height,
            has_video=facts.has_video and footage.video is not None,
            has_audio=facts.has_audio,
            warnings=facts.warnings,
            has_libvlc=self._libvlc is not None,
            code=NO_LIBVLC if needs else "",
        )

    def _measure(self) -> None:
        if self._file is None:
            return
        try:
            file = self._file()
            if file.size_bytes > WAVE_LIMIT_BYTES:
                return
            loudness.measure(Footage(file, is_photo=False), self._say, lambda: False)
        except (FFmpegError, StationError):
            return

    def _trouble(self, error: StationError) -> None:
        segment = error.facts.get("segment")
        told = (error.code, segment if isinstance(segment, int) else -1)
        if told not in self._told:
            self._told.add(told)
            self._say(Trouble(*told))

    # -- orders --------------------------------------------------------------------------

    def free(self, order: AnyOrder) -> bool:
        """Take a place back at once, from any thread; False for every other order."""
        if isinstance(order, Free):
            self._board.free(order.place)
        return isinstance(order, Free)

    def obey(self, order: AnyOrder) -> None:
        """Do what the kiosk wants; before a clip is open there is nothing to do."""
        if self._footage is None:
            return
        match order:
            case Play():
                self._play()
            case Pause():
                self._stand(self._position())
            case Seek():
                self._seek(max(0, order.at_ms))
            case Step():
                self._step(order.frames)
            case SetRate():
                self._rate = order.rate
                if self._session is not None:
                    self._session.set_rate(order.rate)
            case MakeStill():
                self._still()
            case _:
                return

    def beat(self) -> None:
        """Tell where playing is, and when it is over."""
        if self._session is None:
            return
        if self._has_ended.is_set():
            self._end_session()
            self._at_ms = self._duration_ms()
            self._say(Ended())
        else:
            self._say(At(self._position(), is_playing=True))

    def _play(self) -> None:
        if self._session is not None or self._footage is None or self._is_photo:
            return
        if self._duration_ms() and self._at_ms >= self._duration_ms() - self._footage.frame_ms:
            self._at_ms = 0
        session = self._new_session()
        if session is None:
            self._say(At(self._at_ms, is_playing=False))
            return
        self._has_ended.clear()
        self._session = session
        session.start(self._at_ms, self._rate, self._has_ended.set)
        self._say(At(self._at_ms, is_playing=True))

    def _new_session(self) -> Session | None:
        if self._file is None or self._footage is None:
            return None
        if self._libvlc is not None:
            size = self._size(self._now) if self._now is not None else None
            if self._now is not None and self._now.turn_deg in {90, 270}:
                size = fit((self._now.frame.height, self._now.frame.width), None, self._room)
            container = self._footage.facts.container
            return libvlc.VlcSession(self._libvlc, self._file(), container, self._board, size)
        if self._footage.video is None:
            return None
        return PlainSession(Footage(self._file(), is_photo=False), self._show_playing)

    def _seek(self, at_ms: int) -> None:
        was_playing = self._session is not None
        self._stand(at_ms)
        if was_playing:
            self._play()

    def _step(self, frames: int) -> None:
        if self._session is not None:
            self._stand(self._position())
        if self._footage is not None and self._footage.video is not None:
            self._show(self._footage.step(max(-100, min(100, frames))))
        self._say(At(self._at_ms, is_playing=False))

    def _stand(self, at_ms: int) -> None:
        """End playing and show the exact frame of this time."""
        self._end_session()
        self._at_ms = min(at_ms, self._duration_ms() or at_ms)
        if self._footage is not None and self._footage.video is not None and not self._is_photo:
            self._show(self._footage.at(self._at_ms))
        self._say(At(self._at_ms, is_playing=False))

    def _still(self) -> None:
        if self._session is not None:
            self._stand(self._position())
        picture, jpeg = self._now, b""
        if picture is not None:
            try:
                jpeg = still_of(picture)
            except FFmpegError:
                jpeg = b""
        place = self._board.borrow(jpeg)
        if picture is None or place is None:
            self._say(Still(0, 0, 0, 0, self._at_ms))
            return
        size = (picture.frame.width, picture.frame.height)
        self._say(Still(place, len(jpeg), *size, picture.at_ms))

    # -- pictures ------------------------------------------------------------------------

    def _end_session(self) -> None:
        if self._session is not None:
            self._session.stop()
            self._session = None

    def _position(self) -> int:
        return self._at_ms if self._session is None else self._session.at_ms()

    def _duration_ms(self) -> int:
        duration_s = self._footage.facts.duration_s if self._footage else None
        return round((duration_s or 0) * 1000)

    def _show(self, picture: Picture | None) -> None:
        if picture is not None:
            self._now = picture
            self._at_ms = picture.at_ms
            self._lay(picture)

    def _show_playing(self, picture: Picture) -> None:
        self._now = picture
        self._lay(picture)

    def _lay(self, picture: Picture) -> None:
        width, height = self._size(picture)
        scaled = picture.frame.reformat(width=width, height=height, format="bgra")
        plane = scaled.planes[0]
        shape = Frame(0, width, height, plane.line_size, picture.at_ms, picture.turn_deg)
        self._board.show(memoryview(plane)[: plane.line_size * height], shape)

    def _size(self, picture: Picture) -> tuple[int, int]:
        """Of the picture as stored, before it is turned."""
        room = self._room
        if picture.turn_deg in {90, 270}:
            room = (room[1], room[0])
        video = self._footage.video if self._footage else None
        aspect = video.sample_aspect_ratio if video is not None else None
        return fit((picture.frame.width, picture.frame.height), aspect, room)
