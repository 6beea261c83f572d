"""Twenty thousand photos of 200 kB: durable intake against ``cp -r`` and ``sha256sum``.

Nothing is deleted before the end, which takes 36 GB of disk: for a minute ext4 passes over the
inodes of deleted files one by one when it makes new ones, and so would measure the clearing.
"""

from __future__ import annotations

import json
import os
import subprocess
from itertools import count
from typing import TYPE_CHECKING

from tests.bench.measure import MAIN, Row, clear, paired_ratio, rounds, seconds, shell, warm

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PHOTOS = 20_000
PHOTO_BYTES = 200_000
PER_FOLDER = 500
ROUNDS = 2


def run(work: Path) -> list[Row]:
    """Measure with SHA-256 alone and with SM3 as well."""
    card = work / "card"
    _make(card)
    fresh = (work / f"target{number}" for number in count())

    def copy_and_sum(target: Path) -> None:
        shell(["cp", "-r", str(card), str(target)])()
        shell(["sh", "-c", f"find {target} -type f -print0 | xargs -0 sha256sum"])()

    def copy_sum_and_sync(target: Path) -> None:
        copy_and_sum(target)
        shell(["sync", "-f", str(work)])()

    def timed(run: Callable[[Path], None]) -> float:
        target = next(fresh)
        warm(card)
        return seconds(lambda: run(target))

    times = rounds(
        {
            "cp -r + sha256sum": lambda: timed(copy_and_sum),
            "cp -r + sha256sum + sync": lambda: timed(copy_sum_and_sync),
            "collect, sha256": lambda: _collect(card, next(fresh), with_sm3=False),
            "collect, sha256+sm3": lambda: _collect(card, next(fresh), with_sm3=True),
        },
        ROUNDS,
    )
    rows = []
    for ours in ("collect, sha256", "collect, sha256+sm3"):
        for against in ("cp -r + sha256sum", "cp -r + sha256sum + sync"):
            ratio = paired_ratio(times[against], times[ours])
            goal = 1.0 if ours == "collect, sha256" else None
            rate = PHOTOS / min(times[ours])
            rows.append(Row("photos", ours, rate, "files/s", against, ratio, goal))
    clear(work)
    return rows


def _make(card: Path) -> None:
    for folder in range(PHOTOS // PER_FOLDER):
        directory = card / f"{folder:03d}"
        directory.mkdir(parents=True)
        for number in range(PER_FOLDER):
            (directory / f"{number:04d}.jpg").write_bytes(os.urandom(PHOTO_BYTES))


def _collect(card: Path, target: Path, *, with_sm3: bool) -> float:
    target.mkdir()
    settings = f"[vault]\nsm3 = {str(with_sm3).lower()}\nmin_free_mb = 0\n"
    (target / "evidock.toml").write_text(settings)
    base = ["--state", str(target), "--json"]
    shell([*MAIN, "init", "--non-interactive", *base])()
    warm(card)
    done = subprocess.run([*MAIN, "collect", *base, str(card)], check=True, capture_output=True)
    return float(json.loads(done.stdout)["totals"]["seconds"])
