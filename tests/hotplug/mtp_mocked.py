"""MTP recorders before a made-up bus; ``test_mtp`` runs this under ``umockdev-run``."""

from __future__ import annotations

import os
import queue
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from drivers.mtp import link
from drivers.mtp.driver import MtpDriver
from drivers.mtp.session import PIECE_BYTES
from tests.fakes.mtp_recorder import MtpRecorder
from tests.hotplug.testbed import Testbed, load_umockdev
from tests.unit.ingest.scripted import SETTINGS, until
from workstation.devices.api import (
    Departure,
    ErasesClips,
    ReportsBattery,
    ReportsStorage,
    Sighting,
)
from workstation.devices.hotplug import UsbDock
from workstation.devices.profiles import ProfileSet
from workstation.domain.errors import (
    DriverCrashedError,
    EntryChangedError,
    EntryKeptError,
    EntryUnreadableError,
    EntryVanishedError,
    RecorderGoneError,
    RecorderLockedError,
    RecorderStalledError,
)
from workstation.domain.ingest_state import CollectionState
from workstation.platform.paths import StatePaths
from workstation.station import record
from workstation.station.engine import Engine, EngineParts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from drivers.mtp.session import MtpSession
    from workstation.domain.clip import ClipEntry
    from workstation.ingest.lane import Lane

PROFILES = ProfileSet.load([Path(__file__).parents[2] / "resources" / "profiles"])
DRIVER = MtpDriver(PROFILES)
UMOCKDEV = load_umockdev()
CLIP = "DCIM/101ANDRO/012345_A1B2C3D_20240506070809_0007.mp4"
OTHER = "DCIM/101ANDRO/012345_A1B2C3D_20240506071000_0008.mp4"
CLIP_BYTES = 3 * PIECE_BYTES + 12_345


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A recorder's memory with two clips."""
    top = tmp_path / "memory"
    for path, size in ((CLIP, CLIP_BYTES), (OTHER, 1000)):
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_bytes(os.urandom(size))
    return top


@pytest.fixture
def bed(tmp_path: Path) -> Testbed:
    assert UMOCKDEV is not None
    return Testbed(UMOCKDEV, tmp_path / "mountinfo")


def plug(bed: Testbed, recorder: MtpRecorder, chain: str = "3") -> tuple[Sighting, str]:
    """Where it is and its path in sysfs."""
    path = bed.device(chain, recorder)
    node = f"/dev/bus/usb/001/{bed.count:03}"
    ids = (recorder.vendor_id, recorder.product_id)
    return Sighting(bed.port(chain), node, "mtp", *ids, serial=recorder.serial), path


def entries(session: MtpSession) -> dict[str, ClipEntry]:
    return {entry.path: entry for entry in session.entries()}


def content(session: MtpSession, entry: ClipEntry, offset: int = 0) -> bytes:
    buffer = memoryview(bytearray(65536))
    found = bytearray()
    with session.read(entry, offset) as source:
        while count := source.readinto(buffer):
            found += buffer[:count]
    return bytes(found)


@pytest.fixture
def announced(bed: Testbed, tmp_path: Path) -> Iterator[queue.SimpleQueue[Sighting | Departure]]:
    """What the USB dock says."""
    del bed  # only has to come first
    events: queue.SimpleQueue[Sighting | Departure] = queue.SimpleQueue()
    dock = UsbDock(PROFILES, mountinfo=tmp_path / "mountinfo")
    dock.start(events.put)
    yield events
    dock.stop()


def test_it_is_found_by_the_name_of_its_interface_and_read_by_its_driver(
    bed: Testbed, tree: Path, announced: queue.SimpleQueue[Sighting | Departure]
) -> None:
    path = bed.device("2.4", MtpRecorder(tree), interface="MTP")  # the class is the maker's own
    sighting = announced.get(timeout=20)
    assert isinstance(sighting, Sighting)
    assert (sighting.scheme, sighting.port) == ("mtp", bed.port("2.4"))
    with DRIVER.open(sighting) as session:
        assert (session.identity.serial, session.identity.badge) == ("A1B2C3D", "012345")
        assert session.identity.profile == "e12"
        # The volume's identifier is no label that could differ from it.
        assert (session.identity.label, session.identity.findings) == (None, ())
        assert content(session, entries(session)[CLIP]) == (tree / CLIP).read_bytes()
    bed.remove([path])
    assert announced.get(timeout=20) == Departure(sighting.port)


