"""Delivery to a real object store while everything around it dies, again and again."""

from __future__ import annotations

import random
import shutil
import subprocess
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.fakes.filled_station import content_of
from tests.integration.sync import invariants
from tests.integration.sync.bucket import Bucket
from tests.integration.sync.invariants import Folder
from tests.integration.sync.rig import Nursery, deliver, eventually, start
from tests.tools.relay import Mishap, free_port, relay

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.fakes.filled_station import FilledStation, LedgerStation

SHORT = [17_000_000, 300_000]  # three parts, and one request
LONG = [180_000_000, 70_000_000, 30_000_000, 300_000]
KILL_S = (0.3, 1.3)
KILLS_LIMIT = 400


@pytest.fixture
def bucket(filled: FilledStation) -> Bucket:
    return Bucket.for_station(filled, durable=True)


def _burn(filled: FilledStation, bucket: Bucket, url: str, seed: int) -> int:
    """Kill delivery every 0.3 to 1.3 s until all is settled; how often it was killed.

    Each process gets a little longer than the one before, so that a machine which is busy with
    other things comes to an end as well.
    """
    chance = random.Random(seed)
    kills = 0
    with Nursery(filled.paths.root, url) as nursery:
        while (code := nursery.run(chance.uniform(*KILL_S) * (1 + kills / 10))) != 0:
            assert code in {None, 5}  # killed, or the line broke: never a person's matter
            kills += code is None
            assert kills < KILLS_LIMIT
            if kills % 5 == 0:
                invariants.check_published(bucket, filled.clips)
    return kills


def _fill(filled: FilledStation, sizes: list[int]) -> None:
    filled.paths.settings.write_text("[sync]\nrate_limit_mb_s = 20.0\n", "utf-8")
    filled.collect([content_of(seed + 50, size) for seed, size in enumerate(sizes)])


def _detour(bucket: Bucket, port: int) -> str:
    """The bucket's address by way of a line at ``port``."""
    return bucket.url.replace(f":{urlsplit(bucket.cluster.endpoint).port}/", f":{port}/")


@pytest.mark.usefixtures("served")
def test_killed_again_and_again_until_all_is_settled(filled: FilledStation, bucket: Bucket) -> None:
    _fill(filled, SHORT)
    assert _burn(filled, bucket, bucket.url, seed=1) > 0
    invariants.check_settled(bucket, filled)


@pytest.mark.usefixtures("served")
def test_killed_on_a_line_that_cuts_connections_and_swallows_answers(
    filled: FilledStation, bucket: Bucket
) -> None:
    _fill(filled, SHORT)
    port = free_port()
    with relay(port, bucket.cluster.endpoint, seed=2) as line:
        url = _detour(bucket, port)
        _burn(filled, bucket, url, seed=2)
    invariants.check_settled(bucket, filled)
    assert min(line.tally.mishaps[kind] for kind in Mishap) > 0


@pytest.mark.nightly
@pytest.mark.timeout(3600)
@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("seed", range(10))
def test_killed_on_a_bad_line_all_night(filled: FilledStation, bucket: Bucket, seed: int) -> None:
    _fill(filled, LONG)
    port = free_port()
    with relay(port, bucket.cluster.endpoint, seed=seed):
        url = _detour(bucket, port)
        assert _burn(filled, bucket, url, seed) > 0
    invariants.check_settled(bucket, filled)


@pytest.mark.parametrize("daemon", ["client.rgw.dev", "osd.0"])
def test_a_store_whose_daemon_is_killed_gets_everything_when_it_is_back(
    filled: FilledStation, served: LedgerStation, bucket: Bucket, daemon: str
) -> None:
    filled.paths.settings.write_text("[sync]\nretry_max_s = 1.0\nrate_limit_mb_s = 12.0\n", "utf-8")
    filled.collect([content_of(7, 40_000_000)])
    with start(filled.paths.root, bucket.url, "daemon") as child:
        try:
            eventually(lambda: bucket.unfinished() != [], "an upload is under way")
            bucket.cluster.kill(daemon)
            if daemon != "osd.0":  # without its disk the gateway hangs, and tells nobody
                told = served.uplinks
                eventually(lambda: told[-1].code == "store.unavailable", "waiting is told")
            receipts = served.fresh_receipts
        finally:
            bucket.cluster.revive()
        assert receipts < len(filled.clips)
        eventually(lambda: served.fresh_receipts == len(filled.clips), "all delivered")
        child.terminate()
        assert child.wait(60) == 0
    invariants.check_settled(bucket, filled)


