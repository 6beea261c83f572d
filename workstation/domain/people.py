"""People: officers and units, and what each role may do with whose clips (proof.md §9)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, Final, NewType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workstation.domain.clip import BadgeNumber

OfficerId = NewType("OfficerId", str)
UnitId = NewType("UnitId", str)
UnitCode = NewType("UnitCode", str)  # the site's own number of a unit, stable over renames


class Role(Enum):
    """What somebody is at this station; each has exactly one. Stored by value."""

    OFFICER = "officer"
    LEADER = "leader"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Permission(Enum):
    """What a command needs the person signed in to hold."""

    VIEW = "view"  # lists, pictures, plain bytes; every view of bytes is a custody entry
    TAG = "tag"  # categories, importance, notes, markers, reasons for gaps
    LINK = "link"  # cases: make, change, link clips
    HAND_IN = "hand_in"  # confirm a docking and take the receipt
    EXPORT = "export"  # with a second person
    HOLD = "hold"  # keep clips until released
    DESTROY = "destroy"  # queue and confirm, two people
    ERASE = "erase"  # recorders, beyond what the unit's policy does by itself; two people
    BIND = "bind"  # who has which recorder
    CONFIGURE = "configure"  # slots, recorders, policies
    PEOPLE = "people"  # change the directory
    SEE_PEOPLE = "see_people"  # read it
    AUDIT = "audit"  # the whole ledger, denials, every report
    STEER = "steer"  # see delivery to the centre in full; send first, pause, resume
    WITNESS = "witness"  # be the second of two people


class Scope(IntEnum):
    """How far a permission reaches; a larger one includes the smaller."""

    OWN = 1  # clips of one's own badge number
    UNIT = 2  # clips of one's unit and those below it, and clips that are nobody's
    STATION = 3  # every clip here


# The whole rule. A role that is not listed under a permission does not hold it.
GRANTS: Final[Mapping[Role, Mapping[Permission, Scope]]] = {
    Role.OFFICER: {
        Permission.VIEW: Scope.OWN,
        Permission.TAG: Scope.OWN,
        Permission.LINK: Scope.OWN,
        Permission.HAND_IN: Scope.OWN,
    },
    Role.LEADER: {
        Permission.VIEW: Scope.UNIT,
        Permission.TAG: Scope.UNIT,
        Permission.LINK: Scope.UNIT,
        Permission.HAND_IN: Scope.UNIT,
        Permission.BIND: Scope.UNIT,
        Permission.EXPORT: Scope.UNIT,
        Permission.HOLD: Scope.UNIT,
        Permission.DESTROY: Scope.UNIT,
        Permission.ERASE: Scope.UNIT,
        Permission.SEE_PEOPLE: Scope.UNIT,
        Permission.STEER: Scope.UNIT,
        Permission.WITNESS: Scope.UNIT,
    },
    Role.ADMINISTRATOR: {  # configures, does not view
        Permission.BIND: Scope.STATION,
        Permission.CONFIGURE: Scope.STATION,
        Permission.PEOPLE: Scope.STATION,
        Permission.SEE_PEOPLE: Scope.STATION,
        Permission.ERASE: Scope.STATION,
        Permission.STEER: Scope.STATION,
        Permission.WITNESS: Scope.STATION,
    },
    Role.AUDITOR: {  # reads everything, changes nothing
        Permission.VIEW: Scope.STATION,
        Permission.SEE_PEOPLE: Scope.STATION,
        Permission.AUDIT: Scope.STATION,
    },
}

# Break-glass widens what the person may see and put right; it never lets evidence go, and
# never touches the directory: nobody can use it to make the right to use it.
BREAK_GLASS: Final[Mapping[Permission, Scope]] = {
    Permission.VIEW: Scope.STATION,
    Permission.TAG: Scope.STATION,
    Permission.LINK: Scope.STATION,
    Permission.HAND_IN: Scope.STATION,
    Permission.EXPORT: Scope.STATION,
    Permission.HOLD: Scope.STATION,
}


@dataclass(frozen=True, slots=True)
class Unit:
    """A department; ``parent`` is the one it belongs to, None at the top."""

    id: UnitId
    code: UnitCode
    name: str
    parent: UnitId | None


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody in the directory; disabled, never removed, for custody entries name him."""

    id: OfficerId
    badge: BadgeNumber
    name: str
    unit: UnitId
    role: Role
    is_active: bool = True


def scope_of(role: Role, permission: Permission) -> Scope | None:
    """How far ``role`` holds ``permission``; None: not at all."""
    return GRANTS[role].get(permission)
