"""What drivers of recorders in vendor mode share: who is meant, which password, what time."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from workstation.devices.api import ClockReading, Match
from workstation.devices.ga947 import PASSWORD_FACTORY
from workstation.devices.profiles import inquiry_text, usb_text
from workstation.domain.errors import PasswordMissingError, PasswordRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from workstation.devices.api import Sighting
    from workstation.devices.locked import LockedDriver, Passwords
    from workstation.devices.profile_schema import VendorModeRule
    from workstation.devices.profiles import ProfileSet

MAX_TRIES = 2  # the present password and the one before; more would be guessing
_MOMENT = re.compile(r"(\d{4})\D(\d{1,2})\D(\d{1,2})\D+(\d{1,2}):(\d{2}):(\d{2})")


class Family:
    """The profiles that one driver of vendor mode serves."""

    def __init__(self, profiles: ProfileSet, driver: str) -> None:
        self._rules: list[tuple[str, VendorModeRule]] = [
            (profile.key, rule)
            for profile in profiles
            if (rule := profile.file.vendor_mode) is not None and rule.driver == driver
        ]

    def match(self, sighting: Sighting) -> Match:
        """FAMILY where a profile names the USB id or the inquiry, EXACT where both."""
        usb, inquiry = usb_text(sighting), inquiry_text(sighting)
        best = max(
            ((usb in rule.usb) + (inquiry in rule.inquiry) for _, rule in self._rules), default=0
        )
        return (Match.NO, Match.FAMILY, Match.EXACT)[best]

    def profile_of(self, sighting: Sighting) -> str:
        """The key of the profile that fits best; of the first where none names this recorder."""
        usb, inquiry = usb_text(sighting), inquiry_text(sighting)
        best = max(self._rules, key=lambda one: (usb in one[1].usb) + (inquiry in one[1].inquiry))
        return best[0]

    def rule(self, profile: str) -> VendorModeRule:
        """What the profile of this key says; ``KeyError`` where it is none of this driver's."""
        return dict(self._rules)[profile]

    def log_in(
        self, profile: str, passwords: Passwords, attempt: Callable[[str], bool]
    ) -> tuple[str, ...]:
        """Try the station's passwords, at most two; the findings about the accepted one.

        Raises:
            PasswordMissingError: none is set; nothing was tried.
            PasswordRefusedError: all were refused.
        """
        known = tuple(passwords.of(profile))[:MAX_TRIES]
        if not known:
            raise PasswordMissingError(profile=profile)
        for password in known:
            if attempt(password):
                return self.findings(profile, password)
        raise PasswordRefusedError(profile=profile, tries=len(known))

    def findings(self, profile: str, password: str) -> tuple[str, ...]:
        """``password.factory`` where the recorder still has the one it was delivered with."""
        factory = next(rule.factory for key, rule in self._rules if key == profile)
        return (PASSWORD_FACTORY,) if password in factory else ()


def candidates(drivers: Iterable[LockedDriver], sighting: Sighting) -> list[LockedDriver]:
    """The drivers to try, the surest first; equally sure ones in their order.

    One USB id may belong to several families (every Android recorder looks like a phone),
    so a driver that finds a stranger raises ``UnknownRecorderError`` and the next one tries.
    """
    sure = [(driver.match(sighting), driver) for driver in drivers]
    sure.sort(key=lambda one: one[0], reverse=True)
    return [driver for match, driver in sure if match is not Match.NO]


def moment_of(text: str) -> datetime:
    """A recorder's local time as text, in this machine's zone.

    Accepts any separators and one-digit hours. Midnight written as 24:mm:ss (Java's "kk") is
    the first hour of the date it stands with.

    Raises:
        ValueError: it is no time.
    """
    found = _MOMENT.search(text)
    if found is None:
        raise ValueError(text)
    year, month, day, hour, minute, second = (int(part) for part in found.groups())
    hour = 0 if hour == 24 else hour
    try:
        return datetime(year, month, day, hour, minute, second).astimezone()
    except OverflowError as error:  # the first or last day of the calendar, in another zone
        raise ValueError(text) from error


def clock_reading(
    told: datetime, resolution_s: float, now: datetime, took_s: float
) -> ClockReading:
    """Compare a time that the recorder told with the station's.

    Args:
        told: what it said, cut down to its resolution.
        resolution_s: of what it said; on average half of that is missing.
        now: the station's time when it was asked.
        took_s: from asking to the answer; the recorder looked at its clock somewhere between.
    """
    middle_s = (told - now).total_seconds() + resolution_s / 2 - took_s / 2
    return ClockReading(
        offset_s=round(middle_s, 3),
        uncertainty_s=round(resolution_s / 2 + took_s / 2, 3),
        source="device",
    )
