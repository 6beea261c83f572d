"""Whose clips a command may touch: a permission reaches as far as its scope (proof.md §9)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from workstation.casework.sessions import Person
from workstation.domain.errors import NotPermittedError
from workstation.domain.people import Permission

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workstation.station.commands.answers import Caller

IsWithin = Callable[[Person, Permission, str], bool]


def everything(_: Person, __: Permission, ___: str) -> bool:
    """The reach of a trusted process that stands in for the station."""
    return True


def require_reach(
    is_within: IsWithin, caller: Caller, permission: Permission, clips: Iterable[str]
) -> None:
    """Refuse a command that touches a clip of somebody else's.

    Raises:
        NotPermittedError: one of the clips is beyond the person's reach, or is not there.
    """
    person = caller.person
    if person is None:
        return
    for clip in clips:
        if not is_within(person, permission, clip):
            raise NotPermittedError(
                clip=clip, badge=person.officer.badge, role=person.officer.role.value
            )
