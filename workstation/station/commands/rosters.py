"""Commands about lists of people that lie ready in a directory of the station."""

from __future__ import annotations

import hashlib
import stat
from contextlib import suppress
from typing import TYPE_CHECKING

from workstation.casework.roster_file import check_roster, read_bytes
from workstation.domain.errors_people import BadRosterError, RosterMovedError
from workstation.domain.people import Permission
from workstation.ipc.messages_people import ApplyRoster
from workstation.ipc.messages_roster import (
    ImportRoster,
    ListRosters,
    RefusedLine,
    RosterFiles,
    RosterPreview,
)
from workstation.station.commands.answers import Answer, Door

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from workstation.casework.roster_file import CheckedRoster
    from workstation.ipc.messages_people import RosterChanges
    from workstation.ipc.words import FactValue
    from workstation.station.commands.answers import Answers, Caller

_SUFFIXES = frozenset({".csv", ".toml"})


def answers(folder: Path, apply: Callable[[ApplyRoster, Caller], RosterChanges]) -> Answers:
    """What is asked; ``apply`` compares a list with the directory, or brings it to the list."""

    def listed() -> tuple[str, ...]:
        with suppress(OSError):
            return tuple(sorted(one.name for one in folder.iterdir() if _is_list(one)))
        return ()

    def bring(command: ImportRoster, caller: Caller) -> RosterPreview:
        if command.file not in listed():
            raise BadRosterError(file=command.file, reason="not there")
        path = folder / command.file
        content = read_bytes(path)
        sha256 = hashlib.sha256(content).hexdigest()
        if command.sha256 and command.sha256 != sha256:
            raise RosterMovedError(file=command.file)
        checked = check_roster(path, content)
        is_complete = command.is_complete or checked.roster.is_complete
        wanted = ApplyRoster(
            checked.roster.units,
            checked.roster.officers,
            is_complete=is_complete,
            dry_run=not command.sha256,
        )
        if checked.refused:
            if command.sha256:
                raise checked.refused[0]
            return _preview(command.file, sha256, checked, None, is_complete=is_complete)
        return _preview(
            command.file, sha256, checked, apply(wanted, caller), is_complete=is_complete
        )

    people = Permission.PEOPLE
    return {
        ListRosters: Answer(
            Door.ACT, lambda _, __: RosterFiles(str(folder), listed()), needs=people
        ),
        ImportRoster: Answer(Door.ACT, bring, needs=people),
    }


def _is_list(path: Path) -> bool:
    """A file itself: a link could lead out of the directory."""
    with suppress(OSError):
        return path.suffix.lower() in _SUFFIXES and stat.S_ISREG(path.lstat().st_mode)
    return False


def _preview(
    file: str, sha256: str, checked: CheckedRoster, made: RosterChanges | None, *, is_complete: bool
) -> RosterPreview:
    """Without ``made`` there are refused lines, and nothing was compared."""
    listed = {row.badge for row in checked.roster.officers}
    changes = () if made is None else made.changes
    touched = {change.subject for change in changes}
    return RosterPreview(
        file=file,
        sha256=sha256,
        officers=len(listed),
        unchanged=0 if made is None else len(listed - touched),
        changes=changes,
        refused=tuple(_refused(error) for error in checked.refused),
        is_complete=is_complete,
        is_applied=made is not None and made.is_applied,
    )


def _refused(error: BadRosterError) -> RefusedLine:
    facts: dict[str, FactValue] = {
        name: value if isinstance(value, str | int) else str(value)
        for name, value in error.facts.items()
        if name != "file"
    }
    return RefusedLine(error.code, facts)
