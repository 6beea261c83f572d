"""Small real clips, made with the encoders of the PyAV wheel, and readers that misbehave."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from av.container import OutputContainer


def grey_by_time(number: int, width: int, height: int) -> bytes:
    """Luma of a picture that gets lighter from frame to frame, with a gradient to compress."""
    row = bytes((40 + number + x // 4) % 220 for x in range(width))
    return row * height


def left_quarter_white(_number: int, width: int, height: int) -> bytes:
    """Luma that shows which way is up."""
    return (b"\xeb" * (width // 4) + b"\x10" * (width - width // 4)) * height


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to film."""

    codec: str = "libx264"
    container: str = "mp4"
    size: tuple[int, int] = (320, 240)
    frames: int = 50  # at 25 a second
    audio: str | None = None
    turn_deg: int = 0  # counter-clockwise, as FFmpeg counts
    paint: Callable[[int, int, int], bytes] = grey_by_time
    options: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)
    muxer: Mapping[str, str] = field(default_factory=dict)


def film(recipe: Recipe) -> bytes:
    """A clip made by the recipe."""
    sink = io.BytesIO()
    with av.open(
        sink, "w", format=recipe.container, container_options=dict(recipe.muxer)
    ) as output:
        output.metadata.update(recipe.metadata)
        video = output.add_stream(recipe.codec, rate=25, options=dict(recipe.options))
        assert isinstance(video, VideoStream)
        video.width, video.height = recipe.size
        video.pix_fmt = "yuvj420p" if recipe.codec == "mjpeg" else "yuv420p"
        if recipe.turn_deg:
            video.set_display_rotation(recipe.turn_deg)
        audio = output.add_stream(recipe.audio, rate=8000, layout="mono") if recipe.audio else None
        for number in range(recipe.frames):
            output.mux(video.encode(_frame(recipe, number)))
        output.mux(video.encode(None))
        if isinstance(audio, AudioStream):
            _speak(output, audio, seconds=recipe.frames / 25)
    return sink.getvalue()


def record_sound(codec: str, container: str, seconds: float = 2.0) -> bytes:
    """A clip without pictures."""
    sink = io.BytesIO()
    with av.open(sink, "w", format=container) as output:
        audio = output.add_stream(codec, rate=8000, layout="mono")
        assert isinstance(audio, AudioStream)
        _speak(output, audio, seconds)
    return sink.getvalue()


def snap(
    size: tuple[int, int] = (640, 480),
    paint: Callable[[int, int, int], bytes] = grey_by_time,
) -> bytes:
    """A photo as JPEG."""
    return film(Recipe("mjpeg", "image2pipe", size, frames=1, paint=paint))


def _frame(recipe: Recipe, number: int) -> VideoFrame:
    width, height = recipe.size
    frame = VideoFrame(width, height, "yuv420p")
    luma = recipe.paint(number, width, height)
    first, *others = frame.planes
    rows = (luma[start : start + width] for start in range(0, width * height, width))
    first.update(b"".join(row.ljust(first.line_size, b"\0") for row in rows))
    for plane in others:
        plane.update(b"\x80" * plane.buffer_size)
    frame.pts = number
    return frame


def _speak(output: OutputContainer, audio: AudioStream, seconds: float) -> None:
    planar = audio.format.name
    for number in range(int(seconds * 8000) // 1000):
        frame = AudioFrame(format=planar, layout="mono", samples=1000)
        for plane in frame.planes:
            plane.update(b"\0" * plane.buffer_size)
        frame.sample_rate = 8000
        frame.pts = number * 1000
        frame.time_base = Fraction(1, 8000)
        output.mux(audio.encode(frame))
    output.mux(audio.encode(None))


class BytesReader:
    """Footage in memory; counts what is read of it."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.bytes_read = 0
        self.reads = 0

    @property
    def size_bytes(self) -> int:
        return len(self.content)

    def read_at(self, offset: int, count: int) -> bytes:
        piece = self.content[offset : offset + count]
        self.bytes_read += len(piece)
        self.reads += 1
        return piece


class EndlessReader:
    """As many bytes as one likes to claim, a pattern over and over."""

    def __init__(self, pattern: bytes, size_bytes: int) -> None:
        self._pattern = pattern
        self.size_bytes = size_bytes

    def read_at(self, offset: int, count: int) -> bytes:
        start = offset % len(self._pattern)
        times = 1 + (start + count) // len(self._pattern)
        return (self._pattern * times)[start : start + count]


class TroubledReader(BytesReader):
    """Does something at its second read, then goes on as if nothing had happened."""

    def __init__(self, content: bytes, trouble: Callable[[], object]) -> None:
        super().__init__(content)
        self._trouble = trouble

    def read_at(self, offset: int, count: int) -> bytes:
        if self.reads == 1:
            self._trouble()
        return super().read_at(offset, count)
