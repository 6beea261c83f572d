"""Places on the earth and on a map: WGS-84, Web Mercator, and the shift of GCJ-02.

Only WGS-84 is kept anywhere; GCJ-02 exists while a map that is shifted by it is painted.

Sources: Web Mercator as EPSG 3857 defines it. GCJ-02's formula is not official; it is the one that
has been published many times (Krasovsky 1940 ellipsoid and the same sums of sines), tested here
against published pairs of points.
"""

from __future__ import annotations

import math
from typing import Final

LARGEST_LATITUDE_DEG: Final = 85.05112878  # where the square of Web Mercator ends
TILE_PX: Final = 256
_EQUATOR_M: Final = 40_075_016.686
_AXIS_M: Final = 6_378_245.0
_SQUASH: Final = 0.00669342162296594323  # first eccentricity, squared
_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271  # where maps are shifted
_ROUNDS: Final = 12  # of the inverse; each gains about four digits
_EXACT_DEG: Final = 1e-11


def world_of(latitude_deg: float, longitude_deg: float) -> tuple[float, float]:
    """A place in the square of Web Mercator: 0 to 1 eastwards and southwards."""
    latitude = max(-LARGEST_LATITUDE_DEG, min(LARGEST_LATITUDE_DEG, latitude_deg))
    sine = math.sin(math.radians(latitude))
    return longitude_deg / 360 + 0.5, 0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)


def place_of(x: float, y: float) -> tuple[float, float]:
    """Latitude and longitude in degrees of a point of that square."""
    latitude = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y))))
    return latitude, (x - 0.5) * 360


def metres_per_pixel(latitude_deg: float, zoom: float) -> float:
    """How much ground a pixel covers, with tiles of ``TILE_PX``."""
    return _EQUATOR_M * math.cos(math.radians(latitude_deg)) / (TILE_PX * 2**zoom)


def gcj02_of(latitude_deg: float, longitude_deg: float) -> tuple[float, float]:
    """Where a map that is shifted by GCJ-02 shows a place of WGS-84; outside China the same."""
    if not (_WEST <= longitude_deg <= _EAST and _SOUTH <= latitude_deg <= _NORTH):
        return latitude_deg, longitude_deg
    north, east = _shift_m(latitude_deg, longitude_deg)
    sine = math.sin(math.radians(latitude_deg))
    round_ = 1 - _SQUASH * sine * sine
    meridian = _AXIS_M * (1 - _SQUASH) / (round_ * math.sqrt(round_))
    parallel = _AXIS_M / math.sqrt(round_) * math.cos(math.radians(latitude_deg))
    return latitude_deg + math.degrees(north / meridian), longitude_deg + math.degrees(
        east / parallel
    )


def wgs84_of(latitude_deg: float, longitude_deg: float) -> tuple[float, float]:
    """The place of WGS-84 that a shifted map shows there; exact to a tenth of a millimetre."""
    latitude, longitude = latitude_deg, longitude_deg
    for _ in range(_ROUNDS):
        shown = gcj02_of(latitude, longitude)
        error = (latitude_deg - shown[0], longitude_deg - shown[1])
        latitude, longitude = latitude + error[0], longitude + error[1]
        if max(map(abs, error)) < _EXACT_DEG:
            break
    return latitude, longitude


def _shift_m(latitude_deg: float, longitude_deg: float) -> tuple[float, float]:
    """How far north and east the shift is, in metres on that ellipsoid."""
    x, y = longitude_deg - 105, latitude_deg - 35
    both = 0.1 * x * y + _waves(x, (6, 20), (2, 20))
    root = math.sqrt(abs(x))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.2 * root + both
    north += _waves(y, (1, 20), (1 / 3, 40), (1 / 12, 160), (1 / 30, 320))
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * root + both
    east += _waves(x, (1, 20), (1 / 3, 40), (1 / 12, 150), (1 / 30, 300))
    return north, east


def _waves(value: float, *parts: tuple[float, float]) -> float:
    """Two thirds of a sum of sines, each a frequency and a height."""
    return sum(high * math.sin(value * often * math.pi) for often, high in parts) * 2 / 3
