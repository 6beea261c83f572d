"""Words about people: signing in, the directory, break-glass (docs/people.md)."""

from __future__ import annotations

import msgspec

from workstation.ipc.words import Command, Result

# -- signing in ----------------------------------------------------------------------------


class SignIn(Command, frozen=True, tag=True):
    """Somebody is at the screen: badge number or card, and PIN. Answered with ``SignedIn``."""

    badge: str = ""
    card: str = ""  # as the reader typed it
    pin: str = ""


class SignOut(Command, frozen=True, tag=True):
    """The person leaves. Answered with ``Done``, also when nobody was signed in."""


class WhoAmI(Command, frozen=True, tag=True):
    """Who is signed in. Does not count as a touch. Answered with ``Who``."""


class StayIn(Command, frozen=True, tag=True):
    """The person touched the screen. Answered with ``Who``."""


class ChangePin(Command, frozen=True, tag=True):
    """Put a PIN of one's own in place of the present one. Answered with ``Who``."""

    pin: str
    new_pin: str


class BreakGlass(Command, frozen=True, tag=True):
    """See and put right beyond one's role for a while, a second person standing by it.

    Answered with ``Who``. The witness proves himself as for ``SignIn``.
    """

    reason: str
    badge: str = ""
    card: str = ""
    pin: str = ""


class MendGlass(Command, frozen=True, tag=True):
    """End the break-glass before its time. Answered with ``Who``."""


# -- the directory -------------------------------------------------------------------------


class ListPeople(Command, frozen=True, tag=True):
    """Everybody and every unit. Answered with ``People``."""


class ListDenials(Command, frozen=True, tag=True):
    """What was refused to whom, and how often. Answered with ``Denials``."""


class AddUnit(Command, frozen=True, tag=True):
    """A department; ``parent`` is the code of the one it belongs to."""

    code: str
    name: str
    parent: str | None = None


class AddOfficer(Command, frozen=True, tag=True):
    """Somebody new; ``unit`` is a unit's code, ``role`` a role's value."""

    badge: str
    name: str
    unit: str
    role: str = "officer"


class ChangeOfficer(Command, frozen=True, tag=True):
    """Another name or unit; None leaves it."""

    badge: str
    name: str | None = None
    unit: str | None = None


class GiveRole(Command, frozen=True, tag=True):
    """Another role. Ends the officer's sessions."""

    badge: str
    role: str


class SetActive(Command, frozen=True, tag=True):
    """Let somebody sign in, or no more. Ends the officer's sessions."""

    badge: str
    is_active: bool


class SetPin(Command, frozen=True, tag=True):
    """Give somebody a PIN that he has to change at once."""

    badge: str
    pin: str


class BindCard(Command, frozen=True, tag=True):
    """Give somebody a badge card; the number as the reader typed it."""

    badge: str
    card: str


class RemoveCards(Command, frozen=True, tag=True):
    """Take all badge cards of somebody away."""

    badge: str


class UnlockOfficer(Command, frozen=True, tag=True):
    """Let somebody try again before his time is up."""

    badge: str


class RosterUnit(msgspec.Struct, frozen=True):
    """A unit as a list of people names it."""

    code: str
    name: str
    parent: str | None = None


class RosterOfficer(msgspec.Struct, frozen=True):
    """An officer as a list of people names him."""

    badge: str
    name: str
    unit: str
    role: str = "officer"
    is_active: bool = True
    card: str = ""


class ApplyRoster(Command, frozen=True, tag=True):
    """Bring the directory to a list. Answered with ``RosterChanges``.

    Only what differs changes; with ``is_complete`` those whom ``source`` listed before and does
    not list now are disabled. ``dry_run`` answers what would change and changes nothing.
    """

    units: tuple[RosterUnit, ...]
    officers: tuple[RosterOfficer, ...]
    is_complete: bool = False
    source: str = "local"
    dry_run: bool = False


PeopleCommand = (
    SignIn
    | SignOut
    | WhoAmI
    | StayIn
    | ChangePin
    | BreakGlass
    | MendGlass
    | ListPeople
    | ListDenials
    | AddUnit
    | AddOfficer
    | ChangeOfficer
    | GiveRole
    | SetActive
    | SetPin
    | BindCard
    | RemoveCards
    | UnlockOfficer
    | ApplyRoster
)

# -- answers -------------------------------------------------------------------------------


class PersonView(msgspec.Struct, frozen=True):
    """Whoever is signed in, and what he may: permission to scope, both by value."""

    badge: str
    name: str
    unit: str  # code
    unit_name: str
    role: str
    session: str  # public number, as in events and custody entries
    may: dict[str, str]
    must_change_pin: bool = False
    glass: str | None = None  # the reason of a break-glass under way


class SignedIn(Result, frozen=True, tag=True):
    """``token`` goes into ``Request.session`` of everything the person does."""

    token: str
    person: PersonView
    idle_s: float


class Who(Result, frozen=True, tag=True):
    """Who is signed in, None for nobody, and how long until the session ends by itself."""

    person: PersonView | None
    idle_left_s: float


class UnitView(msgspec.Struct, frozen=True):
    """A unit; ``parent`` is a code."""

    code: str
    name: str
    parent: str | None


class OfficerView(msgspec.Struct, frozen=True):
    """An officer as the list of people shows him."""

    badge: str
    name: str
    unit: str
    role: str
    is_active: bool
    source: str
    has_pin: bool
    must_change_pin: bool
    cards: int
    locked_until: str | None  # ISO 8601 UTC


class People(Result, frozen=True, tag=True):
    """The directory."""

    units: tuple[UnitView, ...]
    officers: tuple[OfficerView, ...]


class DenialView(msgspec.Struct, frozen=True):
    """How often ``what`` was refused to ``who``; times are ISO 8601 UTC."""

    who: str
    what: str
    code: str
    count: int
    first_at: str
    last_at: str


class Denials(Result, frozen=True, tag=True):
    """What was refused, the latest first."""

    denials: tuple[DenialView, ...]


class RosterChange(msgspec.Struct, frozen=True):
    """One difference between the directory and a list; ``act`` is that of the custody entry."""

    act: str
    subject: str  # badge number or unit code
    name: str
    was: str = ""
    now: str = ""


class RosterChanges(Result, frozen=True, tag=True):
    """What a list changed, or would change."""

    changes: tuple[RosterChange, ...]
    is_applied: bool


PeopleResult = SignedIn | Who | People | Denials | RosterChanges
