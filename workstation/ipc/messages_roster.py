"""Words about lists of people that lie ready in a directory of the station."""

from __future__ import annotations

import msgspec

from workstation.ipc.messages_people import RosterChange  # noqa: TC001
from workstation.ipc.words import Command, FactValue, Result  # noqa: TC001


class ListRosters(Command, frozen=True, tag=True):
    """Which lists lie ready. Answered with ``RosterFiles``."""


class ImportRoster(Command, frozen=True, tag=True):
    """Bring the directory to a list that lies ready. Answered with ``RosterPreview``.

    Without ``sha256`` nothing changes: the answer says what would. With the ``sha256`` of that
    answer it is done, all of it or nothing, if the file is still the same.
    """

    file: str
    is_complete: bool = False
    sha256: str = ""


RosterCommand = ListRosters | ImportRoster


class RosterFiles(Result, frozen=True, tag=True):
    """Names of ``.csv`` and ``.toml`` files, and the directory they lie in."""

    directory: str
    files: tuple[str, ...]


class RefusedLine(msgspec.Struct, frozen=True):
    """A line that can not be taken, by code and facts."""

    code: str
    facts: dict[str, FactValue] = msgspec.field(default_factory=dict)


class RosterPreview(Result, frozen=True, tag=True):
    """What a list changes, or would change; with refused lines nothing can be applied."""

    file: str
    sha256: str
    officers: int
    unchanged: int  # officers of the list of whom nothing changes
    changes: tuple[RosterChange, ...]
    refused: tuple[RefusedLine, ...]
    is_complete: bool
    is_applied: bool


RosterResult = RosterFiles | RosterPreview
