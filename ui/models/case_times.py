"""A case's clips on one time line: lanes, bars, and the part of it that is looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workstation.catalog.browsing import ClipCard
    from workstation.domain.clip import Clip

LEAST_SPAN_S: Final = 10.0  # nobody looks at less of a time line
_MARGIN: Final = 0.04  # of the whole, left free on either side
_STEPS_S: Final = (
    *(1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800),
    *(3600, 7200, 10_800, 21_600, 43_200, 86_400),
    *(2 * 86_400, 7 * 86_400, 30 * 86_400, 90 * 86_400, 365 * 86_400),
)


@dataclass(frozen=True, slots=True)
class Bar:
    """One clip. ``begins_s`` is seconds since 1970 by the station's time, as well as known."""

    clip: str
    row: int
    begins_s: float
    lasts_s: float
    is_contested: bool

    @property
    def ends_s(self) -> float:
        """When it ends."""
        return self.begins_s + self.lasts_s


@dataclass(frozen=True, slots=True)
class Lane:
    """The clips of one recorder in one officer's hands."""

    name: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a time line that is on the screen, never outside the whole."""

    first_s: float = 0.0
    last_s: float = LEAST_SPAN_S
    begins_s: float = 0.0
    span_s: float = LEAST_SPAN_S

    @classmethod
    def around(cls, lanes: Iterable[Lane]) -> Window:
        """All of it, with a margin."""
        bars = [bar for lane in lanes for bar in lane.bars]
        if not bars:
            return cls()
        first = min(bar.begins_s for bar in bars)
        last = max(bar.ends_s for bar in bars)
        margin = max(LEAST_SPAN_S / 2, (last - first) * _MARGIN)
        first, last = first - margin, last + margin
        return cls(first, last, first, last - first)

    def whole(self) -> Window:
        """All of it again."""
        return replace(self, begins_s=self.first_s, span_s=self.last_s - self.first_s)

    def zoomed(self, factor: float, part: float) -> Window:
        """So many times nearer; what lies at ``part`` (0 to 1) of the width stays there."""
        most = self.last_s - self.first_s
        span = min(most, max(min(LEAST_SPAN_S, most), self.span_s / max(1e-6, factor)))
        held = self.begins_s + self.span_s * part
        return self._within(held - span * part, span)

    def panned(self, part: float) -> Window:
        """Moved on by a part of the width."""
        return self._within(self.begins_s + self.span_s * part, self.span_s)

    def part_of(self, moment_s: float) -> float:
        """Where a moment lies, 0 to 1 inside."""
        return (moment_s - self.begins_s) / self.span_s

    def step_s(self, most: int) -> float:
        """Seconds between two lines of the scale, of which there are at most so many."""
        least = self.span_s / max(1, most)
        return float(next((step for step in _STEPS_S if step >= least), _STEPS_S[-1]))

    def _within(self, begins_s: float, span_s: float) -> Window:
        latest = max(self.first_s, self.last_s - span_s)
        return replace(self, begins_s=min(latest, max(self.first_s, begins_s)), span_s=span_s)


def began_s(clip: Clip) -> float | None:
    """When a clip begins, by the station's time; by the recorder's where its error is unknown."""
    if clip.corrected is not None:
        return clip.corrected.at.timestamp()
    return None if clip.recorded_at is None else clip.recorded_at.astimezone().timestamp()


def lanes_of(cards: Iterable[ClipCard]) -> tuple[Lane, ...]:
    """A lane for each recorder and officer, in the order in which they began to record.

    ``row`` of a bar is the place of its clip among ``cards``; clips of unknown time have no bar.
    """
    by_name: dict[str, list[Bar]] = {}
    for row, card in enumerate(cards):
        begins = began_s(card.clip)
        if begins is not None:
            name = " · ".join(filter(None, (card.officer_name, card.clip.recorder_serial)))
            contested = any(link.is_contested for link in card.casework.links)
            bar = Bar(card.clip.id, row, begins, card.clip.duration_s or 0.0, contested)
            by_name.setdefault(name, []).append(bar)
    lanes = [
        Lane(name, tuple(sorted(bars, key=lambda bar: bar.begins_s)))
        for name, bars in by_name.items()
    ]
    return tuple(sorted(lanes, key=lambda lane: (lane.bars[0].begins_s, lane.name)))
