"""Coverage of a shift out of a real ledger: dockings of recorders that count their files."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.unit.ingest.scripted import Bench, ScriptedFile, ScriptedRecorder
from workstation.casework.completeness import Basis, read_coverage
from workstation.domain.clip import BadgeNumber
from workstation.domain.coverage import Cover, GapReason
from workstation.ledger.gaps import GapSaying, explain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from workstation.casework.completeness import Coverage
    from workstation.domain.clip import ClipEntry

HIS, MATE = BadgeNumber("012345"), BadgeNumber("067890")
MINUTE_S = 60.0


@dataclasses.dataclass
class Countdown:
    """One file: minutes before the docking, its number, its length, whose it is."""

    ago: float
    number: int | None
    seconds: float | None = MINUTE_S
    badge: BadgeNumber = HIS
    present: bool = True
    bytes_of: str = ""


class CountingRecorder(ScriptedRecorder):
    """Names its files by time, officer and number."""

    told: dict[str, Countdown]
    now: datetime

    def entries(self) -> Iterator[ClipEntry]:
        for entry in ScriptedRecorder.entries(self):
            one = self.told[entry.path]
            yield dataclasses.replace(
                entry,
                recorded_at=(self.now - timedelta(minutes=one.ago)).replace(tzinfo=None),
                badge=one.badge,
                sequence=one.number,
            )


class Station:
    """Recorders come home here."""

    def __init__(self, root: Path) -> None:
        self.bench = Bench(root)
        self.now = datetime.now().astimezone().replace(microsecond=0)
        self.day = self.now.date()

    def dock(self, *files: Countdown, serial: str = "REC-1") -> None:
        """Collect, and know every length as the probe would."""
        told = {f"V{one.ago:07.2f}.MP4": one for one in files}
        content = {
            path: ScriptedFile((one.bytes_of or f"{serial} {path}").encode(), present=one.present)
            for path, one in told.items()
        }
        recorder = CountingRecorder(content, serial=serial)
        recorder.told, recorder.now = told, self.now
        docked = self.bench.dock(recorder, f"port:{serial}")
        with self.bench.engine.ledger.transaction() as tx:
            for item in self.bench.engine.catalog.items(docked.id):
                length = told[item.path].seconds
                if item.clip_id and length is not None:
                    tx.record_media(item.clip_id, int(length * 1000), b"{}", has_thumbnail=False)

    def read(self, badge: str = HIS, hours: tuple[float, float] | None = None) -> Coverage:
        """The coverage today, or of a roster's hours before now."""
        given = None
        if hours is not None:
            begins, ends = (self.now - timedelta(hours=one) for one in hours)
            given = (begins, ends)
        now = datetime.now(UTC)
        return read_coverage(self.bench.engine.catalog, badge, now.astimezone().date(), now, given)

    def say(self, ago: float, until: float, reason: GapReason) -> None:
        begins, ends = (self.now - timedelta(minutes=one) for one in (ago, until))
        with self.bench.engine.ledger.transaction() as tx:
            explain(tx, GapSaying(HIS, begins, ends, reason), HIS, {})


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    made = Station(tmp_path / "state")
    yield made
    made.bench.close()


def minutes(found: Coverage, what: Cover) -> float:
    return round(found.seconds(what) / 60, 0)


def test_a_shift_lasts_from_its_first_footage_to_the_docking(station: Station) -> None:
    station.dock(Countdown(120, 1, 600), Countdown(60, 2, 600))
    found = station.read()
    assert found.basis is Basis.DOCKING
    assert found.shift is not None
    assert found.shift.begins == station.now - timedelta(minutes=120)
    assert (minutes(found, Cover.RECORDED), minutes(found, Cover.EXPLAINED)) == (20, 0)
    assert sum(found.seconds(one) for one in Cover) == pytest.approx(found.shift.seconds)
    assert len(found.asked) == 2


def test_the_same_files_docked_again_do_not_move_the_shift(station: Station) -> None:
    files = (Countdown(120, 1), Countdown(60, 2))
    station.dock(*files)
    before = station.read()
    station.dock(*files)
    assert station.read() == before


def test_numbers_between_two_files_that_never_came_are_named(station: Station) -> None:
    station.dock(Countdown(120, 7), Countdown(60, 10))
    (one,) = station.read().missing
    assert (one.recorder, one.first, one.last, one.is_sure) == ("REC-1", 8, 9, True)
    assert one.after == station.now - timedelta(minutes=119)
    assert one.before == station.now - timedelta(minutes=60)


