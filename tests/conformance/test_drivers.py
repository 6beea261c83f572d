"""What every driver must do. A new driver adds a way to dock it, not a test."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirModifiedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

from drivers import BUILTIN, builtin_drivers
from drivers.simulated import SimulatedDock
from tests.fakes.mtp_recorder import MtpRecorder
from tests.hotplug.testbed import Testbed, load_umockdev
from workstation.devices.api import Match, Sighting
from workstation.devices.profiles import ProfileSet
from workstation.devices.registry import Registry
from workstation.domain.errors import EntryVanishedError, RecorderGoneError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from watchdog.events import FileSystemEvent

    from workstation.devices.api import Departure, RecorderDriver, RecorderSession
    from workstation.domain.clip import ClipEntry

PROFILES = ProfileSet.load([Path(__file__).parents[2] / "resources" / "profiles"])
DRIVERS = builtin_drivers(PROFILES)
SIMULATED_URL = "simulated:?slots=1&clips=1&seconds=1&seed=7&stagger_s=0"
CHANGES: list[type[FileSystemEvent]] = [
    DirCreatedEvent,
    DirDeletedEvent,
    DirModifiedEvent,
    FileClosedEvent,  # only after writing
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
]


@dataclass(frozen=True)
class Docked:
    """A recorder of a driver's kind. ``tree`` is what lies on it, ``pull`` takes it away."""

    driver: RecorderDriver
    sighting: Sighting
    tree: Path
    pull: Callable[[], object]


def fill(tree: Path) -> Path:
    """A small card with a clip, its track, a still, and things that are not to be copied."""
    day = tree / "police" / "video" / "20240506"
    day.mkdir(parents=True)
    (day / "012345_0_20240506_070809.mp4").write_bytes(os.urandom(300_000))
    (day / "012345_0_20240506_070809.GPS").write_bytes(b"$GPRMC")
    (day / "012345_0_20240506_071000_start.mp4").write_bytes(b"not yet")
    (day / "012345_1_20240506_070810.jpg").write_bytes(b"")
    (tree / "LOST.DIR").mkdir()
    return tree


def dock_card(driver: RecorderDriver, place: Path, _: Path) -> Docked:
    tree = fill(place / "card")
    sighting = Sighting("usb-0:3", str(tree))
    return Docked(driver, sighting, tree, lambda: tree.rename(place / "taken"))


def dock_folder(driver: RecorderDriver, place: Path, _: Path) -> Docked:
    tree = fill(place / "folder")
    sighting = Sighting("folder:x", str(tree), scheme="folder", properties={"settle_s": "0"})
    return Docked(driver, sighting, tree, lambda: tree.rename(place / "taken"))


def dock_simulated(driver: RecorderDriver, place: Path, cache: Path) -> Docked:
    shutil.copytree(cache, place / "cache", copy_function=shutil.copy2)
    sighting = first_sighting(SimulatedDock(SIMULATED_URL, place / "cache"))
    bay = Path(next(iter(sighting.properties.values())))
    return Docked(driver, sighting, bay.resolve(), bay.unlink)


def dock_mtp(driver: RecorderDriver, place: Path, _: Path) -> Docked:
    """An emulated device before the real libmtp; ``tests/hotplug/test_mtp.py`` runs this."""
    umockdev = load_umockdev()
    if umockdev is None or not umockdev.in_mock_environment():
        pytest.skip("runs under umockdev-run, by tests/hotplug/test_mtp.py")
    tree = fill(place / "memory")
    bed = Testbed(umockdev, place / "mountinfo")
    recorder = MtpRecorder(tree)
    path = bed.device("3", recorder)
    node = f"/dev/bus/usb/001/{bed.count:03}"
    sighting = Sighting(bed.port("3"), node, "mtp", recorder.vendor_id, recorder.product_id)
    return Docked(driver, sighting, tree, lambda: bed.remove([path]))


def first_sighting(dock: SimulatedDock) -> Sighting:
    found: list[Sighting | Departure] = []
    has_come = threading.Event()

    def announce(event: Sighting | Departure) -> None:
        found.append(event)
        has_come.set()

    dock.start(announce)
    assert has_come.wait(60)
    dock.stop()
    assert isinstance(found[0], Sighting)
    return found[0]


