"""Make the files a recorder makes: H.264 and H.265 video with sound, photos, voice notes.

All of it is real: every clip opens in any player. The picture of a video is unique for at
most ``UNIQUE_S`` seconds; what is wanted beyond that (by length or by size) repeats these
packets with later times, so a clip of hundreds of megabytes costs little more than its bytes.
One encoder thread and fixed metadata make the bytes depend on the wish alone.
"""

from __future__ import annotations

import math
import wave
from array import array
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import av
from av.packet import Packet

from workstation.devices.simulation.picture import (
    LIGHTS,
    WIDTHS,
    Canvas,
    Ground,
    Scene,
    burn_in,
    dice,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from av.audio.stream import AudioStream
    from av.container.output import OutputContainer
    from av.stream import Stream
    from av.video.stream import VideoStream

FPS = 15
UNIQUE_S = 10
AUDIO_HZ = 16000
_AAC_SAMPLES = 1024  # of one AAC packet
_LOWEST_BPS, _USUAL_BPS = 300_000, 7_000_000  # of the picture
_H265_BPS = 1_500_000
_H265_OPTIONS = "pools=none:frame-threads=1:bframes=0:log-level=error:info=0"


@dataclass(frozen=True, slots=True)
class Wish:
    """One file to make.

    Attributes:
        key: Decides picture and sound; two different keys never give the same bytes.
        at: The recorder's own clock at the first frame (naive local).
        serial: Of the recorder; burnt in and written into the metadata.
        badge: Of the wearer.
        seconds: How long it runs, unless ``size_bytes`` says otherwise.
        unique_s: How much of it is not repeated, at most ``UNIQUE_S``.
        size_bytes: Size wanted; reached from below by repeating, to the next whole second.
        lines: Height of the picture, a key of ``WIDTHS``.
        h265: H.265 instead of H.264.
    """

    key: str
    at: datetime
    serial: str
    badge: str
    seconds: int = 4
    unique_s: int = UNIQUE_S
    size_bytes: int | None = None
    lines: int = 540
    h265: bool = False


class Studio:
    """Makes files for one seed. Used by one thread."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._grounds: dict[tuple[int, int], Ground] = {}

    def video(self, path: Path, wish: Wish, container: str = "mp4") -> None:
        """Write a video with sound."""
        unique_s = min(wish.seconds, wish.unique_s, UNIQUE_S)
        with av.open(str(path), "w", format=container, options={"fflags": "+bitexact"}) as output:
            _describe(output, wish)
            video, sound = _streams(output, wish, unique_s)
            pictures = [
                (bytes(packet), packet.is_keyframe)
                for frame in self._frames(wish, unique_s)
                for packet in video.encode(frame)
            ]
            pictures += [(bytes(packet), packet.is_keyframe) for packet in video.encode(None)]
            voices = _voice_packets(sound, wish, unique_s)
            pieces = _Pieces(video, sound, pictures, voices)
            for packet in pieces.interleaved(_frames_wanted(wish, pictures, voices)):
                output.mux_one(packet)

    def photo(self, path: Path, wish: Wish) -> None:
        """Write a JPEG."""
        codec = av.CodecContext.create("mjpeg", "w")
        if not isinstance(codec, av.VideoCodecContext):
            raise TypeError(codec)
        codec.width, codec.height, codec.pix_fmt = WIDTHS[wish.lines], wish.lines, "yuvj420p"
        codec.time_base = Fraction(1, FPS)
        codec.thread_count = 1
        codec.options = {"flags": "+qscale+bitexact", "global_quality": str(5 * 118)}
        frame = next(self._frames(wish, 1)).reformat(format="yuvj420p")
        packets = [*codec.encode(frame), *codec.encode(None)]
        path.write_bytes(b"".join(bytes(packet) for packet in packets))

    def voice_note(self, path: Path, wish: Wish, container: str = "mp4") -> None:
        """Write sound alone: AAC in an MP4 container, or plain WAV (``container="wav"``)."""
        if container == "wav":
            with wave.open(str(path), "wb") as output:
                output.setparams((1, 2, AUDIO_HZ, 0, "NONE", ""))
                samples = _tone(wish, wish.seconds * AUDIO_HZ)
                output.writeframes(array("h", (int(s * 32767) for s in samples)).tobytes())
            return
        with av.open(str(path), "w", format=container, options={"fflags": "+bitexact"}) as output:
            _describe(output, wish)
            sound = output.add_stream("aac", rate=AUDIO_HZ, layout="mono")
            sound.bit_rate = 32_000
            for number, voice in enumerate(_voice_packets(sound, wish, wish.seconds)):
                output.mux_one(_packet(sound, voice, number, _AAC_SAMPLES, AUDIO_HZ))

    def _ground(self, light: int, lines: int) -> Ground:
        if (light, lines) not in self._grounds:
            self._grounds[light, lines] = Ground(LIGHTS[light], self._seed, lines)
        return self._grounds[light, lines]

    def _frames(self, wish: Wish, seconds: int) -> Iterator[av.VideoFrame]:
        ground = self._ground(_light_at(wish.at.hour), wish.lines)
        size = ground.width, ground.height
        scene = Scene(ground, f"{self._seed}/{wish.key}")
        low = f"DSJ-EV-{wish.serial}  NO.{wish.badge}"
        for number in range(seconds * FPS):
            frame = av.VideoFrame(*size, "yuv420p")
            y, u, v = frame.planes
            canvas = Canvas(*size, (y.line_size, u.line_size, v.line_size))
            at = wish.at + timedelta(seconds=number / FPS)
            scene.frame(canvas, number / FPS, number)
            burn_in(canvas, f"{at:%Y-%m-%d %H:%M:%S}  REC", low)
            for plane, filled in zip(frame.planes, canvas.planes, strict=True):
                plane.update(bytes(filled))
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            yield frame


class _Pieces:
    """Encoded pictures and sounds of the unique part, to be repeated as often as wanted."""

    def __init__(
        self,
        video: VideoStream,
        sound: AudioStream,
        pictures: list[tuple[bytes, bool]],
        voices: list[bytes],
    ) -> None:
        self._video = video
        self._sound = sound
        self._pictures = pictures
        self._voices = voices

    def interleaved(self, frames: int) -> Iterator[Packet[Stream]]:
        """Pictures and the sound that belongs beside them, in order of time."""
        voice = 0
        for number in range(frames):
            picture, is_key = self._pictures[number % len(self._pictures)]
            packet = _packet(self._video, picture, number, 1, FPS)
            packet.is_keyframe = is_key
            yield packet
            while (voice + 1) * _AAC_SAMPLES * FPS <= (number + 1) * AUDIO_HZ:
                sound = self._voices[voice % len(self._voices)]
                yield _packet(self._sound, sound, voice, _AAC_SAMPLES, AUDIO_HZ)
                voice += 1


def _light_at(hour: int) -> int:
    """Index into ``LIGHTS``: morning from 6, noon from 10, dusk from 16, night from 19."""
    return sum(hour >= begins for begins in (10, 16, 19)) if hour >= 6 else 3


def _packet(
    stream: VideoStream | AudioStream, payload: bytes, number: int, length: int, per_second: int
) -> Packet[Stream]:
    packet = Packet(payload)
    packet.stream = stream
    packet.time_base = Fraction(1, per_second)
    packet.pts = packet.dts = number * length
    packet.duration = length
    packet.is_keyframe = True
    return packet


def _describe(output: OutputContainer, wish: Wish) -> None:
    output.metadata["creation_time"] = f"{wish.at:%Y-%m-%dT%H:%M:%S}.000000Z"
    output.metadata["title"] = f"DSJ-EV-{wish.serial} {wish.key}"
    output.metadata["artist"] = wish.badge


def _streams(output: OutputContainer, wish: Wish, unique_s: int) -> tuple[VideoStream, AudioStream]:
    bps = _H265_BPS if wish.h265 else _USUAL_BPS
    if wish.size_bytes is not None:
        bps = max(_LOWEST_BPS, min(bps, wish.size_bytes * 8 // unique_s))
    options = {"preset": "ultrafast", "threads": "1", "bf": "0", "flags": "+bitexact"}
    if wish.h265:
        video = output.add_stream("libx265", FPS, {**options, "x265-params": _H265_OPTIONS})
        video.codec_context.codec_tag = "hvc1"
    else:
        video = output.add_stream("libx264", FPS, options)
    video.width, video.height, video.pix_fmt = WIDTHS[wish.lines], wish.lines, "yuv420p"
    video.bit_rate = bps
    video.codec_context.gop_size = FPS
    sound = output.add_stream("aac", rate=AUDIO_HZ, layout="mono")
    sound.bit_rate = 32_000
    return video, sound


def _frames_wanted(wish: Wish, pictures: list[tuple[bytes, bool]], voices: list[bytes]) -> int:
    """How many frames give the length or the size that is wished."""
    if wish.size_bytes is None:
        return wish.seconds * FPS
    per_pass = sum(len(picture) for picture, _ in pictures) + sum(map(len, voices))
    passes = wish.size_bytes / per_pass
    return max(FPS, math.floor(passes * len(pictures) / FPS) * FPS)


def _tone(wish: Wish, samples: int) -> Iterator[float]:
    """Two quiet tones that beat, so that a level meter moves; a second of them repeats."""
    chance = dice("tone", wish.key)
    low, beat = chance.randrange(180, 700), chance.randrange(2, 7)
    second = [
        0.25
        * math.sin(math.tau * low * n / AUDIO_HZ)
        * (0.6 + 0.4 * math.sin(math.tau * beat * n / AUDIO_HZ))
        for n in range(AUDIO_HZ)
    ]
    return (second[n % AUDIO_HZ] for n in range(samples))


def _voice_packets(sound: AudioStream, wish: Wish, seconds: int) -> list[bytes]:
    samples = array("f", _tone(wish, seconds * AUDIO_HZ))
    packets: list[bytes] = []
    for start in range(0, len(samples) - _AAC_SAMPLES + 1, _AAC_SAMPLES):
        frame = av.AudioFrame("fltp", "mono", _AAC_SAMPLES)
        frame.planes[0].update(samples[start : start + _AAC_SAMPLES].tobytes())
        frame.sample_rate, frame.pts = AUDIO_HZ, start
        frame.time_base = Fraction(1, AUDIO_HZ)
        packets += [bytes(packet) for packet in sound.encode(frame)]
    return packets + [bytes(packet) for packet in sound.encode(None)]
