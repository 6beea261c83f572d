"""A track is read strictly: what is whole is a point, what is not is counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from tests.unit.media.clips import BytesReader
from workstation.devices.simulation.track import checksum, walk
from workstation.media import tracks
from workstation.media.tracks import TrackPoint, read_track

if TYPE_CHECKING:
    from workstation.media.tracks import Track

START = datetime(2026, 11, 16, 23, 59, 30, tzinfo=UTC)
# As printed in the u-blox M10 interface description (UBX-20053845), §2.7.15.2 and §2.7.7.2.
RMC = "$GPRMC,083559.00,A,4717.11437,N,00833.91522,E,0.004,77.52,091202,,,A,V*2D"
GGA = "$GPGGA,092725.00,4717.11399,N,00833.91590,E,1,08,1.01,499.6,M,48.0,M,,*5B"
GOOD = "GPRMC,083559.00,A,4717.11437,N,00833.91522,E,0.004,77.52,091202,,,A"


def framed(*sentences: str) -> str:
    return "".join(f"${one}*{checksum(one)}\r\n" for one in sentences)


def read(text: str | bytes, begins_at: datetime | None = None) -> Track:
    content = text.encode() if isinstance(text, str) else text
    return read_track(BytesReader(content), begins_at)


def test_published_examples_are_read_as_their_maker_means_them() -> None:
    (point,) = read(RMC).points
    assert point.at == datetime(2002, 12, 9, 8, 35, 59, tzinfo=UTC)
    assert point.latitude_deg == pytest.approx(47.2852395, abs=1e-7)
    assert point.longitude_deg == pytest.approx(8.5652537, abs=1e-7)
    assert point.speed_m_s == pytest.approx(0.004 * 0.514444, rel=1e-5)
    (point,) = read(GGA, datetime(2002, 12, 9, 9, tzinfo=UTC)).points
    assert point == TrackPoint(
        datetime(2002, 12, 9, 9, 27, 25, tzinfo=UTC), point.latitude_deg, point.longitude_deg
    )
    assert point.latitude_deg == pytest.approx(47.2852332, abs=1e-7)


def test_a_walk_over_midnight_is_one_point_a_second_in_order() -> None:
    track = read(walk("a", START, 120))
    assert [point.at for point in track.points] == [
        START + timedelta(seconds=second) for second in range(120)
    ]
    assert all(0.4 < (point.speed_m_s or 0) < 1.8 for point in track.points)
    assert (track.refused, track.unfixed, track.undated, track.is_whole) == (0, 0, 0, True)


def test_gga_before_rmc_of_the_same_second_takes_its_speed() -> None:
    pairs = walk("b", START, 40).splitlines(keepends=True)
    turned = "".join(pairs[place ^ 1] for place in range(len(pairs)))
    track = read(turned)
    assert track.undated == 1  # the first GGA: no day was told before it
    assert len(track.points) == 40
    assert None not in [point.speed_m_s for point in track.points]


def test_gga_alone_needs_a_hint_of_the_day() -> None:
    lines = [line for line in walk("c", START, 60).splitlines(keepends=True) if "GGA" in line]
    assert (read("".join(lines)).points, read("".join(lines)).undated) == ([], 60)
    eight_hours_east = START.astimezone(timezone(timedelta(hours=8)))
    track = read("".join(lines), eight_hours_east)
    assert [track.points[0].at, track.points[-1].at] == [START, START + timedelta(seconds=59)]


@pytest.mark.parametrize(
    "hint", [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)]
)
def test_a_hint_from_the_end_of_the_calendar_is_none(hint: datetime) -> None:
    assert read(GGA, hint).undated == 1


def test_south_and_west_are_negative() -> None:
    (point,) = read(framed(GOOD.replace(",N,", ",S,").replace(",E,", ",W,"))).points
    assert point.latitude_deg < 0 > point.longitude_deg


@pytest.mark.parametrize(
    "line",
    [
        RMC.replace("4717", "4718"),  # checksum
        RMC.partition("*")[0],  # no checksum
        RMC[1:],
        "<trkpt lat='47' lon='8'>",
        RMC + "," * 80,
        framed(GOOD.replace("4717.", "9717.")),
        framed(GOOD.replace("4717.", "4760.")),
        framed(GOOD.replace("00833.", "18100.")),
        framed(GOOD.replace("00833.", "833.")),
        framed(GOOD.replace("4717.11437,N,00833.91522,E", "0000.000,N,00000.000,E")),
        framed(GOOD.replace(",N,", ",X,")),
        framed(GOOD.replace(",N,", ",,")),
        framed(GOOD.replace("083559", "243559")),
        framed(GOOD.replace("083559", "083560")),
        framed(GOOD.replace("091202", "310202")),
        framed(GOOD.replace("0.004", "-1")),
        framed(GOOD.replace("0.004", "inf")),
        framed(GOOD.replace("0.004", "1e5")),
        framed(GOOD.replace(",A,", ",B,", 1)),
        framed("GPRMC,083559.00,A"),
        framed(GGA[1:].partition("*")[0].replace(",1,08", ",9,08")),
        b"$GPRMC,\xd9\xa0\xd9\xa1*00",
    ],
)
def test_a_line_that_is_not_whole_is_refused_and_counted(line: str | bytes) -> None:
    around = framed(GOOD).encode()
    middle = line if isinstance(line, bytes) else line.encode()
    track = read(around + middle.rstrip() + b"\r\n" + around)
    assert (len(track.points), track.refused) == (1, 1)


@pytest.mark.parametrize(
    "sentence",
    [
        GOOD.replace(",A,", ",V,", 1),
        GOOD[:-1] + "N",
        GOOD[:-1] + "E",
        "GPRMC,083559.00,V,,,,,,,091202,,,N",
        "GPGGA,092725.00,,,,,0,00,99.99,,,,,,",
    ],
)
def test_a_receiver_without_a_fix_gives_no_point_and_no_fault(sentence: str) -> None:
    track = read(framed(sentence))
    assert (track.points, track.unfixed, track.refused) == ([], 1, 0)


def test_other_sentences_are_passed_over() -> None:
    track = read(framed("GPGSA,A,3,23,29,07,08,09,18,26,28,,,,,1.94,1.18,1.54,1", "PUBX,00,1"))
    assert (track.points, track.refused) == ([], 0)


def test_every_constellation_and_old_sentences_without_a_mode_are_read() -> None:
    old = GOOD[:-4]
    assert len(read(framed(GOOD.replace("GP", "BD", 1), old.replace("59.00", "58", 1))).points) == 2


def test_reading_is_bounded_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    text = walk("d", START, 100)
    monkeypatch.setattr(tracks, "MOST_POINTS", 10)
    assert (len(read(text).points), read(text).is_whole) == (10, False)
    monkeypatch.setattr(tracks, "MOST_POINTS", 1000)
    monkeypatch.setattr(tracks, "LARGEST_TRACK_BYTES", 1000)
    assert 3 < len(read(text).points) < 10
    assert not read(text).is_whole


def test_a_line_that_never_ends_costs_no_memory_and_is_one_refusal() -> None:
    track = read(b"$GPRMC" * 100_000 + b"\r\n" + framed(GOOD).encode())
    assert (len(track.points), track.refused) == (1, 1)