# -- a directory that goes away ----------------------------------------------------------


class Share:
    """A file system of its own behind a path, as a NAS is."""

    def __init__(self, tmp_path: Path) -> None:
        self.place = tmp_path / "nas"
        self._kept = tmp_path / "kept"
        self.place.mkdir()
        self._kept.mkdir()

    def make(self) -> None:
        _mount("-t", "tmpfs", "-o", "size=256m", "evidock-test", str(self._kept))
        self.show()

    def show(self) -> None:
        _mount("--bind", str(self._kept), str(self.place))

    def take_away(self) -> None:
        """Unmount it, whoever has files open there."""
        subprocess.run(["umount", "--lazy", str(self.place)], check=True)

    def end(self) -> None:
        for place in (self.place, self._kept):
            subprocess.run(["umount", "--lazy", str(place)], check=False, capture_output=True)


def _mount(*words: str) -> None:
    done = subprocess.run(["mount", *words], check=False, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"no file system of our own can be mounted here: {done.stderr.strip()}")


class Disk:
    """An exFAT image behind a daemon; when that is killed, every call fails."""

    def __init__(self, tmp_path: Path) -> None:
        for program in ("mkfs.exfat", "mount.exfat-fuse", "losetup"):
            if shutil.which(program) is None:
                pytest.skip(f"no disk to be pulled: {program} is not installed")
        self.place = tmp_path / "disk"
        self._image = tmp_path / "disk.img"
        self._device = ""
        self.place.mkdir()
        self._daemon: subprocess.Popen[bytes] | None = None

    def make(self) -> None:
        with self._image.open("wb") as image:
            image.truncate(256 << 20)
        subprocess.run(["mkfs.exfat", str(self._image)], check=True, capture_output=True)
        command = ["losetup", "--find", "--show", str(self._image)]
        made = subprocess.run(command, check=False, capture_output=True, text=True)
        if made.returncode:
            pytest.skip(f"no disk to be pulled: {made.stderr.strip()}")
        self._device = made.stdout.strip()
        self.show()

    def show(self) -> None:
        command = ["mount.exfat-fuse", "-d", self._device, str(self.place)]
        self._daemon = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

        def is_there() -> bool:
            assert self._daemon is not None
            if self._daemon.poll() is not None:
                pytest.skip("no disk to be pulled: exfat-fuse does not mount here")
            return self.place.is_mount()

        eventually(is_there, "the disk is mounted")

    def take_away(self) -> None:
        """Pull it: what was not flushed is lost."""
        assert self._daemon is not None
        self._daemon.kill()
        self._daemon.wait()
        subprocess.run(["umount", "--lazy", str(self.place)], check=True)

    def end(self) -> None:
        if self._daemon is not None and self._daemon.poll() is None:
            with suppress(subprocess.CalledProcessError):
                self.take_away()
        if self._device:
            subprocess.run(["losetup", "--detach", self._device], check=True)


@contextmanager
def _made(medium: Share | Disk) -> Iterator[Share | Disk]:
    try:
        medium.make()
        yield medium
    finally:
        medium.end()


@pytest.mark.parametrize("kind", [Share, Disk])
def test_a_directory_that_goes_away_in_the_middle_of_a_clip(
    filled: FilledStation, served: LedgerStation, tmp_path: Path, kind: type[Share | Disk]
) -> None:
    filled.paths.settings.write_text("[sync]\nretry_max_s = 1.0\nrate_limit_mb_s = 8.0\n", "utf-8")
    with _made(kind(tmp_path)) as medium:
        store = medium.place / "central"
        store.mkdir()
        with start(filled.paths.root, store, "daemon") as child:
            eventually(lambda: served.fresh_receipts == len(filled.clips), "the first clips")
            filled.collect([content_of(8, 30_000_000)])
            eventually(lambda: any(store.glob(".incoming/*.part")), "an upload is under way")
            medium.take_away()
            filled.collect([b"while it is away"])
            told = served.uplinks
            eventually(lambda: told[-1].code == "store.unavailable", "waiting is told")
            assert list(medium.place.iterdir()) == []  # nothing was written in its place
            medium.show()
            eventually(lambda: served.fresh_receipts == len(filled.clips), "all delivered")
            child.terminate()
            assert child.wait(60) == 0
        invariants.check_settled(Folder(store), filled)
        assert deliver(filled, store) == 0
        invariants.check_settled(Folder(store), filled)
