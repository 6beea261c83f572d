"""A walk on the map as NMEA 0183 sentences, one fix a second."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from workstation.devices.simulation.picture import dice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

# Streets around a city park; walks begin within half a kilometre of it (WGS-84 degrees).
START_LATITUDE, START_LONGITUDE = 23.1291, 113.3247
_METRES_PER_DEGREE = 111_320.0
_KNOTS = 1.943844  # per metre a second


def checksum(sentence: str) -> str:
    """Exclusive or of all characters between ``$`` and ``*``, two hexadecimal digits."""
    value = 0
    for character in sentence:
        value ^= ord(character)
    return f"{value:02X}"


def walk(key: str, start_utc: datetime, seconds: int) -> str:
    """RMC and GGA of each second of a walk that ``key`` decides; lines end with CR LF."""
    return "".join(
        f"${sentence}*{checksum(sentence)}\r\n" for sentence in _sentences(key, start_utc, seconds)
    )


def _sentences(key: str, start_utc: datetime, seconds: int) -> Iterator[str]:
    chance = dice("walk", key)
    latitude = START_LATITUDE + chance.uniform(-0.004, 0.004)
    longitude = START_LONGITUDE + chance.uniform(-0.004, 0.004)
    heading = chance.uniform(0, 360)
    origin = start_utc.timestamp()
    for second in range(seconds):
        speed_m_s = 1.1 + 0.5 * math.sin(second / 17) + chance.uniform(-0.1, 0.1)
        heading = (heading + chance.uniform(-6, 6)) % 360
        north = speed_m_s * math.cos(math.radians(heading))
        east = speed_m_s * math.sin(math.radians(heading))
        latitude += north / _METRES_PER_DEGREE
        longitude += east / (_METRES_PER_DEGREE * math.cos(math.radians(latitude)))
        at = start_utc.fromtimestamp(origin + second, start_utc.tzinfo)
        place = f"{_degrees(latitude, 2)},N,{_degrees(longitude, 3)},E"
        height_m = 21 + 3 * math.sin(second / 60)
        motion = f"{speed_m_s * _KNOTS:.2f},{heading:.1f}"
        yield f"GPRMC,{at:%H%M%S}.00,A,{place},{motion},{at:%d%m%y},,,A"
        yield f"GPGGA,{at:%H%M%S}.00,{place},1,09,0.9,{height_m:.1f},M,-6.0,M,,"


def _degrees(value: float, digits: int) -> str:
    """``ddmm.mmmmm`` or ``dddmm.mmmmm``; northern and eastern only."""
    whole, minutes = divmod(round(value * 6_000_000), 6_000_000)
    return f"{whole:0{digits}d}{minutes / 100_000:08.5f}"
