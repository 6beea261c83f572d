"""Commands about keeping and destroying. ``first`` is whose PIN a trusted process brings.

A screen's person is whoever is signed in; a process that speaks for itself must prove somebody,
since one person queues a destruction and another confirms it.
"""

from __future__ import annotations

import msgspec

from workstation.ipc.words import Command, Proved, Result  # noqa: TC001


class QueueDestruction(Command, frozen=True, tag=True):
    """Queue all clips that no rule keeps. Answered with ``DestructionQueued``."""

    first: Proved | None = None


class ConfirmDestruction(Command, frozen=True, tag=True):
    """The second person's word, after the waiting time. Answered with ``DestructionEnded``."""

    destruction: str
    first: Proved | None = None


class CancelDestruction(Command, frozen=True, tag=True):
    """Take a destruction off the queue. Answered with ``Done``."""

    destruction: str
    first: Proved | None = None


class AdoptPolicy(Command, frozen=True, tag=True):
    """Put a retention policy (TOML) into force. ``Done``.

    A policy that shortens a rule needs ``second``: another person, with ``witness``.
    """

    text: str
    first: Proved | None = None
    second: Proved | None = None


class TryPolicy(Command, frozen=True, tag=True):
    """What a retention policy (TOML) would change; changes nothing. ``PolicyTried``."""

    text: str


class DestructionQueued(Result, frozen=True, tag=True):
    """Waiting now; without a name there was nothing to queue."""

    destruction: str | None
    clips: int


class DestructionEnded(Result, frozen=True, tag=True):
    """Over, with a certificate."""

    destruction: str
    destroyed: int
    spared: int


class ClipChange(msgspec.Struct, frozen=True):
    """A clip that could go earlier; days are ISO dates (UTC), empty where it is kept for ever."""

    clip: str
    size_bytes: int
    before: str
    after: str
    goes_now: bool


class PolicyTried(Result, frozen=True, tag=True):
    """How many clips could go earlier, later, or at once, and whether a second person is needed.

    ``shortens`` names the first clips of those that could go earlier.
    """

    unchanged: int
    shortened: int
    lengthened: int
    goes_now: int
    frees_now_bytes: int
    needs_second: bool
    shortens: tuple[ClipChange, ...] = ()


RetentionCommand = (
    QueueDestruction | ConfirmDestruction | CancelDestruction | AdoptPolicy | TryPolicy
)
RetentionResult = DestructionQueued | DestructionEnded | PolicyTried
