"""Read facts and one picture from a file with PyAV. Runs in child processes only."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import av
from av.error import FFmpegError
from av.video.frame import VideoFrame

from workstation.media.api import LARGEST_CLAIM, LONGEST_CLAIM_S, MediaFacts, ProbeResult
from workstation.media.borrowed import BudgetSpentError
from workstation.media.shape import shape_warnings
from workstation.media.thumbnail import choose_picture, encode_jpeg

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.video.stream import VideoStream

    from workstation.media.borrowed import BorrowedFile

# What recorders write, and no more: every demuxer and decoder is code that a hostile file can
# reach. Formats that open further files or addresses (concat, hls, dash, image2) are not here.
FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,mpegts,mpeg,avi,matroska,webm,flv,asf,dhav,h264,hevc,m4v,mjpeg,"
    "wav,w64,mp3,aac,amr,amrnb,amrwb,ogg,flac,jpeg_pipe,png_pipe,bmp_pipe,webp_pipe"
)
VIDEO_CODECS = frozenset(
    {"h264", "hevc", "mpeg4", "mjpeg", "h263", "mpeg2video", "mpeg1video", "png", "bmp", "webp"}
)
_DECODERS = ",".join(sorted(VIDEO_CODECS)) + (
    ",aac,mp3,mp3float,mp2,mp2float,amrnb,amrwb,flac,opus,vorbis,pcm_s16le,pcm_s16be,pcm_u8,"
    "pcm_alaw,pcm_mulaw,adpcm_ima_wav,adpcm_ms,adpcm_g726,adpcm_g726le,adpcm_g722"
)
_UNREADABLE = "media.unreadable"
MAX_PIXELS = 64_000_000  # 8K is 33 million; a 64-megapixel photo fits 512 MiB
OPTIONS = {
    "format_whitelist": FORMATS,
    "codec_whitelist": _DECODERS,
    "protocol_whitelist": "",
    "probesize": "4000000",  # bytes; half a second of 4K at 60 Mbit/s
    "analyzeduration": "3000000",  # microseconds
    "max_streams": "16",
}
_DECODER_FRAMES = 4  # what decoding one key frame takes: the picture, its copy, some work space


def look(file: BorrowedFile, *, is_photo: bool, tell: Callable[[MediaFacts], None]) -> ProbeResult:
    """Facts and thumbnail of one file.

    Args:
        file: The bytes.
        is_photo: The picture is all there is: no duration, no frame rate.
        tell: Called with the facts once, before any picture is decoded, so that they outlive
            a crash in a decoder.
    """
    if not file.size_bytes:
        return ProbeResult(MediaFacts(warnings=("media.empty",)))
    facts = MediaFacts()
    try:
        facts = facts.with_warnings(*shape_warnings(file))
        with av.open(file, "r", options=dict(OPTIONS), metadata_errors="replace") as container:
            facts = describe(container, facts, is_photo=is_photo)
            tell(facts)
            return _picture(container, facts)
    except MemoryError:
        return ProbeResult(facts.with_warnings("media.too_big"))
    except (FFmpegError, BudgetSpentError):
        codes = () if facts.container or "media.no_moov" in facts.warnings else (_UNREADABLE,)
        return ProbeResult(facts.with_warnings(*codes))


def describe(container: InputContainer, facts: MediaFacts, *, is_photo: bool) -> MediaFacts:
    """``facts`` and what the open container says of itself."""
    facts = replace(
        facts,
        container=container.format.name,
        creation_time=_claimed_time(container.metadata),
        duration_s=None if is_photo else _duration(container),
    )
    video, audio = video_stream(container), audio_stream(container)
    if video is not None:
        facts = _describe_video(video, facts, is_photo=is_photo)
    if audio is not None:
        facts = replace(
            facts,
            has_audio=True,
            audio_codec=audio.codec_context.codec.canonical_name,
            sample_rate_hz=_sane(audio.codec_context.sample_rate),
            channels=_sane(audio.codec_context.channels),
        )
    if video is None and audio is None:
        facts = facts.with_warnings(_UNREADABLE)
    return facts


def _describe_video(video: VideoStream, facts: MediaFacts, *, is_photo: bool) -> MediaFacts:
    context = video.codec_context
    facts = replace(
        facts,
        has_video=not is_photo,
        video_codec=context.codec.canonical_name,
        width=_sane(context.width),
        height=_sane(context.height),
        fps=None if is_photo else _rate(video.average_rate or video.guessed_rate),
        creation_time=facts.creation_time or _claimed_time(video.metadata),
    )
    if context.name not in VIDEO_CODECS:
        return facts.with_warnings("media.codec_unsupported")
    if context.width * context.height > MAX_PIXELS:
        return facts.with_warnings("media.too_big")
    return facts


def video_stream(container: InputContainer) -> VideoStream | None:
    """The first stream of moving pictures; a song's cover is none."""
    cover = av.stream.Disposition.attached_pic
    for stream in container.streams.video:
        if not stream.disposition & cover and stream.codec_context is not None:
            return stream
    return None


def audio_stream(container: InputContainer) -> AudioStream | None:
    """The first stream of sound."""
    for stream in container.streams.audio:
        if stream.codec_context is not None:
            return stream
    return None


def _picture(container: InputContainer, facts: MediaFacts) -> ProbeResult:
    stream = video_stream(container)
    if stream is None or {"media.too_big", "media.codec_unsupported"} & {*facts.warnings}:
        return ProbeResult(facts)
    context = stream.codec_context
    context.thread_type = "SLICE"
    context.thread_count = 1  # no threads at all: they are forbidden to the child, and cost memory
    context.skip_frame = "NONKEY"
    context.options = {"max_pixels": str(MAX_PIXELS)}
    frame = choose_picture(container, stream, facts.duration_s)
    if frame is None:
        return ProbeResult(facts.with_warnings(_why_no_picture(facts)))
    facts = replace(
        facts,
        rotation_deg=clockwise(frame),
        width=facts.width or frame.width,
        height=facts.height or frame.height,
        creation_time=facts.creation_time or _claimed_time(frame.metadata),
    )
    return ProbeResult(facts, encode_jpeg(frame, stream.sample_aspect_ratio, facts.rotation_deg))


def _why_no_picture(facts: MediaFacts) -> str:
    """Decoders keep quiet when memory runs out, so see whether a few pictures would fit."""
    try:
        _ = [VideoFrame(facts.width, facts.height, "yuv420p") for _ in range(_DECODER_FRAMES)]
    except MemoryError:
        return "media.too_big"
    return "media.no_keyframe" if facts.has_video else _UNREADABLE


def clockwise(frame: VideoFrame) -> int:
    """FFmpeg tells how far the matrix turns counter-clockwise, -180 to 180 degrees."""
    return round(-frame.rotation / 90) * 90 % 360


def _sane(claim: int) -> int:
    return claim if 0 < claim <= LARGEST_CLAIM else 0


def _duration(container: InputContainer) -> float | None:
    if container.duration is None:
        return None
    duration_s = container.duration / 1_000_000
    return duration_s if 0 < duration_s <= LONGEST_CLAIM_S else None


def _rate(rate: Fraction | None) -> float | None:
    if not rate:
        return None
    fps = float(rate)
    return round(fps, 3) if math.isfinite(fps) and 0 < fps <= 1000 else None


def _claimed_time(metadata: dict[str, str]) -> str:
    for key in ("creation_time", "DateTimeOriginal", "DateTime", "date"):
        if metadata.get(key):
            return metadata[key]
    return ""
