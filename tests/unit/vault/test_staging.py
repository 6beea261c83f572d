"""Copying into staging: digests of what was read, and no trace of a copy that failed."""

from __future__ import annotations

import errno
import hashlib
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.unit.vault.conftest import SMALL_SEGMENT
from tests.unit.vault.sources import CLIP, Bytes
from workstation.domain.errors import RecorderGoneError, VaultFullError, VaultIoError
from workstation.sealing.segments import Geometry
from workstation.vault import sealed
from workstation.vault.diskfile import aligned_buffer
from workstation.vault.staging import stage, stage_small

if TYPE_CHECKING:
    from pathlib import Path

    from workstation.vault.store import Vault

G = Geometry(SMALL_SEGMENT)


def _descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208


@pytest.mark.parametrize("step", [1, 7, 4096, 1 << 20])
def test_digests_are_of_the_bytes_however_they_come(vault: Vault, step: int) -> None:
    content = os.urandom(3000 if step == 1 else 100_000)
    told: list[int] = []
    staged = stage(Bytes(content, step), vault.plan(CLIP, with_sm3=True), told.append)
    assert staged.digest.sha256 == hashlib.sha256(content).hexdigest()
    assert staged.digest.sm3 == hashlib.new("sm3", content).hexdigest()
    assert (staged.size_bytes, sum(told)) == (len(content), len(content))
    vault.verify_staged(staged, CLIP)


@pytest.mark.parametrize("size", [0, 1, G.first_plain_bytes, G.block_plain_bytes(first=True)])
def test_small_and_large_ways_of_staging_agree(vault: Vault, size: int) -> None:
    content = os.urandom(size)
    one = stage(Bytes(content), vault.plan(CLIP, with_sm3=True, name="one"), lambda _: None)
    out = aligned_buffer(G.block_bytes)
    two = stage_small(memoryview(content), vault.plan(CLIP, with_sm3=True, name="two"), out)
    assert one.digest == two.digest
    assert one.path.stat().st_size == two.path.stat().st_size == G.sealed_bytes(size)
    vault.verify_staged(one, CLIP)
    vault.verify_staged(two, CLIP)


def test_without_sm3_there_is_none(vault: Vault) -> None:
    staged = stage(Bytes(b"x"), vault.plan(CLIP, with_sm3=False), lambda _: None)
    assert staged.digest.sm3 is None


@pytest.mark.parametrize("fails_at", [0, 50_000])
def test_what_the_source_raises_ends_the_copy_and_lets_go_of_the_file(
    vault: Vault, fails_at: int
) -> None:
    before = _descriptors()
    source = Bytes(os.urandom(100_000), 1000, fails_at=fails_at, error=RecorderGoneError(port="1"))
    with pytest.raises(RecorderGoneError):
        stage(source, vault.plan(CLIP, with_sm3=True), lambda _: None)
    assert _descriptors() == before


def test_what_the_listener_raises_ends_the_copy(vault: Vault) -> None:
    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stage(Bytes(b"x" * 100_000), vault.plan(CLIP, with_sm3=True), stop)


@pytest.mark.parametrize("size", [100, 500_000], ids=["last block", "many blocks"])
def test_a_disk_that_refuses_is_named_and_the_file_is_let_go_of(
    vault: Vault, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setattr(sealed, "write_all", refuse)
    before = _descriptors()
    with pytest.raises(VaultFullError):
        stage(Bytes(os.urandom(size)), vault.plan(CLIP, with_sm3=True), lambda _: None)
    assert _descriptors() == before


def test_staging_never_overwrites(vault: Vault) -> None:
    stage(Bytes(b"x"), vault.plan(CLIP, with_sm3=False), lambda _: None)
    with pytest.raises(VaultIoError):
        stage(Bytes(b"y"), vault.plan(CLIP, with_sm3=False), lambda _: None)


_CHILD = """
import resource, sys
from pathlib import Path
from workstation.vault import keys
from workstation.vault.staging import StagingPlan, stage
where = Path(sys.argv[1])
key = keys.create(where / "vault.json").primary
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with (where / "source").open("rb", buffering=0) as source:
    stage(source, StagingPlan(where / "warm", key, b"w", with_sm3=False), lambda n: None)
    before = peak()
    big = (where / "big").open("rb", buffering=0)
    staged = stage(big, StagingPlan(where / "out", key, b"x", with_sm3=False), lambda n: None)
    (where / "out").unlink()
    print(staged.size_bytes, (peak() - before) // 1024)
"""


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    size = 1 << 30
    (tmp_path / "source").write_bytes(b"x" * (8 << 20))
    with (tmp_path / "big").open("wb") as file:
        file.truncate(size)
    words = [sys.executable, "-c", _CHILD, str(tmp_path)]
    done = subprocess.run(words, capture_output=True, check=True, text=True)
    staged, grown_mb = map(int, done.stdout.split())
    assert staged == size
    assert grown_mb < 64