def test_it_tells_battery_and_room(bed: Testbed, tree: Path) -> None:
    sighting, _ = plug(bed, MtpRecorder(tree))
    with DRIVER.open(sighting) as session:
        assert isinstance(session, ReportsBattery)
        assert isinstance(session, ReportsStorage)
        assert session.battery_percent() == 90  # 45 of 50
        assert session.storage().total_bytes == 32 << 30
        assert session.storage().free_bytes == 1 << 30


def test_a_locked_recorder_says_so_and_opens_once_it_is_unlocked(bed: Testbed, tree: Path) -> None:
    recorder = MtpRecorder(tree)
    recorder.locked = True
    sighting, _ = plug(bed, recorder)
    with pytest.raises(RecorderLockedError), DRIVER.open(sighting):
        pass
    recorder.locked = False
    with DRIVER.open(sighting) as session:
        assert set(entries(session)) == {CLIP, OTHER}


@pytest.mark.parametrize("parts", [64, 32, 0], ids=["64-bit parts", "32-bit parts", "no parts"])
def test_reading_goes_on_from_any_offset(bed: Testbed, tree: Path, parts: int) -> None:
    whole = (tree / CLIP).read_bytes()
    sighting, _ = plug(bed, MtpRecorder(tree, parts=parts))
    with DRIVER.open(sighting) as session:
        entry = entries(session)[CLIP]
        for offset in (0, 1, CLIP_BYTES // 2, CLIP_BYTES - 1):
            assert content(session, entry, offset) == whole[offset:]


def test_a_recorder_without_parts_can_be_left_in_the_middle_of_a_file(
    bed: Testbed, tree: Path
) -> None:
    sighting, _ = plug(bed, MtpRecorder(tree, parts=0))
    with DRIVER.open(sighting) as session:
        entry = entries(session)[CLIP]
        with session.read(entry) as source:
            assert source.readinto(memoryview(bytearray(10))) == 10
        assert content(session, entry) == (tree / CLIP).read_bytes()


def test_a_file_beyond_four_gigabytes_has_its_size_and_its_end(bed: Testbed, tree: Path) -> None:
    size, tail = (5 << 30) + 17, os.urandom(100_000)
    with (tree / CLIP).open("r+b") as file:
        file.truncate(size)
        file.seek(size - len(tail))
        file.write(tail)
    sighting, _ = plug(bed, MtpRecorder(tree))
    with DRIVER.open(sighting) as session:
        entry = entries(session)[CLIP]
        assert entry.size_bytes == size == session.stat(entry).size_bytes
        assert content(session, entry, size - len(tail)) == tail


def test_two_storages_are_one_tree(bed: Testbed, tree: Path, tmp_path: Path) -> None:
    card = tmp_path / "card"
    card.mkdir()
    (card / "IMG_0001.JPG").write_bytes(b"picture")
    sighting, _ = plug(bed, MtpRecorder(tree, second=card))
    with DRIVER.open(sighting) as session:
        found = entries(session)
        assert set(found) == {CLIP, OTHER, "SD card/IMG_0001.JPG"}
        assert content(session, found["SD card/IMG_0001.JPG"]) == b"picture"


def test_pulled_out_while_reading_is_gone(bed: Testbed, tree: Path) -> None:
    recorder = MtpRecorder(tree)
    sighting, _ = plug(bed, recorder)
    with DRIVER.open(sighting) as session:
        entry = entries(session)[CLIP]
        recorder.pull_after_bytes = 2 * PIECE_BYTES
        with pytest.raises(RecorderGoneError):
            content(session, entry)
        with pytest.raises(RecorderGoneError):
            list(session.entries())


def test_a_recorder_that_falls_silent_is_stalled(
    bed: Testbed, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = MtpRecorder(tree)
    sighting, _ = plug(bed, recorder)
    with DRIVER.open(sighting) as session:
        entry = entries(session)[CLIP]
        recorder.is_silent = True
        monkeypatch.setattr(link, "CALL_S", 1.0)
        with pytest.raises(RecorderStalledError):
            content(session, entry)


def test_a_crash_of_the_library_costs_one_docking_and_nothing_else(
    bed: Testbed, tree: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sighting, _ = plug(bed, MtpRecorder(tree))
    with DRIVER.open(sighting) as session:
        entry = entries(session)[CLIP]
        os.kill(session.process_id, signal.SIGSEGV)
        with pytest.raises(DriverCrashedError) as crashed:
            content(session, entry)
        assert crashed.value.facts["status"] == -signal.SIGSEGV
    assert caplog.messages == ["driver process ended module=drivers.mtp.child status=-11"]
    with DRIVER.open(sighting) as session:
        assert content(session, entry) == (tree / CLIP).read_bytes()


def test_a_file_that_can_not_be_read_costs_only_itself(bed: Testbed, tree: Path) -> None:
    recorder = MtpRecorder(tree)
    recorder.refuses = {Path(CLIP).name}
    sighting, _ = plug(bed, recorder)
    with DRIVER.open(sighting) as session:
        found = entries(session)
        with pytest.raises(EntryUnreadableError):
            content(session, found[CLIP])
        assert content(session, found[OTHER]) == (tree / OTHER).read_bytes()


def test_what_is_written_to_meanwhile_shows(bed: Testbed, tree: Path) -> None:
    sighting, _ = plug(bed, MtpRecorder(tree))
    with DRIVER.open(sighting) as session:
        found = entries(session)
        content(session, found[OTHER])
        assert session.stat(found[OTHER]).mtime_ns == found[OTHER].mtime_ns
        os.utime(tree / OTHER, ns=(10**18, 10**18))
        assert session.stat(found[OTHER]).mtime_ns == 10**18
        with (tree / CLIP).open("ab") as file:
            file.write(b"more")
        assert session.stat(found[CLIP]).size_bytes == CLIP_BYTES + 4
        assert len(content(session, found[CLIP])) == CLIP_BYTES + 4


def test_one_file_is_erased_by_name_and_no_other(bed: Testbed, tree: Path) -> None:
    recorder = MtpRecorder(tree)
    sighting, _ = plug(bed, recorder)
    with DRIVER.open(sighting) as session:
        assert isinstance(session, ErasesClips)
        found = entries(session)
        session.erase_clip(found[OTHER])
        assert not (tree / OTHER).exists()
        assert set(entries(session)) == {CLIP}
        with pytest.raises(EntryVanishedError):
            session.erase_clip(found[OTHER])
        recorder.keeps = {Path(CLIP).name}
        with pytest.raises(EntryKeptError):
            session.erase_clip(found[CLIP])
        with (tree / CLIP).open("ab") as file:
            file.write(b"more")
        with pytest.raises(EntryChangedError):
            session.erase_clip(found[CLIP])
        assert (tree / CLIP).exists()


# -- in the station ----------------------------------------------------------------------


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Engine]:
    """A real engine whose only driver is this one."""
    paths = StatePaths(tmp_path / "state")
    record.initialise(paths, SETTINGS)
    engine = Engine(paths, SETTINGS, EngineParts([DRIVER], probe_media=False))
    engine.start()
    yield engine
    engine.stop()
    engine.mailbox.close()


def vaulted(station: Engine, lane: Lane) -> dict[str, bytes]:
    """What a docking put into the vault, by path."""
    assert lane.collection_id is not None
    found = {}
    for item in station.catalog.items(lane.collection_id):
        assert item.clip_id is not None
        with station.vault.open(station.catalog.object_ref(item.clip_id)) as reader:
            found[item.path] = reader.read_at(0, reader.size_bytes)
    return found


def test_a_locked_phone_is_waited_for_and_collected_byte_for_byte(
    bed: Testbed, tree: Path, station: Engine
) -> None:
    recorder = MtpRecorder(tree)
    recorder.locked = True
    sighting, _ = plug(bed, recorder)
    lane = station.supervisor.announce(sighting)
    assert lane is not None
    until(lambda: lane.tracker.view.code == "slot.waiting_unlock", "the slot says what to do")
    recorder.locked = False
    lane.join(60)
    assert (lane.final, lane.error) == (CollectionState.COMPLETE, None)
    assert vaulted(station, lane) == {path: (tree / path).read_bytes() for path in (CLIP, OTHER)}
    assert lane.tracker.view.battery_percent == 90


def test_pulled_out_half_way_it_goes_on_where_it_was(
    bed: Testbed, tree: Path, station: Engine
) -> None:
    (tree / CLIP).write_bytes(os.urandom(40 * PIECE_BYTES))
    recorder = MtpRecorder(tree)
    recorder.pull_after_bytes = 30 * PIECE_BYTES
    sighting, _ = plug(bed, recorder)
    lane = station.supervisor.announce(sighting)
    assert lane is not None
    lane.join(60)
    assert lane.final is CollectionState.INTERRUPTED
    assert lane.error is not None
    assert lane.error.code == "recorder.gone"
    station.supervisor.announce(Departure(sighting.port))
    again = MtpRecorder(tree)
    sighting, _ = plug(bed, again, chain="3")
    lane = station.supervisor.announce(sighting)
    assert lane is not None
    lane.join(60)
    assert lane.final is CollectionState.COMPLETE
    assert vaulted(station, lane)[CLIP] == (tree / CLIP).read_bytes()
    assert again.read_bytes < 25 * PIECE_BYTES  # of 40: samples of the beginning, and the rest
