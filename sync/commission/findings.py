"""What a test of a store found; light, since every command line loads it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Judgement(StrEnum):
    """How a test ended."""

    HOLDS = "holds"
    LACKS = "lacks"
    NOTED = "noted"  # good to know, and needed by nothing


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried. ``is_needed``: evidence must not go there without it."""

    name: str
    judgement: Judgement
    is_needed: bool
    detail: str = ""
