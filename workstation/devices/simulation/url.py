"""Read the URL of a simulated dock; what is not understood is an error, never ignored."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import unquote

from workstation.devices.simulation import grammar
from workstation.devices.simulation.grammar import NotUnderstoodError, Ranges
from workstation.devices.simulation.plan import FLAGS, NUMBERS, SCHEME, DockPlan, SlotPlan
from workstation.domain.errors import BadDockUrlError

if TYPE_CHECKING:
    from workstation.devices.simulation.grammar import BadSector, BySlot

# What a bare ``simulated:`` stands for. The wall shows all six faces of a slot: 8 stays empty,
# 7 only charges, 6 can not be listed, 5 hits a bad sector, 4 takes minutes, 2 is pulled out
# at a third and plugged again, 1 and 3 go through.
DEMO_QUERY = (
    "slots=8&clips=6&seconds=4&seed=7&mb_s=2.5&stagger_s=1.2&day=yesterday&replug_s=6"
    "&yank_at=34%@2&clock_skew=-93s@3&bad_sector=5:2:600000&slow_slot=4:0.4"
    "&fail_slot=6&unknown=7&empty=8&in_progress=1&zero=3&duplicate=3&battery=4:11"
)
_RANGES: dict[str, Ranges] = {
    "slots": Ranges(1, 64, whole=True),
    "clips": Ranges(1, 1000, whole=True),
    "seconds": Ranges(1, 3600, whole=True),
    "seed": Ranges(0, 2**31 - 1, whole=True),
    "mb": Ranges(0.05, 16384),
    "mb_s": Ranges(0.01, 10000),
    "stagger_s": Ranges(0, 3600),
    "replug_s": Ranges(0, 3600),
    "cycle_s": Ranges(1, 86400),
    "hub_gone_s": Ranges(0.1, 86400),
}
_DEMO_SLOTS = 8
_OPTIONAL = frozenset({"mb", "mb_s", "cycle_s", "hub_gone_s"})  # empty: not in force
_PER_SLOT: dict[str, Ranges] = {
    "stall": Ranges(0.1, 3600),
    "slow_slot": Ranges(0.01, 10000),
    "battery": Ranges(0, 100, whole=True),
    "ready_after": Ranges(0, 86400),
}
_DAYS = (date(1970, 1, 1), date(2100, 1, 1))
_SHARE = Ranges(0.1, 99.9)
_COUNTS = Ranges(1, 100_000, whole=True)
_SKEW_S = Ranges(-1e9, 1e9)
_OTHERS = ("day", "demo", "yank_at", "reset_at", "clock_skew", "bad_sector")
_KNOWN = " ".join(sorted((*NUMBERS, *FLAGS, *_PER_SLOT, *_OTHERS)))


def parse_dock(url: str, today: date | None = None) -> DockPlan:
    """Read ``simulated:?name=value&…``.

    Args:
        url: As given. ``demo=1`` lays the parameters of ``DEMO_QUERY`` under those given (its
            faults only for the slots there are); a bare ``simulated:`` is the demo as it is.
        today: What ``day=today`` and ``day=yesterday`` count from; without it they are errors.

    Raises:
        BadDockUrlError: a part of it is not understood; facts say which and what is.
    """
    scheme, colon, rest = url.partition(":")
    if scheme != SCHEME or not colon:
        raise BadDockUrlError(url=url, parameter="", reason="scheme", allowed=f"{SCHEME}:")
    query = rest.partition("#")[0] or "?demo=1"
    if not query.startswith("?"):
        raise BadDockUrlError(url=url, parameter="", reason="query", allowed="?name=value")
    return _Reading(url, today).take_all(query[1:]).plan()


def parse_slot(url: str) -> SlotPlan:
    """Read ``<dock URL>#<slot>[.<docking>[.<cycle>]]``; what is left out is 1.

    Raises:
        BadDockUrlError: the dock's part or the slot's is not understood.
    """
    dock = parse_dock(url)
    slot, *counts = url.partition("#")[2].split(".", 2)
    try:
        docking, cycle, *_ = (int(_COUNTS.read(text)) for text in (*counts, "1", "1"))
        return SlotPlan(dock, grammar.slot_number(slot, dock.slots), docking, cycle)
    except NotUnderstoodError as error:
        raise BadDockUrlError(
            url=url, parameter="#", reason=error.reason, allowed=error.allowed
        ) from error


class _Reading:
    """One pass over a query; knows the URL for its complaints."""

    def __init__(self, url: str, today: date | None) -> None:
        self._url = url
        self._today = today
        self._numbers: dict[str, float] = {}
        self._tables: dict[str, BySlot] = {}
        self._marks: set[tuple[str, int]] = set()
        self._sectors: tuple[BadSector, ...] = ()
        self._date: date | None = None

    def take_all(self, query: str) -> _Reading:
        """Read every parameter of ``query``, each at most once."""
        texts = self._split(query)
        demo = texts.pop("demo", None)
        if demo not in {None, "1"}:
            raise self._bad("demo", NotUnderstoodError("range", "1"))
        if demo:
            base = self._split(DEMO_QUERY)
            self._take_some({name: text for name, text in base.items() if name not in texts})
            self._numbers.pop("slots", None)
        self._take_some(texts)
        if demo:
            self._numbers.setdefault("slots", _DEMO_SLOTS)
        return self

    def _split(self, query: str) -> dict[str, str]:
        texts: dict[str, str] = {}
        for part in filter(None, query.split("&")):
            name, _, text = part.partition("=")
            if name in texts:
                raise self._bad(name, NotUnderstoodError("repeated", "once"))
            texts[name] = unquote(text)
        return texts

    def _take_some(self, texts: dict[str, str]) -> None:
        # Slot numbers are checked against ``slots``, wherever in the URL that stands.
        for name in sorted(texts, key=lambda name: name != "slots"):
            try:
                self._take(name, texts[name])
            except NotUnderstoodError as error:
                raise self._bad(name, error) from error

    def plan(self) -> DockPlan:
        """What was read; where nothing was, the default."""
        plain, numbers = DockPlan(), self._numbers
        slots = int(numbers.get("slots", plain.slots))
        # Only the demo's own faults can be for slots that there are not.
        tables = {
            name: tuple(pair for pair in table if pair[0] <= slots)
            for name, table in self._tables.items()
        }
        return DockPlan(
            slots=slots,
            clips=int(numbers.get("clips", plain.clips)),
            seconds=int(numbers.get("seconds", plain.seconds)),
            seed=int(numbers.get("seed", plain.seed)),
            mb=numbers.get("mb"),
            mb_s=numbers.get("mb_s"),
            stagger_s=numbers.get("stagger_s", plain.stagger_s),
            replug_s=numbers.get("replug_s", plain.replug_s),
            cycle_s=numbers.get("cycle_s"),
            hub_gone_s=numbers.get("hub_gone_s"),
            day=self._date or plain.day,
            marks=frozenset(mark for mark in self._marks if mark[1] <= slots),
            yank_at=tables.get("yank_at", ()),
            reset_at=tables.get("reset_at", ()),
            clock_skew=tables.get("clock_skew", ()),
            stall=tables.get("stall", ()),
            slow_slot=tables.get("slow_slot", ()),
            battery=tables.get("battery", ()),
            ready_after=tables.get("ready_after", ()),
            bad_sector=tuple(sector for sector in self._sectors if sector.slot <= slots),
        )

    def _take(self, name: str, text: str) -> None:
        slots = int(self._numbers.get("slots", DockPlan().slots))
        if name in _RANGES:
            if text or name not in _OPTIONAL:
                self._numbers[name] = _RANGES[name].read(text)
        elif name in FLAGS:
            self._marks |= {(name, slot) for slot in grammar.slot_list(text, slots)}
        elif name in _PER_SLOT:
            self._tables[name] = grammar.pair_list(text, slots, _PER_SLOT[name])
        elif name in {"yank_at", "reset_at"}:
            self._tables[name] = grammar.at_list(text, "%", slots, _SHARE)
        elif name == "clock_skew":
            self._tables[name] = grammar.at_list(text, "s", slots, _SKEW_S)
        elif name == "bad_sector":
            self._sectors = grammar.sector_list(text, slots)
        elif name == "day":
            self._date = self._day(text)
        else:
            raise NotUnderstoodError("unknown", _KNOWN)

    def _day(self, text: str) -> date:
        if self._today is not None and text in {"today", "yesterday"}:
            return self._today - timedelta(days=text == "yesterday")
        refusal = NotUnderstoodError("day", f"{_DAYS[0]}..{_DAYS[1]} today yesterday")
        try:
            day = date.fromisoformat(text)
        except ValueError as error:
            raise refusal from error
        if not _DAYS[0] <= day <= _DAYS[1]:
            raise refusal
        return day

    def _bad(self, parameter: str, error: NotUnderstoodError) -> BadDockUrlError:
        return BadDockUrlError(
            url=self._url, parameter=parameter, reason=error.reason, allowed=error.allowed
        )
