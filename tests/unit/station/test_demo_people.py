"""The people of a demonstration can really sign in, and only there."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from workstation.casework.people import PeopleDesk
from workstation.casework.signin import Claim
from workstation.catalog.reader import Catalog
from workstation.devices.simulation.plan import DockPlan
from workstation.domain.people import Role
from workstation.events.mailbox import Mailbox
from workstation.ipc.peer import Peer
from workstation.platform.clock import SystemClock
from workstation.platform.paths import StatePaths
from workstation.platform.settings import Settings
from workstation.station import record
from workstation.station.cli import demo_people

if TYPE_CHECKING:
    from pathlib import Path

DOCK = DockPlan(slots=3, clips=3)


@pytest.fixture
def paths(tmp_path: Path) -> StatePaths:
    made = StatePaths(tmp_path / "state")
    made.root.mkdir()
    record.initialise(made, Settings())
    return made


def test_everybody_signs_in_with_what_was_told_and_need_not_change_it(paths: StatePaths) -> None:
    people = demo_people.settle(paths, Settings(), DOCK)
    assert [one.role for one in people[:3]] == [Role.OFFICER.value] * 3
    assert {one.role for one in people} == {role.value for role in Role}
    with (
        closing(record.open_ledger(paths)) as ledger,
        closing(Catalog.open(paths.ledger)) as catalog,
        closing(Mailbox()) as mailbox,
    ):
        desk = PeopleDesk(
            ledger, catalog, Settings().people, paths.people_key, mailbox, SystemClock()
        )
        me = Peer(1, 2, 3)
        for claim, one in [
            *((Claim(badge=one.badge, pin=one.pin), one) for one in people),
            (Claim(card=people[0].card, pin=people[0].pin), people[0]),
        ]:
            _, person = desk.signing.sign_in(claim, me, desk.seal, desk.policy)
            assert (person.officer.badge, person.must_change_pin) == (one.badge, False)
        assert [catalog.binding(one.recorder) is not None for one in people[:3]] == [True] * 3
        cases = catalog.cases()
        assert [case.file.parties for case in cases] == [(people[i].name,) for i in (2, 1, 0)]


def test_secrets_are_drawn_anew_each_time_and_kept_from_others(tmp_path: Path) -> None:
    drawn = []
    for name in ("one", "two"):
        place = StatePaths(tmp_path / name)
        place.root.mkdir()
        record.initialise(place, Settings())
        drawn.append(demo_people.settle(place, Settings(), DOCK))
        kept = place.root / demo_people.FILE
        assert kept.stat().st_mode & 0o777 == 0o600
        assert demo_people.read(kept) == drawn[-1]
    assert [one.badge for one in drawn[0]] == [one.badge for one in drawn[1]]
    assert [one.pin for one in drawn[0]] != [one.pin for one in drawn[1]]
    assert not {one.card for one in drawn[0]} & {one.card for one in drawn[1]}


def test_what_is_told_names_everybody_with_his_pin(paths: StatePaths) -> None:
    people = demo_people.settle(paths, Settings(), DOCK)
    told = demo_people.table(people)
    assert all(any(one.badge in line and one.pin in line for line in told) for one in people)


def test_a_station_that_is_no_demonstration_has_no_such_people(tmp_path: Path) -> None:
    assert demo_people.read(tmp_path / demo_people.FILE) == ()
