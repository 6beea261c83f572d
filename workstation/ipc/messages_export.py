"""Commands about court packs."""

from __future__ import annotations

import msgspec

from workstation.ipc.words import Command, FactValue, Proved, Result  # noqa: TC001


class BeginExport(Command, frozen=True, tag=True):
    """These clips are about to leave in a court pack; custody entries, signed at once.

    ``second`` is the second person. ``first`` is needed only of a process that speaks for
    itself; a screen's first person is whoever is signed in. ``ExportBegun``.
    """

    clips: tuple[str, ...]
    reason: str
    second: Proved
    first: Proved | None = None
    case: str | None = None


class EndExport(Command, frozen=True, tag=True):
    """What came of an export: ``statement_sha256``, or ``code`` of its failure. ``Done``."""

    export: str
    facts: dict[str, FactValue] = msgspec.field(default_factory=dict)


class ExportBegun(Result, frozen=True, tag=True):
    """Clips may leave now. Who stands by it: badge numbers and names."""

    export: str
    badge: str
    name: str
    second_badge: str
    second_name: str


ExportCommand = BeginExport | EndExport
ExportResult = ExportBegun
