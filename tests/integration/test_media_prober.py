"""Real clips, hostile files and dying children, through a real confined child."""

from __future__ import annotations

import io
import os
import select
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import av
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.media.clips import (
    BytesReader,
    EndlessReader,
    Recipe,
    TroubledReader,
    film,
    left_quarter_white,
    record_sound,
    snap,
)
from workstation.domain.clip import ClipKind
from workstation.domain.errors import ObjectDamagedError
from workstation.media.api import MediaFacts
from workstation.media.prober import Prober

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from workstation.media.api import ProbeResult, RandomReader

ROOT = Path(__file__).resolve().parents[2]
MP4 = film(Recipe(audio="aac", metadata={"creation_time": "2024-05-01T08:00:00Z"}))
STREAM = film(Recipe(container="mpegts", audio="aac"))
SMALL = film(Recipe(frames=10, audio="aac"))
PHOTO = snap()
BOUND_S = 10.0  # far above what a probe with a limit of 1 s may take on a busy machine


@pytest.fixture(scope="module")
def prober() -> Iterator[Prober]:
    with Prober(time_limit_s=20) as prober:
        yield prober


@pytest.fixture
def hasty() -> Iterator[Prober]:
    with Prober(time_limit_s=1) as prober:
        assert video(prober, MP4).facts.warnings == ()  # the child is warm now
        yield prober


def video(prober: Prober, content: bytes) -> ProbeResult:
    return prober.probe(BytesReader(content), ClipKind.VIDEO, "clip")


def size_of(jpeg: bytes | None) -> tuple[int, int]:
    assert jpeg is not None
    with av.open(io.BytesIO(jpeg), "r") as container:
        frame = next(container.decode(video=0))
    return frame.width, frame.height


# -- what whole files say --------------------------------------------------------------


VIDEO_FACTS = MediaFacts(
    container="mov,mp4,m4a,3gp,3g2,mj2",
    duration_s=2.0,
    has_video=True,
    has_audio=True,
    video_codec="h264",
    width=320,
    height=240,
    fps=25.0,
    audio_codec="aac",
    sample_rate_hz=8000,
    channels=1,
)


@pytest.mark.parametrize(
    ("recipe", "expected"),
    [
        (Recipe(audio="aac"), VIDEO_FACTS),
        (
            Recipe(container="mov", audio="pcm_s16le"),
            replace(VIDEO_FACTS, audio_codec="pcm_s16le"),
        ),
        (
            Recipe("libx265", audio="aac", options={"x265-params": "log-level=none"}),
            replace(VIDEO_FACTS, video_codec="hevc"),
        ),
        (
            Recipe("mjpeg", "avi", audio="pcm_s16le"),
            replace(VIDEO_FACTS, container="avi", video_codec="mjpeg", audio_codec="pcm_s16le"),
        ),
        (
            Recipe("mpeg4", "avi"),
            replace(
                VIDEO_FACTS,
                container="avi",
                video_codec="mpeg4",
                has_audio=False,
                audio_codec="",
                sample_rate_hz=0,
                channels=0,
            ),
        ),
    ],
)
def test_a_recording_tells_its_facts_and_shows_a_picture(
    prober: Prober, recipe: Recipe, expected: MediaFacts
) -> None:
    result = video(prober, film(recipe))
    assert result.facts == expected
    assert size_of(result.jpeg) == (240, 180)
    assert result.is_final


def test_a_transport_stream_tells_its_duration(prober: Prober) -> None:
    result = video(prober, STREAM)
    assert result.facts.container == "mpegts"
    assert result.facts.duration_s == pytest.approx(2.0, abs=0.3)
    assert result.facts.warnings == ()
    assert size_of(result.jpeg) == (240, 180)


def test_the_claimed_time_of_recording_is_handed_on_unparsed(prober: Prober) -> None:
    assert video(prober, MP4).facts.creation_time == "2024-05-01T08:00:00.000000Z"


def test_a_recorder_worn_sideways_gives_an_upright_picture(prober: Prober) -> None:
    result = video(prober, film(Recipe(turn_deg=90, frames=5, paint=left_quarter_white)))
    assert result.facts.rotation_deg == 270
    assert (result.facts.width, result.facts.height) == (320, 240)
    assert size_of(result.jpeg) == (134, 180)


