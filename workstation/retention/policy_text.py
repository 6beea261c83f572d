"""A policy written as the TOML file it could have come from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from workstation.domain.retention import LAWFUL_FLOOR_DAYS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workstation.domain.retention import Days, Policy


def as_toml(policy: Policy) -> str:
    """``workstation.retention.policy.parse`` gives the same policy back."""
    lines = [
        "format = 1",
        f"name = {_quoted(policy.name)}",
        f"floor_days = {policy.floor_days}",
        f"queue_days = {policy.queue_days}",
        f"grace_days = {policy.grace_days}",
        f"recorder_mark = {_span(policy.recorder_mark_days)}",
        f"closed_case = {_span(policy.closed_case_days)}",
    ]
    if policy.floor_days < LAWFUL_FLOOR_DAYS:
        lines.insert(3, "lower_floor = true")
    lines += _table("categories", policy.categories)
    lines += _table("tags", policy.tags)
    lines += _table("importance", {str(one): days for one, days in policy.importances.items()})
    lines += _table("case_types", policy.case_types)
    return "\n".join(lines) + "\n"


def _table(name: str, spans: Mapping[str, Days]) -> list[str]:
    return ["", f"[{name}]", *(f"{_quoted(key)} = {_span(days)}" for key, days in spans.items())]


def _span(days: Days) -> str:
    return '"permanent"' if days is None else str(days)


def _quoted(text: str) -> str:
    """A basic string: JSON's escapes are TOML's, but for one character that JSON lets stand."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
