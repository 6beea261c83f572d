"""The rules of a retention policy as rows that people may change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QCoreApplication

from ui.models.filters import Option
from workstation.domain.retention import LAWFUL_FLOOR_DAYS, LEAST_QUEUE_DAYS
from workstation.retention.policy import MOST_DAYS

if TYPE_CHECKING:
    from workstation.domain.retention import Days, Policy

translate = QCoreApplication.translate

FOR_EVER: Final = "permanent"
OTHER: Final = "other"  # days to be typed
_YEAR: Final = 365
_OFFERED: Final = (180, _YEAR, 2 * _YEAR, 3 * _YEAR, 5 * _YEAR, 10 * _YEAR)
_TABLES: Final = ("categories", "importances", "tags", "case_types")
_PLAIN: Final = ("floor_days", "queue_days", "grace_days", "recorder_mark_days", "closed_case_days")
_NEVER_FOR_EVER: Final = frozenset({"floor_days", "queue_days", "grace_days"})
_LEAST: Final = {"floor_days": LAWFUL_FLOOR_DAYS, "queue_days": LEAST_QUEUE_DAYS, "grace_days": 0}
_MOST: Final = {"queue_days": 365}


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """One rule. ``key`` is the field, or table and name with a colon between."""

    key: str
    days: Days

    @property
    def may_be_for_ever(self) -> bool:
        """Whether it may have no end."""
        return self.key not in _NEVER_FOR_EVER

    def allows(self, days: int) -> bool:
        """Whether the span may be so long; the lawful floor is lowered by file only."""
        return _LEAST.get(self.key, 1) <= days <= _MOST.get(self.key, MOST_DAYS)


def rules_of(policy: Policy) -> list[PolicyRule]:
    """Every rule, the general ones first."""
    found = [PolicyRule(name, getattr(policy, name)) for name in _PLAIN]
    for table in _TABLES:
        found += [
            PolicyRule(f"{table}:{name}", days) for name, days in getattr(policy, table).items()
        ]
    return found


def with_rule(policy: Policy, key: str, days: Days) -> Policy:
    """The policy with another span for one rule."""
    table, _, name = key.partition(":")
    changes: dict[str, Any] = {key: days}
    if name:
        held = dict(getattr(policy, table))
        held[int(name) if table == "importances" else name] = days
        changes = {table: held}
    return replace(policy, **changes)


def rule_word(key: str) -> str:
    """A rule in words."""
    table, _, name = key.partition(":")
    plain = {
        "floor_days": translate("Policy", "最短保存期限"),
        "queue_days": translate("Policy", "销毁等待期"),
        "grace_days": translate("Policy", "撤回保护后的宽限"),
        "recorder_mark_days": translate("Policy", "记录仪上标记的重要文件"),
        "closed_case_days": translate("Policy", "结案后"),
        "categories": translate("Policy", "类别：{name}"),
        "importances": translate("Policy", "重要程度：{name}"),
        "tags": translate("Policy", "标签：{name}"),
        "case_types": translate("Policy", "案件类型：{name}"),
    }
    return plain[table].format(name=name)


def span_word(days: Days) -> str:
    """A span in words."""
    if days is None:
        return translate("Policy", "永久")
    if days and days % _YEAR == 0:
        return translate("Policy", "{count} 年").format(count=days // _YEAR)
    return translate("Policy", "{count} 天").format(count=days)


def span_options(rule: PolicyRule) -> list[Option]:
    """What a rule may be."""
    spans = [Option(str(days), span_word(days)) for days in _OFFERED if rule.allows(days)]
    if rule.may_be_for_ever:
        spans.append(Option(FOR_EVER, span_word(None)))
    return [*spans, Option(OTHER, translate("Policy", "其他天数"))]
