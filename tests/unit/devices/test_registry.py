"""The surest driver wins, and nobody guesses between two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from workstation.devices.api import Match, Sighting
from workstation.devices.registry import Registry
from workstation.domain.errors import DriverTieError, RecorderGoneError, UnknownRecorderError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from workstation.devices.api import RecorderSession

SIGHTING = Sighting("usb-0:1", "/media/a", vendor_id=0x1209, product_id=0xB0D2)


@dataclass(frozen=True)
class Sure:
    """A driver that is as sure as it is told."""

    name: str
    match_is: Match

    def match(self, sighting: Sighting) -> Match:
        return self.match_is if sighting.ready else Match.NO

    def open(self, sighting: Sighting) -> AbstractContextManager[RecorderSession]:
        raise RecorderGoneError(port=sighting.port)


def test_the_surest_wins() -> None:
    family = Sure("family", Match.FAMILY)
    assert Registry([Sure("any", Match.GENERIC), family]).match(SIGHTING) is family


def test_nobody_answers_for_an_unknown_recorder() -> None:
    with pytest.raises(UnknownRecorderError) as caught:
        Registry([Sure("none", Match.NO)]).match(SIGHTING)
    assert caught.value.facts["usb"] == "1209:b0d2"


def test_two_that_are_equally_sure_are_a_mistake() -> None:
    with pytest.raises(DriverTieError) as caught:
        Registry([Sure("b", Match.EXACT), Sure("a", Match.EXACT)]).match(SIGHTING)
    assert caught.value.facts["drivers"] == "a, b"


def test_two_drivers_of_one_name_are_found_at_start() -> None:
    with pytest.raises(DriverTieError):
        Registry([Sure("a", Match.NO), Sure("a", Match.EXACT)]).check()


def test_a_tie_over_a_profile_is_found_at_start() -> None:
    registry = Registry([Sure("b", Match.EXACT), Sure("a", Match.EXACT)])
    registry.check()
    with pytest.raises(DriverTieError):
        registry.check([SIGHTING])


def test_a_profile_that_nobody_answers_for_is_no_mistake() -> None:
    Registry([Sure("a", Match.NO)]).check([SIGHTING])