def test_a_photo_is_its_own_thumbnail(prober: Prober) -> None:
    result = prober.probe(BytesReader(PHOTO), ClipKind.PHOTO, "photo")
    assert (result.facts.width, result.facts.height) == (640, 480)
    assert (result.facts.duration_s, result.facts.fps, result.facts.has_video) == (
        None,
        None,
        False,
    )
    assert size_of(result.jpeg) == (240, 180)


@pytest.mark.parametrize(
    ("codec", "container", "name"),
    [("aac", "ipod", "aac"), ("pcm_s16le", "wav", "pcm_s16le"), ("libmp3lame", "mp3", "mp3")],
)
def test_sound_has_facts_and_no_picture(
    prober: Prober, codec: str, container: str, name: str
) -> None:
    sound = BytesReader(record_sound(codec, container))
    result = prober.probe(sound, ClipKind.AUDIO, "sound")
    assert (result.facts.has_audio, result.facts.has_video) == (True, False)
    assert result.facts.audio_codec == name
    assert result.facts.duration_s == pytest.approx(2.0, abs=0.1)
    assert (result.jpeg, result.facts.warnings) == (None, ())


def test_a_log_file_is_not_looked_into(prober: Prober) -> None:
    reader = BytesReader(b"12:00 power on\n")
    result = prober.probe(reader, ClipKind.LOG, "log")
    assert result.facts.warnings == ("media.not_media",)
    assert reader.reads == 0


def test_little_is_read_of_a_large_clip(prober: Prober) -> None:
    padded = MP4 + (60 << 20).to_bytes(4, "big") + b"free" + bytes((60 << 20) - 8)
    reader = BytesReader(padded)
    assert prober.probe(reader, ClipKind.VIDEO, "large").facts.duration_s == 2.0
    assert reader.bytes_read < 2 << 20


# -- what damaged and hostile files do -------------------------------------------------


def bent(content: bytes, after: bytes, distance: int, value: bytes) -> bytes:
    place = content.index(after) + distance
    return content[:place] + value + content[place + len(value) :]


