"""What the driver of a recorder in vendor mode promises: spoken to before its card is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from workstation.devices.api import Match, Sighting
    from workstation.domain.recorder import RecorderIdentity


class Passwords(Protocol):
    """The sealed passwords of this station."""

    def of(self, profile: str) -> Sequence[str]:
        """At most two for a family of recorders, the present one first; empty where none is set.

        Raises:
            SecretsBadError: the sealed file can not be opened.
        """
        ...


class LockedSession(Protocol):
    """An open recorder that does not show its card yet: vendor mode. Used by one thread.

    What else it can do are abilities: ``UnlocksStorage``, ``ReportsBattery``, ``ReadsClock``…
    """

    @property
    def identity(self) -> RecorderIdentity:
        """Provenance ``device``; finding ``password.factory`` where it still has that one."""
        ...


class LockedDriver(Protocol):
    """One family of recorders that must be spoken to before their card can be read."""

    @property
    def name(self) -> str: ...

    def match(self, sighting: Sighting) -> Match:
        """How sure we are; cheap and harmless, sends nothing to the recorder."""
        ...

    def open(
        self, sighting: Sighting, passwords: Passwords
    ) -> AbstractContextManager[LockedSession]:
        """Open, log in with at most two passwords, and identify.

        Raises:
            RecorderGoneError: it left meanwhile.
            UnknownRecorderError: the id is this family's, the answers are not.
            RecorderProtocolError: it answers what we do not understand.
            PasswordMissingError: it wants one and none is set.
            PasswordRefusedError: it refused each of them; it is not asked again.
            DebuggingRefusedError: a person must allow this station on the recorder's screen.
        """
        ...
