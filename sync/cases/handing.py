"""Hand cases to the station through its socket, some at a time."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from workstation.domain.errors import ProtocolError
from workstation.ipc.messages_casework import CasesTaken, TakeCases

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from workstation.ipc.messages import AnyCommand
    from workstation.ipc.messages_casework import ReportedCase, TakenCase
    from workstation.ipc.words import Result

    Give = Callable[[AnyCommand], Result]

AT_ONCE = 50


def hand_over(
    give: Give, source: str, document: str, content: bytes, cases: Sequence[ReportedCase]
) -> list[TakenCase]:
    """What became of each, in order. ``content`` is what ``document`` held when it was read.

    Raises:
        StationNotRunningError: the station is not there; offering them again is harmless.
        RemoteError: it refused.
    """
    digest = hashlib.sha256(content).hexdigest()
    taken: list[TakenCase] = []
    for first in range(0, len(cases), AT_ONCE):
        some = tuple(cases[first : first + AT_ONCE])
        answer = give(TakeCases(source, document, digest, some))
        if not isinstance(answer, CasesTaken) or len(answer.cases) != len(some):
            raise ProtocolError(reason="unexpected_answer", answer=type(answer).__name__)
        taken += answer.cases
    return taken
