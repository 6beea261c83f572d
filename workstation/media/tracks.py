"""Read a recorder's track: NMEA 0183 sentences, and nothing of them on trust.

Only RMC and GGA tell where and when; every line must be whole (``$``, printable ASCII, the right
checksum) and each value in its bounds, or the line is refused and counted. It is plain Python
over bounded input: no decoder in C, so no child process is needed for it.

Sources: NMEA 0183 v4.11 as the receivers' makers publish it (u-blox M10 interface description,
UBX-20053845, §2.6 and §2.7: framing, GGA and RMC).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workstation.media.api import RandomReader

LARGEST_TRACK_BYTES = 64 << 20  # a shift of 12 h, ten times a second, both sentences
MOST_POINTS = 200_000  # a shift of 12 h is 43,200 at one a second
_LONGEST_LINE = 128  # the standard says 82; receivers of high precision write more
_CHUNK_BYTES = 1 << 16
_M_S_PER_KNOT = 1852 / 3600

_FRAME = re.compile(rb"\$([\x20-\x23\x25-\x29\x2b-\x7e]{6,})\*([0-9A-Fa-f]{2})", re.DOTALL)
_TIME = re.compile(r"(\d{2})(\d{2})(\d{2})(?:\.(\d{1,6}))?", re.ASCII)
_DATE = re.compile(r"(\d{2})(\d{2})(\d{2})", re.ASCII)
_LATITUDE = re.compile(r"(\d{2})(\d{2}(?:\.\d{1,8})?)", re.ASCII)
_LONGITUDE = re.compile(r"(\d{3})(\d{2}(?:\.\d{1,8})?)", re.ASCII)
_KNOTS = re.compile(r"\d{1,4}(?:\.\d{1,4})?", re.ASCII)

_RMC_FIELDS, _GGA_FIELDS = 10, 15  # at least, with the sentence's name
_RMC_MODE = 12
_MEASURED_MODES = frozenset("ADFPR")  # not E, M, N, S: estimated, by hand, none, simulator
_MEASURED_QUALITIES = frozenset(
    "12345"
)  # of GGA; 0, 6, 7, 8 are none, estimated, by hand, simulator
_TWENTIETH = 80  # years below are of this century: the date has two digits


@dataclass(frozen=True, slots=True)
class TrackPoint:
    """Where a recorder says it was.

    Attributes:
        at: UTC, by the satellites' clock, not the recorder's.
        latitude_deg: WGS-84, north is positive.
        longitude_deg: WGS-84, east is positive.
        speed_m_s: over ground; None where the sentence does not tell it.
    """

    at: datetime
    latitude_deg: float
    longitude_deg: float
    speed_m_s: float | None = None


@dataclass(slots=True)
class Track:
    """What could be read of one file, in the file's order.

    Attributes:
        unfixed: sentences that are whole and say that the receiver knew no place.
        undated: places with a time of day and nothing that tells the day.
        refused: lines that are no NMEA, damaged, or out of bounds.
        is_whole: False where reading ended at ``LARGEST_TRACK_BYTES`` or ``MOST_POINTS``.
    """

    points: list[TrackPoint] = field(default_factory=list)
    unfixed: int = 0
    undated: int = 0
    refused: int = 0
    is_whole: bool = True


class _RefusedLineError(ValueError):
    """This line is not to be believed."""


class _NoFixError(ValueError):
    """The receiver says that it does not know."""


class _UndatedError(ValueError):
    """A place at a time of an unknown day."""


def read_track(source: RandomReader, begins_at: datetime | None = None) -> Track:
    """Every place in a file of NMEA sentences; RMC and GGA of one moment are one point.

    Args:
        source: the file's plain bytes.
        begins_at: aware; about when the track begins, for files without RMC: GGA tells no day.

    Raises:
        StationError: the bytes can not be had.
        OSError: the disk fails.
    """
    track = Track()
    last = _hint(begins_at)
    for line in _lines(source, track):
        if len(track.points) >= MOST_POINTS:
            track.is_whole = False
            break
        try:
            point = _point_of(_sentence(line), last)
        except _NoFixError:
            track.unfixed += 1
        except _UndatedError:
            track.undated += 1
        except _RefusedLineError:
            track.refused += 1
        else:
            if point is not None:
                last = point.at
                _add(track.points, point)
    return track


def _hint(begins_at: datetime | None) -> datetime | None:
    """In UTC, a day away from both ends of the calendar; a recorder's clock may say anything."""
    if begins_at is None or not MINYEAR < begins_at.year < MAXYEAR:
        return None
    return begins_at.astimezone(UTC)


