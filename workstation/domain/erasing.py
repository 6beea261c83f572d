"""When a file may be removed from a recorder: only where everything is proven (proof.md §4)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING

from workstation.domain.clip import VerificationLevel

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class ErasePolicy(Enum):
    """What a unit's rule allows. Stored by value."""

    NEVER = "never"
    AFTER_LOCAL = "after_local"  # twice read and held in our vault
    AFTER_CENTRAL = "after_central"  # and the central store has said that it holds it


@dataclass(frozen=True, slots=True)
class EraseRule:
    """Policy and cool-down; ``cool_down`` counts from the moment the clip was vaulted."""

    policy: ErasePolicy
    cool_down: timedelta


@dataclass(frozen=True, slots=True)
class EraseRules:
    """The station's rule, and those of units that have one of their own."""

    policy: ErasePolicy = ErasePolicy.NEVER
    cool_down: timedelta = timedelta(hours=72)
    units: Mapping[str, ErasePolicy] = field(default_factory=dict)

    def of(self, unit: str | None) -> EraseRule:
        """The rule for recorders of this unit (None: unknown)."""
        return EraseRule(self.units.get(unit or "", self.policy), self.cool_down)


@dataclass(frozen=True, slots=True)
class HeldCopy:
    """What we can show for one file on a recorder."""

    level: VerificationLevel  # of this docking's reading
    vaulted_at: datetime
    transferred: bool


def why_kept(copy: HeldCopy, rule: EraseRule, now: datetime) -> str | None:
    """The code of what stands against removing the file; None if nothing does."""
    if rule.policy is ErasePolicy.NEVER:
        return "erase.never"
    if copy.level < VerificationLevel.V3:
        return "erase.read_once"
    if rule.policy is ErasePolicy.AFTER_CENTRAL and not copy.transferred:
        return "erase.not_central"
    if now < copy.vaulted_at + rule.cool_down:
        return "erase.cooling"
    return None
