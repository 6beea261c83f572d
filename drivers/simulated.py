"""A dock full of recorders that do not exist: for demos, load tests and rehearsed disasters."""

from __future__ import annotations

import errno
import logging
import os
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import workstation
from workstation.devices.api import Departure, Match, Sighting
from workstation.devices.card import open_card
from workstation.devices.simulation.cards import card_of
from workstation.devices.simulation.families import owner_of
from workstation.devices.simulation.faults import Bay, SimulatedSession
from workstation.devices.simulation.plan import SCHEME, SlotPlan
from workstation.devices.simulation.shelf import Shelf
from workstation.devices.simulation.url import parse_dock, parse_slot
from workstation.domain.errors import RecorderGoneError, RecorderUnreadableError
from workstation.platform.clock import SystemClock
from workstation.platform.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future

    from workstation.devices.profiles import ProfileSet
    from workstation.devices.simulation.cards import Card
    from workstation.platform.clock import Clock

logger = logging.getLogger(__name__)

BAY_PROPERTY = "simulated.bay"
_WRITERS = 2  # cards made at the same time
_TICK_S = 0.05  # how late a departure may be noticed
_WRITER_MODULE = "workstation.devices.simulation.writing"


class SimulatedDriver:
    """Reads what a ``SimulatedDock`` announces."""

    name = "simulated"

    def __init__(self, profiles: ProfileSet) -> None:
        self._profiles = profiles

    def match(self, sighting: Sighting) -> Match:
        """Sure of our own scheme, blind to all others."""
        return Match.EXACT if sighting.scheme == SCHEME else Match.NO

    @contextmanager
    def open(self, sighting: Sighting) -> Iterator[SimulatedSession]:
        """Open and identify.

        Raises:
            RecorderGoneError: it was pulled out meanwhile.
            RecorderUnreadableError: the plan says ``fail_slot``.
            BadDockUrlError: the sighting's source is none of ours.
        """
        plan = parse_slot(sighting.source)
        bay = Bay(Path(sighting.properties.get(BAY_PROPERTY, "")))
        if BAY_PROPERTY not in sighting.properties:
            raise RecorderGoneError(source=sighting.source, reason="no_bay")
        bay.check()
        if plan.has("fail_slot"):
            raise RecorderUnreadableError(source=sighting.source, errno=errno.EIO)
        mounted = replace(sighting, source=str(bay.path), scheme="card")
        with open_card(mounted, self._profiles) as card:
            yield SimulatedSession(card, plan, bay)


@dataclass(slots=True)
class _Slot:
    """One bay as the dock's thread sees it."""

    plan: SlotPlan
    not_before_s: float
    card: Future[Path | None]
    bay: Bay | None = None
    plugged_s: float = 0.0