def _add(points: list[TrackPoint], point: TrackPoint) -> None:
    if points and points[-1].at == point.at:
        if point.speed_m_s is not None:
            points[-1] = point  # RMC after GGA says the same, and the speed
        return
    points.append(point)


def _lines(source: RandomReader, track: Track) -> Iterator[bytes]:
    """Lines without their ends; one that is too long comes cut, and so is refused."""
    rest = b""
    end = min(source.size_bytes, LARGEST_TRACK_BYTES)
    track.is_whole = end == source.size_bytes
    for offset in range(0, end, _CHUNK_BYTES):
        chunk = source.read_at(offset, min(_CHUNK_BYTES, end - offset))
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line.strip(b"\r\0 ") for line in whole if line.strip(b"\r\0 "))
        rest = rest[: _LONGEST_LINE + 1]
    if rest.strip(b"\r\0 "):
        yield rest.strip(b"\r\0 ")


def _sentence(line: bytes) -> list[str]:
    """The fields of a whole sentence, its name first."""
    match = _FRAME.fullmatch(line) if len(line) <= _LONGEST_LINE else None
    if match is None:
        raise _RefusedLineError
    value = 0
    for character in match[1]:
        value ^= character
    if value != int(match[2], 16):
        raise _RefusedLineError
    return match[1].decode("ascii").split(",")


def _point_of(fields: list[str], last: datetime | None) -> TrackPoint | None:
    """The point; None where the sentence is of another kind."""
    name = fields[0]
    if len(name) != 5 or name.startswith("P"):
        return None
    if name.endswith("RMC"):
        return _rmc(fields)
    if name.endswith("GGA"):
        return _gga(fields, last)
    return None


def _rmc(fields: list[str]) -> TrackPoint:
    if len(fields) < _RMC_FIELDS or fields[2] not in {"A", "V"}:
        raise _RefusedLineError
    mode = fields[_RMC_MODE] if len(fields) > _RMC_MODE else "A"
    if fields[2] == "V" or mode not in _MEASURED_MODES:
        raise _NoFixError
    at = datetime.combine(_day(fields[9]), _time(fields[1]), UTC)
    speed = None
    if fields[7]:
        speed = float(_fit(_KNOTS, fields[7])[0]) * _M_S_PER_KNOT
    return TrackPoint(at, *_place(fields[3:7]), speed)


def _gga(fields: list[str], last: datetime | None) -> TrackPoint:
    if len(fields) < _GGA_FIELDS or len(fields[6]) != 1 or fields[6] not in "012345678":
        raise _RefusedLineError
    if fields[6] not in _MEASURED_QUALITIES:
        raise _NoFixError
    of_day, place = _time(fields[1]), _place(fields[2:6])
    if last is None:
        raise _UndatedError
    near = datetime.combine(last.date(), of_day, UTC)
    # The reading of the time of day that is nearest to the last known moment: over midnight too.
    half, day = timedelta(hours=12), timedelta(days=1)
    if near - last > half:
        near -= day
    elif last - near > half:
        near += day
    return TrackPoint(near, *place)


def _fit(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    match = pattern.fullmatch(text)
    if match is None:
        raise _RefusedLineError
    return match


def _time(text: str) -> time:
    hour, minute, second, fraction = _fit(_TIME, text).groups("0")
    try:
        return time(int(hour), int(minute), int(second), int(fraction.ljust(6, "0")))
    except ValueError as error:
        raise _RefusedLineError from error


def _day(text: str) -> date:
    day, month, year = (int(part) for part in _fit(_DATE, text).groups())
    try:
        return date(year + (2000 if year < _TWENTIETH else 1900), month, day)
    except ValueError as error:
        raise _RefusedLineError from error


def _place(fields: list[str]) -> tuple[float, float]:
    """Latitude and longitude in degrees."""
    latitude = _angle(_fit(_LATITUDE, fields[0]), fields[1], "NS", 90)
    longitude = _angle(_fit(_LONGITUDE, fields[2]), fields[3], "EW", 180)
    if latitude == longitude == 0:
        raise _RefusedLineError  # in the sea off Africa: a receiver's zeros, not a place
    return latitude, longitude


def _angle(match: re.Match[str], side: str, sides: str, largest_deg: int) -> float:
    degrees, minutes = int(match[1]), float(match[2])
    value = degrees + minutes / 60
    if len(side) != 1 or side not in sides or minutes >= 60 or value > largest_deg:
        raise _RefusedLineError
    return value if side == sides[0] else -value
