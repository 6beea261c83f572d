"""Where a clip was filmed: its track read off the sealed object, thinned, and asked for moments."""

from __future__ import annotations

import os
import threading
from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from ui.maps.geo import gcj02_of, world_of
from workstation.domain.errors import StationError
from workstation.media.tracks import read_track
from workstation.sealing.reader import ObjectKey, ObjectReader

if TYPE_CHECKING:
    from collections.abc import Callable

    from workstation.ipc.messages_preview import ClipOpened
    from workstation.media.tracks import TrackPoint

MOST_POINTS: Final = 4000  # of one way on the screen


@dataclass(frozen=True, slots=True)
class Span:
    """A clip's time: when it begins (seconds since 1970, None where unknown), how long it lasts."""

    clip: str
    begins_s: float | None
    lasts_s: float


@dataclass(frozen=True, slots=True)
class Way:
    """A track on the map.

    Attributes:
        times_s: of its points, from the clip's first frame, rising.
        places: WGS-84 latitude and longitude, degrees.
        is_guessed: its times and the clip's do not meet, so both were laid to begin together.
    """

    clip: str
    times_s: tuple[float, ...]
    places: tuple[tuple[float, float], ...]
    lasts_s: float
    is_guessed: bool = False

    def worlds(self, *, is_shifted: bool) -> tuple[tuple[float, float], ...]:
        """Its points in the square of the map, moved where the map is."""
        if is_shifted:
            return tuple(world_of(*gcj02_of(*place)) for place in self.places)
        return tuple(world_of(*place) for place in self.places)

    def place_at(self, at_s: float) -> tuple[float, float]:
        """Where it was at a moment of the clip: between two points on the line between them."""
        after = bisect_left(self.times_s, at_s)
        if after == 0:
            return self.places[0]
        if after == len(self.times_s):
            return self.places[-1]
        first, last = self.times_s[after - 1], self.times_s[after]
        part = (at_s - first) / (last - first)
        (south, west), (north, east) = self.places[after - 1], self.places[after]
        return south + (north - south) * part, west + (east - west) * part


def way_of(points: list[TrackPoint], span: Span) -> Way | None:
    """A track against a clip's time; None without a point. Times that run back are left out."""
    rising: list[TrackPoint] = []
    for point in points:
        if not rising or point.at > rising[-1].at:
            rising.append(point)
    if not rising:
        return None
    first, last = rising[0].at.timestamp(), rising[-1].at.timestamp()
    begins = span.begins_s
    is_guessed = begins is None or last < begins or first > begins + span.lasts_s
    if begins is None or is_guessed:
        begins = first
    step = -(-len(rising) // MOST_POINTS)
    kept = rising[::step]
    if kept[-1] is not rising[-1]:
        kept.append(rising[-1])
    return Way(
        clip=span.clip,
        times_s=tuple(point.at.timestamp() - begins for point in kept),
        places=tuple((point.latitude_deg, point.longitude_deg) for point in kept),
        lasts_s=span.lasts_s,
        is_guessed=is_guessed,
    )


def read_way(opened: ClipOpened, span: Span) -> Way | None:
    """A track out of its sealed object; None where it holds no place.

    Raises:
        StationError: the object can not be had, or is not as it was sealed.
        OSError: the disk fails.
    """
    descriptor = os.open(opened.path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        key = ObjectKey(opened.secret, opened.header, opened.segment_bytes, opened.size_bytes)
        hint = None if span.begins_s is None else datetime.fromtimestamp(span.begins_s, UTC)
        return way_of(read_track(ObjectReader(descriptor, key), hint).points, span)
    finally:
        os.close(descriptor)


def read_later(opened: ClipOpened, span: Span, tell: Callable[[Span, Way | None], None]) -> None:
    """Read on a thread of its own; ``tell`` is called there."""

    def run() -> None:
        try:
            way = read_way(opened, span)
        except (StationError, OSError):
            way = None
        tell(span, way)

    threading.Thread(target=run, name="way", daemon=True).start()
