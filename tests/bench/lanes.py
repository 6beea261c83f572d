"""Twenty-four throttled lanes, some of them ill or yanked: nobody else may notice."""

from __future__ import annotations

import resource
import statistics
import time
from typing import TYPE_CHECKING

from drivers import builtin_drivers, open_dock
from drivers.simulated import SimulatedDock
from tests.bench.measure import ROOT, Row, clear
from workstation.devices.profiles import ProfileSet
from workstation.domain.dock import SlotStatus
from workstation.platform.paths import StatePaths
from workstation.platform.settings import Settings, VaultSection
from workstation.station import record
from workstation.station.engine import Engine, EngineParts

if TYPE_CHECKING:
    from pathlib import Path

    from workstation.domain.dock import SlotView

SLOTS = 24
CLIPS = 2
LIMIT_S = 240
BAD = (5, 9)  # one crawls, one can not be listed
FAULTS = "slow_slot=5:0.5&fail_slot=9"
# What people and hardware do in the middle of a copy; the other twenty are measured.
SURPRISED = (3, 8, 13, 19)
SURPRISES = "yank_at=40%25@3&reset_at=30%25@8&stall=13:8&bad_sector=19:1:300000&replug_s=2"
ROUNDS = 3
CALM_MB_S, CALM_MB = 2, 8  # far below what any disk bears: only the neighbours can slow a lane


def run(work: Path) -> list[Row]:
    """Docks at 10 and at 30 MB/s a slot: alone, all well, and with the two bad ones.

    Everything is written and read back, so 24 slots at 30 MB/s want 1.4 GB/s of the disk; where
    it can not, "alone" is out of reach for good lanes too, and only "no bad lanes" tells
    whether they suffer from the bad ones.
    """
    rows = []
    for mb_s, mb in ((10, 32), (30, 64)):
        shape = f"clips={CLIPS}&mb={mb}&mb_s={mb_s}&seed=3&seconds=1&stagger_s=0"
        alone = _rates(work / f"one{mb_s}", f"simulated:?slots=1&{shape}")
        well = _rates(work / f"well{mb_s}", f"simulated:?slots={SLOTS}&{shape}")
        full = _rates(work / f"all{mb_s}", f"simulated:?slots={SLOTS}&{shape}&{FAULTS}", but=BAD)
        name = f"slowest of 22 good lanes at {mb_s} MB/s"
        worst = min(full.values())
        for against, usual in (
            ("alone", statistics.median(alone.values())),
            ("no bad lanes", min(well.values())),
        ):
            rows.append(Row("lanes", name, worst / 1e6, "MB/s", against, worst / usual, 0.95))
    rows.append(_surprised(work))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    clear(work)
    peak = Row("lanes", "peak memory of the process", memory, "MB", "512 MB", 512 / memory, 1.0)
    return [*rows, peak]


def _surprised(work: Path) -> Row:
    """A yank, a reset that is resumed, a stall and a bad sector, beside the same dock without."""
    shape = f"slots={SLOTS}&clips=3&mb={CALM_MB}&mb_s={CALM_MB_S}&seed=4&seconds=1&stagger_s=0"
    worst, ratios = [], []
    for number in range(ROUNDS):  # in turn, so that the machine's moods hit both alike
        calm = work / f"calm{number}"
        well = _rates(calm, f"simulated:?{shape}", but=SURPRISED)
        ill = _rates(work / f"ill{number}", f"simulated:?{shape}&{SURPRISES}", but=SURPRISED)
        worst.append(min(ill.values()))
        ratios.append(min(ill.values()) / min(well.values()))
    name = "slowest of 20 lanes beside a yank, a reset, a stall and a bad sector"
    rate, ratio = statistics.median(worst) / 1e6, statistics.median(ratios)
    return Row("lanes", name, rate, "MB/s", "none of it", ratio, 0.95)


def _rates(state: Path, url: str, but: tuple[int, ...] = ()) -> dict[int, float]:
    """Bytes per second of each good lane from its start to its end."""
    paths = StatePaths(state)
    settings = Settings(vault=VaultSection(min_free_mb=0, sm3=False))
    record.initialise(paths, settings)
    profiles = ProfileSet.load([ROOT / "resources" / "profiles"])
    cache = ROOT / "build" / "footage"
    dock = open_dock(url, profiles=profiles, cache_directory=cache)
    parts = EngineParts(builtin_drivers(profiles), [dock], probe_media=False)
    if isinstance(dock, SimulatedDock):
        dock.prepare()
    engine = Engine(paths, settings, parts)
    engine.start()
    try:
        return _await(engine, but)
    finally:
        engine.stop()


def _await(engine: Engine, but: tuple[int, ...]) -> dict[int, float]:
    deadline = time.monotonic() + LIMIT_S
    while time.monotonic() < deadline:
        good = [view for view in engine.dock_view().slots if view.slot not in but]
        if good and all(view.ended_at for view in good):
            return {view.slot: _rate(view) for view in good}
        time.sleep(0.1)
    raise TimeoutError([view.status for view in engine.dock_view().slots])


def _rate(view: SlotView) -> float:
    if view.status is not SlotStatus.DONE or view.started_at is None or view.ended_at is None:
        raise ValueError(view)
    return view.bytes_done / (view.ended_at - view.started_at).total_seconds()
