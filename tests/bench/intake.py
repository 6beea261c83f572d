"""Large files: staging and whole collections against cp, sha256sum, rclone and the limits."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from tests.bench.measure import (
    MAIN,
    Row,
    clear,
    fill_random,
    paired_ratio,
    rounds,
    seconds,
    shell,
    warm,
)
from workstation.domain.clip import ClipId
from workstation.platform.ids import new_id
from workstation.vault import keys
from workstation.vault.staging import stage
from workstation.vault.store import Vault

if TYPE_CHECKING:
    from collections.abc import Callable

FILE_BYTES = 256_000_000
ROUNDS = 3


class _File:
    """A file as a source."""

    def __init__(self, path: Path) -> None:
        self._stream = path.open("rb", buffering=0)

    def readinto(self, buffer: memoryview) -> int:
        return self._stream.readinto(buffer) or 0

    def close(self) -> None:
        self._stream.close()


def run(work: Path, files: int = 4) -> list[Row]:
    """Measure with so many files of 256 MB."""
    source = work / "source"
    source.mkdir(parents=True)
    paths = [source / f"{number}.mp4" for number in range(files)]
    for path in paths:
        fill_random(path, FILE_BYTES)
    size = files * FILE_BYTES
    rows: list[Row] = []
    for with_sm3 in (False, True):
        rows += _compare(work, paths, size, with_sm3=with_sm3)
    clear(work)
    return rows


def _compare(work: Path, paths: list[Path], size: int, *, with_sm3: bool) -> list[Row]:
    digest = "sha256+sm3" if with_sm3 else "sha256"
    bench = f"{len(paths)}x256MB"
    contestants = _contestants(work, paths, with_sm3=with_sm3)
    times = rounds(contestants, ROUNDS)
    slow = "sm3" if with_sm3 else "sha256"
    limit = [
        max(disk, hashing)
        for disk, hashing in zip(times["raw write"], times[f"openssl {slow}"], strict=True)
    ]
    limit_v2 = [a + b for a, b in zip(limit, times["raw read"], strict=True)]
    theirs = {
        "limit of disk and digest": (limit, "stage", 0.9),
        "that limit and a second read": (limit_v2, "collect, 1 lane", 0.9),
        "cp + sync": (times["cp + sync"], "collect, 1 lane", None),
        "cp + sha256sum": (times["cp + sha256sum"], "collect, 1 lane", 1.0),
    }
    if "rclone copy" in times:
        theirs["rclone copy"] = (times["rclone copy"], "collect, 1 lane", None)
    rows = [
        Row(bench, f"{name} ({digest})", size / 1e6 / median(taken), "MB/s")
        for name, taken in times.items()
    ]
    rows += [
        Row(
            bench,
            f"{ours} ({digest})",
            size / 1e6 / median(times[ours]),
            "MB/s",
            against,
            paired_ratio(taken, times[ours]),
            goal if not (with_sm3 and against == "cp + sha256sum") else None,
        )
        for against, (taken, ours, goal) in theirs.items()
    ]
    return rows


def _contestants(
    work: Path, paths: list[Path], *, with_sm3: bool
) -> dict[str, Callable[[], float]]:
    target = work / "target"
    names = [str(path) for path in paths]

    def fresh(run: Callable[[], object]) -> Callable[[], float]:
        def timed() -> float:
            clear(target)
            target.mkdir()
            warm(work / "source")
            return seconds(run)

        return timed

    copy = shell(["cp", *names, str(target)])
    contestants = {
        "raw write": fresh(lambda: _raw_write(target / "raw", len(paths))),
        "raw read": fresh_read(target, len(paths)),
        "openssl sha256": lambda: _openssl("sha256", len(paths) * FILE_BYTES),
        "stage": fresh(lambda: _stage_all(target, paths, with_sm3=with_sm3)),
        "collect, 1 lane": lambda: _collect(target, [paths], with_sm3=with_sm3),
        "collect, 2 lanes": lambda: _collect(target, [paths[::2], paths[1::2]], with_sm3=with_sm3),
        "cp + sync": fresh(lambda: (copy(), shell(["sync", "-f", str(target)])())),
        "cp + sha256sum": fresh(
            lambda: (copy(), shell(["sha256sum", *(str(target / p.name) for p in paths)])())
        ),
    }
    if with_sm3:
        contestants["openssl sm3"] = lambda: _openssl("sm3", len(paths) * FILE_BYTES)
    if shutil.which("rclone"):
        rclone = ["rclone", "copy", "--config", "/dev/null", str(paths[0].parent), str(target)]
        contestants["rclone copy"] = fresh(shell(rclone))
    return contestants


def fresh_read(target: Path, files: int) -> Callable[[], float]:
    """Direct reads of what a raw write left."""

    def timed() -> float:
        clear(target)
        target.mkdir()
        _raw_write(target / "raw", files)
        command = ["dd", f"if={target / 'raw'}", "of=/dev/null", "bs=1M", "iflag=direct"]
        return seconds(shell(command))

    return timed


def _raw_write(path: Path, files: int) -> object:
    count = str(files * FILE_BYTES // 1_000_000)
    return shell(
        ["dd", "if=/dev/zero", f"of={path}", "bs=1000000", f"count={count}", "conv=fsync"]
        if not _direct(path)
        else [
            "dd",
            "if=/dev/zero",
            f"of={path}",
            "bs=1M",
            f"count={files * FILE_BYTES // (1 << 20)}",
            "oflag=direct",
            "conv=fsync",
        ]
    )()


def _direct(path: Path) -> bool:
    probe = ["dd", "if=/dev/zero", f"of={path}", "bs=4096", "count=1", "oflag=direct"]
    return subprocess.run(probe, check=False, stderr=subprocess.DEVNULL).returncode == 0


def _openssl(name: str, size: int) -> float:
    """Seconds one thread of the digest needs for so many bytes, by OpenSSL's own measure."""
    command = ["openssl", "speed", "-mr", "-seconds", "1", "-bytes", str(1 << 20), "-evp", name]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rate = float(said.strip().splitlines()[-1].rsplit(":", 1)[1])
    return size / rate


def _stage_all(target: Path, paths: list[Path], *, with_sm3: bool) -> None:
    vault = Vault(target / "vault", keys.create(target / "key.json"))
    vault.prepare()
    for path in paths:
        source = _File(path)
        stage(source, vault.plan(ClipId(new_id()), with_sm3=with_sm3), lambda _: None)
        source.close()


def _collect(target: Path, lanes: list[list[Path]], *, with_sm3: bool) -> float:
    """A whole ``collect`` of an initialised station; its own seconds, without Python's start."""
    clear(target)
    target.mkdir()
    with tempfile.TemporaryDirectory(dir=target) as cards:
        roots = []
        for number, paths in enumerate(lanes):
            root = Path(cards) / str(number)
            root.mkdir()
            for path in paths:
                (root / path.name).hardlink_to(path)
            roots.append(str(root))
        state = target / "state"
        state.mkdir()
        (state / "evidock.toml").write_text(
            f"[vault]\nsm3 = {str(with_sm3).lower()}\nmin_free_mb = 0\n"
        )
        base = ["--state", str(state), "--json"]
        shell([*MAIN, "init", "--non-interactive", *base])()
        warm(Path(cards))
        done = subprocess.run(
            [*MAIN, "collect", *base, *roots], check=True, capture_output=True, text=True
        )
        return float(json.loads(done.stdout)["totals"]["seconds"])
