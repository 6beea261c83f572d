"""Run targets under a coverage-guided fuzzer: ``python -m tests.fuzz [NAME|all] [SECONDS]``.

What was tried lies in ``build/fuzz/NAME`` and is begun from the next time. An input that broke
something is written to ``tests/fuzz/found/NAME``, which every test run feeds again.
"""

from __future__ import annotations

import argparse
import hashlib
import logging
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOUND = Path(__file__).parent / "found"
CORPUS = ROOT / "build" / "fuzz"
_LARGEST_RSS_MB = 2048
_STARTING_S = 120  # to load and instrument everything on a busy machine


def one(name: str, seconds: int) -> None:
    """Fuzz one target in this process, which libFuzzer ends."""
    import atheris

    with atheris.instrument_imports(include=["workstation", "drivers", "sync"]):
        from tests.fuzz.all import TARGETS
    logging.disable()
    target = TARGETS[name]
    corpus = CORPUS / name
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in target.seeds:
        (corpus / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed[: target.longest])
    found = FOUND / name
    found.mkdir(parents=True, exist_ok=True)
    options = (
        f"-max_total_time={seconds}",
        f"-max_len={target.longest}",
        f"-timeout={target.slowest_s}",
        f"-rss_limit_mb={_LARGEST_RSS_MB}",
        f"-artifact_prefix={found}/",
        "-print_final_stats=1",
        "-verbosity=1",
    )
    atheris.Setup([sys.argv[0], *options, str(corpus)], target.feed)
    atheris.Fuzz()


def main() -> int:
    """Each target in a process of its own, one after the other."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("name", nargs="?", default="all")
    parser.add_argument("seconds", nargs="?", type=int, default=60)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.here:
        one(asked.name, asked.seconds)
        return 0
    from tests.fuzz.all import TARGETS

    names = sorted(TARGETS) if asked.name == "all" else [asked.name]
    if not set(names) <= set(TARGETS):
        parser.error(f"no target {asked.name}; there are: {', '.join(sorted(TARGETS))}")
    broken = [name for name in names if not _run(name, asked.seconds)]
    if broken:
        print("broken:", *broken)  # noqa: T201 - the program's answer
    return len(broken)


def _run(name: str, seconds: int) -> bool:
    """Whether nothing broke. The fuzzer's own words go to ``build/fuzz/NAME.log``."""
    CORPUS.mkdir(parents=True, exist_ok=True)
    log = CORPUS / f"{name}.log"
    command = [sys.executable, "-m", "tests.fuzz", "--here", name, str(seconds)]
    begun_s = time.monotonic()
    with log.open("wb") as sink:
        try:
            status = subprocess.run(
                command,
                cwd=ROOT,
                stdout=sink,
                stderr=subprocess.STDOUT,
                timeout=seconds + _STARTING_S,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            status = -1
    took_s = time.monotonic() - begun_s
    told = [line for line in log.read_text("utf-8", "replace").splitlines() if "stat::" in line]
    runs = next((line.split()[-1] for line in told if "number_of_executed" in line), "?")
    outcome = "nothing broke" if status == 0 else f"BROKE (status {status}, see {log})"
    print(f"{name}: {took_s:.0f} s, {runs} inputs, {outcome}", flush=True)  # noqa: T201
    return status == 0


if __name__ == "__main__":
    sys.exit(main())
