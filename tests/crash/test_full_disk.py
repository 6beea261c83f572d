"""A disk that is really full: the kernel refuses, at whichever write it happens to be."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

import main
from tests.crash.harness import ask, at_rest, invariants

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crash.cards import Card
    from tests.crash.children import Station

NO_NAMESPACE = 77
_CLONE_NEWNS, _CLONE_NEWUSER = 0x0002_0000, 0x1000_0000  # <linux/sched.h>
_MS_REMOUNT = 32  # <sys/mount.h>
# The empty ledger and its log take about one MiB; the card holds eight.
SIZES = ("2m", "4m", "6m", "7m")


def _mount_privately(place: Path, size: str, flags: int = 0) -> None:
    """A tmpfs of a size that only this process sees.

    Raises:
        OSError: this machine does not let us.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if not flags:
        uid, gid = os.getuid(), os.getgid()
        if libc.unshare(_CLONE_NEWNS | _CLONE_NEWUSER) != 0:
            raise OSError(ctypes.get_errno(), "unshare")
        for name, text in (
            ("setgroups", "deny"),
            ("uid_map", f"{uid} {uid} 1"),
            ("gid_map", f"{gid} {gid} 1"),
        ):
            with open(f"/proc/self/{name}", "w", encoding="ascii") as file:  # noqa: PTH123
                file.write(text)
    options = f"size={size},mode=0750".encode()
    if libc.mount(b"none", bytes(place), b"tmpfs", flags, options) != 0:
        raise OSError(ctypes.get_errno(), "mount")


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """Collects twice: on a disk that is too small, and after somebody made it larger."""

    state: Path
    card: Path
    size: str

    def __call__(self) -> int:
        disk = self.state.with_name("disk")
        disk.mkdir()
        try:
            _mount_privately(disk, self.size)
        except OSError:
            return NO_NAMESPACE
        shutil.copytree(self.state, disk, dirs_exist_ok=True)
        (disk / "evidock.toml").write_text("[vault]\nmin_free_mb = 0\n", encoding="ascii")
        command = ["collect", str(self.card), "--state", str(disk), "--json"]
        codes = [main.main(command)]
        sys.stdout.write("\0")
        _mount_privately(disk, "64m", _MS_REMOUNT)
        codes.append(main.main(command))
        shutil.rmtree(self.state)
        shutil.copytree(disk, self.state)
        sys.stderr.write(f"\n{json.dumps(codes)}")
        return 0


@pytest.mark.hardware
@pytest.mark.parametrize("size", SIZES)
def test_full_disk_is_named_and_once_there_is_room_all_is_taken(
    size: str, station: Station, card: Card
) -> None:
    run = station.run(SmallDisk(station.state, card.path, size))
    if run.status == NO_NAMESPACE:
        pytest.skip("this machine lets us mount nothing, not even for ourselves")
    assert run.status == 0, run.errors
    refused, completed = json.loads(run.errors.splitlines()[-1])
    assert "Traceback" not in run.errors
    assert (refused, completed) == (3, 0)
    document = json.loads(run.output.partition("\0")[0])
    codes = {found["code"] for found in (*document["collections"], *document["errors"])}
    assert codes == {"vault.full"}
    invariants(station.state, card)


@dataclass(frozen=True, slots=True)
class ShortFiles:
    """Collects while no file may grow beyond so many bytes (the kernel says EFBIG)."""

    arguments: tuple[str, ...]
    limit_bytes: int

    def __call__(self) -> int:
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.limit_bytes, self.limit_bytes))
        return main.main(self.arguments)


@pytest.mark.parametrize("limit_bytes", [3 << 20, 450_000])
def test_write_that_is_refused_in_the_middle_leaves_no_clip_behind(
    limit_bytes: int, station: Station, card: Card
) -> None:
    """The large limit lets one video through, the small one hits the ledger's log."""
    run = station.run(ShortFiles(station.collecting([card]).arguments, limit_bytes))
    assert run.status == 3, run.errors
    assert "Traceback" not in run.errors
    assert run.codes <= {"vault.full", "vault.io"}
    assert run.codes
    assert station.settle().status == 0
    at_rest(station.state)
    assert ask(station.state, "SELECT count(*) FROM clip WHERE size_bytes > ?", limit_bytes) == [
        (0,)
    ]
    assert station.collect(card).status == 0
    invariants(station.state, card)
