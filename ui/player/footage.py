"""Exact pictures of a clip with PyAV: any frame, forward and back. Runs in the player child only.

Times are milliseconds from the clip's first frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING

import av
from av.codec.context import CodecContext
from av.error import FFmpegError

from ui.player.wire import MAX_SIDE_PX, PLACE_BYTES
from workstation.media.api import MediaFacts
from workstation.media.probe import (
    MAX_PIXELS,
    OPTIONS,
    audio_stream,
    clockwise,
    describe,
    video_stream,
)
from workstation.media.shape import shape_warnings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.frame import VideoFrame

    from ui.player.source import ClipFile

# Seconds to begin before the wanted time, tried in turn until a picture before it decodes:
# transport streams land on the key frame after the place asked for.
_RUN_UPS_S = (0.0, 2.0, 10.0)
_BEFORE_START_US = 1_000_000
_STILL_QUANTISER = 2  # of 2 (best) to 31


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded frame and when it is shown."""

    frame: VideoFrame
    at_ms: int

    @property
    def turn_deg(self) -> int:
        """Clockwise turn that sets it upright."""
        return clockwise(self.frame)


class Footage:
    """One open clip. Used by one thread.

    Raises:
        FFmpegError: no container we know (on opening); everything after that is best effort.
    """

    def __init__(self, file: ClipFile, *, is_photo: bool) -> None:
        self.facts = MediaFacts().with_warnings(*shape_warnings(file))
        self._container: InputContainer = av.open(
            file, "r", options=dict(OPTIONS), metadata_errors="replace"
        )
        self.facts = describe(self._container, self.facts, is_photo=is_photo)
        self.video = video_stream(self._container)
        self.audio = audio_stream(self._container)
        if {"media.too_big", "media.codec_unsupported"} & {*self.facts.warnings}:
            self.video = None
        self._frames: Iterator[Picture] = iter(())
        self._now: Picture | None = None
        if self.video is not None:
            context = self.video.codec_context
            context.thread_type = "AUTO"
            context.thread_count = 2
            context.options = {"max_pixels": str(MAX_PIXELS)}
            base = self.video.time_base or Fraction(1, 1000)
            self._base = base
            self._origin = self.video.start_time or 0

    def close(self) -> None:
        """Give decoder and container back."""
        self._container.close()

    @property
    def frame_ms(self) -> float:
        """How long a frame is shown."""
        return 1000.0 / (self.facts.fps or 25.0)

    def first(self) -> Picture | None:
        """The first picture there is."""
        if self._now is not None:
            self._seek(0, None)
        self._frames = self._decoded()
        return self._take(next(self._frames, None))

    def at(self, at_ms: int) -> Picture | None:
        """The picture shown at a time: the last that begins at or before it."""
        return self._search(at_ms + self.frame_ms / 4)

    def step(self, frames: int) -> Picture | None:
        """The picture so many frames on or back; at either end the present one."""
        for _ in range(abs(frames)):
            found = self._next() if frames > 0 else self._previous()
            if found is None:
                break
        return self._now

    def onward(self) -> Iterator[Picture]:
        """The pictures after the present one."""
        while (picture := self._next()) is not None:
            yield picture

    def skip_unreferenced(self, *, is_on: bool) -> None:
        """Whether to leave out pictures that no other one needs, to be faster."""
        if self.video is not None:
            self.video.codec_context.skip_frame = "NONREF" if is_on else "DEFAULT"

    def packets_of_sound(self) -> Iterator[Packet[AudioStream]]:
        """The coded sound, in order."""
        if self.audio is not None:
            yield from self._container.demux(self.audio)

    def _next(self) -> Picture | None:
        found = next(self._frames, None)
        return None if found is None else self._take(found)

    def _previous(self) -> Picture | None:
        if self._now is None or self._now.at_ms <= 0:
            return None
        return self._search(self._now.at_ms - 0.5)

    def _search(self, before_ms: float) -> Picture | None:
        """The last picture at or before a time, and decoding goes on after it."""
        for run_up_s in (*_RUN_UPS_S, None):
            self._seek(before_ms, run_up_s)
            frames, best = self._decoded(), None
            for picture in frames:
                if picture.at_ms > before_ms:
                    frames = chain([picture], frames)
                    break
                best = picture
            if best is not None:
                self._frames = frames
                return self._take(best)
        return self.first()

    def _seek(self, at_ms: float, run_up_s: float | None) -> None:
        if self.video is None:
            return
        try:
            if run_up_s is None:
                self._container.seek((self._container.start_time or 0) - _BEFORE_START_US)
            else:
                at_s = max(0.0, at_ms / 1000 - run_up_s)
                target = self._origin + int(at_s / float(self._base))
                self._container.seek(target, stream=self.video, backward=True)
        except FFmpegError:  # a container without an index: decoding goes on where it stands
            return

    def _decoded(self) -> Iterator[Picture]:
        """Pictures from here on; packets that do not decode are left out."""
        if self.video is None:
            return
        number = 0
        try:
            for packet in self._container.demux(self.video):
                try:
                    frames = packet.decode()
                except MemoryError:
                    raise
                except FFmpegError:
                    continue
                for frame in frames:
                    ticks = frame.pts if frame.pts is not None else frame.dts
                    ms = number * self.frame_ms
                    if ticks is not None:
                        ms = float((ticks - self._origin) * self._base * 1000)
                    number += 1
                    yield Picture(frame, max(0, round(ms)))
        except (FFmpegError, IndexError):  # IndexError: a stream came up that PyAV did not count
            return

    def _take(self, picture: Picture | None) -> Picture | None:
        if picture is not None:
            self._now = picture
        return picture


def fit(
    frame_size: tuple[int, int], aspect: Fraction | None, room: tuple[int, int]
) -> tuple[int, int]:
    """Even size of a picture inside ``room`` and inside one place of the shared memory."""
    width, height = frame_size
    if aspect and Fraction(1, 4) <= aspect <= 4:
        width = max(1, round(width * aspect))
    scale = min(room[0] / width, room[1] / height, 1.0)
    scale = min(scale, MAX_SIDE_PX / width, MAX_SIDE_PX / height)
    scale = min(scale, (PLACE_BYTES / 4 / (width * height)) ** 0.5)
    return max(2, int(width * scale) & ~1), max(2, int(height * scale) & ~1)


def still_of(picture: Picture) -> bytes:
    """The frame in full size as JPEG, not turned: its bytes are the recorder's own picture.

    Raises:
        FFmpegError: it can not be encoded.
    """
    frame = picture.frame.reformat(format="yuvj420p")
    encoder = CodecContext.create("mjpeg", "w")
    encoder.width, encoder.height = frame.width, frame.height
    encoder.pix_fmt = "yuvj420p"
    encoder.time_base = Fraction(1, 25)
    encoder.qmin = encoder.qmax = _STILL_QUANTISER
    frame.pts = 0
    frame.pict_type = av.video.frame.PictureType.NONE
    return b"".join(bytes(packet) for packet in (*encoder.encode(frame), *encoder.encode(None)))
