"""``collect`` against full disks, bad cards, a second ``collect`` and a running station."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration import commands
from workstation.domain.errors import StationNotRunningError
from workstation.ipc.client import Connection
from workstation.platform import settings
from workstation.platform.paths import StatePaths
from workstation.station import record

if TYPE_CHECKING:
    from collections.abc import Iterator

RIG = Path(__file__).parents[3] / "shared" / "rig" / "faultyfs.py"
FEW_MB = 14
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")


@contextmanager
def _tmpfs(place: Path, size_mb: int) -> Iterator[None]:
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size_mb}m", "none", place], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", place], check=True)


def _enlarge(place: Path, size_mb: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size_mb}m", place], check=True)


def _card(place: Path, sizes: dict[str, int]) -> Path:
    place.mkdir()
    for name, size in sizes.items():
        (place / name).write_bytes(os.urandom(size))
    return place


def _objects_are_whole(state: Path) -> None:
    found = commands.check(state)
    assert found.code == 0, found.stderr
    assert found.document["strangers"] == []


@as_root
@pytest.mark.hardware
@pytest.mark.parametrize("many", [False, True], ids=["one large file", "many small files"])
def test_a_full_disk_stops_intake_and_more_room_lets_it_go_on(tmp_path: Path, many: bool) -> None:
    small = {f"{number:03}.JPG": 300_000 for number in range(60)}
    card = _card(tmp_path / "card", small if many else {"A.MP4": 20_000_000, "B.LOG": 10})
    disk = tmp_path / "disk"
    with _tmpfs(disk, FEW_MB):
        commands.settle(disk / "state", "[vault]\nmin_free_mb = 0\n")
        full = commands.collect(disk / "state", card)
        assert full.code == 3, full.stderr
        assert "[vault.full]" in full.stderr
        (collection,) = full.document["collections"]
        assert collection["code"] == "vault.full"
        _objects_are_whole(disk / "state")
        _enlarge(disk, 60)
        again = commands.collect(disk / "state", card)
        assert again.code == 0, again.stderr
        totals = again.document["totals"]
        assert totals["vaulted"] + totals["duplicates"] == (60 if many else 2)
        _objects_are_whole(disk / "state")


@as_root
@pytest.mark.hardware
def test_a_disk_filled_to_the_last_byte_ends_in_an_answer(tmp_path: Path) -> None:
    """Two cards that fit one by one and not together: the ledger has no room left either."""
    cards = [_card(tmp_path / name, {"A.MP4": 7_000_000}) for name in ("one", "two")]
    disk = tmp_path / "disk"
    with _tmpfs(disk, FEW_MB - 3):
        commands.settle(disk / "state", "[vault]\nmin_free_mb = 0\n")
        full = commands.collect(disk / "state", *cards)
        assert full.code == 3, full.stderr
        assert "[vault.full]" in full.stderr
        assert len(full.document["collections"]) == 2
        _enlarge(disk, 60)
        again = commands.collect(disk / "state", *cards)
        assert again.code == 0, again.stderr
        _objects_are_whole(disk / "state")


@as_root
@pytest.mark.hardware
def test_the_reserve_is_left_free(tmp_path: Path) -> None:
    card = _card(tmp_path / "card", {"A.MP4": 1000})
    disk = tmp_path / "disk"
    with _tmpfs(disk, FEW_MB):
        commands.settle(disk / "state", "[vault]\nmin_free_mb = 100\n")
        full = commands.collect(disk / "state", card)
        assert (full.code, full.document["totals"]["vaulted"]) == (3, 0)
        _objects_are_whole(disk / "state")


def test_two_collections_at_once_never_share_a_state(tmp_path: Path) -> None:
    """From nothing: whoever is first makes the station; the other waits for its turn or is told."""
    card = _card(tmp_path / "card", {f"{n}.MP4": 5_000_000 for n in range(4)})
    state = tmp_path / "state"
    commands.settle(state, "[vault]\nmin_free_mb = 0\n")
    words = commands.argv("collect", card, "--state", state, "--json")
    both = [subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in "12"]
    ends = [(process.communicate(timeout=60), process.returncode) for process in both]
    for (_, said), code in ends:
        assert code in {0, 5}, said.decode()
        assert code == 0 or b"[state.locked]" in said
    assert 0 in {code for _, code in ends}
    listed = commands.run("clips", "--state", state, "--json").document["clips"]
    assert len(listed) == 4
    _objects_are_whole(state)


def test_a_collection_under_way_keeps_a_second_one_out(tmp_path: Path) -> None:
    card = _card(tmp_path / "card", {"A.MP4": 1000})
    state = tmp_path / "state"
    commands.settle(state, "[vault]\nmin_free_mb = 0\n")
    slow = {**os.environ, "EVIDOCK_FAILPOINTS": "items.listed=sleep:30"}
    words = commands.argv("collect", card, "--state", state, "--json")
    first = subprocess.Popen(words, env=slow, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while not (state / "ledger.sqlite-wal").exists() or not (state / "station.json").exists():
            assert time.monotonic() < deadline
            time.sleep(0.01)
        second = commands.collect(state, card)
        assert second.code == 5, second.stderr
        assert "[state.locked]" in second.stderr
    finally:
        first.kill()
        first.wait()
    after = commands.collect(state, card)
    assert (after.code, after.document["totals"]["vaulted"]) == (0, 1)
    _objects_are_whole(state)


@contextmanager
def _station(state: Path) -> Iterator[subprocess.Popen[bytes]]:
    record.initialise(StatePaths(state), settings.load(state / "evidock.toml"))
    words = commands.argv("station", "--state", state)
    with (state / "station.err").open("wb") as log:
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=log)
    try:
        deadline = time.monotonic() + 30
        while not _answers(state):
            assert process.poll() is None, (state / "station.err").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        yield process
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0, (state / "station.err").read_text()
    finally:
        process.kill()
        process.wait()


def _answers(state: Path) -> bool:
    try:
        with Connection(state / "station.sock"):
            return True
    except StationNotRunningError:
        return False


def test_a_running_station_collects_for_the_command(tmp_path: Path) -> None:
    card = _card(tmp_path / "card", {"A.MP4": 3_000_000, "B.JPG": 10})
    state = tmp_path / "state"
    commands.settle(state, "[vault]\nmin_free_mb = 0\n[media]\nprobe = false\n")
    with _station(state):
        taken = commands.collect(state, card)
        assert taken.code == 0, taken.stderr
        assert taken.document["totals"]["vaulted"] == 2
        digests = {line["sha256"] for line in taken.document["clips"]}
        contents = [path.read_bytes() for path in card.iterdir()]
        assert digests == {hashlib.sha256(content).hexdigest() for content in contents}
        again = commands.collect(state, card)
        assert again.document["totals"]["duplicates"] == 2
        sha256 = hashlib.sha256((card / "B.JPG").read_bytes()).hexdigest()
        seen = commands.run("cat", sha256, "--state", state)
        assert (seen.code, seen.stdout) == (0, (card / "B.JPG").read_bytes())
        assert commands.check(state).code == 0  # while the station runs
    _objects_are_whole(state)


def _faulty_mount() -> Any:  # noqa: ANN401 - a module outside the project
    if not RIG.exists():
        pytest.skip("no rig for faulty mounts beside this checkout")
    if importlib.util.find_spec("mfusepy") is None:
        pytest.skip("the rig needs mfusepy, which is not installed")
    spec = importlib.util.spec_from_file_location("faultyfs", RIG)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["faultyfs"] = module
    spec.loader.exec_module(module)
    return module.FaultyMount


@pytest.mark.hardware
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the rig's pipes
def test_an_unreadable_file_is_quarantined_and_the_rest_is_taken(tmp_path: Path) -> None:
    faulty_mount = _faulty_mount()
    card = _card(tmp_path / "card", {"A.MP4": 6 << 20, "B.MP4": 1 << 20, "C.JPG": 10_000})
    state, mount = tmp_path / "state", tmp_path / "mount"
    mount.mkdir()
    commands.settle(state, "[vault]\nmin_free_mb = 0\n")
    with faulty_mount(str(card), str(mount)) as faults:
        faults.set(eio={"A.MP4": [[3 << 20, 4096]]})
        taken = commands.collect(state, mount)
    assert taken.code == 3, taken.stderr
    lines = {line["source_path"]: line for line in taken.document["clips"]}
    assert (lines["A.MP4"]["state"], lines["A.MP4"]["code"]) == ("quarantined", "entry.unreadable")
    kept = lines["A.MP4"]["facts"]["kept_bytes"]
    assert 0 < kept <= 3 << 20
    prefix = (card / "A.MP4").read_bytes()[:kept]
    assert lines["A.MP4"]["facts"]["kept_sha256"] == hashlib.sha256(prefix).hexdigest()
    assert {lines[name]["state"] for name in ("B.MP4", "C.JPG")} == {"vaulted"}
    _objects_are_whole(state)
