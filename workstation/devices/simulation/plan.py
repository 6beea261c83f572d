"""What a simulated dock is asked to be: frozen values, and how they are written as a URL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import quote

from workstation.devices.simulation import grammar

if TYPE_CHECKING:
    from workstation.devices.simulation.grammar import BadSector, BySlot

SCHEME = "simulated"
FLAGS = (
    "corrupt",
    "dirty",
    "duplicate",
    "empty",
    "encrypted",
    "fail_slot",
    "flip_bit",
    "foreign",
    "full_card",
    "grow",
    "hostile",
    "hub",
    "in_progress",
    "locked",
    "no_card",
    "unformatted",
    "unknown",
    "vanish",
    "zero",
)
# Something is plugged in, and there is nothing to read: what the wall says of it.
NOT_READY = {
    "corrupt": "slot.corrupt_medium",
    "encrypted": "slot.encrypted_medium",
    "foreign": "slot.foreign_medium",
    "locked": "slot.waiting_unlock",
    "no_card": "slot.no_medium",
    "unformatted": "slot.unknown_medium",
    "unknown": "slot.charge_only",
}
RESET_S = 1.0  # a recorder that resets is back on the bus after so long
# In the order they are written; what the reader allows stands in ``url.py``.
NUMBERS = (
    "slots",
    "clips",
    "seconds",
    "seed",
    "mb",
    "mb_s",
    "stagger_s",
    "replug_s",
    "cycle_s",
    "hub_gone_s",
)


@dataclass(frozen=True, slots=True)
class DockPlan:
    """A dock as its URL asks for it; ``docs/simulated-dock.md`` explains each field.

    Slot 0 in a per-slot table stands for every slot. Sizes ``mb`` are 10^6 bytes.
    """

    slots: int = 8
    clips: int = 6
    seconds: int = 4
    seed: int = 1
    mb: float | None = None
    mb_s: float | None = None
    stagger_s: float = 0.0
    replug_s: float = 5.0
    cycle_s: float | None = None
    hub_gone_s: float | None = None
    day: date = date(2026, 11, 16)
    marks: frozenset[tuple[str, int]] = frozenset()
    yank_at: BySlot = ()
    reset_at: BySlot = ()
    clock_skew: BySlot = ()
    stall: BySlot = ()
    slow_slot: BySlot = ()
    battery: BySlot = ()
    ready_after: BySlot = ()
    bad_sector: tuple[BadSector, ...] = ()

    @property
    def url(self) -> str:
        """The same plan written out: parameters in order, defaults left out."""
        parts: list[tuple[str, str]] = []
        plain = DockPlan()
        for name in (*NUMBERS, "day"):
            value = getattr(self, name)
            if value != getattr(plain, name):
                parts.append((name, grammar.number_text(value)))
        for flag in FLAGS:
            slots = sorted(slot for name, slot in self.marks if name == flag)
            if slots:
                parts.append((flag, ",".join(map(str, slots))))
        parts += [(name, text) for name, text in self._tables() if text]
        return f"{SCHEME}:?" + "&".join(f"{name}={quote(text, ':,@+')}" for name, text in parts)

    def _tables(self) -> list[tuple[str, str]]:
        return [
            ("yank_at", grammar.at_text(self.yank_at, "%")),
            ("reset_at", grammar.at_text(self.reset_at, "%")),
            ("clock_skew", grammar.at_text(self.clock_skew, "s")),
            ("stall", grammar.pair_text(self.stall)),
            ("slow_slot", grammar.pair_text(self.slow_slot)),
            ("battery", grammar.pair_text(self.battery)),
            ("ready_after", grammar.pair_text(self.ready_after)),
            ("bad_sector", ",".join(map(str, self.bad_sector))),
        ]

    def marked(self, flag: str, slot: int) -> bool:
        """Whether ``flag`` is set for ``slot``."""
        return (flag, slot) in self.marks


@dataclass(frozen=True, slots=True)
class SlotPlan:
    """One docking in one bay.

    ``docking`` counts how often a recorder was plugged there, from 1; ``cycle`` which shift's
    footage its card holds, from 1 (a recorder that was pulled out comes back with the same).
    """

    dock: DockPlan
    slot: int
    docking: int = 1
    cycle: int = 1

    @property
    def url(self) -> str:
        """What ``parse_slot`` reads."""
        return f"{self.dock.url}#{self.slot}.{self.docking}.{self.cycle}"

    def has(self, flag: str) -> bool:
        """Whether a fault or state is asked for here."""
        return self.dock.marked(flag, self.slot)

    @property
    def yank_share(self) -> float | None:
        """Share (0..1) of the bytes after which the recorder leaves, on its first docking."""
        percent = grammar.pick(self.dock.yank_at, self.slot)
        if percent is None:
            percent = grammar.pick(self.dock.reset_at, self.slot)
        return percent / 100 if percent is not None and self.docking == 1 else None

    @property
    def not_ready_code(self) -> str:
        """Why there is nothing to read here; empty where there is."""
        if self.docking > 1 and self.ready_after_s is not None:
            return ""
        return next((code for flag, code in NOT_READY.items() if self.has(flag)), "")

    @property
    def ready_after_s(self) -> float | None:
        """After so long what was not ready is: the phone unlocked, a card in the reader."""
        return grammar.pick(self.dock.ready_after, self.slot)

    @property
    def hub_gone_s(self) -> float | None:
        """When the hub above it vanishes, counted from the dock's start; once."""
        return self.dock.hub_gone_s if self.has("hub") and self.docking == 1 else None

    @property
    def back_after_s(self) -> float:
        """How long after it left the recorder comes back."""
        is_reset = grammar.pick(self.dock.reset_at, self.slot) is not None and self.docking == 1
        return RESET_S if is_reset else self.dock.replug_s

    @property
    def clock_skew_s(self) -> float:
        """Recorder's clock minus the right time."""
        return grammar.pick(self.dock.clock_skew, self.slot) or 0.0

    @property
    def bytes_per_s(self) -> float | None:
        """How fast the recorder gives its bytes; none for as fast as it goes."""
        rate = grammar.pick(self.dock.slow_slot, self.slot) or self.dock.mb_s
        return rate * 1e6 if rate else None

    @property
    def stall_s(self) -> float:
        """How long the first video stops in its middle."""
        return grammar.pick(self.dock.stall, self.slot) or 0.0

    @property
    def battery_percent(self) -> int:
        """Charge: as asked, or something plausible."""
        asked = grammar.pick(self.dock.battery, self.slot)
        return int(asked) if asked is not None else 35 + (self.slot * 37 + self.dock.seed) % 60
