"""Fetch what the centre published, and hand it to the station, which judges it."""

from __future__ import annotations

import logging
import random
import time
import zlib
from typing import TYPE_CHECKING

from sync.feed.keys import HEAD_KEY, agency_key_key, delta_key, snapshot_key
from sync.layout import signature_key
from workstation.domain.errors import (
    IntegrityError,
    OperatorError,
    ProtocolError,
    StationNotRunningError,
    StoreUnavailableError,
    TransientError,
    UsageError,
)
from workstation.domain.errors_directory import DirectoryDamagedError, DirectorySignatureError
from workstation.ipc.client import RemoteError
from workstation.ipc.messages_directory import (
    DirectoryTaken,
    DirectoryWanted,
    TakeAgencyKey,
    TakeHead,
    TakePart,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sync.feed.places import FeedPlace
    from workstation.domain.errors import StationError
    from workstation.ipc.messages import AnyCommand
    from workstation.ipc.messages_directory import WantedPart
    from workstation.ipc.words import Result

    Give = Callable[[AnyCommand], Result]

logger = logging.getLogger(__name__)

# How often the list is asked for (an unchanged one costs one request), and how far apart the
# stations of a city spread.
PERIOD_S = 60.0
JITTER = 0.25


class Fetched:
    """What one look came to."""

    def __init__(self) -> None:
        self.is_new = False
        self.applied: dict[str, int] = {}  # kind to number of changes
        self.trouble: StationError | None = None


class Fetching:
    """Looks at one place. ``give`` gives the station a command; it raises what that ends with."""

    def __init__(self, place: FeedPlace, give: Give) -> None:
        self._place = place
        self._give = give
        self._mark = ""

    def run(self) -> Fetched:
        """Look once, and take what is new. What can not be taken does not stop the rest.

        Raises:
            StoreUnavailableError: the place can not be reached.
            StationNotRunningError: the station can not; nothing is missed.
        """
        done = Fetched()
        found = self._place.poll(HEAD_KEY, self._mark)
        if found is None or found.content is None:
            return done
        done.is_new = True
        try:
            wanted = self._take_head(found.content)
        except (IntegrityError, OperatorError, UsageError, RemoteError) as error:
            done.trouble = error
            return done
        for part in wanted:
            try:
                done.applied[part.kind] = self._take_part(part)
            except (IntegrityError, OperatorError, UsageError, RemoteError) as error:
                done.trouble = done.trouble or error
        if done.trouble is None:  # else it is all looked at again
            self._mark = found.mark
        return done

    def _take_head(self, envelope: bytes) -> tuple[WantedPart, ...]:
        """Offer the list; where another key signed it, first whatever keys came after ours."""
        try:
            return self._offer(envelope)
        except (RemoteError, DirectorySignatureError) as error:
            if error.code != DirectorySignatureError.code or not self._take_keys():
                raise
        return self._offer(envelope)

    def _offer(self, envelope: bytes) -> tuple[WantedPart, ...]:
        answer = self._give(TakeHead(envelope))
        if not isinstance(answer, DirectoryWanted):
            raise ProtocolError(reason="unexpected_answer", answer=type(answer).__name__)
        return answer.parts

    def _take_keys(self) -> bool:
        """Hand over every key there is, in order; whether there was any. Known ones pass."""
        number = 2
        while (document := self._place.read(agency_key_key(number))) is not None:
            signature = self._place.read(signature_key(agency_key_key(number)))
            self._give(TakeAgencyKey(number, document, signature or b""))
            number += 1
        return number > 2

    def _take_part(self, part: WantedPart) -> int:
        if part.base:
            delta = self._place.read(delta_key(part.kind, part.rev))
            if delta is not None:
                try:
                    return self._hand_over(part, delta, is_delta=True)
                except (RemoteError, DirectoryDamagedError) as error:
                    if error.code != DirectoryDamagedError.code:
                        raise  # the whole would say the same
        whole = self._place.read(snapshot_key(part.kind, part.rev))
        if whole is None:
            raise StoreUnavailableError(place=self._place.url, reason="missing", kind=part.kind)
        return self._hand_over(part, whole, is_delta=False)

    def _hand_over(self, part: WantedPart, body: bytes, *, is_delta: bool) -> int:
        answer = self._give(TakePart(part.kind, zlib.compress(body), is_delta))
        if not isinstance(answer, DirectoryTaken):
            raise ProtocolError(reason="unexpected_answer", answer=type(answer).__name__)
        logger.info(
            "directory taken kind=%s rev=%d delta=%s changes=%d",
            *(part.kind, part.rev, is_delta, answer.changes),
        )
        return answer.changes


class FeedPoll:
    """Fetches now and then from within the sync process; trouble is told once, and not raised."""

    def __init__(self, fetching: Fetching, tell: Callable[[str, str], None]) -> None:
        self._fetching = fetching
        self._tell = tell
        self._due_s = 0.0
        self._told = ""

    def run(self) -> None:
        """Look, if it is time."""
        if time.monotonic() < self._due_s:
            return
        spread = 1 + JITTER * (2 * random.random() - 1)  # noqa: S311 - spreading, not secrecy
        self._due_s = time.monotonic() + PERIOD_S * spread
        try:
            done = self._fetching.run()
            trouble = done.trouble
        except StationNotRunningError:
            self._due_s = 0.0  # again with the next session
            return
        except (TransientError, OperatorError, UsageError) as error:
            logger.warning("directory not reached: %s", error)
            trouble = error
        else:
            if done.applied:
                self._tell("directory applied", ", ".join(sorted(done.applied)))
        self._say(trouble)

    def _say(self, trouble: StationError | None) -> None:
        text = "" if trouble is None else str(trouble)
        if text and text != self._told:
            logger.warning("directory not taken: %s", text)
            self._tell("directory not taken", text)
        self._told = text
