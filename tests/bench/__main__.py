"""Run the benches named on the command line, or all; print a table, leave JSON behind."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench import (
    catalog,
    centre,
    directory,
    frames,
    intake,
    lanes,
    ledger,
    photos,
    rig,
    search,
)
from tests.bench.measure import ROOT, print_table, save

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.bench.measure import Row

BENCHES: dict[str, Callable[[Path], list[Row]]] = {
    "intake4": lambda work: intake.run(work, 4),
    "intake8": lambda work: intake.run(work, 8),
    "photos": photos.run,
    "lanes": lanes.run,
    "catalog": catalog.run,
    "ledger": ledger.run,
    "search": search.run,
    "centre": centre.run,
    "directory": directory.run,
    "frames": frames.run,
    "rig": rig.run,
}


def main() -> int:
    """Run and report; the exit code says whether every goal holds."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("names", nargs="*", choices=[*BENCHES, []], help="default: all")
    parser.add_argument("--where", type=Path, default=ROOT / "build", help="on the disk to measure")
    parser.add_argument("--json", type=Path, default=ROOT / "build" / "bench.json")
    chosen = parser.parse_args()
    chosen.where.mkdir(parents=True, exist_ok=True)
    rows: list[Row] = []
    for name in chosen.names or BENCHES:
        sys.stderr.write(f"{name} …\n")
        with tempfile.TemporaryDirectory(dir=chosen.where) as work:
            measured = BENCHES[name](Path(work) / name)
        print_table(measured)
        rows += measured
        save(rows, chosen.json)
    return 0 if all(row.holds is not False for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
