"""Recorders that show themselves as a plain disk, which is nearly all of them once unlocked."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from workstation.devices.api import Match, Sighting
from workstation.devices.card import open_card
from workstation.devices.profiles import inquiry_text, usb_text
from workstation.devices.usb_bus import volume_properties
from workstation.domain.errors import BadDockUrlError, RecorderGoneError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from workstation.devices.api import Departure
    from workstation.devices.card import CardSession
    from workstation.devices.profiles import ProfileSet


class MassStorageDriver:
    """Answers for any mounted card; surer where a profile knows the ids or the label."""

    name = "mass-storage"

    def __init__(self, profiles: ProfileSet) -> None:
        self._profiles = profiles

    def match(self, sighting: Sighting) -> Match:
        """How sure we are.

        USB id and inquiry together are EXACT, one of the two FAMILY. A label alone names a
        family only where the fallback would not do: its form must be one that a maker writes.
        """
        if sighting.scheme != "card" or not sighting.ready or not sighting.source:
            return Match.NO
        usb, inquiry = usb_text(sighting), inquiry_text(sighting)
        knows_usb, knows_inquiry = self._profiles.of_usb(usb, inquiry)
        if knows_usb and knows_inquiry:
            return Match.EXACT
        if knows_usb or knows_inquiry:
            return Match.FAMILY
        label = sighting.label
        if any(profile.fits_label(label) for profile in self._profiles):
            return Match.FAMILY
        return Match.GENERIC

    @contextmanager
    def open(self, sighting: Sighting) -> Iterator[CardSession]:
        """Open and identify the mounted card.

        Raises:
            RecorderGoneError: it left meanwhile, or was never ready.
            RecorderUnreadableError: it is there but can not be listed.
        """
        if not sighting.ready or not sighting.source:
            raise RecorderGoneError(port=sighting.port, state=sighting.state_code)
        with open_card(sighting, self._profiles, erasable=True) as session:
            yield session


class CardDock:
    """``card:/path``: one card that is mounted already, announced once.

    For a card reader beside the dock and for bringing in a card by hand.
    """

    def __init__(self, url: str, path: Path) -> None:
        """Look at the path.

        Raises:
            BadDockUrlError: it is not absolute, or no directory.
        """
        if not path.is_absolute() or not path.is_dir():
            raise BadDockUrlError(url=url, reason="no_directory")
        self._url = url
        self._path = path
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        return self._url

    @property
    def slots(self) -> int:
        return 1

    def start(self, announce: Callable[[Sighting | Departure], None]) -> None:
        """Announce the card from a thread of our own, as every dock does."""
        is_mount = self._path.is_mount()
        sighting = Sighting(
            port=f"path:{self._path}",
            source=str(self._path),
            # A directory on the station's own disk must not take that disk for its identity.
            properties=volume_properties(self._path) if is_mount else {},
        )
        self._thread = threading.Thread(
            target=announce, args=(sighting,), name="dock-card", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Nothing is announced after this."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None
