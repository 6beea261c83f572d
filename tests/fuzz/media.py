"""Footage: what is read of its structure here, what the confined child makes of it."""

from __future__ import annotations

import itertools
import math
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import msgspec

from tests.fuzz.target import Pieces, Target, cut
from tests.unit.media.clips import BytesReader, Recipe, film, record_sound, snap
from workstation.devices.simulation.track import checksum, walk
from workstation.domain.clip import ClipKind
from workstation.media.api import THUMBNAIL_HEIGHT, THUMBNAIL_WIDTH, MediaFacts
from workstation.media.frames import FrameType, pack_range, split_header, unpack_range
from workstation.media.prober import Prober
from workstation.media.shape import shape_warnings
from workstation.media.tracks import read_track
from workstation.media.vetting import vet_facts, vet_jpeg

_LIMIT_S = 10.0


def shape(content: bytes) -> None:
    """Boxes, chunks and packets, told from headers."""
    warnings = shape_warnings(BytesReader(content))
    assert set(warnings) <= {"media.no_moov", "media.truncated"}


@cache
def prober() -> Prober:
    """One for the whole run; its child is replaced as files cost it its life."""
    return Prober(time_limit_s=_LIMIT_S)


def probe(content: bytes) -> None:
    """The whole way through a real confined child: an answer in bounded time, whatever it is.

    A child that dies over the file costs that child only, which is what the answer then says.
    """
    kind = (ClipKind.VIDEO, ClipKind.PHOTO, ClipKind.AUDIO)[content[0] % 3 if content else 0]
    started_s = time.monotonic()
    result = prober().probe(BytesReader(content[1:]), kind, "fuzz")
    assert time.monotonic() - started_s < _LIMIT_S + 5, "not in bounded time"
    assert result.is_final
    assert vet_facts(msgspec.json.encode(result.facts)) == result.facts
    assert vet_jpeg(result.jpeg or b"") == result.jpeg


def child_words(content: bytes) -> None:
    """What a child in a hostile file's hands may say."""
    pieces = Pieces(content)
    header = pieces.next()[:5].ljust(5, b"\0")
    kind, _ = split_header(header)
    payload = b"".join(iter(pieces.next, b""))
    if kind is FrameType.FACTS:
        facts = vet_facts(payload)
        texts = (facts.container, facts.video_codec, facts.audio_codec, facts.creation_time)
        assert all(text.isprintable() or not text for text in texts)
        msgspec.json.encode(facts)
    elif kind is FrameType.IMAGE:
        jpeg = vet_jpeg(payload)
        assert jpeg is None or len(jpeg) > 4
    else:
        _, count = unpack_range(payload)
        assert count > 0


def nmea(content: bytes) -> None:
    """A track as a recorder wrote it; then each of its lines made whole, to get behind the sums."""
    pieces = content.split(b"\n")
    summed = (b"$%b*%02X" % (body, _sum(body)) for body in (one[1:-4] for one in pieces))
    for text in (content, b"\n".join(summed)):
        track = read_track(BytesReader(text), DAY)
        for point in track.points:
            assert point.at.utcoffset() == timedelta(0)
            assert -90 <= point.latitude_deg <= 90
            assert -180 <= point.longitude_deg <= 180
            assert point.speed_m_s is None or 0 <= point.speed_m_s < 10_000
        lines = text.count(b"\n") + 1
        assert len(track.points) + track.refused + track.unfixed + track.undated <= lines
        assert all(one != two for one, two in itertools.pairwise(track.points))
        assert all(math.isfinite(point.latitude_deg) for point in track.points)


def _sum(body: bytes) -> int:
    return int(checksum(body.decode("latin-1")), 16)


DAY = datetime(2024, 5, 1, 8, 0, tzinfo=UTC)
TRACKS = (
    walk("seed", DAY, 3).encode(),
    b"$GPRMC,083559.00,A,4717.11437,N,00833.91522,E,0.004,77.52,091202,,,A,V*2D\n",
    b"$GPRMC,083559.00,V,,,,,,,091202,,,N*78\n$GPGSA,A,1,,,,,,,,,,,,,,,*1E\n",
)


def _films() -> tuple[bytes, ...]:
    small = Recipe(size=(64, 48), frames=3)
    fragments = {"movflags": "frag_keyframe+empty_moov"}
    return (
        b"\0" + film(replace(small, audio="aac")),
        b"\0" + film(replace(small, container="mpegts")),
        b"\0" + film(replace(small, codec="mjpeg", container="avi", audio="pcm_s16le")),
        b"\0" + film(replace(small, muxer=fragments)),
        b"\1" + snap((64, 48)),
        b"\2" + record_sound("pcm_s16le", "wav", 0.2),
        b"\2" + record_sound("aac", "ipod", 0.2),
    )


FACTS = msgspec.json.encode(MediaFacts("mov", 2.0, True, False, "h264", 320, 240, 25.0, 90))
WORDS = (
    cut(b"\5\0\0\0\1", FACTS),
    cut(b"\6\0\0\0\1", snap((THUMBNAIL_WIDTH, THUMBNAIL_HEIGHT))[:200], b"\xff\xd9"),
    cut(b"\5\0\0\0\1", *([b"[" * 250] * 8)),
    cut(b"\3\0\0\0\1", pack_range(0, 4096)),
)
FILMS = _films()

TARGETS = (
    Target("shape", shape, tuple(one[1:] for one in FILMS), longest=1 << 16),
    Target("probe", probe, FILMS, longest=1 << 16, slowest_s=30),
    Target("nmea", nmea, TRACKS),
    Target("child_words", child_words, WORDS),
)
