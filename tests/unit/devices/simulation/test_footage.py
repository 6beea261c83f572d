"""Simulated footage is real: it decodes, it is what was wished for, and it repeats."""

from __future__ import annotations

import hashlib
import wave
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import av
import pytest

from workstation.devices.simulation.footage import AUDIO_HZ, FPS, Studio, Wish
from workstation.devices.simulation.picture import Canvas, burn_in

if TYPE_CHECKING:
    from pathlib import Path

WISH = Wish(
    key="A0000001/1/0",
    at=datetime(2026, 11, 16, 17, 30, 58),  # noqa: DTZ001 - a recorder's clock has no zone
    serial="A000001",
    badge="100001",
    seconds=2,
    lines=360,
)


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio(7)


def _frames_and_sounds(path: Path) -> tuple[int, int]:
    with av.open(str(path)) as container:
        frames = sum(1 for _ in container.decode(video=0))
    with av.open(str(path)) as container:
        return frames, sum(frame.samples for frame in container.decode(audio=0))


@pytest.mark.parametrize("h265", [False, True])
def test_video_decodes_whole_with_sound(studio: Studio, tmp_path: Path, h265: bool) -> None:
    path = tmp_path / "clip.mp4"
    studio.video(path, replace(WISH, h265=h265))
    frames, samples = _frames_and_sounds(path)
    assert frames == 2 * FPS
    assert abs(samples - 2 * AUDIO_HZ) <= 2 * 1024
    with av.open(str(path)) as container:
        assert container.streams.video[0].codec_context.name == ("hevc" if h265 else "h264")
        assert container.metadata["creation_time"].startswith("2026-11-16T17:30:58")
        assert "A000001" in container.metadata["title"]


def test_picture_moves_and_carries_a_running_clock(studio: Studio, tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    studio.video(path, WISH)
    with av.open(str(path)) as container:
        planes = [bytes(frame.planes[0]) for frame in container.decode(video=0)]
    first, later = planes[0], planes[FPS + 3]
    band = 640 * 12
    assert first[:band] != later[:band]
    assert first[band:] != later[band:]


def test_clip_of_a_wished_size_is_that_size_and_plays_to_its_end(
    studio: Studio, tmp_path: Path
) -> None:
    path = tmp_path / "big.mp4"
    wish = replace(WISH, seconds=1, unique_s=1, size_bytes=12_000_000)
    studio.video(path, wish)
    assert 0.85 * 12_000_000 <= path.stat().st_size <= 1.02 * 12_000_000
    frames, samples = _frames_and_sounds(path)
    assert frames > 5 * FPS
    assert frames % FPS == 0
    assert abs(samples / AUDIO_HZ - frames / FPS) < 0.1


def test_same_wish_gives_same_bytes_and_another_key_others(studio: Studio, tmp_path: Path) -> None:
    digests = []
    for number, wish in enumerate((WISH, WISH, replace(WISH, key="A0000001/1/1"))):
        path = tmp_path / f"{number}.mp4"
        Studio(7).video(path, wish) if number else studio.video(path, wish)
        digests.append(hashlib.sha256(path.read_bytes()).hexdigest())
    assert digests[0] == digests[1] != digests[2]


def test_transport_stream_of_a_pre_record_decodes(studio: Studio, tmp_path: Path) -> None:
    path = tmp_path / "pre.ts"
    studio.video(path, replace(WISH, seconds=1, unique_s=1, size_bytes=90_000), "mpegts")
    assert _frames_and_sounds(path)[0] == FPS


def test_photo_is_a_jpeg_in_colour(studio: Studio, tmp_path: Path) -> None:
    path = tmp_path / "still.jpg"
    studio.photo(path, WISH)
    assert path.read_bytes()[:3] == b"\xff\xd8\xff"
    with av.open(str(path)) as container:
        (frame,) = container.decode(video=0)
    assert (frame.width, frame.height) == (640, 360)
    assert len(set(bytes(frame.planes[1]))) > 4


@pytest.mark.parametrize("name", ["note.mp3", "note.m4a", "note.wav"])
def test_voice_note_decodes(studio: Studio, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    studio.voice_note(path, WISH, "wav" if name.endswith("wav") else "mp4")
    if name.endswith("wav"):
        with wave.open(str(path)) as sound:
            assert sound.getnframes() == 2 * AUDIO_HZ
    with av.open(str(path)) as container:
        assert sum(frame.samples for frame in container.decode(audio=0)) >= 1.9 * AUDIO_HZ


def test_letters_outside_the_picture_are_cut_off() -> None:
    canvas = Canvas(64, 32, (64, 32, 32))
    burn_in(canvas, "2026-11-16 08:00:00 REC", "NO LETTERS ARE LOST 证")
    canvas.rectangle(-10, -10, (500, 12), (80, 90, 100))
    assert [len(plane) for plane in canvas.planes] == [64 * 32, 32 * 16, 32 * 16]
    assert canvas.planes[0][0] == 80
