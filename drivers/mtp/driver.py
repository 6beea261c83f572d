"""The driver for recorders that show their files by MTP."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from drivers.mtp.link import Link
from drivers.mtp.session import MtpSession, MtpSessionWithBattery
from drivers.mtp.store import Store
from workstation.devices.api import Match
from workstation.devices.identity import UNKNOWN, identify, survey
from workstation.devices.profiles import usb_text
from workstation.domain.errors import RecorderGoneError, RecorderLockedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workstation.devices.api import Sighting
    from workstation.devices.profiles import ProfileSet

# A serial number that tells somebody apart: not empty, not all one digit.
_TELLS = re.compile(r"(?!(.)\1*$)[0-9A-Za-z._:-]{4,64}")


class MtpDriver:
    """Answers for whatever has an MTP interface; surer where a profile knows the ids.

    No list of models decides: no recorder's id is in any public list, and what calls one of its
    interfaces MTP is taken at its word (``usb_bus``).
    """

    name = "mtp"

    def __init__(self, profiles: ProfileSet) -> None:
        self._profiles = profiles

    def match(self, sighting: Sighting) -> Match:
        """FAMILY where a profile names the USB id, else GENERIC."""
        if sighting.scheme != "mtp" or not sighting.ready or not sighting.source:
            return Match.NO
        knows_usb, _ = self._profiles.of_usb(usb_text(sighting), "")
        return Match.FAMILY if knows_usb else Match.GENERIC

    @contextmanager
    def open(self, sighting: Sighting) -> Iterator[MtpSession]:
        """Open and identify, in a process of its own.

        Raises:
            RecorderLockedError: it shows no storage: its screen is locked, or the person who
                holds it has not allowed access to files yet.
            RecorderGoneError: it left meanwhile.
            RecorderProtocolError: it does not answer as MTP devices do.
            DriverMissingError: libmtp is not installed.
            DriverCrashedError: libmtp crashed over it.
        """
        if not sighting.ready or not sighting.source:
            raise RecorderGoneError(port=sighting.port, state=sighting.state_code)
        link = Link(sighting)
        try:
            storages = link.storages
            if not storages:
                raise RecorderLockedError(port=sighting.port, model=link.names["model"])
            yield self._session(link, _with_volume(sighting, storages[0]["volume"]))
        finally:
            link.close()

    def _session(self, link: Link, sighting: Sighting) -> MtpSession:
        store = Store(link)
        hints = survey(store, sighting, self._profiles)
        profile = self._profiles.choose(hints)
        identity = identify(store, sighting, profile, hints)
        serial = link.names["serial"]
        if identity.provenance["serial"] in {"device", "path"} and _TELLS.fullmatch(serial):
            identity = replace(
                identity,
                serial=serial,
                provenance={**identity.provenance, "serial": "device"},
                findings=tuple(code for code in identity.findings if code != UNKNOWN),
            )
        kind = MtpSession if link.ask("battery") is None else MtpSessionWithBattery
        return kind(link, store, profile, identity)


def _with_volume(sighting: Sighting, volume: str) -> Sighting:
    """Put a storage's ``VolumeIdentifier`` where a card has the id of its file system.

    It is a machine's number (MTP 1.1, 5.2.2), nothing that anybody wrote there: no label.
    """
    known = {"ID_FS_UUID": volume} if volume else {}
    return replace(sighting, label="", properties={**sighting.properties, **known})
