"""How the directory stands here: what people are told of it, on every screen the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from workstation.domain.errors_directory import DirectoryExpiredError
from workstation.platform.clock import from_text
from workstation.platform.findings import Finding, FindingStatus

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from workstation.catalog.directory import DirectoryQueries
    from workstation.ledger.custody import Fact

FINDING = "doctor.directory"


class PartStanding(msgspec.Struct, frozen=True):
    """One kind: the revision that is in force here, and the newest that was listed."""

    kind: str
    rev: int
    listed: int
    applied_at: str


class DirectoryStanding(msgspec.Struct, frozen=True):
    """Everything; ``age_s`` is since the list was issued, None before the first."""

    key: str | None
    key_number: int
    number: int
    issued: str | None
    expires: str | None
    is_expired: bool
    age_s: float | None
    parts: tuple[PartStanding, ...]
    refusals: tuple[Mapping[str, object], ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """What a person should know: a code, and facts for its words."""

    code: str
    facts: dict[str, Fact]


def standing(catalog: DirectoryQueries, now: datetime) -> DirectoryStanding:
    """How it stands now."""
    keys, head = catalog.agency_keys(), catalog.directory_head()
    listed = {} if head is None else msgspec.json.decode(head.kinds)
    parts = {part.kind: part for part in catalog.directory_parts()}
    return DirectoryStanding(
        key=keys[-1].ssh if keys else None,
        key_number=keys[-1].number if keys else 0,
        number=head.number if head else 0,
        issued=head.issued if head else None,
        expires=head.expires if head else None,
        is_expired=head is not None and from_text(head.expires) < now,
        age_s=None if head is None else (now - from_text(head.issued)).total_seconds(),
        parts=tuple(
            PartStanding(
                kind,
                parts[kind].rev if kind in parts else 0,
                int(listed[kind]["rev"]) if kind in listed else 0,
                parts[kind].applied_at if kind in parts else "",
            )
            for kind in sorted(parts.keys() | listed.keys())
        ),
        refusals=tuple(msgspec.to_builtins(one) for one in catalog.directory_refusals()),
    )


def notice(catalog: DirectoryQueries, now: datetime) -> Notice | None:
    """The foremost thing to be said of it; None where all is well, or nobody keeps one."""
    if not catalog.agency_keys():
        return None
    refused = catalog.directory_refusals()
    if refused:
        first = refused[0]
        return Notice(first.code, {**first.facts, "kind": first.kind or None, "rev": first.rev})
    head = catalog.directory_head()
    if head is not None and from_text(head.expires) < now:
        days = (now - from_text(head.issued)).days
        return Notice(DirectoryExpiredError.code, {"expires": head.expires, "days": days})
    return None


def examine(catalog: DirectoryQueries, now: datetime) -> Finding | None:
    """What the doctor says; None where no agency's key is pinned."""
    if not catalog.agency_keys():
        return None
    head, told = catalog.directory_head(), notice(catalog, now)
    if head is None:
        return Finding(FINDING, FindingStatus.WARN, {"found": "none"})
    found = head.expires if told is None else told.code
    status = FindingStatus.OK if told is None else FindingStatus.WARN
    return Finding(FINDING, status, {"found": found, "number": head.number})
