"""Sync killed anywhere, any number of times: nothing lost, nothing twice, no gap, no half."""

from __future__ import annotations

import random
import signal
import subprocess
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.fakes.filled_station import FilledStation, LedgerStation, content_of
from tests.integration.sync.rig import check_complete, check_published, once, start
from workstation.platform.failpoints import NAMES

if TYPE_CHECKING:
    from pathlib import Path

PLACES = [name for name in NAMES if name.startswith("sync.")]
SIZES = [0, 70_000, 3_000_001]


@pytest.mark.parametrize("passage", [1, 3])
@pytest.mark.parametrize("name", PLACES)
def test_killed_at_a_failpoint_and_started_again(tmp_path: Path, name: str, passage: int) -> None:
    store = tmp_path / "central"
    with closing(FilledStation(tmp_path / "state")) as filled, LedgerStation(filled) as served:
        filled.collect([content_of(seed, size + 1) for seed, size in enumerate(SIZES)])
        assert once(filled.paths.root, store, f"{name}@{passage}=kill") == -signal.SIGKILL
        check_published(store, filled.clips)
        assert once(filled.paths.root, store) == 0
        check_complete(store, filled)
        assert served.fresh_receipts == len(SIZES)


def test_killed_at_every_failpoint_one_after_another(tmp_path: Path) -> None:
    store = tmp_path / "central"
    with closing(FilledStation(tmp_path / "state")) as filled, LedgerStation(filled) as served:
        filled.collect([content_of(seed, 200_000 + seed) for seed in range(6)])
        for name in [*PLACES, *reversed(PLACES)]:
            assert once(filled.paths.root, store, f"{name}=kill") in {0, -signal.SIGKILL}
            check_published(store, filled.clips)
        assert once(filled.paths.root, store) == 0
        check_complete(store, filled)
        assert served.fresh_receipts == len(filled.clips)


def _kill_at_random(tmp_path: Path, seed: int, rounds: int) -> int:
    """Kill ``rounds`` sync processes, each somewhere; how many were still at work."""
    store = tmp_path / "central"
    chance = random.Random(seed)
    killed = 0
    with closing(FilledStation(tmp_path / "state")) as filled, LedgerStation(filled) as served:
        filled.paths.settings.write_text("[sync]\nrate_limit_mb_s = 20.0\n", "utf-8")
        for number in range(rounds):
            filled.collect([content_of(number * 10 + nth, 9_000_000) for nth in range(2)])
            with start(filled.paths.root, store, "once") as child:
                try:
                    child.wait(0.3 + chance.random() * 1.2)
                except subprocess.TimeoutExpired:
                    child.kill()
            killed += child.returncode == -signal.SIGKILL
            check_published(store, filled.clips)
        assert once(filled.paths.root, store) == 0
        check_complete(store, filled)
        assert served.fresh_receipts == len(filled.clips)
    return killed


def test_killed_at_random_moments(tmp_path: Path) -> None:
    assert _kill_at_random(tmp_path, seed=1, rounds=6) > 0


@pytest.mark.nightly
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(10))
def test_killed_at_random_moments_all_night(tmp_path: Path, seed: int) -> None:
    assert _kill_at_random(tmp_path, seed, rounds=30) > 0
