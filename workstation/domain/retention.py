"""How long a clip is kept: every rule gives a date, and the latest wins (proof.md §5).

What nobody has put into a category that the policy knows is in the safest class: it is kept as
long as the longest temporary one. So no tag, link, level or mark can ever shorten a life; only a
category can, and that is a person's decision, with days of grace to take it back. A sidecar
(track, log, mark) has the class of the clip it came with unless somebody gave it one. A hold, an
open case and a permanent class give no date at all. Dates count from when the station took the
clip in or when it was recorded, whichever is later, so a recorder whose clock was behind never
shortens a life.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - policies are decoded by these annotations
from dataclasses import dataclass, field, replace
from datetime import UTC, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

LAWFUL_FLOOR_DAYS = 180  # 公安机关现场执法视音频记录工作规定 第十三条: not less than six months
LEAST_QUEUE_DAYS = 7
Days = int | None  # None: for ever


class Rule(StrEnum):
    """Why a clip is kept."""

    FLOOR = "floor"  # no clip goes sooner
    UNCLASSIFIED = "unclassified"  # in no category that the policy knows
    CATEGORY = "category"
    TAG = "tag"
    IMPORTANCE = "importance"  # a person's level
    RECORDER_MARK = "recorder_mark"  # the recorder's key-file mark
    CASE_OPEN = "case_open"
    CASE_CLOSED = "case_closed"
    HOLD = "hold"
    BESIDE = "beside"  # a track, log or mark: kept as long as the clip it came with
    GRACE = "grace"  # something that protected it was taken back lately

    @property
    def code(self) -> str:
        """Under which people read what it means."""
        return ".".join(("retention", f"rule_{self.value}"))


@dataclass(frozen=True, slots=True)
class Policy:
    """A site's rules, in days. The defaults are those of an undecided site: nothing short."""

    name: str = ""
    floor_days: int = LAWFUL_FLOOR_DAYS
    queue_days: int = LEAST_QUEUE_DAYS
    grace_days: int = 30
    recorder_mark_days: Days = 3 * 365
    closed_case_days: Days = None
    categories: Mapping[str, Days] = field(
        default_factory=lambda: {
            "一般执法": LAWFUL_FLOOR_DAYS,
            "行政处罚": None,
            "刑事案件": None,
            "重大事件": None,
        }
    )
    tags: Mapping[str, Days] = field(
        default_factory=lambda: {"阻碍执法": None, "群体性事件": None, "突发事件": None}
    )
    importances: Mapping[int, Days] = field(
        default_factory=lambda: {1: 365, 2: 2 * 365, 3: 3 * 365, 4: 5 * 365, 5: None}
    )
    case_types: Mapping[str, Days] = field(default_factory=dict)  # after the case is closed

    @property
    def unclassified_days(self) -> int:
        """The longest temporary class: what nobody classified may be any of them."""
        temporary = [
            self.floor_days,
            self.recorder_mark_days,
            *self.categories.values(),
            *self.tags.values(),
            *self.importances.values(),
        ]
        return max(days for days in temporary if days is not None)


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What of a case matters. One that this station has not heard of is open."""

    id: str
    number: str = ""
    types: tuple[str, ...] = ()
    closed_at: datetime | None = None
    holds: tuple[str, ...] = ()  # reasons
    released_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ClipFacts:
    """What of a clip matters. ``recorded_at`` is the recorder's own clock, without a zone."""

    id: str
    size_bytes: int
    vaulted_at: datetime
    recorded_at: datetime | None = None
    is_marked: bool = False
    tags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    importances: tuple[int, ...] = ()
    cases: tuple[CaseFacts, ...] = ()
    holds: tuple[str, ...] = ()  # reasons
    released_at: datetime | None = None
    beside: tuple[ClipFacts, ...] = ()  # the clips it came with, where it is a sidecar

    @property
    def since(self) -> datetime:
        """What days are counted from."""
        if self.recorded_at is None:
            return self.vaulted_at
        return max(self.vaulted_at, self.recorded_at.replace(tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule's word: keep until then; None is for ever, or until a person ends it."""

    rule: Rule
    subject: str
    until: datetime | None

    def holds_at(self, now: datetime) -> bool:
        """Whether it still keeps the clip."""
        return self.until is None or self.until > now


@dataclass(frozen=True, slots=True)
class Verdict:
    """All reasons to keep a clip, the strongest first."""

    clip: ClipFacts
    reasons: tuple[Reason, ...]

    @property
    def until(self) -> datetime | None:
        """The latest date that any rule gives; None: there is none."""
        return self.reasons[0].until

    def may_go(self, now: datetime) -> bool:
        """Whether no rule keeps it any longer."""
        return not any(reason.holds_at(now) for reason in self.reasons)

    @property
    def earliest(self) -> datetime | None:
        """When it could go if every hold and every open or permanent matter ended today."""
        dates = [reason.until for reason in self.reasons if reason.until is not None]
        return max(dates, default=None)


def judge(clip: ClipFacts, policy: Policy) -> Verdict:
    """Why a clip is kept and until when; the order of what happened to it can not matter."""
    reasons = [
        Reason(Rule.FLOOR, "", _later(clip.since, policy.floor_days)),
        *_classes(clip, policy),
        *(reason for case in clip.cases for reason in _case(case, clip, policy)),
        *(Reason(Rule.HOLD, reason, None) for reason in clip.holds),
        *_inherited(clip, policy),
    ]
    if clip.released_at is not None:
        reasons.append(Reason(Rule.GRACE, "", _later(clip.released_at, policy.grace_days)))
    return Verdict(clip, tuple(sorted(reasons, key=_strength)))


def _inherited(clip: ClipFacts, policy: Policy) -> set[Reason]:
    """Each date that keeps a clip keeps what came with it, and what it has no class of its own for.

    It may be gone: then its dates are over, and a sidecar does not outlive it for want of a class.
    """
    return {
        Reason(Rule.BESIDE, main.id, reason.until)
        for main in clip.beside
        for reason in judge(_as_late_as(clip, main), policy).reasons
    }


def _as_late_as(clip: ClipFacts, main: ClipFacts) -> ClipFacts:
    """A sidecar that came later than its clip counts from when it came itself."""
    return replace(main, vaulted_at=max(main.vaulted_at, clip.since))


def _classes(clip: ClipFacts, policy: Policy) -> list[Reason]:
    def reason(rule: Rule, subject: str, days: Days) -> Reason:
        return Reason(rule, subject, _later(clip.since, days))

    found = [
        reason(Rule.CATEGORY, name, policy.categories[name])
        for name in clip.categories
        if name in policy.categories
    ]
    found += [
        reason(Rule.TAG, name, policy.tags[name]) for name in clip.tags if name in policy.tags
    ]
    found += [
        reason(Rule.IMPORTANCE, str(level), policy.importances[level])
        for level in clip.importances
        if level in policy.importances
    ]
    if clip.is_marked:
        found.append(reason(Rule.RECORDER_MARK, "", policy.recorder_mark_days))
    is_unclassified = not clip.categories and not clip.beside
    if is_unclassified or any(name not in policy.categories for name in clip.categories):
        found.append(reason(Rule.UNCLASSIFIED, "", policy.unclassified_days))
    return found


def _case(case: CaseFacts, clip: ClipFacts, policy: Policy) -> list[Reason]:
    name = case.number or case.id
    found = [Reason(Rule.HOLD, reason, None) for reason in case.holds]
    if case.closed_at is None:
        found.append(Reason(Rule.CASE_OPEN, name, None))
    else:
        spans = [policy.case_types.get(kind, policy.closed_case_days) for kind in case.types]
        days = _longest(spans or [policy.closed_case_days])
        since = max(case.closed_at, clip.since)
        found.append(Reason(Rule.CASE_CLOSED, name, _later(since, days)))
    if case.released_at is not None:
        found.append(Reason(Rule.GRACE, name, _later(case.released_at, policy.grace_days)))
    return found


def _longest(spans: list[Days]) -> Days:
    known = [days for days in spans if days is not None]
    return max(known) if len(known) == len(spans) else None


def _later(since: datetime, days: Days) -> datetime | None:
    if days is None:
        return None
    try:
        return since + timedelta(days=days)
    except OverflowError:  # a recorder that believes in the year 9999
        return None


def _strength(reason: Reason) -> tuple[bool, float, str, str]:
    """For ever first, then the latest date."""
    until = reason.until
    return (until is not None, -until.timestamp() if until else 0.0, reason.rule, reason.subject)
