"""One telling picture of a clip, small and upright. Runs in the media child only."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING

import av
from av.codec import CodecContext
from av.error import FFmpegError
from av.video.frame import VideoFrame

from workstation.media.api import THUMBNAIL_HEIGHT, THUMBNAIL_WIDTH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.container import InputContainer
    from av.video.stream import VideoStream

PLACES = (0.1, 0.25, 0.5, 0.0)  # parts of the duration to look at, first choice first
BLACK_BELOW = 20.0  # mean luma, 0 to 255, of a lens cap, a pocket, a fade
_MAX_PACKETS = 3000  # a minute of video: where no key frame comes, we stop
_BEFORE_START_US = 1_000_000
_MAX_BROKEN = 8  # key frames that will not decode before we give this place up
_QUANTISER = 4  # of 2 (best) to 31: about 12 KB for a busy picture


def choose_picture(
    container: InputContainer, stream: VideoStream, duration_s: float | None
) -> VideoFrame | None:
    """The first key frame that is not black, else the brightest; None if none decodes.

    Raises:
        MemoryError: a picture does not fit into the memory limit.
    """
    best: tuple[float, VideoFrame] | None = None
    for frame in _candidates(container, stream, duration_s):
        light = _mean_luma(frame)
        if light >= BLACK_BELOW and not frame.is_corrupt:
            return frame
        if best is None or light > best[0]:
            best = (light, frame)
    return best[1] if best else None


def _candidates(
    container: InputContainer, stream: VideoStream, duration_s: float | None
) -> Iterator[VideoFrame]:
    origin_us = container.start_time or 0
    for part in PLACES if duration_s else (0.0,):
        try:
            if duration_s:
                # Transport streams are searched by decoding time, which runs ahead of the start.
                ahead_us = 0 if part else _BEFORE_START_US
                container.seek(origin_us - ahead_us + int(part * duration_s * 1_000_000))
            frame = _next_key_frame(container, stream)
        except MemoryError:
            raise
        except (FFmpegError, IndexError):  # IndexError: a stream came up that PyAV did not count
            continue
        if frame is not None:
            yield frame


def _next_key_frame(container: InputContainer, stream: VideoStream) -> VideoFrame | None:
    context, broken = stream.codec_context, 0
    for packet in islice(container.demux(stream), _MAX_PACKETS):
        if not packet.is_keyframe or not packet.size:
            continue
        try:
            frames = context.decode(packet) or context.decode(None)
        except MemoryError:
            raise
        except FFmpegError:
            frames = []
        if frames:
            return frames[0]
        context.flush_buffers()
        broken += 1
        if broken == _MAX_BROKEN:
            break
    return None


def _mean_luma(frame: VideoFrame) -> float:
    small = frame.reformat(width=32, height=18, format="gray", threads=1)
    rows = _rows(small, 0)
    return sum(map(sum, rows)) / (32 * 18)


def _rows(frame: VideoFrame, number: int) -> list[bytes]:
    plane = frame.planes[number]
    pixels = bytes(plane)
    return [
        pixels[start : start + plane.width]
        for start in range(0, plane.height * plane.line_size, plane.line_size)
    ]


def fit(width: int, height: int, aspect: Fraction | None, rotation_deg: int) -> tuple[int, int]:
    """Even size within 320 x 180 once turned, never larger than the picture itself."""
    if aspect and Fraction(1, 4) <= aspect <= 4:
        width = max(1, round(width * aspect))
    is_tall = rotation_deg in {90, 270}
    room_w, room_h = (
        (THUMBNAIL_HEIGHT, THUMBNAIL_WIDTH) if is_tall else (THUMBNAIL_WIDTH, THUMBNAIL_HEIGHT)
    )
    scale = min(Fraction(room_w, width), Fraction(room_h, height), Fraction(1))
    return max(2, int(width * scale) & ~1), max(2, int(height * scale) & ~1)


def encode_jpeg(frame: VideoFrame, aspect: Fraction | None, rotation_deg: int) -> bytes:
    """The picture as a small JPEG, turned clockwise by ``rotation_deg``."""
    width, height = fit(frame.width, frame.height, aspect, rotation_deg)
    small = frame.reformat(width=width, height=height, format="yuvj420p", threads=1)
    upright = _turned(small, rotation_deg) if rotation_deg else small
    encoder = CodecContext.create("mjpeg", "w")
    encoder.width, encoder.height = upright.width, upright.height
    encoder.pix_fmt = "yuvj420p"
    encoder.time_base = Fraction(1, 25)
    encoder.thread_count = 1
    encoder.qmin = encoder.qmax = _QUANTISER
    upright.pts = 0
    upright.pict_type = av.video.frame.PictureType.NONE
    return b"".join(bytes(packet) for packet in (*encoder.encode(upright), *encoder.encode(None)))


def _turned(frame: VideoFrame, rotation_deg: int) -> VideoFrame:
    """Turn by slicing: at this size a filter graph would cost more than it saves."""
    is_tall = rotation_deg in {90, 270}
    size = (frame.height, frame.width) if is_tall else (frame.width, frame.height)
    turned = VideoFrame(*size, "yuvj420p")
    for number, plane in enumerate(turned.planes):
        rows = _rows(frame, number)
        if rotation_deg == 180:
            rows = [row[::-1] for row in reversed(rows)]
        elif rotation_deg == 90:
            rows = [bytes(column) for column in zip(*reversed(rows), strict=True)]
        else:
            rows = [bytes(column) for column in reversed(list(zip(*rows, strict=True)))]
        plane.update(b"".join(row.ljust(plane.line_size, b"\0") for row in rows))
    return turned
