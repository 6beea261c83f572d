"""What an examination of the machine found: a code, how it stands, and facts for its words."""

from __future__ import annotations

from enum import Enum

import msgspec

FactValue = str | int | float | None


class FindingStatus(Enum):
    """How one examined thing stands."""

    OK = "ok"
    WARN = "warn"  # the station runs; something is missing or less sure
    FAIL = "fail"  # the station can not do its work


class Finding(msgspec.Struct, frozen=True):
    """One examined thing. ``found`` and ``wanted`` among the facts are what its text shows."""

    code: str
    status: FindingStatus
    facts: dict[str, FactValue] = {}


def judge(
    code: str, *, is_ok: bool, otherwise: FindingStatus, facts: dict[str, FactValue]
) -> Finding:
    """A finding that is ok or else ``otherwise``."""
    return Finding(code, FindingStatus.OK if is_ok else otherwise, facts)
