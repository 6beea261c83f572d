"""Commands about people: signing in and out, the directory, break-glass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.casework.roster import Roster, RosterPlan, role_of
from workstation.casework.signin import Claim
from workstation.domain.errors import NotSignedInError, PinMustChangeError
from workstation.domain.errors_people import NotOneselfError
from workstation.domain.people import Permission, Scope
from workstation.ipc.messages import Done
from workstation.ipc.messages_people import (
    AddOfficer,
    AddUnit,
    ApplyRoster,
    BindCard,
    BreakGlass,
    ChangeOfficer,
    ChangePin,
    Denials,
    DenialView,
    GiveRole,
    ListDenials,
    ListPeople,
    MendGlass,
    OfficerView,
    People,
    PersonView,
    RemoveCards,
    RosterChanges,
    SetActive,
    SetPin,
    SignedIn,
    SignIn,
    SignOut,
    StayIn,
    UnitView,
    UnlockOfficer,
    Who,
    WhoAmI,
)
from workstation.platform.clock import to_text
from workstation.station.commands import rosters
from workstation.station.commands.answers import Answer, Door

if TYPE_CHECKING:
    from pathlib import Path

    from workstation.casework.people import PeopleDesk
    from workstation.casework.sessions import Person
    from workstation.catalog.people import Denial
    from workstation.domain.people import Officer, UnitId
    from workstation.ledger.writer import Ledger
    from workstation.station.commands.answers import Answers, Caller


def answers(desk: PeopleDesk, ledger: Ledger, lists: Path) -> Answers:
    """What is asked about people; ``lists`` is where lists of people lie ready."""
    directory = _DirectoryAnswers(desk, ledger)
    ready = rosters.answers(lists, directory.apply_roster)
    return _SignInAnswers(desk).table() | directory.table() | ready


class _SignInAnswers:
    """Somebody at a screen. Behind ``Door.SPEAK``: nobody need be signed in to sign in."""

    def __init__(self, desk: PeopleDesk) -> None:
        self._desk = desk

    def table(self) -> Answers:
        return {
            SignIn: Answer(Door.SPEAK, self._sign_in),
            SignOut: Answer(Door.SPEAK, self._sign_out),
            WhoAmI: Answer(Door.SPEAK, lambda _, caller: self._who(caller, is_active=False)),
            StayIn: Answer(Door.SPEAK, lambda _, caller: self._who(caller, is_active=True)),
            ChangePin: Answer(Door.SPEAK, self._change_pin),
            BreakGlass: Answer(Door.SPEAK, self._break_glass),
            MendGlass: Answer(Door.SPEAK, self._mend_glass),
        }

    def _sign_in(self, command: SignIn, caller: Caller) -> SignedIn:
        desk = self._desk
        claim = Claim(command.badge, command.card, command.pin)
        token, person = desk.signing.sign_in(claim, caller, desk.seal, desk.policy)
        return SignedIn(token, self._view(person), desk.policy.idle_s)

    def _sign_out(self, _: SignOut, caller: Caller) -> Done:
        self._desk.signing.sign_out(caller)
        return Done()

    def _who(self, caller: Caller, *, is_active: bool) -> Who:
        sessions = self._desk.sessions
        try:
            person = sessions.person(caller, is_active=is_active)
        except NotSignedInError:
            return Who(None, 0.0)
        return Who(self._view(person), sessions.idle_left_s(caller))

    def _change_pin(self, command: ChangePin, caller: Caller) -> Who:
        desk = self._desk
        person = desk.sessions.person(caller)
        desk.signing.change_pin(
            person, Claim(pin=command.pin), command.new_pin, desk.seal, desk.policy
        )
        return self._who(caller, is_active=True)

    def _break_glass(self, command: BreakGlass, caller: Caller) -> Who:
        desk = self._desk
        person = desk.sessions.person(caller)
        if person.must_change_pin:
            raise PinMustChangeError(badge=person.officer.badge)
        claim = Claim(command.badge, command.card, command.pin)
        desk.signing.require_reason(command.reason)
        witness = desk.second(person, claim, Permission.WITNESS)
        desk.signing.break_glass(person, command.reason, witness)
        return self._who(caller, is_active=True)

    def _mend_glass(self, _: MendGlass, caller: Caller) -> Who:
        self._desk.signing.mend_glass(self._desk.sessions.person(caller))
        return self._who(caller, is_active=True)

    def _view(self, person: Person) -> PersonView:
        officer = person.officer
        units = {unit.id: unit for unit in self._desk.catalog.units()}
        scopes = ((permission, person.scope(permission)) for permission in Permission)
        return PersonView(
            badge=officer.badge,
            name=officer.name,
            unit=units[officer.unit].code,
            unit_name=units[officer.unit].name,
            role=officer.role.value,
            session=person.session,
            may={what.value: scope.name.lower() for what, scope in scopes if scope is not None},
            must_change_pin=person.must_change_pin,
            glass=person.glass,
        )


class _DirectoryAnswers:
    """The directory, for whoever holds ``Permission.PEOPLE``; denials for auditors too."""

    def __init__(self, desk: PeopleDesk, ledger: Ledger) -> None:
        self._desk = desk
        self._directory = desk.directory
        self._ledger = ledger

    def table(self) -> Answers:
        people = Permission.PEOPLE
        return {
            ListPeople: Answer(
                Door.ACT, lambda _, caller: self._list(caller), needs=Permission.SEE_PEOPLE
            ),
            ListDenials: Answer(Door.ACT, lambda _, __: self._denials(), needs=Permission.AUDIT),
            AddUnit: Answer(Door.ACT, self._add_unit, needs=people),
            AddOfficer: Answer(Door.ACT, self._add_officer, needs=people),
            ChangeOfficer: Answer(Door.ACT, self._change, needs=people),
            GiveRole: Answer(Door.ACT, self._give_role, needs=people),
            SetActive: Answer(Door.ACT, self._set_active, needs=people),
            SetPin: Answer(Door.ACT, self._set_pin, needs=people),
            BindCard: Answer(Door.ACT, self._bind_card, needs=people),
            RemoveCards: Answer(Door.ACT, self._remove_cards, needs=people),
            UnlockOfficer: Answer(Door.ACT, self._unlock, needs=people),
            ApplyRoster: Answer(Door.ACT, self.apply_roster, needs=people),
        }

    def _list(self, caller: Caller) -> People:
        within = self._units_within(caller)
        units = self._desk.catalog.units()
        codes = {unit.id: unit.code for unit in units}
        return People(
            tuple(
                UnitView(one.code, one.name, codes[one.parent] if one.parent else None)
                for one in units
            ),
            tuple(
                OfficerView(
                    badge=line.officer.badge,
                    name=line.officer.name,
                    unit=codes[line.officer.unit],
                    role=line.officer.role.value,
                    is_active=line.officer.is_active,
                    source=line.source,
                    has_pin=line.has_pin,
                    must_change_pin=line.must_change_pin,
                    cards=line.cards,
                    locked_until=to_text(line.locked_until) if line.locked_until else None,
                )
                for line in self._desk.catalog.officers()
                if within is None or line.officer.unit in within
            ),
        )

    def _units_within(self, caller: Caller) -> frozenset[UnitId] | None:
        """Whose officers the caller may see; None: everybody."""
        scope = caller.scope(Permission.SEE_PEOPLE)
        if caller.person is None or scope is Scope.STATION:
            return None
        return self._desk.catalog.reach(caller.person.officer, scope).units

    def _denials(self) -> Denials:
        self._desk.signing.tick()
        return Denials(tuple(_denial_view(one) for one in self._desk.catalog.denials()))

    def _add_unit(self, command: AddUnit, caller: Caller) -> Done:
        self._directory.add_unit(command.code, command.name, command.parent, caller.by)
        return Done()

    def _add_officer(self, command: AddOfficer, caller: Caller) -> Done:
        role = role_of(command.role)
        self._directory.add(command.badge, command.name, command.unit, role, caller.by)
        return Done()

    def _change(self, command: ChangeOfficer, caller: Caller) -> Done:
        self._somebody_else(command.badge, caller)
        after = self._directory.change(
            command.badge, caller.by, name=command.name, unit=command.unit
        )
        return self._settled(after)

    def _give_role(self, command: GiveRole, caller: Caller) -> Done:
        self._somebody_else(command.badge, caller)
        role = role_of(command.role)
        return self._settled(self._directory.change(command.badge, caller.by, role=role))

    def _set_active(self, command: SetActive, caller: Caller) -> Done:
        self._somebody_else(command.badge, caller)
        is_active = command.is_active
        return self._settled(self._directory.change(command.badge, caller.by, is_active=is_active))

    def _set_pin(self, command: SetPin, caller: Caller) -> Done:
        self._somebody_else(command.badge, caller)
        desk = self._desk
        return self._settled(
            self._directory.set_pin(
                command.badge, command.pin, desk.seal, desk.policy.pin_digits, caller.by
            )
        )

    def _bind_card(self, command: BindCard, caller: Caller) -> Done:
        self._directory.bind_card(command.badge, command.card, self._desk.seal, caller.by)
        return Done()

    def _remove_cards(self, command: RemoveCards, caller: Caller) -> Done:
        self._directory.remove_cards(command.badge, caller.by)
        return Done()

    def _unlock(self, command: UnlockOfficer, caller: Caller) -> Done:
        self._somebody_else(command.badge, caller)
        self._directory.unlock(command.badge, caller.by)
        return Done()

    def apply_roster(self, command: ApplyRoster, caller: Caller) -> RosterChanges:
        """Compare a list with the directory, and bring it there unless that is a dry run."""
        roster = Roster(command.units, command.officers, command.is_complete, command.source)
        plan = RosterPlan(roster, self._desk.catalog, lambda: self._desk.seal)
        if command.dry_run:
            return RosterChanges(plan.changes, is_applied=False)
        for officer in plan.unsettled:
            self._somebody_else(officer.badge, caller)
        plan.apply(self._ledger, caller.by)
        for officer in plan.unsettled:
            self._settled(officer)
        return RosterChanges(plan.changes, is_applied=True)

    def _somebody_else(self, badge: str, caller: Caller) -> None:
        """Nobody gives himself rights, or a way in, that somebody else did not."""
        if caller.person is not None and caller.person.officer.badge == badge:
            raise NotOneselfError(badge=badge)

    def _settled(self, officer: Officer) -> Done:
        """What he may is another now: whoever is signed in as him signs in anew."""
        self._desk.signing.sign_out_officer(officer, "changed")
        return Done()


def _denial_view(one: Denial) -> DenialView:
    times = to_text(one.first_at), to_text(one.last_at)
    return DenialView(one.who, one.what, one.code, one.count, *times)
