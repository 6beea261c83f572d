"""Drive one platform: its heartbeat, its queue of files and logs, its failures, nobody else's."""

from __future__ import annotations

import contextlib
import logging
import time
from datetime import datetime
from typing import TYPE_CHECKING

from sync.platforms import numbers
from sync.platforms.api import NamesPeople, ReleasesFiles, TakesTracks
from workstation.domain.errors import StationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync.backoff import Breaker
    from sync.platforms.api import Connector, PlatformUnit
    from sync.platforms.memory import Memory
    from sync.platforms.telling import Telling
    from sync.stopping import StopFlag

logger = logging.getLogger(__name__)

BATCH = 100  # files or log entries in one request
POINTS = 1000  # places in one request
PEOPLE_PERIOD_S = 3600.0
RELEASE_PERIOD_S = 300.0
LOOK_PERIOD_S = 1.0
CLOCK_TOLERANCE_S = 120.0


class Runner:
    """Used by one thread."""

    def __init__(
        self,
        name: str,
        connector: Connector,
        memory: Memory,
        telling: Telling,
        *,
        domain: str,
        heartbeat_s: float,
    ) -> None:
        self._name = name
        self._connector = connector
        self._memory = memory
        self._telling = telling
        self._domain = domain
        self._heartbeat_s = heartbeat_s
        self._beat_at_s = self._people_at_s = self._release_at_s = 0.0

    def run(self, stop: StopFlag, breaker: Breaker) -> None:
        """Until asked to stop; whatever fails is tried again later."""
        self._memory.try_refused_again()
        while not stop.is_set:
            try:
                self.step()
            except StationError as error:
                wait_s = breaker.fail()
                logger.warning("platform waits name=%s wait_s=%.1f: %s", self._name, wait_s, error)
                with contextlib.suppress(StationError):
                    self._memory.ill(error.code, str(error.facts.get("reason", "")))
                stop.wait(wait_s)
            else:
                breaker.reset()
                stop.wait(LOOK_PERIOD_S)

    def step(self) -> None:
        """All there is to say and to ask right now.

        Raises:
            StationError: it stops there; what was said and acknowledged is remembered.
        """
        self._beat()
        self._number()
        self._register()
        self._log()
        if isinstance(self._connector, TakesTracks):
            self._tracks(self._connector)
        if isinstance(self._connector, NamesPeople) and self._is_due(self._people_at_s):
            self._learn(self._connector)
            self._people_at_s = time.monotonic() + PEOPLE_PERIOD_S
        if isinstance(self._connector, ReleasesFiles) and self._is_due(self._release_at_s):
            self._let_go(self._connector)
            self._release_at_s = time.monotonic() + RELEASE_PERIOD_S

    @staticmethod
    def _is_due(at_s: float) -> bool:
        return time.monotonic() >= at_s

    def _beat(self) -> None:
        if not self._is_due(self._beat_at_s):
            return
        theirs = self._connector.beat(self._telling.condition())
        if theirs is not None:
            offset_s = (theirs - datetime.now().astimezone().replace(tzinfo=None)).total_seconds()
            self._memory.clock_is(round(offset_s, 1))
            if abs(offset_s) > CLOCK_TOLERANCE_S:
                logger.info("platform's clock differs name=%s by_s=%.0f", self._name, offset_s)
        self._memory.well()
        self._beat_at_s = time.monotonic() + self._heartbeat_s

    # -- files --------------------------------------------------------------------------

    def _number(self) -> None:
        """Give each new clip its number, for good, before anybody is told."""
        while clips := self._telling.clips_after(self._memory.cursor("clip_seq"), BATCH):
            for clip in clips:
                begins = self._telling.beginning(clip, self._connector, self._domain)
                imported = self._telling.imported_at(clip)
                key = begins + numbers.stamp(imported)
                number = numbers.file_number(begins, imported, self._memory.used(key) + 1)
                self._memory.number(clip.id, clip.seq, key, number)

    def _register(self) -> None:
        while waiting := self._memory.waiting(BATCH):
            files = [self._telling.file(one.clip_id, one.number) for one in waiting]
            verdicts = self._connector.register(files)
            self._memory.judged(verdicts)
            told = verdicts.accepted | verdicts.known | verdicts.refused.keys()
            for number, why in verdicts.refused.items():
                logger.warning("file refused platform=%s number=%s: %s", self._name, number, why)
            if not told & {one.number for one in waiting}:
                return  # it named none of them: the next look asks again

    def _log(self) -> None:
        while True:
            before = self._memory.cursor("line_seq")
            last, entries = self._telling.log_after(before, BATCH)
            if last == before:
                return
            if entries:
                self._connector.log(entries)
            self._memory.advance("line_seq", last)

    def _tracks(self, connector: TakesTracks) -> None:
        while clips := self._telling.clips_after(self._memory.cursor("track_seq"), BATCH):
            for clip in clips:
                track = self._telling.track(clip)
                points = track.points if track is not None else []
                for first in range(0, len(points), POINTS):
                    some = points[first : first + POINTS]
                    connector.tracks(clip.recorder_serial, clip.badge or "", some)
                self._memory.advance("track_seq", clip.seq)

    # -- what comes down ----------------------------------------------------------------

    def _learn(self, connector: NamesPeople) -> None:
        units = list({one.code: one for one in connector.units() if one.code}.values())
        people = [one for one in connector.people() if one.badge]
        parents, loops = tree_of(units)
        self._memory.learn(units, parents, people, loops)

    def _let_go(self, connector: ReleasesFiles) -> None:
        """The platform's word never destroys anything here; it is told what our rules let go."""
        self._memory.release(connector.released())
        released = self._memory.released()
        for first in range(0, len(released), BATCH):
            some = released[first : first + BATCH]
            destroyed = self._telling.destroyed([one.clip_id for one in some])
            gone = [one.number for one in some if one.clip_id in destroyed]
            if gone:
                connector.gone(gone)
                self._memory.gone(gone)


def tree_of(units: Sequence[PlatformUnit]) -> tuple[dict[str, str | None], int]:
    """Whose part each unit is, and how many had to be cut loose.

    A unit above itself, or below one that is not named, stands at the top: real platforms
    deliver both.
    """
    parents: dict[str, str | None] = {one.code: one.parent or None for one in units}
    loops = 0
    for code in sorted(parents):
        parent = parents[code]
        if parent is not None and parent not in parents:
            parents[code] = None
            continue
        seen = {code}
        while parent is not None:
            if parent in seen:
                loops += 1
                parents[code] = None
                break
            seen.add(parent)
            parent = parents.get(parent)
    return parents, loops
