"""What the wall shows of delivery: gathered here, told to the station once a second at most."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sync.deliveries import Backlog
from workstation.domain.dock import UplinkState, UplinkView
from workstation.domain.errors import TransientError
from workstation.platform.rate import Speedometer

if TYPE_CHECKING:
    from collections.abc import Callable

    from sync.deliveries import Deliveries
    from sync.pace.prospect import Prospect
    from sync.station_link import StationLink
    from workstation.domain.errors import StationError
    from workstation.platform.clock import Clock

EXPECT_PERIOD_S = 30.0
LOOK_PERIOD_S = 1.0  # counting the backlog and telling of it


class Uplink:
    """The present ``UplinkView``."""

    def __init__(
        self,
        store_url: str,
        link: StationLink,
        clock: Clock,
        expect: Callable[[], Prospect],
    ) -> None:
        self._expect = expect
        self._expect_at_s = 0.0
        self._link = link
        self._clock = clock
        self._speed = Speedometer()
        self._backlog = Backlog()
        self._sent_bytes = 0  # of what the backlog still counts
        self._look_at_s = 0.0
        self._view = UplinkView(state=UplinkState.IDLE, store=store_url)

    def sent(self, size_bytes: int, deliveries: Deliveries) -> None:
        """Bytes went over just now."""
        self._speed.add(size_bytes)
        self._sent_bytes += size_bytes
        if time.monotonic() >= self._look_at_s:
            self.sending(deliveries)

    def sending(self, deliveries: Deliveries) -> None:
        """The store is reached and work goes on."""
        self.look(deliveries)
        state = UplinkState.SENDING if self._backlog.clips else UplinkState.IDLE
        self._tell(replace(self._view, state=state, code=None, next_try_at=None))

    def delivered(self) -> None:
        """A clip is at the store."""
        self._sent_bytes = 0
        self._view = replace(self._view, last_success_at=self._clock.now())

    def reconciled(self, differences: int) -> None:
        """Station and store were compared."""
        self._tell(replace(self._view, differences=differences), at_once=True)

    def rest(self, deliveries: Deliveries, trouble: StationError | None) -> None:
        """Nothing more can be done right now; ``trouble`` is with the receipts."""
        self.look(deliveries)
        if self._backlog.held:
            state, code = UplinkState.HELD, self._backlog.held_code
        else:
            waits = self._backlog.clips and trouble is not None
            state = UplinkState.WAITING if waits else UplinkState.IDLE
            code = trouble.code if trouble is not None else None
        self._tell(replace(self._view, state=state, code=code, next_try_at=None), at_once=True)

    def waiting(self, error: StationError, wait_s: float) -> None:
        """The store fails; it is asked again in ``wait_s``."""
        is_transient = error.exit_code == TransientError.exit_code
        state = UplinkState.WAITING if is_transient else UplinkState.HELD
        at = self._clock.now() + timedelta(seconds=wait_s)
        self._tell(replace(self._view, state=state, code=error.code, next_try_at=at), at_once=True)

    def repeat(self) -> None:
        """Tell a station that came back, or let the rate fall to what it is."""
        self._tell(self._view)

    def off(self) -> None:
        """Sync ends."""
        self._tell(replace(self._view, state=UplinkState.OFF, next_try_at=None), at_once=True)

    def look(self, deliveries: Deliveries) -> None:
        """Count what is left to do."""
        self._look_at_s = time.monotonic() + LOOK_PERIOD_S
        self._backlog = deliveries.backlog()
        self._foresee()
        self._link.report_moving(deliveries.moving())

    def _foresee(self) -> None:
        """Look ahead anew, now and then: a queue of many clips takes a moment."""
        if time.monotonic() < self._expect_at_s:
            return
        self._expect_at_s = time.monotonic() + EXPECT_PERIOD_S
        expected = self._expect()
        self._view = replace(
            self._view,
            ends_at=expected.outlook.ends_at if expected.outlook.left_bytes else None,
            late_clips=len(expected.outlook.late) if expected.rate_bps else 0,
            late_by_s=expected.late_by_s,
            late_bytes=expected.means.late_bytes if expected.means is not None else 0,
        )

    def _tell(self, view: UplinkView, *, at_once: bool = False) -> None:
        left = max(0, self._backlog.size_bytes - self._sent_bytes)
        self._view = replace(
            view,
            pending_clips=self._backlog.clips,
            pending_bytes=left,
            rate_bps=round(self._speed.rate_bps()),
        )
        self._link.report(self._view, at_once=at_once)
