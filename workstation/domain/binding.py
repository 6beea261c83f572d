"""Who has which recorder, and whose a clip therefore is; nothing here guesses in silence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from workstation.domain.clip import BadgeNumber
    from workstation.domain.recorder import Claim, RecorderIdentity

UNBOUND = "recorder.unbound"
DISAGREES = "identity.disagrees"
LABEL_DIFFERS = "identity.label_differs"
SERIAL_TWICE = "identity.serial_twice"
OTHER_UNIT = "identity.other_recorder"
OFFICER_DIFFERS = "officer.differs"

# Which recorder this is, is not sure: what is known of its number may be another one's.
DOUBTS = frozenset({SERIAL_TWICE, OTHER_UNIT})
# A person has to look; the footage is collected all the same.
NEEDS_CONFIRMATION = (SERIAL_TWICE, OTHER_UNIT, OFFICER_DIFFERS, DISAGREES)

BY_NAME = "name"  # the clip's own file name
BY_BINDING = "binding"  # the ledger, at the time of docking

RemarkFact = str | int | float | None


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about a docking that a person should know; footage is collected all the same."""

    code: str
    facts: Mapping[str, RemarkFact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Binding:
    """An officer has a recorder from ``since`` on, until ``until`` (UTC; None: still).

    ``bound_at`` is when it was written down, which may be later than ``since``. ``bound_by``
    and ``unbound_by`` say who decided.
    """

    seq: int
    recorder: str
    badge: BadgeNumber
    officer_name: str | None
    unit: str | None
    since: datetime
    until: datetime | None
    bound_at: datetime
    bound_by: str
    unbound_by: str | None = None

    def covers(self, moment: datetime) -> bool:
        """Whether the officer had the recorder then."""
        return self.since <= moment and (self.until is None or moment < self.until)


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who wears a recorder at one docking; ``source`` says who says so (empty: nobody).

    ``source`` is ``binding``, or where the recorder says it itself: ``device``, ``sidecar``,
    ``names``, ``label``.
    """

    badge: BadgeNumber | None = None
    officer_name: str | None = None
    unit: str | None = None
    source: str = ""

    @property
    def is_bound(self) -> bool:
        """Whether the ledger says it."""
        return self.source == BY_BINDING


@dataclass(frozen=True, slots=True)
class Traits:
    """What tells two recorders of one number apart; empty where it is not known.

    Attributes:
        usb_serial: of the USB descriptor. Whole batches share one, so an equal one proves
            nothing; a different one does.
        volume: id of the card's file system. Formatting a card makes a new one.
    """

    usb_serial: str = ""
    volume: str = ""

    def differ(self, other: Traits) -> bool:
        """Whether these are two recorders, or one with another or a reformatted card."""
        pairs = ((self.volume, other.volume), (self.usb_serial, other.usb_serial))
        return any(mine and theirs and mine != theirs for mine, theirs in pairs)


def bearer_of(
    identity: RecorderIdentity, binding: Binding | None, remarks: Sequence[Remark]
) -> Bearer:
    """The officer of a docking: by the ledger, else by the recorder's own word.

    Where it is not sure which recorder this is, the binding of its number is not applied.
    """
    if binding is not None and not any(remark.code in DOUBTS for remark in remarks):
        return Bearer(binding.badge, binding.officer_name, binding.unit, BY_BINDING)
    source = identity.provenance.get("badge") or identity.provenance.get("officer_name", "")
    if identity.badge is None and identity.officer_name is None:
        return Bearer(unit=identity.unit)
    return Bearer(identity.badge, identity.officer_name, identity.unit, source or "device")


def officer_of(named: BadgeNumber | None, bearer: Bearer) -> tuple[BadgeNumber | None, str | None]:
    """Whose a clip is, and who says so: its own name, else whoever wears the recorder."""
    if named is not None:
        return named, BY_NAME
    if bearer.badge is not None:
        return bearer.badge, bearer.source or None
    return None, None


def is_named_otherwise(named: BadgeNumber | None, bearer: Bearer) -> bool:
    """Whether a clip's name tells another officer than the one the recorder is bound to."""
    return named is not None and bearer.is_bound and named != bearer.badge


def identity_remarks(identity: RecorderIdentity) -> list[Remark]:
    """What the recorder's own words leave open, with every value that was found."""
    facts: dict[str, RemarkFact] = {}
    if DISAGREES in identity.findings:
        facts = {"found": claims_text(identity.claims)}
    label_facts: dict[str, RemarkFact] = {"label": identity.label, "serial": identity.serial}
    known = {DISAGREES: facts, LABEL_DIFFERS: label_facts}
    return [Remark(code, known.get(code, {})) for code in identity.findings]


def binding_remarks(identity: RecorderIdentity, binding: Binding | None) -> list[Remark]:
    """Nobody is bound, or the recorder names another officer than the one who is."""
    if binding is None:
        return [Remark(UNBOUND, {"recorder": identity.serial, "named": identity.badge})]
    if identity.badge is not None and identity.badge != binding.badge:
        return [Remark(OFFICER_DIFFERS, {"named": identity.badge, "bound": binding.badge})]
    return []


def claims_text(claims: Sequence[Claim]) -> str:
    """All that was found, for a sentence: ``serial sidecar=A1 label=B2; badge names=012345``."""
    fields = dict.fromkeys(claim.field for claim in claims)
    return "; ".join(
        f"{name} " + " ".join(f"{c.source}={c.value}" for c in claims if c.field == name)
        for name in fields
    )
