"""What the GUI thread sends the station's line to do, and what comes back by the mailbox."""

from __future__ import annotations

import logging
import threading
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workstation.domain.errors import StationError, StationNotRunningError
from workstation.ipc.messages_people import SignedIn, SignOut

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from workstation.events.mailbox import Mailbox
    from workstation.ipc.client import Connection
    from workstation.ipc.messages import AnyCommand
    from workstation.ipc.words import Result

logger = logging.getLogger(__name__)

NOBODY = ""  # ``Request.session`` of a screen at which nobody is signed in


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a command was not carried out, as the station says it."""

    code: str
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Answered:
    """A command's answer, under the name it was asked by; exactly one of both is there."""

    ticket: str
    result: Result | None = None
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """What the catalog holds, under the name it was asked by; None: it can not be read."""

    ticket: str
    found: object


@dataclass(frozen=True, slots=True)
class _Errand:
    ticket: str
    command: AnyCommand | None
    question: Callable[[Any], object] | None  # asked of whatever ``open_catalog`` gave


class Errands:
    """Runs on the link's thread, one after the other, in the order they were sent.

    Keeps the session: what is sent while somebody is signed in is that person's doing.
    """

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._lock = threading.Lock()
        self._waiting: deque[_Errand] = deque()
        self.session = NOBODY

    def ask(self, ticket: str, command: AnyCommand) -> None:
        """Give a command; ``Answered`` follows."""
        with self._lock:
            self._waiting.append(_Errand(ticket, command, None))

    def look(self, ticket: str, question: Callable[[Any], object]) -> None:
        """Ask the catalog; ``Looked`` follows."""
        with self._lock:
            self._waiting.append(_Errand(ticket, None, question))

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def give_up(self) -> None:
        """The station does not answer: everybody who waits is told so."""
        unreachable = Refusal(StationNotRunningError.code, {})
        while (errand := self._next()) is not None:
            if errand.command is not None:
                self._mailbox.post(Answered(errand.ticket, refusal=unreachable))
            else:
                self._mailbox.post(Looked(errand.ticket, None))

    def run_one(self, connection: Connection, catalog: Callable[[], Any]) -> None:
        """Do the next one, if any.

        Raises:
            StationNotRunningError: the station hung up meanwhile.
        """
        errand = self._next()
        if errand is None:
            return
        if errand.command is not None:
            self._give(connection, errand.ticket, errand.command)
        elif errand.question is not None:
            self._look(errand.ticket, errand.question, catalog)

    def _next(self) -> _Errand | None:
        with self._lock:
            return self._waiting.popleft() if self._waiting else None

    def _give(self, connection: Connection, ticket: str, command: AnyCommand) -> None:
        connection.session = self.session
        try:
            result = connection.call(command)
        except StationError as error:
            self._mailbox.post(Answered(ticket, refusal=Refusal(error.code, dict(error.facts))))
            if isinstance(error, StationNotRunningError):
                raise
            return
        finally:
            if isinstance(command, SignOut):
                self.session = NOBODY
        if isinstance(result, SignedIn):
            self.session = result.token
        connection.session = self.session
        self._mailbox.post(Answered(ticket, result))

    def _look(
        self, ticket: str, question: Callable[[Any], object], catalog: Callable[[], Any]
    ) -> None:
        found: object = None
        try:
            found = question(catalog())
        except StationError as error:
            logger.info("catalog can not be read ticket=%s: %s", ticket, error)
        self._mailbox.post(Looked(ticket, found))
