"""Choose the driver that is surest of a sighting, and refuse to guess between two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.devices.api import Match
from workstation.domain.errors import DriverTieError, UnknownRecorderError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workstation.devices.api import RecorderDriver, Sighting


class Registry:
    """The drivers of this station."""

    def __init__(self, drivers: Iterable[RecorderDriver]) -> None:
        self._drivers = tuple(drivers)

    def match(self, sighting: Sighting) -> RecorderDriver:
        """The surest driver.

        Raises:
            UnknownRecorderError: none answers; the recorder is charged, nothing is read.
            DriverTieError: two are equally sure; facts name them.
        """
        sure = [(driver.match(sighting), driver) for driver in self._drivers]
        best = max((match for match, _ in sure), default=Match.NO)
        if best is Match.NO:
            raise UnknownRecorderError(
                port=sighting.port, usb=f"{sighting.vendor_id:04x}:{sighting.product_id:04x}"
            )
        winners = [driver for match, driver in sure if match is best]
        if len(winners) > 1:
            raise DriverTieError(
                port=sighting.port, drivers=", ".join(sorted(driver.name for driver in winners))
            )
        return winners[0]

    def check(self, probes: Iterable[Sighting] = ()) -> None:
        """Find mistakes before the first recorder does.

        Args:
            probes: sightings as the profiles describe them (``ProfileSet.probes``); each
                must have at most one surest driver.

        Raises:
            DriverTieError: two drivers have one name, or are equally sure of one probe.
        """
        names = [driver.name for driver in self._drivers]
        doubled = sorted({name for name in names if names.count(name) > 1})
        if doubled:
            raise DriverTieError(drivers=", ".join(doubled), reason="same_name")
        for probe in probes:
            try:
                self.match(probe)
            except UnknownRecorderError:
                continue