DOCKS = {
    "mass-storage": dock_card,
    "mtp": dock_mtp,
    "import-folder": dock_folder,
    "simulated": dock_simulated,
}
every_driver = pytest.mark.parametrize("driver", DRIVERS, ids=lambda driver: driver.name)


@pytest.fixture(scope="session")
def cards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Simulated cards, made once."""
    cache = tmp_path_factory.mktemp("simulated")
    SimulatedDock(SIMULATED_URL, cache).prepare()
    return cache


@pytest.fixture
def docked(driver: RecorderDriver, tmp_path: Path, request: pytest.FixtureRequest) -> Docked:
    is_simulated = driver.name == "simulated"
    cache = request.getfixturevalue("cards") if is_simulated else tmp_path
    return DOCKS[driver.name](driver, tmp_path, cache)


def content(
    session: RecorderSession, entry: ClipEntry, offset: int = 0, chunk: int = 65536
) -> bytes:
    buffer = memoryview(bytearray(chunk))
    parts = []
    with session.read(entry, offset) as source:
        while count := source.readinto(buffer):
            parts.append(bytes(buffer[:count]))
    return b"".join(parts)


def wanted(session: RecorderSession) -> list[ClipEntry]:
    return [entry for entry in session.entries() if entry.skip_code is None]


def test_every_driver_can_be_docked_here() -> None:
    assert {driver.name for driver in DRIVERS} == DOCKS.keys()
    assert len(DRIVERS) == len(BUILTIN)


def test_no_two_drivers_want_the_same_recorder() -> None:
    Registry(DRIVERS).check(PROFILES.probes())


@every_driver
def test_its_own_recorder_is_matched_and_nobody_elses(docked: Docked) -> None:
    assert Registry(DRIVERS).match(docked.sighting) is docked.driver


@every_driver
def test_a_hub_is_not_a_recorder(driver: RecorderDriver) -> None:
    hub = Sighting("usb-0:1", "", scheme="usb", vendor_id=0x1D6B, product_id=2, ready=False)
    assert driver.match(hub) is Match.NO


@every_driver
def test_a_recorder_has_a_name_and_a_profile(docked: Docked) -> None:
    with docked.driver.open(docked.sighting) as session:
        assert session.identity.serial
        assert session.identity.provenance["serial"]
        assert PROFILES[session.identity.profile].key == session.identity.profile


@every_driver
def test_listing_twice_gives_the_same(docked: Docked) -> None:
    with docked.driver.open(docked.sighting) as session:
        assert list(session.entries()) == list(session.entries()) != []


@every_driver
def test_opening_twice_gives_the_same(docked: Docked) -> None:
    with docked.driver.open(docked.sighting) as session:
        first = (session.identity, list(session.entries()))
    with docked.driver.open(docked.sighting) as session:
        assert (session.identity, list(session.entries())) == first


@every_driver
def test_nothing_that_lies_there_is_left_out(docked: Docked) -> None:
    with docked.driver.open(docked.sighting) as session:
        lines = {entry.raw_path for entry in session.entries()}
    for path in docked.tree.rglob("*"):
        raw = os.fsencode(path.relative_to(docked.tree))
        above = [raw, *(os.fsencode(up) for up in Path(os.fsdecode(raw)).parents)]
        assert path.is_dir() or lines.intersection(above), raw


@every_driver
def test_reads_exactly_the_bytes_it_lists(docked: Docked) -> None:
    with docked.driver.open(docked.sighting) as session:
        entries = wanted(session)
        assert entries
        for entry in entries:
            data = content(session, entry, chunk=10_007)
            assert len(data) == entry.size_bytes == session.stat(entry).size_bytes
            assert data == (docked.tree / os.fsdecode(entry.raw_path)).read_bytes()


@every_driver
def test_reading_goes_on_from_any_offset(docked: Docked) -> None:
    with docked.driver.open(docked.sighting) as session:
        entry = max(wanted(session), key=lambda entry: entry.size_bytes)
        whole = content(session, entry)
        for offset in (1, entry.size_bytes // 2, entry.size_bytes - 1, entry.size_bytes):
            assert content(session, entry, offset) == whole[offset:]


@every_driver
def test_reading_can_be_given_up_and_begun_again(docked: Docked) -> None:
    with docked.driver.open(docked.sighting) as session:
        entry = max(wanted(session), key=lambda entry: entry.size_bytes)
        with session.read(entry) as source:
            source.readinto(memoryview(bytearray(10)))
        assert len(content(session, entry)) == entry.size_bytes


@every_driver
def test_a_file_that_vanished_is_told_as_that(docked: Docked) -> None:
    with docked.driver.open(docked.sighting) as session:
        entry = wanted(session)[0]
        (docked.tree / os.fsdecode(entry.raw_path)).unlink()
        with pytest.raises(EntryVanishedError):
            content(session, entry)
        with pytest.raises(EntryVanishedError):
            session.stat(entry)
        assert entry.raw_path not in {other.raw_path for other in session.entries()}


@every_driver
def test_a_recorder_that_left_is_gone_whatever_is_asked(docked: Docked) -> None:
    with docked.driver.open(docked.sighting) as session:
        entry = wanted(session)[0]
        docked.pull()
        with pytest.raises(RecorderGoneError):
            list(session.entries())
        with pytest.raises(RecorderGoneError):
            content(session, entry)
        with pytest.raises(RecorderGoneError):
            session.stat(entry)
    with pytest.raises(RecorderGoneError), docked.driver.open(docked.sighting):
        pass


@every_driver
def test_nothing_of_the_recorder_stays_open(docked: Docked) -> None:
    with docked.driver.open(docked.sighting) as session:
        for entry in wanted(session):
            content(session, entry)
    open_paths = []
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # the one that the asking itself needs
            open_paths.append(str(descriptor.readlink()))
    assert not [path for path in open_paths if path.startswith(str(docked.tree))]


# -- nothing is written ------------------------------------------------------------------


class Changes(FileSystemEventHandler):
    """Everything the kernel says was changed under a directory."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.has_ended = threading.Event()

    def on_any_event(self, event: FileSystemEvent) -> None:
        if str(event.src_path).endswith("end-of-test"):
            self.has_ended.set()
        elif not self.has_ended.is_set():
            self.paths.append(f"{event.event_type} {event.src_path!s}")


