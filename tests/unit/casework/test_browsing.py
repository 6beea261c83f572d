"""Whoever looks through the clips sees those of his reach, from any place of the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.casework.house import ADMIN, LEADER, OFFICER, OTHER
from tests.unit.casework.test_directory import _clip_of
from workstation.catalog.people import Reach
from workstation.catalog.values import Search
from workstation.domain.clip import ClipKind
from workstation.domain.people import Scope

if TYPE_CHECKING:
    from tests.unit.casework.house import House

STATION = Reach(Scope.STATION)
QUESTIONS = (
    Search(),
    Search(kinds=(ClipKind.VIDEO,)),
    Search(kinds=(ClipKind.PHOTO,)),
    Search(badges=(OTHER,)),
    Search(is_tagged=False, badges=(OFFICER, OTHER)),
)


@pytest.fixture
def clips(house: House) -> list[str]:
    """Clips of both squads, of nobody, and of an officer before and after he moved."""
    made = [
        _clip_of(house, number, badge)
        for number, badge in enumerate((OFFICER, OTHER, "777777", None, OFFICER), start=1)
    ]
    house.clock.pass_(hours=1)
    house.directory.change(OFFICER, ADMIN, unit="3201-2")
    house.clock.pass_(hours=1)
    return [*made, _clip_of(house, 6, OFFICER), _clip_of(house, 7, LEADER)]


@pytest.mark.parametrize("badge", [ADMIN, LEADER, OFFICER, OTHER])
@pytest.mark.parametrize("scope", [*Scope, None])
@pytest.mark.parametrize("wanted", QUESTIONS, ids=lambda wanted: str(QUESTIONS.index(wanted)))
def test_the_list_holds_what_the_station_would_show_and_nothing_else(
    house: House, clips: list[str], badge: str, scope: Scope | None, wanted: Search
) -> None:
    officer = house.catalog.officer(badge)
    assert officer is not None
    reach = house.catalog.reach(officer, scope)
    found = [clip.id for clip in house.catalog.search(wanted)]
    expected = [clip for clip in found if house.catalog.is_within(reach, clip)]
    survey = house.catalog.survey(wanted, reach)
    cards = house.catalog.cards(wanted, reach, survey)
    assert [card.clip.id for card in cards] == expected
    assert survey.total == len(expected)
    assert set(expected) <= set(clips)


@pytest.mark.parametrize("badge", [LEADER, OFFICER, OTHER])
@pytest.mark.parametrize("wanted", QUESTIONS, ids=lambda wanted: str(QUESTIONS.index(wanted)))
def test_the_same_where_every_clip_is_somebodys(house: House, badge: str, wanted: Search) -> None:
    for number, one in enumerate((OFFICER, OTHER, "777777", LEADER), start=1):
        _clip_of(house, number, one)
    officer = house.catalog.officer(badge)
    assert officer is not None
    reach = house.catalog.reach(officer, Scope.UNIT)
    found = [clip.id for clip in house.catalog.search(wanted)]
    survey = house.catalog.survey(wanted, reach)
    cards = [card.clip.id for card in house.catalog.cards(wanted, reach, survey)]
    assert cards == [clip for clip in found if house.catalog.is_within(reach, clip)]
    assert house.catalog.found(wanted, reach, survey, limit=2) == cards[:2]


@pytest.mark.parametrize("wanted", QUESTIONS[:2], ids=["everything", "videos"])
def test_pages_of_one_survey_fit_together_while_clips_come_in(
    house: House, clips: list[str], wanted: Search
) -> None:
    survey = house.catalog.survey(wanted, STATION)
    seen = []
    for skip in range(0, 9, 3):
        page = house.catalog.cards(wanted, STATION, survey, skip=skip, limit=3)
        seen += [card.clip.id for card in page]
        _clip_of(house, 10 + skip, OTHER)
    assert seen == list(reversed(clips))
    assert survey.total == len(clips)
    assert house.catalog.survey(wanted, STATION).total == len(clips) + 3
