"""Commands about clips and cases: what they are, where they belong, what holds them."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from workstation.ipc.words import Command, Result


class CreateCase(Command, frozen=True, tag=True):
    """Open a case; without ``number`` among the fields it is provisional. ``CaseOpened``."""

    fields: dict[str, str] = msgspec.field(
        default_factory=dict
    )  # number, title, type, place, position, occurred
    parties: tuple[str, ...] = ()
    note: str = ""


class ChangeCase(Command, frozen=True, tag=True):
    """Change what is known of a case, close it or open it again. Answered with ``Said``."""

    case: str
    fields: dict[str, str] = msgspec.field(default_factory=dict)
    add_parties: tuple[str, ...] = ()
    remove_parties: tuple[str, ...] = ()
    note: str = ""
    is_closed: bool | None = None


class MarkerPoints(msgspec.Struct, frozen=True):
    """A place in a clip, in milliseconds; an instant has no ``out_ms``.

    ``name`` is that of its operation, by which it is taken away; a new marker has none yet.
    """

    in_ms: int
    out_ms: int | None = None
    label: str = ""
    name: str = ""


class Annotate(Command, frozen=True, tag=True):
    """Say the same of each of some clips. What is None or empty is not said. ``Said``."""

    clips: tuple[str, ...]
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    category: str | None = None
    importance: int | None = None
    note: str = ""
    add_markers: tuple[MarkerPoints, ...] = ()
    remove_markers: tuple[str, ...] = ()


class LinkClips(Command, frozen=True, tag=True):
    """Link clips to cases (by id), take links away, confirm contested ones. ``Said``."""

    clips: tuple[str, ...]
    link: tuple[str, ...] = ()
    unlink: tuple[str, ...] = ()


class PlaceHold(Command, frozen=True, tag=True):
    """Hold clips, or cases with all their clips, until released by name. ``HoldsPlaced``."""

    reason: str
    clips: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()


class ReleaseHolds(Command, frozen=True, tag=True):
    """End holds by their names. ``Said``."""

    holds: tuple[str, ...]


class MergeOperations(Command, frozen=True, tag=True):
    """What other stations said, line by line as they wrote it. Idempotent. ``Said``."""

    lines: tuple[str, ...]


class ReportedCase(msgspec.Struct, frozen=True):
    """A case as another system has it. Empty and None: it does not say.

    ``key`` is what makes it the same case at every station: the system's name and its number
    there. ``fields`` as for ``CreateCase``.
    """

    key: str
    fields: dict[str, str]
    parties: tuple[str, ...] = ()
    is_closed: bool | None = None


class TakeCases(Command, frozen=True, tag=True):
    """Cases that another system (``source``) has; nothing that people said is replaced. Idempotent.

    ``document`` and ``sha256`` say what they were read from. ``CasesTaken``, in the same order.
    """

    source: str
    document: str
    sha256: str
    cases: tuple[ReportedCase, ...]


class CaseOutcome(StrEnum):
    """What became of a reported case. Stored nowhere; the socket's words."""

    OPENED = "opened"
    JOINED = "joined"  # a case that people opened here had the number already
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"  # ``reason`` says why


class TakenCase(msgspec.Struct, frozen=True):
    """One case. ``contested`` names fields where people say something else."""

    outcome: CaseOutcome
    case: str = ""
    contested: tuple[str, ...] = ()
    reason: str = ""


class CasesTaken(Result, frozen=True, tag=True):
    """It is durable."""

    cases: tuple[TakenCase, ...]


class CaseOpened(Result, frozen=True, tag=True):
    """The case is there."""

    case: str


class Said(Result, frozen=True, tag=True):
    """It is durable; how many operations it took (0: it held already)."""

    operations: int


class HoldsPlaced(Result, frozen=True, tag=True):
    """The names of the holds."""

    holds: tuple[str, ...]


CaseworkCommand = (
    CreateCase
    | ChangeCase
    | Annotate
    | LinkClips
    | PlaceHold
    | ReleaseHolds
    | MergeOperations
    | TakeCases
)
CaseworkResult = CaseOpened | Said | HoldsPlaced | CasesTaken
