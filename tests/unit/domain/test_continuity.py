"""Numbers left out, seams and pre-record, case by case."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from workstation.domain.clip import ClipKind
from workstation.domain.continuity import (
    Joint,
    PreRecord,
    Segment,
    left_out,
    pre_record,
    seams,
)

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
NAMED = datetime(2026, 3, 1, 8)  # noqa: DTZ001 - a recorder's clock


def segment(
    second: float, number: int | None, length: float = 60.0, kind: ClipKind = ClipKind.VIDEO
) -> Segment:
    lies = timedelta(seconds=second)
    return Segment(f"{kind.value}{second}", "R", kind, START + lies, length, number, NAMED + lies)


def test_the_statement_names_the_files_around_the_numbers_that_never_came() -> None:
    missing, restarts = left_out([segment(0, 7), segment(600, 10)])
    (one,) = missing
    assert (one.first, one.last, one.count, one.is_sure) == (8, 9, 2, True)
    assert (one.after, one.before) == (
        START + timedelta(seconds=60),
        START + timedelta(seconds=600),
    )
    assert restarts == []


def test_a_number_offered_but_not_taken_is_not_said_never_to_have_come() -> None:
    missing, _ = left_out([segment(0, 7), segment(600, 11)], offered=[9])
    assert [(one.first, one.last) for one in missing] == [(8, 8), (10, 10)]


def test_counting_that_rolls_over_hides_nothing_and_claims_nothing() -> None:
    missing, restarts = left_out([segment(0, 1000), segment(600, 1)])
    assert missing == []
    assert [(one.last, one.next) for one in restarts] == [(1000, 1)]


def test_a_large_jump_may_be_another_numbering_and_says_so() -> None:
    missing, _ = left_out([segment(0, 7), segment(600, 5000)])
    assert [(one.first, one.last, one.is_sure) for one in missing] == [(8, 4999, False)]


def test_a_photo_between_two_videos_shares_their_numbering() -> None:
    row = [segment(0, 7), segment(300, 8, 0, ClipKind.PHOTO), segment(600, 9)]
    assert left_out(row) == ([], [])


def test_photos_with_numbers_of_their_own_fill_no_gap_of_videos() -> None:
    row = [
        segment(0, 7),
        segment(100, 7, 0, ClipKind.PHOTO),
        segment(300, 8, 0, ClipKind.PHOTO),
        segment(600, 9),
    ]
    assert [(one.first, one.last) for one in left_out(row)[0]] == [(8, 8)]


def test_names_of_whole_seconds_can_not_prove_a_small_seam() -> None:
    (one,) = seams([segment(0, 1, 60.0), segment(60, 2)])
    assert one.joint is Joint.OPEN


def test_a_seam_beyond_all_doubt_is_named() -> None:
    (one,) = seams([segment(0, 1, 58.5), segment(60, 2)])
    assert one.joint is Joint.SEAM
    assert one.gap_s == pytest.approx(1.5)


def test_names_of_milliseconds_prove_a_tight_joint_and_a_small_seam() -> None:
    (tight,) = seams([segment(0, 1, 60.0), segment(60.02, 2)])
    (torn,) = seams([segment(0, 1, 60.0), segment(60.08, 2)])
    assert (tight.joint, torn.joint) == (Joint.TIGHT, Joint.SEAM)


def test_two_files_minutes_apart_are_two_recordings() -> None:
    assert seams([segment(0, 1), segment(180, 2)]) == []


def test_two_files_with_a_number_between_them_are_not_one_recording() -> None:
    assert seams([segment(0, 1, 60.0), segment(60, 3)]) == []


@pytest.mark.parametrize(
    ("closes_after_s", "length_s", "found", "lead_s"),
    [
        (60, 92.0, PreRecord.PRESENT, 32.0),
        (60, 75.0, PreRecord.SHORT, 15.0),
        (60, 60.5, PreRecord.UNKNOWN, None),  # its name tells the first frame: nothing can be said
        (90, 60.0, PreRecord.UNKNOWN, None),  # closed late
        (-28_800, 60.0, PreRecord.UNKNOWN, None),  # closed in another zone
    ],
)
def test_pre_record_is_what_begins_before_the_name(
    closes_after_s: float, length_s: float, found: PreRecord, lead_s: float | None
) -> None:
    closed = NAMED + timedelta(seconds=closes_after_s)
    assert pre_record(NAMED, closed, length_s) == (found, lead_s)
