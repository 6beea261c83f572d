"""What a policy would do to the clips that are here, before it is adopted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from workstation.domain.retention import Policy, judge
from workstation.domain.retention_outlook import dry_run, loosens
from workstation.ipc.messages_retention import ClipChange, PolicyTried
from workstation.retention.policy import parse

if TYPE_CHECKING:
    from datetime import datetime

    from workstation.catalog.reader import Catalog
    from workstation.domain.retention_outlook import Change

NAMED: Final = 20  # clips that are named; all are counted


def try_policy(catalog: Catalog, text: bytes, now: datetime) -> PolicyTried:
    """Judge every clip by the policy in force and by the one proposed.

    Raises:
        BadPolicyError: it can not be understood.
    """
    proposed = parse(text)
    held = catalog.policy_text()
    before = Policy() if held is None else parse(held)
    found = dry_run((judge(clip, before) for clip in catalog.clip_facts()), proposed, now)
    changes = (*found.shortened, *found.lengthened)
    return PolicyTried(
        unchanged=found.unchanged,
        shortened=len(found.shortened),
        lengthened=len(found.lengthened),
        goes_now=sum(change.goes_now for change in changes),
        frees_now_bytes=found.frees_now_bytes,
        needs_second=loosens(before, proposed),
        shortens=tuple(_view(change) for change in found.shortened[:NAMED]),
    )


def _view(change: Change) -> ClipChange:
    before, after = (
        "" if day is None else day.date().isoformat() for day in (change.before, change.after)
    )
    return ClipChange(change.clip, change.size_bytes, before, after, change.goes_now)
