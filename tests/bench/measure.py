"""How the benches time, compare and print."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).parents[2]
MAIN = [sys.executable, str(ROOT / "main.py")]


@dataclass(frozen=True, slots=True)
class Row:
    """One measured thing: megabytes (decimal) or items per second, and what it is held against.

    ``ratio`` is ours over theirs, the median of the ratios of paired rounds; ``goal`` is what
    the ratio should be at least, where there is a goal.
    """

    bench: str
    name: str
    value: float
    unit: str
    against: str = ""
    ratio: float | None = None
    goal: float | None = None

    @property
    def holds(self) -> bool | None:
        """Whether the goal is met; None where there is none."""
        return None if self.goal is None or self.ratio is None else self.ratio >= self.goal


def seconds(work: Callable[[], object]) -> float:
    """Wall seconds of one call."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def shell(command: Sequence[str]) -> Callable[[], object]:
    """A public tool, run with its output thrown away; a failure is an error of the bench."""

    def work() -> object:
        return subprocess.run(
            list(command), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    return work


def rounds(contestants: dict[str, Callable[[], float]], count: int) -> dict[str, list[float]]:
    """Run all contestants in turn, ``count`` times, so that the machine's moods hit all alike."""
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(count):
        for name, run in contestants.items():
            times[name].append(run())
    return times


def paired_ratio(theirs: Sequence[float], ours: Sequence[float]) -> float:
    """Median of (their seconds / our seconds), round by round: above 1 we are faster."""
    return statistics.median(a / b for a, b in zip(theirs, ours, strict=True))


def fill_random(path: Path, size_bytes: int) -> None:
    """A file of incompressible bytes, left in the page cache."""
    block = os.urandom(1 << 20)
    with path.open("wb") as sink:
        for number in range(-(-size_bytes // len(block))):
            # Each block differs, so that no file system can share them.
            sink.write(number.to_bytes(8, "big") + block[8:])
        sink.truncate(size_bytes)


def warm(tree: Path) -> None:
    """Bring everything under ``tree`` into the page cache."""
    for path in sorted(tree.rglob("*")):
        if path.is_file():
            with path.open("rb", buffering=0) as stream:
                while stream.read(1 << 20):
                    pass


def clear(path: Path) -> None:
    """Throw a tree away and let the disk come to rest."""
    shutil.rmtree(path, ignore_errors=True)
    os.sync()


def print_table(rows: Sequence[Row]) -> None:
    """Say what was measured, one line a row."""
    sys.stdout.write(f"{'bench':<12}{'what':<44}{'value':>10} {'':<8}{'ratio':>7} goal\n")
    for row in rows:
        mark = {True: "ok", False: "MISSED", None: ""}[row.holds]
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        goal = "" if row.goal is None else f">= {row.goal:.2f} {mark}"
        sys.stdout.write(
            f"{row.bench:<12}{row.name:<44}{row.value:>10.1f} {row.unit:<8}{ratio:>7} {goal}"
            f"{'  vs ' + row.against if row.against else ''}\n"
        )
    sys.stdout.flush()


def save(rows: Sequence[Row], out: Path) -> None:
    """Leave all rows behind as JSON."""
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n")
