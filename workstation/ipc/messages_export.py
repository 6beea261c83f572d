"""Commands about court packs."""

from __future__ import annotations

from typing import Literal

import msgspec

from workstation.ipc.words import Command, FactValue, Proved, Result  # noqa: TC001

PackState = Literal["none", "clips", "pages", "check", "done", "failed"]


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


class ListExportPlaces(Command, frozen=True, tag=True):
    """Where the station itself can write a pack now, and for whom. ``ExportPlaces``."""


class StartPack(Command, frozen=True, tag=True):
    """The station makes a pack, for whoever is signed in; it goes on when they leave.

    ``what`` names clips, and at most one case. ``place`` is one of ``ExportPlaces``, and
    ``recipient`` one of the names there, or empty: not encrypted. ``PackStanding`` once both
    people are proved and the custody entries are signed; ``PackChanged`` tells how far it is.
    """

    what: tuple[str, ...]
    place: str
    reason: str
    second: Proved
    recipient: str = ""


class StopPack(Command, frozen=True, tag=True):
    """Give the pack up; what was written of it is removed. ``Done`` at once."""

    export: str


class GetPack(Command, frozen=True, tag=True):
    """The latest pack that whoever is signed in began here. ``PackStanding``."""


class ExportBegun(Result, frozen=True, tag=True):
    """Clips may leave now. Who stands by it: badge numbers and names."""

    export: str
    badge: str
    name: str
    second_badge: str
    second_name: str


class ExportPlace(msgspec.Struct, frozen=True):
    """A directory a pack can go to; ``is_medium``: a disk or stick that can be taken away."""

    path: str
    name: str
    is_medium: bool
    free_bytes: int
    size_bytes: int


class ExportPlaces(Result, frozen=True, tag=True):
    """Where to, and the names of those whose keys the station's settings hold."""

    places: tuple[ExportPlace, ...]
    recipients: tuple[str, ...] = ()


class PackStanding(Result, frozen=True, tag=True):
    """How a pack stands. ``none``: there is none; all that follows is empty then.

    ``path`` and what names the pack are known when it is ``done``, ``code`` and ``facts`` when
    it ``failed``. ``clips`` counts files of originals, sidecars too.
    """

    state: PackState = "none"
    export: str = ""
    clips: int = 0
    size_bytes: int = 0  # of the originals; of the whole pack when it is done
    done_bytes: int = 0  # of this step
    total_bytes: int = 0
    left_out: int = 0  # clips of the case that were destroyed
    files: int = 0
    path: str = ""
    is_encrypted: bool = False
    statement_sha256: str = ""
    checkpoint_size: int = 0
    fingerprint: str = ""
    code: str = ""
    facts: dict[str, FactValue] = msgspec.field(default_factory=dict)


ExportCommand = BeginExport | EndExport | ListExportPlaces | StartPack | StopPack | GetPack
ExportResult = ExportBegun | ExportPlaces | PackStanding
