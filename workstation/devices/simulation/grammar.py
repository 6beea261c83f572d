"""The small forms a simulated dock's parameters are written in."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date

BySlot = tuple[tuple[int, float], ...]

_NUMBER = re.compile(r"[+-]?\d{1,12}(\.\d{1,6})?", re.ASCII)


class NotUnderstoodError(ValueError):
    """A value in no form we read; the plan turns it into an error with the URL."""

    def __init__(self, reason: str, allowed: str) -> None:
        super().__init__(reason, allowed)
        self.reason = reason
        self.allowed = allowed


@dataclass(frozen=True, slots=True)
class Ranges:
    """What a number may be."""

    lowest: float
    highest: float
    whole: bool = False

    def read(self, text: str) -> float:
        """Read a number, an ``int`` where it must be whole.

        Raises:
            NotUnderstoodError: it is none, or outside.
        """
        if not _NUMBER.fullmatch(text):
            raise NotUnderstoodError("number", str(self))
        value = float(text)
        if not self.lowest <= value <= self.highest or (self.whole and value % 1):
            raise NotUnderstoodError("range", str(self))
        return int(value) if self.whole else value

    def __str__(self) -> str:
        return f"{self.lowest:g}..{self.highest:g}"


@dataclass(frozen=True, slots=True)
class BadSector:
    """From byte ``offset`` of video number ``clip`` (from 1) on, ``slot``'s medium refuses."""

    slot: int
    clip: int
    offset: int

    def __str__(self) -> str:
        return f"{self.slot}:{self.clip}:{self.offset}"


def pick(table: BySlot, slot: int) -> float | None:
    """The value for ``slot``: its own before the one for every slot (0)."""
    values = dict(table)
    return values.get(slot, values.get(0))


def slot_number(text: str, slots: int) -> int:
    """Read the number of a bay.

    Raises:
        NotUnderstoodError: there is no such bay.
    """
    try:
        return int(Ranges(1, slots, whole=True).read(text))
    except NotUnderstoodError as error:
        raise NotUnderstoodError("slot", f"1..{slots}") from error


def slot_list(text: str, slots: int) -> tuple[int, ...]:
    """Read ``3,5``."""
    return tuple(slot_number(part, slots) for part in text.split(","))


def at_list(text: str, unit: str, slots: int, allowed: Ranges) -> BySlot:
    """Read ``12%@3,40%``: a value with its unit and the slot it is for (none: every one)."""
    table: dict[int, float] = {}
    for part in text.split(","):
        value, at, slot = part.partition("@")
        number = slot_number(slot, slots) if at else 0
        _once(table, number, allowed.read(value.removesuffix(unit)))
    return tuple(sorted(table.items()))


def pair_list(text: str, slots: int, allowed: Ranges) -> BySlot:
    """Read ``3:0.5,4:2``: slot and value."""
    table: dict[int, float] = {}
    for part in text.split(","):
        slot, _, value = part.partition(":")
        _once(table, slot_number(slot, slots), allowed.read(value))
    return tuple(sorted(table.items()))


def sector_list(text: str, slots: int) -> tuple[BadSector, ...]:
    """Read ``3:2:4096,5:1:0``: slot, video number, byte offset."""
    sectors = set()
    for part in text.split(","):
        slot, _, rest = part.partition(":")
        clip, _, offset = rest.partition(":")
        sectors.add(
            BadSector(
                slot_number(slot, slots),
                int(Ranges(1, 1000, whole=True).read(clip)),
                int(Ranges(0, 2**40 - 1, whole=True).read(offset)),
            )
        )
    return tuple(sorted(sectors, key=lambda each: (each.slot, each.clip, each.offset)))


def _once(table: dict[int, float], slot: int, value: float) -> None:
    if slot in table:
        raise NotUnderstoodError("repeated", "one value for each slot")
    table[slot] = value


def number_text(value: float | date | None) -> str:
    """Write a value so that it reads back as itself."""
    if value is None or isinstance(value, date):
        return "" if value is None else value.isoformat()
    if math.floor(value) == value:
        return str(int(value))
    return f"{value:.6f}".rstrip("0")


def at_text(table: BySlot, unit: str) -> str:
    """Write what ``at_list`` reads."""
    return ",".join(
        number_text(value) + unit + (f"@{slot}" if slot else "") for slot, value in table
    )


def pair_text(table: BySlot) -> str:
    """Write what ``pair_list`` reads."""
    return ",".join(f"{slot}:{number_text(value)}" for slot, value in table)
