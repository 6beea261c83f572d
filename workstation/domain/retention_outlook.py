"""What the rules mean for the disk, and what other rules would change."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from workstation.domain.retention import Rule, judge

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from workstation.domain.retention import Policy, Verdict

DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Amount:
    """Clips and their bytes."""

    clips: int = 0
    size_bytes: int = 0

    @classmethod
    def of(cls, verdicts: Iterable[Verdict]) -> Amount:
        """How much these are."""
        sizes = [verdict.clip.size_bytes for verdict in verdicts]
        return cls(len(sizes), sum(sizes))


@dataclass(frozen=True, slots=True)
class Forecast:
    """When the disk fills at the present rate, what could go until then and what may not.

    ``fills_at`` is None where nothing comes in. ``kept_by`` counts each clip under the rule that
    keeps it longest. ``floor_bytes`` is what the shortest lawful life needs at this rate: more
    than ``room_bytes`` means that the disk is too small for the law.
    """

    rate_bytes_per_day: float
    room_bytes: int  # what clips may take in all: those that are there and what is free
    free_bytes: int
    fills_at: datetime | None
    goes_now: Amount
    goes_until_full: Amount
    fills_at_if_all_goes: datetime | None
    kept: Amount
    kept_by: dict[Rule, Amount]
    floor_bytes: float

    @property
    def is_floor_met(self) -> bool:
        """Whether the disk holds the shortest lawful life at the present rate."""
        return self.floor_bytes <= self.room_bytes


def forecast(
    verdicts: Iterable[Verdict],
    policy: Policy,
    *,
    now: datetime,
    free_bytes: int,
    rate_bytes_per_day: float,
) -> Forecast:
    """Look ahead. ``free_bytes`` is what may still be taken, the reserve left out."""
    known = list(verdicts)
    fills_at = _full(now, free_bytes, rate_bytes_per_day)
    goes_now = Amount.of(verdict for verdict in known if verdict.may_go(now))
    until = fills_at or now
    goes = Amount.of(verdict for verdict in known if verdict.may_go(until))
    kept = [verdict for verdict in known if not verdict.may_go(until)]
    clips: Counter[Rule] = Counter()
    sizes: Counter[Rule] = Counter()
    for verdict in kept:
        clips[verdict.reasons[0].rule] += 1
        sizes[verdict.reasons[0].rule] += verdict.clip.size_bytes
    return Forecast(
        rate_bytes_per_day=rate_bytes_per_day,
        room_bytes=free_bytes + sum(verdict.clip.size_bytes for verdict in known),
        free_bytes=free_bytes,
        fills_at=fills_at,
        goes_now=goes_now,
        goes_until_full=goes,
        fills_at_if_all_goes=_full(now, free_bytes + goes.size_bytes, rate_bytes_per_day),
        kept=Amount.of(kept),
        kept_by={rule: Amount(clips[rule], sizes[rule]) for rule in Rule if clips[rule]},
        floor_bytes=rate_bytes_per_day * policy.floor_days,
    )


def _full(now: datetime, free_bytes: int, rate_bytes_per_day: float) -> datetime | None:
    if rate_bytes_per_day <= 0:
        return None
    try:
        return now + timedelta(days=max(0, free_bytes) / rate_bytes_per_day)
    except OverflowError:
        return None


@dataclass(frozen=True, slots=True)
class Change:
    """What other rules would do to one clip."""

    clip: str
    size_bytes: int
    before: datetime | None
    after: datetime | None
    goes_now: bool


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a change of policy would do before it is done."""

    unchanged: int
    shortened: tuple[Change, ...]
    lengthened: tuple[Change, ...]
    frees_now_bytes: int  # of clips that could be queued at once and could not before

    @property
    def shortens(self) -> bool:
        """Whether any clip could go earlier."""
        return bool(self.shortened)


def dry_run(before: Iterable[Verdict], proposed: Policy, now: datetime) -> DryRun:
    """Judge every clip by both policies."""
    shortened: list[Change] = []
    lengthened: list[Change] = []
    unchanged = freed = 0
    for verdict in before:
        after = judge(verdict.clip, proposed)
        if after.until == verdict.until:
            unchanged += 1
            continue
        goes = after.may_go(now) and not verdict.may_go(now)
        clip = verdict.clip
        change = Change(clip.id, clip.size_bytes, verdict.until, after.until, goes)
        earlier = verdict.until is None or (after.until is not None and after.until < verdict.until)
        (shortened if earlier else lengthened).append(change)
        freed += clip.size_bytes if goes else 0
    return DryRun(unchanged, tuple(shortened), tuple(lengthened), freed)


def loosens(before: Policy, after: Policy) -> bool:
    """Whether any rule itself became shorter, whatever clips there are today."""

    def shorter(old: int | None, new: int | None) -> bool:
        return new is not None and (old is None or new < old)

    pairs = [
        (getattr(before, name), getattr(after, name))
        for name in (
            "floor_days",
            "queue_days",
            "grace_days",
            "recorder_mark_days",
            "closed_case_days",
            "unclassified_days",
        )
    ]
    for kind, days in before.case_types.items():
        pairs.append((days, after.case_types.get(kind, after.closed_case_days)))
    pairs += [(days, after.categories.get(name, 0)) for name, days in before.categories.items()]
    pairs += [(days, after.tags.get(name, 0)) for name, days in before.tags.items()]
    pairs += [(days, after.importances.get(level, 0)) for level, days in before.importances.items()]
    # A word the old rules did not know left a clip unclassified, or its case with the common span.
    for name, span in after.categories.items():
        pairs += [] if name in before.categories else [(before.unclassified_days, span)]
    for name, span in after.case_types.items():
        pairs += [] if name in before.case_types else [(before.closed_case_days, span)]
    return any(shorter(old, new) for old, new in pairs)
