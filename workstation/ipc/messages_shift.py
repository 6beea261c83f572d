"""The words of the station's socket about shifts: why nothing was recorded for a while."""

from __future__ import annotations

from workstation.ipc.words import Command


class ExplainGap(Command, frozen=True, tag=True):
    """Why an officer recorded nothing. Answered with ``Done``.

    ``begins`` and ``ends`` are ISO 8601 UTC, at most 24 hours that have passed; ``reason`` is one
    of ``workstation.domain.coverage.SAID_BY_PEOPLE``.
    """

    badge: str
    begins: str
    ends: str
    reason: str
    note: str = ""
