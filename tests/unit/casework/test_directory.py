"""The directory, lists of people, and whose clips are whose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.casework.house import ADMIN, LEADER, OFFICER, OTHER
from tests.unit.ledger.lines import Desk, clip
from workstation.casework.roster import Roster, RosterPlan
from workstation.domain.clip import BadgeNumber
from workstation.domain.errors_people import (
    AlreadyThereError,
    BadPersonError,
    CardTakenError,
    LastAdministratorError,
    UnknownOfficerError,
    UnknownUnitError,
)
from workstation.domain.people import Role, Scope
from workstation.ipc.messages_people import RosterOfficer, RosterUnit

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.casework.house import House
    from workstation.casework.directory import Directory
    from workstation.domain.errors import (
        StationError,
    )


def test_every_change_of_the_directory_is_a_custody_entry_with_who_did_it(house: House) -> None:
    before = len(house.lines())
    house.directory.change(OFFICER, ADMIN, name="孙警官", unit="3201-2")
    house.directory.change(OFFICER, ADMIN, role=Role.LEADER)
    house.directory.change(OFFICER, ADMIN, is_active=False)
    house.directory.change(OFFICER, ADMIN, is_active=True)
    house.directory.bind_card(OFFICER, "AABBCCDD", house.desk.seal, ADMIN)
    house.directory.remove_cards(OFFICER, ADMIN)
    added = house.lines()[before:]
    assert [line.act for line in added] == [
        "officer_changed",
        "role_given",
        "officer_disabled",
        "officer_enabled",
        "card_bound",
        "cards_removed",
    ]
    assert {line.by for line in added} == {ADMIN}
    assert (added[0].facts["was_name"], added[0].facts["name"]) == ("孙警", "孙警官")
    assert (added[1].facts["was_role"], added[1].facts["role"]) == ("officer", "leader")


def test_a_change_that_changes_nothing_leaves_no_entry(house: House) -> None:
    before = house.lines()
    house.directory.change(OFFICER, ADMIN, name="孙警", role=Role.OFFICER)
    house.directory.remove_cards(OFFICER, ADMIN)
    assert house.lines() == before


@pytest.mark.parametrize(
    ("do", "error"),
    [
        (lambda d: d.add(OFFICER, "周", "3201", Role.OFFICER, "x"), AlreadyThereError),
        (lambda d: d.add("5", "周", "none", Role.OFFICER, "x"), UnknownUnitError),
        (lambda d: d.add("5 5", "周", "3201", Role.OFFICER, "x"), BadPersonError),
        (lambda d: d.add("5", " \n", "3201", Role.OFFICER, "x"), BadPersonError),
        (lambda d: d.add("5", "周\x1b[2J", "3201", Role.OFFICER, "x"), BadPersonError),
        (lambda d: d.add_unit("3201", "又", None, "x"), AlreadyThereError),
        (lambda d: d.change("none", "x", name="周"), UnknownOfficerError),
        (lambda d: d.change(ADMIN, "x", is_active=False), LastAdministratorError),
        (lambda d: d.change(ADMIN, "x", role=Role.LEADER), LastAdministratorError),
    ],
)
def test_what_can_not_be_is_refused(
    house: House, do: Callable[[Directory], object], error: type[StationError]
) -> None:
    before = house.lines()
    with pytest.raises(error):
        do(house.directory)
    assert house.lines() == before


def test_a_card_is_one_officers(house: House) -> None:
    house.directory.bind_card(OFFICER, "AABBCCDD", house.desk.seal, ADMIN)
    house.directory.bind_card(OFFICER, "aabbccdd", house.desk.seal, ADMIN)
    with pytest.raises(CardTakenError):
        house.directory.bind_card(OTHER, "AA-BB-CC-DD", house.desk.seal, ADMIN)
    assert len(house.lines("card_bound")) == 1


# -- lists of people -----------------------------------------------------------------------------


def _plan(house: House, roster: Roster) -> RosterPlan:
    return RosterPlan(roster, house.catalog, lambda: house.desk.seal)


def _as_it_is(*, without: str = "") -> tuple[RosterOfficer, ...]:
    everybody = (
        RosterOfficer(ADMIN, "赵管", "3201", "administrator"),
        RosterOfficer(LEADER, "钱队", "3201-1", "leader"),
        RosterOfficer(OFFICER, "孙警", "3201-1"),
        RosterOfficer(OTHER, "李警", "3201-2"),
    )
    return tuple(one for one in everybody if one.badge != without)


def test_a_list_changes_what_differs_and_a_second_time_nothing(house: House) -> None:
    roster = Roster(
        units=(RosterUnit("3201-3-1", "三组", "3201-3"), RosterUnit("3201-3", "三中队", "3201")),
        officers=(
            RosterOfficer(OFFICER, "孙警", "3201-3-1", "leader", card="1234ABCD"),
            RosterOfficer("500005", "吴新", "3201-3"),
            RosterOfficer(OTHER, "李警", "3201-2", is_active=False),
        ),
    )
    before = house.lines()
    plan = _plan(house, roster)
    assert [(change.act, change.subject) for change in plan.changes] == [
        ("unit_added", "3201-3"),
        ("unit_added", "3201-3-1"),
        ("officer_added", "500005"),
        ("officer_changed", OFFICER),
        ("role_given", OFFICER),
        ("officer_disabled", OTHER),
        ("card_bound", OFFICER),
    ]
    assert house.lines() == before, "a plan changes nothing"
    plan.apply(house.ledger, ADMIN)
    added = house.lines()[len(before) :]
    assert [line.act for line in added] == [*(c.act for c in plan.changes), "roster_applied"]
    assert added[-1].facts["changes"] == 7
    again = _plan(house, roster)
    assert again.changes == ()
    again.apply(house.ledger, ADMIN)
    assert len(house.lines()) == len(before) + 8


def test_a_complete_list_disables_whom_its_own_source_no_longer_names(house: House) -> None:
    central = RosterOfficer("600006", "郑央", "3201")
    _plan(house, Roster((), (central,), source="central")).apply(house.ledger, "central")
    plan = _plan(house, Roster((), (), is_complete=True, source="central"))
    assert [(change.act, change.subject) for change in plan.changes] == [
        ("officer_disabled", "600006")
    ]
    local = _plan(house, Roster((), _as_it_is(without=OTHER), is_complete=True))
    assert [change.subject for change in local.changes] == [OTHER]


@pytest.mark.parametrize(
    ("roster", "error"),
    [
        (Roster((), (RosterOfficer("7", "周", "none"),)), UnknownUnitError),
        (Roster((), (RosterOfficer("7", "周", "3201", "boss"),)), BadPersonError),
        (Roster((), (RosterOfficer("7", "周", "3201"),) * 2), AlreadyThereError),
        (Roster((RosterUnit("a", "甲", "b"), RosterUnit("b", "乙", "a")), ()), BadPersonError),
        (Roster((RosterUnit("3201", "分局", "3201-1"),), ()), BadPersonError),
        (Roster((), _as_it_is(without=ADMIN), is_complete=True), LastAdministratorError),
        (
            Roster(
                (),
                (
                    RosterOfficer("7", "周", "3201", card="ABCD1234"),
                    RosterOfficer("8", "吴", "3201", card="ABCD1234"),
                ),
            ),
            CardTakenError,
        ),
    ],
)
def test_a_list_that_can_not_be_changes_nothing(
    house: House, roster: Roster, error: type[StationError]
) -> None:
    before = house.lines()
    with pytest.raises(error):
        _plan(house, roster)
    assert house.lines() == before


# -- whose clips are whose -----------------------------------------------------------------------


def _clip_of(house: House, number: int, badge: str | None) -> str:
    """A clip in the ledger, filmed by whoever has this badge number."""
    from dataclasses import replace

    desk = Desk(house.root / "ledger.sqlite", house.key, house.ledger)
    collection = desk.collection(number)
    made = replace(clip(collection, number), badge=BadgeNumber(badge) if badge else None)
    with house.ledger.transaction() as tx:
        tx.add_clips([made])
    return made.staged.clip_id


def _sees(house: House, badge: str, scope: Scope | None, clip_id: str) -> bool:
    reach = house.catalog.reach(house.directory.officer(badge), scope)
    return house.catalog.is_within(reach, clip_id)


def test_a_scope_reaches_as_far_as_it_says(house: House) -> None:
    own, other, nobodys = (
        _clip_of(house, number, badge)
        for number, badge in enumerate((OFFICER, OTHER, "777777"), start=1)
    )
    unnamed = _clip_of(house, 4, None)
    expected = {
        Scope.OWN: {own},
        Scope.UNIT: {own, nobodys, unnamed},
        Scope.STATION: {own, other, nobodys, unnamed},
        None: set(),
    }
    for scope, clips in expected.items():
        seen = {one for one in (own, other, nobodys, unnamed) if _sees(house, OFFICER, scope, one)}
        assert seen == clips, scope
    assert not _sees(house, OFFICER, Scope.STATION, "no such clip")


def test_a_bureau_reaches_down_to_its_squads_and_not_the_other_way(house: House) -> None:
    house.add("800008", "局长", "3201", Role.LEADER)
    in_squad, in_bureau = _clip_of(house, 1, OTHER), _clip_of(house, 2, "800008")
    assert _sees(house, "800008", Scope.UNIT, in_squad)
    assert not _sees(house, LEADER, Scope.UNIT, in_bureau)


def test_clips_stay_with_the_unit_they_were_filmed_for(house: House) -> None:
    before = _clip_of(house, 1, OFFICER)
    house.clock.pass_(hours=1)
    house.directory.change(OFFICER, ADMIN, unit="3201-2")
    house.clock.pass_(hours=1)
    after = _clip_of(house, 2, OFFICER)
    house.add("900009", "二队长", "3201-2", Role.LEADER)
    assert (_sees(house, LEADER, Scope.UNIT, before), _sees(house, LEADER, Scope.UNIT, after)) == (
        True,
        False,
    )
    assert not _sees(house, "900009", Scope.UNIT, before)
    assert _sees(house, "900009", Scope.UNIT, after)
    assert all(_sees(house, OFFICER, Scope.OWN, one) for one in (before, after))
