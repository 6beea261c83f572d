"""Words of the auditor: verify everything now, take entries out with their proof."""

from __future__ import annotations

import msgspec

from workstation.ipc.words import Command, FactValue, Result  # noqa: TC001


class BeginVerification(Command, frozen=True, tag=True):
    """Check the ledger, and with ``vault`` every object. Answered with ``VerificationState``.

    One check runs at a time; asked again meanwhile, the one under way answers.
    """

    vault: bool = True


class GetVerification(Command, frozen=True, tag=True):
    """How the check stands, or what the last one found. Answered with ``VerificationState``."""


class StopVerification(Command, frozen=True, tag=True):
    """End the check under way. Answered with ``VerificationState``."""


class ExportEntries(Command, frozen=True, tag=True):
    """Write entries and the proof of each to a file. Answered with ``EntriesExported``.

    The fields are those of ``workstation.catalog.auditing.EntryFilter``.
    """

    acts: tuple[str, ...] = ()
    by: str = ""
    since: str = ""
    until: str = ""
    clip: str = ""


AuditCommand = BeginVerification | GetVerification | StopVerification | ExportEntries


class FaultView(msgspec.Struct, frozen=True):
    """Something that does not hold: ``kind`` as in ``workstation.ledger.audit.Fault``."""

    kind: str
    code: str
    facts: dict[str, FactValue] = msgspec.field(default_factory=dict)


class VerificationState(Result, frozen=True, tag=True):
    """A check; ``step`` is ``never``, ``running``, ``stopped`` or ``ended``.

    Counts are of what has been read so far; ``objects_total`` and ``bytes_total`` are 0 until the
    vault's turn. ``fault_count`` counts all faults, of which ``faults`` names the first.
    """

    step: str = "never"
    with_vault: bool = True
    began_at: str = ""  # ISO 8601 UTC
    ended_at: str = ""
    by: str = ""
    lines: int = 0
    checkpoints: int = 0
    unsigned_lines: int = 0
    objects: int = 0
    objects_total: int = 0
    bytes_read: int = 0
    bytes_total: int = 0
    stills: int = 0
    strangers: int = 0
    fault_count: int = 0
    faults: tuple[FaultView, ...] = ()


class EntriesExported(Result, frozen=True, tag=True):
    """The file that was written, its SHA-256, and the size of the checkpoint it proves under."""

    path: str
    entries: int
    checkpoint_size: int
    sha256: str


AuditResult = VerificationState | EntriesExported
