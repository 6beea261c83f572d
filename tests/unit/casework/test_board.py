"""A leader's day: who is home, what came late, and a lot that a stranger draws again."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.unit.casework.house import LEADER, OFFICER, OTHER
from tests.unit.casework.test_directory import _clip_of
from tests.unit.ledger.lines import Desk, clip
from workstation.casework import annotating
from workstation.casework.annotating import Annotation
from workstation.casework.board import REVIEWED, read_board, review
from workstation.catalog.board import DockedLine
from workstation.domain.clip import BadgeNumber
from workstation.domain.people import Scope
from workstation.domain.review import draw, seed_of

if TYPE_CHECKING:
    from datetime import datetime

    from tests.unit.casework.house import House
    from workstation.catalog.people import Reach

_NOTE = "evidock/01STATION\n42\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— sig\n"


def reach_of(house: House, badge: str, scope: Scope = Scope.UNIT) -> Reach:
    officer = house.catalog.officer(badge)
    assert officer is not None
    return house.catalog.reach(officer, scope)


def test_the_lot_is_drawn_as_the_document_says() -> None:
    seed = seed_of(_NOTE, date(2026, 5, 1))
    assert seed == "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I= 2026-05-01"
    clips = [f"C{number}" for number in range(100)]
    lots = {hashlib.sha256(f"{seed} {clip}".encode()).hexdigest(): clip for clip in clips}
    assert draw(seed, reversed(clips), 5) == [lots[lot] for lot in sorted(lots)[:5]]
    assert draw(seed_of(_NOTE, date(2026, 5, 2)), clips, 5) != draw(seed, clips, 5)
    assert draw(seed, clips[:2], 5) != []


def test_the_roster_is_that_of_the_leaders_units(house: House) -> None:
    _clip_of(house, 1, OFFICER)
    _clip_of(house, 2, OTHER)
    board = read_board(house.catalog, reach_of(house, LEADER), house.clock.now())
    assert [one.badge for one in board.people] == [LEADER, OFFICER]
    everybody = read_board(house.catalog, reach_of(house, LEADER, Scope.STATION), house.clock.now())
    assert [one.badge for one in everybody.people] == [LEADER, OFFICER, OTHER]


def test_counts_are_of_the_clips_that_the_leader_may_view(house: House) -> None:
    mine, theirs = _clip_of(house, 1, OFFICER), _clip_of(house, 2, OTHER)
    far = house.clock.now() + timedelta(days=4000)
    board = read_board(house.catalog, reach_of(house, LEADER), far)
    assert (board.unlinked, board.untagged, board.waiting) == (1, 1, 1)
    annotating.annotate(house.ledger, [mine, theirs], Annotation(add_tags=("噪音",)), OFFICER)
    board = read_board(house.catalog, reach_of(house, LEADER), far)
    assert (board.unlinked, board.untagged) == (1, 0)


def _filmed(house: House, number: int, badge: str, at: datetime) -> str:
    desk = Desk(house.root / "ledger.sqlite", house.key, house.ledger)
    made = clip(desk.collection(number), number)
    entry = replace(made.entry, recorded_at=at.replace(tzinfo=None))
    with house.ledger.transaction() as tx:
        tx.add_clips([replace(made, entry=entry, badge=BadgeNumber(badge))])
    return made.staged.clip_id


def test_no_lot_is_drawn_before_a_checkpoint_that_nobody_could_choose(house: House) -> None:
    began = house.clock.now()
    mine = {_filmed(house, number, OFFICER, began) for number in range(1, 8)}
    _filmed(house, 8, OTHER, began)
    reach = reach_of(house, LEADER)
    house.ledger.checkpoint()
    assert review(house.catalog, reach, began.date()).seed == ""  # the day is not over
    house.clock.pass_(days=2)
    _filmed(house, 9, OFFICER, house.clock.now())
    house.ledger.checkpoint()
    drawn = review(house.catalog, reach, began.date())
    note = house.catalog.checkpoints()[-1].note
    assert drawn.seed == seed_of(note, began.date())
    assert drawn.among == 7
    assert [card.clip.id for card in drawn.clips] == draw(drawn.seed, mine, REVIEWED)
    house.clock.pass_(days=1)
    house.ledger.checkpoint()
    assert review(house.catalog, reach, began.date()) == drawn


def test_a_day_tells_who_is_home_and_whose_footage_came_late(house: House) -> None:
    """Dockings are written down as nobody's until a recorder is bound: the line says whose."""
    now = house.clock.now()
    first = DockedLine("1", OFFICER, "R1", now, 2, 60.0, (now - timedelta(days=3)))
    again = DockedLine("2", OFFICER, "R1", now, 1, 30.0, now - timedelta(hours=2))
    reach = reach_of(house, LEADER)

    class Day(type(house.catalog)):  # type: ignore[misc]
        def docked_between(self, begins: datetime, ends: datetime) -> list[DockedLine]:
            assert begins <= now < ends
            return [first, again]

    catalog = Day.open(house.root / "ledger.sqlite")
    board = read_board(catalog, reach, now)
    catalog.close()
    leader, officer = board.people
    assert not leader.is_home
    assert (officer.dockings, officer.late, officer.clips, officer.handed_in) == (2, 1, 3, 0)
    assert board.seconds == 90.0