def test_a_number_that_came_as_somebody_elses_is_not_missing(station: Station) -> None:
    station.dock(Countdown(120, 7), Countdown(90, 8, badge=MATE), Countdown(60, 9))
    assert station.read().missing == ()
    assert station.read(MATE).clips == 1


def test_numbers_are_followed_from_the_shift_before(station: Station) -> None:
    station.dock(Countdown(3 * 1440, 4))
    station.dock(Countdown(120, 6))
    assert [(one.first, one.last) for one in station.read().missing] == [(5, 5)]


def test_a_file_that_could_not_be_taken_is_told_apart_from_one_that_never_came(
    station: Station,
) -> None:
    station.dock(Countdown(120, 7), Countdown(90, 8, present=False), Countdown(60, 10))
    found = station.read()
    assert [(one.number, one.recorder) for one in found.not_taken] == [(8, "REC-1")]
    assert [(one.first, one.last) for one in found.missing] == [(9, 9)]
    assert not found.is_complete


def test_a_number_whose_bytes_are_held_under_another_name_did_reach_us(station: Station) -> None:
    station.dock(Countdown(120, 7, bytes_of="x"), Countdown(90, 8, bytes_of="x"), Countdown(60, 9))
    found = station.read()
    assert (found.not_taken, found.missing) == ((), ())


def test_a_file_taken_at_a_later_docking_is_no_loss(station: Station) -> None:
    station.dock(Countdown(120, 7), Countdown(90, 8, present=False))
    station.dock(Countdown(120, 7), Countdown(90, 8))
    found = station.read()
    assert (found.not_taken, found.missing) == ((), ())


def test_a_reason_explains_a_gap_and_footage_overrules_it(station: Station) -> None:
    station.dock(Countdown(120, 1, 600))
    station.say(110, 50, GapReason.MEAL)
    assert minutes(station.read(), Cover.EXPLAINED) == 60
    station.dock(Countdown(100, 2, 600), serial="REC-2")
    found = station.read()
    assert (minutes(found, Cover.RECORDED), minutes(found, Cover.EXPLAINED)) == (20, 50)


def test_the_later_reason_counts_and_one_withdrawn_leaves_the_gap(station: Station) -> None:
    station.dock(Countdown(120, 1, 600))
    station.say(110, 50, GapReason.MEAL)
    station.say(110, 80, GapReason.FAULT)
    station.say(60, 50, GapReason.WITHDRAWN)
    said = [
        (one.explanation.reason, round(one.span.seconds / 60))
        for one in station.read().parts
        if one.explanation is not None
    ]
    assert said == [(GapReason.FAULT, 30), (GapReason.MEAL, 20)]


def test_the_rosters_hours_count_where_they_are_given(station: Station) -> None:
    station.dock(Countdown(120, 1, 600))
    found = station.read(hours=(8, 1))
    assert (found.basis, minutes(found, Cover.RECORDED)) == (Basis.GIVEN, 10)
    assert minutes(found, Cover.UNEXPLAINED) == 7 * 60 - 10


def test_a_shift_without_any_footage_is_unexplained_as_a_whole(station: Station) -> None:
    found = station.read(hours=(8, 1))
    assert [one.cover for one in found.parts] == [Cover.UNEXPLAINED]
    assert station.read().basis is Basis.NOTHING


def test_footage_docked_days_later_is_a_shift_of_its_own_hours(station: Station) -> None:
    station.dock(Countdown(2 * 1440 + 60, 1, 600), Countdown(2 * 1440, 2, 600))
    found = station.read()
    assert found.basis is Basis.LATE
    assert found.shift is not None
    assert found.shift.seconds == pytest.approx(70 * 60)


def test_two_files_of_one_recording_leave_no_gap_that_nobody_can_prove(station: Station) -> None:
    station.dock(Countdown(120, 1, 59.5), Countdown(119, 2, 60))
    first = station.read().parts[0]
    assert (first.cover, first.span.seconds) == (Cover.RECORDED, 120.0)


def test_a_proven_seam_stays_a_gap_and_is_named(station: Station) -> None:
    station.dock(Countdown(120, 1, 58), Countdown(119, 2, 60))
    found = station.read()
    assert [round(one.gap_s, 1) for one in found.torn] == [2.0]
    assert [one.cover for one in found.parts[:3]] == [
        Cover.RECORDED,
        Cover.UNEXPLAINED,
        Cover.RECORDED,
    ]


def test_what_can_not_be_said_is_said(station: Station) -> None:
    station.dock(Countdown(120, None, None), Countdown(60, None))
    found = station.read()
    assert (found.unnumbered, found.unmeasured) == (("REC-1",), 1)
    assert found.clock_doubt_s is None