FRAGMENTED = film(Recipe(frames=300, muxer={"movflags": "frag_keyframe+empty_moov"}))
DAMAGED = {
    "nothing": (b"", ("media.empty",)),
    "one byte": (b"\0", ("media.unreadable",)),
    "garbage": (b"\xa5garb" * 5000, ("media.unreadable",)),
    "zeros": (bytes(100_000), ("media.unreadable",)),
    "no moov": (MP4[: MP4.index(b"moov") - 4], ("media.no_moov",)),
    "cut before moov": (
        MP4[: MP4.index(b"moov") - 100],
        ("media.no_moov", "media.truncated"),
    ),
    "cut after moov": (FRAGMENTED[: len(FRAGMENTED) // 2], ("media.truncated",)),
    "cut stream": (STREAM[: len(STREAM) * 2 // 3 | 1], ("media.truncated",)),
    "endless box": (bent(MP4, b"moov", -4, b"\xff" * 4), ("media.truncated",)),
    "absurd sample count": (bent(MP4, b"stsz", 12, b"\x7f\xff\xff\xff"), ("media.unreadable",)),
    "unwanted codec": (
        film(Recipe("libvpx-vp9", "webm", frames=3)),
        ("media.codec_unsupported",),
    ),
    "playlist": (
        b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///etc/passwd\n",
        ("media.unreadable",),
    ),
    "list of files": (b"ffconcat version 1.0\nfile /etc/passwd\n", ("media.unreadable",)),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_a_damaged_file_is_named_for_what_it_is(prober: Prober, case: str) -> None:
    content, warnings = DAMAGED[case]
    child = prober.child_pid
    assert video(prober, content).facts.warnings == warnings
    assert video(prober, MP4).facts.warnings == ()
    assert child in {prober.child_pid, None}  # it took no new child


def test_a_photo_that_claims_billions_of_pixels_is_not_decoded(prober: Prober) -> None:
    frame_header = PHOTO.index(b"\xff\xc0") + 5
    huge = PHOTO[:frame_header] + b"\xff\xff\xff\xff" + PHOTO[frame_header + 4 :]
    result = prober.probe(BytesReader(huge), ClipKind.PHOTO, "huge")
    assert result.jpeg is None
    assert set(result.facts.warnings) <= {"media.unreadable", "media.too_big"}
    assert result.facts.warnings


def test_a_picture_that_does_not_fit_the_memory_limit_is_too_big() -> None:
    large = film(
        Recipe(
            size=(7680, 4320),
            frames=1,
            options={"preset": "ultrafast", "threads": "1"},
            paint=lambda _, width, height: b"\x80" * (width * height),
        )
    )
    with Prober(memory_limit_mb=180) as prober:
        result = video(prober, large)
        assert (result.facts.width, result.facts.height) == (7680, 4320)
        assert (result.jpeg, result.facts.warnings) == (None, ("media.too_big",))
        assert video(prober, MP4).facts.warnings == ()


@pytest.mark.parametrize(
    "pattern", [b"\0", STREAM, b"\x47\x1f\xff\x10" + bytes(184), b"\0\0\0\x08free"]
)
def test_a_file_of_claimed_petabytes_ends_in_bounded_time(prober: Prober, pattern: bytes) -> None:
    started = time.monotonic()
    prober.probe(EndlessReader(pattern, 1 << 50), ClipKind.VIDEO, "endless")
    assert time.monotonic() - started < 2 * BOUND_S


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    changes=st.lists(
        st.tuples(
            st.integers(0, len(SMALL) - 1),
            st.one_of(st.binary(min_size=1, max_size=1), st.just(b"\xff" * 4), st.just(bytes(4))),
        ),
        min_size=1,
        max_size=60,
    )
)
def test_any_bent_file_gets_an_answer_in_bounded_time(
    prober: Prober,
    caplog: pytest.LogCaptureFixture,  # a crashed child is logged, and allowed
    changes: list[tuple[int, bytes]],
) -> None:
    content = bytearray(SMALL)
    for place, value in changes:
        content[place : place + len(value)] = value
    started = time.monotonic()
    result = video(prober, bytes(content))
    assert time.monotonic() - started < 2 * BOUND_S
    assert result.is_final
    assert "media.timeout" not in result.facts.warnings
    caplog.clear()


# -- what happens to the child ---------------------------------------------------------


def signal_child(prober: Prober, number: signal.Signals) -> Callable[[], None]:
    def send() -> None:
        assert prober.child_pid is not None
        os.kill(prober.child_pid, number)

    return send


def large_clip() -> bytes:
    """A clip whose index is far behind its pictures, so that it takes several reads."""
    return film(Recipe("mjpeg", "mov", size=(640, 480), frames=60))


def test_a_child_killed_half_way_costs_only_that_clip(
    hasty: Prober, caplog: pytest.LogCaptureFixture
) -> None:
    reader = TroubledReader(large_clip(), signal_child(hasty, signal.SIGKILL))
    result = hasty.probe(reader, ClipKind.VIDEO, "victim")
    assert result.facts.warnings == ("media.crashed",)
    assert result.is_final
    assert video(hasty, MP4).facts.warnings == ()
    assert "media child lost" in caplog.text


def test_a_child_that_died_while_idle_is_replaced_unnoticed(hasty: Prober) -> None:
    pid = hasty.child_pid
    assert pid is not None
    handle = os.pidfd_open(pid)
    try:
        os.kill(pid, signal.SIGKILL)
        assert select.select([handle], [], [], BOUND_S)[0]
    finally:
        os.close(handle)
    assert video(hasty, MP4).facts.warnings == ()
    assert hasty.child_pid != pid


def test_a_stuck_child_is_killed_at_the_time_limit(hasty: Prober) -> None:
    reader = TroubledReader(large_clip(), signal_child(hasty, signal.SIGSTOP))
    started = time.monotonic()
    result = hasty.probe(reader, ClipKind.VIDEO, "stuck")
    assert time.monotonic() - started < BOUND_S
    assert result.facts.warnings == ("media.timeout",)
    assert video(hasty, MP4).facts.warnings == ()


def test_a_reader_that_hangs_does_not_hang_the_station(hasty: Prober) -> None:
    let_go = threading.Event()
    started = time.monotonic()
    result = hasty.probe(TroubledReader(large_clip(), let_go.wait), ClipKind.VIDEO, "hung")
    let_go.set()
    assert time.monotonic() - started < BOUND_S
    assert result.facts.warnings == ("media.timeout",)
    assert video(hasty, MP4).facts.warnings == ()


def test_a_damaged_object_is_the_readers_fault_and_keeps_its_code(hasty: Prober) -> None:
    def fail() -> None:
        raise ObjectDamagedError(segment=3)

    result = hasty.probe(TroubledReader(large_clip(), fail), ClipKind.VIDEO, "damaged")
    assert result.facts.warnings == ("media.source_failed", "object.damaged")
    assert video(hasty, MP4).facts.warnings == ()


def test_closing_interrupts_a_running_probe_and_blames_nobody() -> None:
    hanging, let_go = threading.Event(), threading.Event()

    def hang() -> None:
        hanging.set()
        let_go.wait()

    results: list[ProbeResult] = []
    prober = Prober(time_limit_s=600)
    reader = TroubledReader(large_clip(), hang)
    thread = threading.Thread(
        target=lambda: results.append(prober.probe(reader, ClipKind.VIDEO, "long"))
    )
    thread.start()
    assert hanging.wait(BOUND_S)
    prober.close()
    thread.join(BOUND_S)
    let_go.set()
    assert [result.facts.warnings for result in results] == [("media.interrupted",)]
    assert not results[0].is_final
    assert video(prober, MP4).facts.warnings == ("media.interrupted",)


@pytest.mark.parametrize("program", ["/bin/false", "/nonexistent"])
def test_a_child_that_can_not_start_blames_no_clip(
    program: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "executable", program)
    with Prober() as prober:
        result = video(prober, MP4)
    assert result.facts.warnings == ("media.child_failed",)
    assert not result.is_final
    assert "media child did not start" in caplog.text


def test_the_child_is_confined(hasty: Prober) -> None:
    process = Path("/proc") / str(hasty.child_pid)
    status = dict(line.split(":\t", 1) for line in (process / "status").read_text().splitlines())
    assert status["NoNewPrivs"].strip() == "1"
    assert status["Seccomp"].strip() == "2"
    assert status["Threads"].strip() == "1"
    limits = (process / "limits").read_text()
    for line in ("Max open files", "Max file size", "Max processes", "Max core file size"):
        row = next(row for row in limits.splitlines() if row.startswith(line))
        assert row[len(line) :].split()[:2] == ["0", "0"]
    assert (process / "oom_score_adj").read_text().strip() == "1000"
    assert os.getpriority(os.PRIO_PROCESS, hasty.child_pid or 0) >= 10


ATTEMPTS = """
import os, socket, sys, ctypes
from workstation.media.confine import confine
libc = ctypes.CDLL(None, use_errno=True)
confine(400)
def refused(attempt):
    try:
        attempt()
    except OSError:
        return True
    return False
def peek():
    if libc.ptrace(16, os.getppid(), 0, 0) == -1:
        raise OSError(ctypes.get_errno(), "ptrace")
attempts = [
    lambda: os.open("/etc/passwd", os.O_RDONLY),
    lambda: socket.socket(),
    os.fork,
    lambda: os.kill(os.getppid(), 0),
    lambda: os.execv("/bin/true", ["true"]),
    peek,
]
os._exit(0 if all([refused(attempt) for attempt in attempts]) else 1)
"""


def test_confined_code_can_not_open_connect_fork_signal_or_trace() -> None:
    finished = subprocess.run(
        [sys.executable, "-c", ATTEMPTS], cwd=ROOT, check=False, timeout=60, capture_output=True
    )
    assert (finished.returncode, finished.stderr) == (0, b"")


STATION = """
import sys, threading
from tests.unit.media.clips import BytesReader, Recipe, film
from workstation.domain.clip import ClipKind
from workstation.media.prober import Prober
prober = Prober()
prober.probe(BytesReader(film(Recipe(frames=3))), ClipKind.VIDEO, "clip")
sys.stdout.write(f"{prober.child_pid}\\n")
sys.stdout.flush()
threading.Event().wait()
"""


def test_a_killed_station_leaves_no_child_behind() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STATION], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as station:
        assert station.stdout is not None
        handle = os.pidfd_open(int(station.stdout.readline()))
        try:
            station.kill()
            assert select.select([handle], [], [], BOUND_S)[0]
        finally:
            os.close(handle)


def test_a_child_is_replaced_after_many_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workstation.media.prober._FILES_PER_CHILD", 2)
    with Prober() as prober:
        pids = []
        for _ in range(4):
            assert video(prober, SMALL).facts.warnings == ()
            pids.append(prober.child_pid)
    assert pids[1] is None
    assert pids[0] != pids[2]
    assert pids[3] is None


def test_a_reader_with_a_bug_is_not_blamed_on_the_file(hasty: Prober) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    reader: RandomReader = TroubledReader(large_clip(), fail)
    with pytest.raises(ZeroDivisionError):
        hasty.probe(reader, ClipKind.VIDEO, "bug")
    assert video(hasty, MP4).facts.warnings == ()
