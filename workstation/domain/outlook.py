"""How delivery stands in full, as the sync process tells it: queue, line, forecast, platforms."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - the socket's decoder reads these annotations


@dataclass(frozen=True, slots=True)
class QueueClass:
    """Clips of one class that are still to go: ``urgent``, ``small``, ``large``, ``held``."""

    name: str
    clips: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class LateClip:
    """A clip that will miss its time; ``by_s`` None: it never gets there at this pace."""

    clip: str
    size_bytes: int
    by_s: float | None


@dataclass(frozen=True, slots=True)
class LineState:
    """The line as the settings and the day leave it. Sizes in bytes, rates in bytes a second.

    ``shut`` says why large clips wait (``window``, ``budget``, ``metered``), ``until`` until when.
    """

    windows: tuple[str, ...] = ()
    limit_bps: float = 0.0
    budget_bytes: int = 0
    spent_bytes: int = 0
    shut: str = ""
    until: datetime | None = None
    paused_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """What is to be expected, and what would help.

    ``rate_bps`` is what was measured lately; None before that. ``late_if_open``: how many would
    still be late without windows and budget; ``needed_bps``: the rate at which none would.
    """

    rate_bps: float | None = None
    left_bytes: int = 0
    ends_at: datetime | None = None
    late_clips: int = 0
    late: tuple[LateClip, ...] = ()  # the worst of them
    late_if_open: int | None = None
    needed_bps: float | None = None
    late_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Counterpart:
    """A platform that is told, or a source that cases are read from; ``code`` is its last fault.

    ``counts`` are of files (``numbered``, ``accepted``, ``known``, ``refused``) or of cases
    (``opened``, ``joined``, ``changed``, ``refused``, ``contested``).
    """

    name: str
    is_source: bool = False
    url: str = ""
    ok_at: datetime | None = None
    code: str | None = None
    reason: str = ""
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """All of it, at one time (UTC). ``store`` is empty where none is set."""

    at: datetime
    store: str = ""
    queue: tuple[QueueClass, ...] = ()
    line: LineState = LineState()
    expected: Expectation = Expectation()
    counterparts: tuple[Counterpart, ...] = ()


@dataclass(frozen=True, slots=True)
class StoreFindings:
    """What a central store withstood when it was tried: names of the tests."""

    at: str
    url: str
    landing_days: int
    holds: tuple[str, ...]
    lacks: tuple[str, ...]