class SimulatedDock:
    """Plugs recorders in and out as its URL says (``Dock``).

    Cards are made in child processes while the first recorders are docked already; a child
    that fails leaves its bay empty, which is logged.
    """

    def __init__(self, url: str, cache_directory: Path, clock: Clock | None = None) -> None:
        """Read the URL.

        Args:
            url: ``simulated:?…``, see ``docs/simulated-dock.md``.
            cache_directory: Where cards are kept between runs; created when needed.
            clock: What ``day=yesterday`` counts from.

        Raises:
            BadDockUrlError: a part of the URL is not understood.
        """
        self._clock = clock or SystemClock()
        self._plan = parse_dock(url, self._clock.now().astimezone().date())
        self._shelf = Shelf(cache_directory / "cards")
        self._runs = cache_directory / "bays"
        self._run = self._runs / f"{os.getpid()}-{new_id()}"
        self._later_cards = Shelf(self._run / "cards")
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._began_s = 0.0

    @property
    def url(self) -> str:
        return self._plan.url

    @property
    def slots(self) -> int:
        return self._plan.slots

    @property
    def ports(self) -> dict[str, int]:
        """Which port is which bay, for the slot map."""
        return {_port(number): number for number in range(1, self.slots + 1)}

    def start(self, announce: Callable[[Sighting | Departure], None]) -> None:
        """Begin to plug recorders in; returns at once."""
        self._thread = threading.Thread(
            target=self._live, args=(announce,), name="simulated-dock", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """End the announcements. Recorders stay plugged, so what is being read can end well."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def prepare(self) -> None:
        """Make every card now and wait for it: for measurements that must not include that."""
        with ThreadPoolExecutor(_WRITERS) as pool:
            list(pool.map(self._card_for, self._first_plans()))

    def pull(self, slot: int) -> None:
        """Take the recorder out of a bay by hand; it comes back after ``replug_s``."""
        for path in self._run.glob(f"{slot:02d}.*"):
            Bay(path).pull()

    def _live(self, announce: Callable[[Sighting | Departure], None]) -> None:
        self._tidy()
        self._run.mkdir(parents=True)
        began_s = time.monotonic()
        pool = ThreadPoolExecutor(_WRITERS, thread_name_prefix="simulated-cards")
        self._began_s = began_s
        slots = [
            _Slot(plan, began_s + index * self._plan.stagger_s, pool.submit(self._card_for, plan))
            for index, plan in enumerate(self._first_plans())
        ]
        while not self._stopping.is_set():
            for slot in slots:
                self._step(slot, announce, pool)
            self._stopping.wait(_TICK_S)
        pool.shutdown(cancel_futures=True)

    def _first_plans(self) -> list[SlotPlan]:
        plans = (SlotPlan(self._plan, number) for number in range(1, self.slots + 1))
        return [plan for plan in plans if not plan.has("empty")]

    def _step(
        self,
        slot: _Slot,
        announce: Callable[[Sighting | Departure], None],
        pool: ThreadPoolExecutor,
    ) -> None:
        """Move one bay on by what is due."""
        now_s = time.monotonic()
        if slot.bay is None:
            if slot.card.done() and now_s >= slot.not_before_s:
                self._plug(slot, announce)
            return
        cycle_s = self._plan.cycle_s
        is_over = cycle_s is not None and now_s >= slot.plugged_s + cycle_s
        hub_gone_s, ready_s = slot.plan.hub_gone_s, slot.plan.ready_after_s
        if is_over or (hub_gone_s is not None and now_s >= self._began_s + hub_gone_s):
            slot.bay.pull()
        elif slot.plan.not_ready_code and ready_s is not None:
            if now_s >= slot.plugged_s + ready_s:  # the same thing, now readable: no departure
                self._dock_again(slot, now_s, pool)
            return
        if slot.bay.is_plugged:
            return
        announce(Departure(_port(slot.plan.slot)))
        if slot.plan.cycle > 1 and is_over:
            self._later_cards.discard(card_of(slot.plan))
        back_after_s = self._plan.replug_s if is_over else slot.plan.back_after_s
        slot.plan = replace(slot.plan, cycle=slot.plan.cycle + is_over)
        self._dock_again(slot, now_s + back_after_s, pool)

    def _dock_again(self, slot: _Slot, not_before_s: float, pool: ThreadPoolExecutor) -> None:
        """The next docking in this bay, once its card is made."""
        slot.bay = None
        slot.plan = replace(slot.plan, docking=slot.plan.docking + 1)
        slot.not_before_s = not_before_s
        slot.card = pool.submit(self._card_for, slot.plan)

    def _plug(self, slot: _Slot, announce: Callable[[Sighting | Departure], None]) -> None:
        tree = slot.card.result()
        if tree is None:
            slot.not_before_s = float("inf")
            return
        slot.bay = Bay(self._run / f"{slot.plan.slot:02d}.{slot.plan.docking}")
        slot.bay.plug(tree)
        slot.plugged_s = time.monotonic()
        announce(_sighting(slot.plan, slot.bay))

    def _card_for(self, plan: SlotPlan) -> Path | None:
        """The tree to mount; None where it could not be made."""
        if plan.not_ready_code or plan.has("fail_slot"):
            return self._runs  # nothing of it is ever read
        card = card_of(plan)
        shelf = self._shelf if plan.cycle == 1 else self._later_cards
        try:
            return shelf.find(card) or self._have_written(plan, card, shelf)
        except OSError as error:
            logger.error("card not made slot=%d errno=%s", plan.slot, error.errno)  # noqa: TRY400 - the number says it all
            return None

    def _have_written(self, plan: SlotPlan, card: Card, shelf: Shelf) -> Path | None:
        shelf.directory.mkdir(parents=True, exist_ok=True)
        top = str(Path(workstation.__file__).parents[1])
        paths = os.pathsep.join(filter(None, (top, os.environ.get("PYTHONPATH"))))
        command = [sys.executable, "-m", _WRITER_MODULE, str(shelf.directory), plan.url]
        with subprocess.Popen(  # noqa: S603 - our own module, arguments of our own making
            command, env={**os.environ, "PYTHONPATH": paths}, stdin=subprocess.DEVNULL
        ) as child:
            while child.poll() is None:
                if self._stopping.wait(_TICK_S):
                    child.kill()
        if child.returncode and not self._stopping.is_set():
            logger.error("card not made slot=%d status=%d", plan.slot, child.returncode)
        return shelf.find(card)

    def _tidy(self) -> None:
        """Drop what runs left behind whose process is no more, and cards nobody uses."""
        self._shelf.prune(self._clock.now())
        for run in self._runs.glob("*-*"):
            if not Path("/proc", run.name.partition("-")[0]).exists():
                shutil.rmtree(run, ignore_errors=True)


def _port(slot: int) -> str:
    return f"{SCHEME}:{slot}"


def _sighting(plan: SlotPlan, bay: Bay) -> Sighting:
    if plan.not_ready_code:
        return Sighting(
            port=_port(plan.slot),
            source="",
            scheme="usb",
            vendor_id=0x1209,  # open-source test ids: a charger's, no recorder's
            product_id=0x0001,
            ready=False,
            state_code=plan.not_ready_code,
        )
    return Sighting(
        port=_port(plan.slot),
        source=plan.url,
        scheme=SCHEME,
        label=owner_of(plan.dock.seed, plan.slot).serial,
        state_code="medium.dirty" if plan.has("dirty") else "",
        properties={BAY_PROPERTY: str(bay.path)},
    )
