"""A recorder's clock is set only by the policy, after it was read, and on record both times."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.unit.ingest.scripted import SETTINGS, Bench, ClockedRecorder, ScriptedFile
from workstation.domain.dock import SlotStatus
from workstation.domain.errors import RecorderBusyError, RecorderGoneError
from workstation.domain.ingest_state import CollectionState
from workstation.domain.recorder_clock import StationTime
from workstation.platform.settings import ClockSection, Settings, VaultSection

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from workstation.catalog.values import CollectionSummary, DockingLine

SYNCED = StationTime("chrony", is_synced=True, error_s=0.01)
ALONE = StationTime("rtc", is_synced=False)


@contextmanager
def station(root: Path, clock: ClockSection, time: StationTime = SYNCED) -> Iterator[Bench]:
    known = SETTINGS.recorders
    settings = Settings(vault=VaultSection(min_free_mb=0), recorders=known, clock=clock)
    bench = Bench(root / "state", settings, lambda: time)
    try:
        yield bench
    finally:
        bench.close()


def recorder(ahead_s: float = -93.0, content: bytes = b"x") -> ClockedRecorder:
    return ClockedRecorder({"1.MP4": ScriptedFile(content)}, ahead_s=ahead_s)


def docking(bench: Bench, collection: CollectionSummary) -> DockingLine:
    found = bench.engine.catalog.docking(collection.id)
    assert found is not None
    return found


def test_no_clock_is_set_unless_the_site_says_so(bench: Bench) -> None:
    one = recorder()
    bench.dock(one)
    assert one.asked == ["read"]
    assert bench.acts("recorder_writing", "recorder_written") == []


def test_a_wrong_clock_is_read_set_and_read_again(tmp_path: Path) -> None:
    with station(tmp_path, ClockSection(set="when_wrong")) as bench:
        one = recorder()
        taken = bench.dock(one)
        assert one.asked == ["read", "set", "read"]
        line = docking(bench, taken)
        assert line.clock is not None
        assert line.clock.mark.offset_s == -93.0  # as it came
        assert line.clock_after is not None
        assert line.clock_after.offset_s == 0.25
        (intent,), (done,) = bench.acts("recorder_writing"), bench.acts("recorder_written")
        assert (intent["write"], intent["reason"]) == ("clock_set", "when_wrong")
        assert (intent["offset_s"], intent["station_keeper"]) == (-93.0, "chrony")
        assert done["offset_after_s"] == 0.25
        assert "set_to" in done
        assert bench.view().code == "clock.wrong"  # how it came is told still


def test_a_clock_within_the_tolerance_is_left_alone(tmp_path: Path) -> None:
    with station(tmp_path, ClockSection(set="when_wrong")) as bench:
        one = recorder(ahead_s=2.0)
        bench.dock(one)
        assert one.asked == ["read"]


def test_a_station_that_does_not_know_the_time_sets_nobodys_clock(tmp_path: Path) -> None:
    with station(tmp_path, ClockSection(set="always"), ALONE) as bench:
        one = recorder()
        taken = bench.dock(one)
        assert one.asked == ["read"]
        line = docking(bench, taken)
        assert (line.clock_set_at, line.clock_set_code) == (None, "station.unsynced")
        assert "clock.not_set" in bench.view().remarks
        assert bench.acts("recorder_writing", "recorder_written") == []


def test_a_site_without_a_time_server_may_let_it(tmp_path: Path) -> None:
    rules = ClockSection(set="always", needs_synced_station=False)
    with station(tmp_path, rules, ALONE) as bench:
        one = recorder(ahead_s=0.0)
        bench.dock(one)
        assert one.asked == ["read", "set", "read"]
        (intent,) = bench.acts("recorder_writing")
        assert (intent["station_keeper"], intent["station_synced"]) == ("rtc", False)


@pytest.mark.parametrize(
    "refusal", [RecorderBusyError(command="clock"), RecorderGoneError(port="port:1")]
)
def test_a_refusal_costs_the_setting_and_nothing_else(
    tmp_path: Path, refusal: RecorderBusyError | RecorderGoneError
) -> None:
    with station(tmp_path, ClockSection(set="always")) as bench:
        one = recorder()
        one.refuses = refusal
        taken = bench.dock(one)
        assert taken.state is CollectionState.COMPLETE
        assert bench.view().vaulted == 1
        line = docking(bench, taken)
        assert (line.clock_set_at, line.clock_set_code) == (None, refusal.code)
        assert bench.acts("recorder_written")[0]["code"] == refusal.code
        assert "clock.not_set" in bench.view().remarks
        assert bench.view().status is SlotStatus.DONE


def test_a_clock_that_runs_away_is_an_alarm(bench: Bench) -> None:
    bench.dock(recorder(ahead_s=0.0))
    taken = bench.dock(recorder(ahead_s=60.0, content=b"later"))
    remarks = {remark.code: remark.facts for remark in docking(bench, taken).remarks}
    assert remarks["clock.drifts"]["limit_s_per_day"] == 3.0
    clock = docking(bench, taken).clock
    assert clock is not None
    assert clock.drift_s_per_day == pytest.approx(remarks["clock.drifts"]["s_per_day"], abs=0.01)


def test_drift_counts_from_the_setting(tmp_path: Path) -> None:
    with station(tmp_path, ClockSection(set="when_wrong")) as bench:
        bench.dock(recorder(ahead_s=-93.0))
        good = bench.dock(recorder(ahead_s=0.25, content=b"later"))
        assert [remark.code for remark in docking(bench, good).remarks] == ["recorder.unbound"]


def test_a_setting_nobody_read_after_is_no_alarm_at_the_next_docking(tmp_path: Path) -> None:
    with station(tmp_path, ClockSection(set="when_wrong")) as bench:
        forgetful = recorder(ahead_s=-93.0)
        forgetful.forgets = True
        first = docking(bench, bench.dock(forgetful))
        assert first.clock_set_at is not None
        assert first.clock_after is None
        good = bench.dock(recorder(ahead_s=0.25, content=b"later"))
        assert [remark.code for remark in docking(bench, good).remarks] == ["recorder.unbound"]
