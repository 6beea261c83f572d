"""Each fault of a simulated recorder acts as documented."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from workstation.devices.api import ReadsClock, ReportsBattery
from workstation.devices.simulation.cards import card_of
from workstation.devices.simulation.faults import Pace
from workstation.devices.simulation.url import parse_slot
from workstation.domain.errors import (
    EntryUnreadableError,
    EntryVanishedError,
    RecorderGoneError,
)
from workstation.platform.clock import SystemClock

if TYPE_CHECKING:
    from tests.unit.devices.simulation.conftest import Open
    from workstation.devices.simulation.faults import SimulatedSession
    from workstation.domain.clip import ClipEntry

ONE = "simulated:?slots=1&clips=2&seconds=1"


def _bytes(session: SimulatedSession, entry: ClipEntry, offset: int = 0) -> bytes:
    buffer = memoryview(bytearray(1 << 16))
    read = bytearray()
    with session.read(entry, offset) as source:
        while count := source.readinto(buffer):
            read += buffer[:count]
    return bytes(read)


def _video(session: SimulatedSession, url: str, number: int) -> ClipEntry:
    path = card_of(parse_slot(url)).videos[number - 1].path
    return next(entry for entry in session.entries() if entry.raw_path == path)


def test_faultless_recorder_gives_its_files_as_they_are(docked: Open) -> None:
    with docked(f"{ONE}#1") as (session, bay):
        for entry in session.entries():
            if entry.skip_code is None:
                path = bay.path / entry.raw_path.decode()
                assert _bytes(session, entry) == path.read_bytes()
                assert _bytes(session, entry, 100) == path.read_bytes()[100:]
                assert session.stat(entry).size_bytes == entry.size_bytes


def test_recorder_leaves_at_the_share_of_bytes_planned(docked: Open) -> None:
    url = f"{ONE}&yank_at=30%#1"
    with docked(url) as (session, bay):
        entries = [entry for entry in session.entries() if entry.skip_code is None]
        total = sum(entry.size_bytes for entry in entries)
        read = 0
        buffer = memoryview(bytearray(1 << 16))

        def read_all() -> None:
            nonlocal read
            for entry in entries:
                with session.read(entry) as source:
                    while count := source.readinto(buffer):
                        read += count

        with pytest.raises(RecorderGoneError):
            read_all()
        assert read == int(total * 0.3)
        assert not bay.is_plugged
        with pytest.raises(RecorderGoneError):
            session.entries()
        with pytest.raises(RecorderGoneError):
            session.stat(entries[0])
        with pytest.raises(RecorderGoneError):
            _bytes(session, entries[0])


def test_replugged_recorder_does_not_leave_again(docked: Open) -> None:
    with docked(f"{ONE}&yank_at=30%#1.2") as (session, bay):
        for entry in session.entries():
            if entry.skip_code is None:
                assert len(_bytes(session, entry)) == entry.size_bytes
        assert bay.is_plugged


def test_bad_sector_gives_the_bytes_before_it_and_spares_other_files(docked: Open) -> None:
    url = f"{ONE}&bad_sector=1:2:5000#1"
    with docked(url) as (session, bay):
        entry = _video(session, url, 2)
        buffer = memoryview(bytearray(1 << 16))
        with session.read(entry) as source:
            assert source.readinto(buffer) == 5000
            assert buffer[:5000] == (bay.path / entry.raw_path.decode()).read_bytes()[:5000]
            with pytest.raises(EntryUnreadableError) as caught:
                source.readinto(buffer)
        assert caught.value.facts["offset"] == 5000
        other = _video(session, url, 1)
        assert len(_bytes(session, other)) == other.size_bytes


def test_growing_file_is_longer_each_time_it_is_looked_at(docked: Open) -> None:
    url = f"{ONE}&grow=1#1"
    with docked(url) as (session, _):
        entry = _video(session, url, 2)
        first, second = session.stat(entry), session.stat(entry)
        assert entry.size_bytes < first.size_bytes < second.size_bytes
        assert first.mtime_ns < second.mtime_ns
        assert len(_bytes(session, entry)) > second.size_bytes
        other = _video(session, url, 1)
        assert session.stat(other).size_bytes == other.size_bytes


def test_vanished_file_is_listed_and_not_there(docked: Open) -> None:
    url = f"{ONE}&vanish=1#1"
    with docked(url) as (session, _):
        entry = _video(session, url, 2)
        with pytest.raises(EntryVanishedError):
            session.stat(entry)
        with pytest.raises(EntryVanishedError):
            _bytes(session, entry)
        assert _bytes(session, _video(session, url, 1))


def test_flipped_bit_is_in_the_first_reading_and_not_in_the_second(docked: Open) -> None:
    url = f"{ONE}&flip_bit=1#1"
    with docked(url) as (session, bay):
        entry = _video(session, url, 1)
        whole = (bay.path / entry.raw_path.decode()).read_bytes()
        first, second, third = (_bytes(session, entry) for _ in range(3))
        assert second == whole
        assert first == third != whole
        assert sum(a != b for a, b in zip(first, whole, strict=True)) == 1


def test_stall_lasts_as_planned_and_happens_once(docked: Open) -> None:
    url = f"{ONE}&stall=1:0.4#1"
    with docked(url) as (session, _):
        entry = _video(session, url, 1)
        began_s = time.monotonic()
        first = _bytes(session, entry)
        assert time.monotonic() - began_s >= 0.4
        began_s = time.monotonic()
        assert _bytes(session, entry) == first
        assert time.monotonic() - began_s < 0.4


def test_recorder_pulled_while_it_stalls_is_gone_at_once(docked: Open) -> None:
    url = f"{ONE}&stall=1:60#1"
    with docked(url) as (session, bay):
        entry = _video(session, url, 1)
        timer = threading.Timer(0.1, bay.pull)
        timer.start()
        with pytest.raises(RecorderGoneError):
            _bytes(session, entry)
        timer.join()


def test_clock_and_battery_are_as_planned(docked: Open) -> None:
    with docked(f"{ONE}&clock_skew=-93s&battery=1:11#1") as (session, bay):
        assert isinstance(session, ReadsClock)
        assert isinstance(session, ReportsBattery)
        assert session.read_clock(SystemClock().now()).offset_s == -93
        assert session.battery_percent() == 11
        bay.pull()
        with pytest.raises(RecorderGoneError):
            session.battery_percent()


def test_battery_is_plausible_where_nothing_is_planned() -> None:
    for slot in range(1, 65):
        assert 0 <= parse_slot(f"simulated:?slots=64#{slot}").battery_percent <= 100


def test_pace_keeps_its_rate_with_many_lanes_and_little_processor() -> None:
    rate, lanes, seconds = 30e6, 24, 1.0
    spent: list[float] = []

    def lane() -> None:
        pace, done = Pace(rate), 0
        began_s = time.monotonic()
        while done < rate * seconds:
            count = pace.portion(1 << 20)
            pace.spend(count)
            done += count
        spent.append(done / (time.monotonic() - began_s))

    processor_s = time.process_time()
    threads = [threading.Thread(target=lane) for _ in range(lanes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(spent) == lanes
    # Never faster; slower only as far as a busy machine wakes us late.
    assert max(spent) <= rate * 1.03
    assert sum(spent) / lanes >= rate * 0.8
    assert time.process_time() - processor_s < 0.5 * seconds


def test_slow_lane_reads_in_small_portions() -> None:
    assert Pace(10_000).portion(1 << 20) == 4096
    assert Pace(1e6).portion(1 << 20) == 100_000
    assert Pace(None).portion(1 << 20) == 1 << 20