@contextmanager
def watched(tree: Path) -> Iterator[Changes]:
    changes = Changes()
    observer = Observer()
    observer.schedule(changes, str(tree), recursive=True, event_filter=CHANGES)
    observer.start()
    try:
        yield changes
        (tree / "end-of-test").touch()
        assert changes.has_ended.wait(10)
    finally:
        observer.stop()
        observer.join()


def stamps(path: Path) -> tuple[int, ...]:
    status = path.lstat()
    return (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_atime_ns)


def read_everything(docked: Docked) -> int:
    with docked.driver.open(docked.sighting) as session:
        return sum(len(content(session, entry)) for entry in wanted(session))


@every_driver
def test_reading_a_recorder_leaves_every_time_stamp(docked: Docked) -> None:
    paths = [docked.tree, *docked.tree.rglob("*")]
    for path in paths:
        os.utime(path, ns=(10**18, 10**18), follow_symlinks=False)  # an old access time would move
    before = [stamps(path) for path in paths]
    assert read_everything(docked) > 0
    assert [stamps(path) for path in paths] == before


@every_driver
def test_the_kernel_sees_no_change_while_a_recorder_is_read(docked: Docked) -> None:
    with watched(docked.tree) as changes:
        assert read_everything(docked) > 0
    assert changes.paths == []


@every_driver
@pytest.mark.hardware
def test_a_recorder_is_read_from_a_read_only_mount(docked: Docked) -> None:
    tree = str(docked.tree)
    steps = (["mount", "--bind", tree, tree], ["mount", "-o", "remount,ro,bind", tree])
    for step in steps:
        done = subprocess.run(step, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"no right to mount: {done.stderr.strip()}")
    try:
        assert not os.access(docked.tree, os.W_OK)
        assert read_everything(docked) > 0
    finally:
        subprocess.run(["umount", tree], check=True)
