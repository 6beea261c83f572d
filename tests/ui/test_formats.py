"""Numbers as people read them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ui.formats import (
    clips_text,
    date_text,
    offset_text,
    rate_text,
    remaining_text,
    span_text,
    stamp_text,
)
from ui.texts import size_text


@pytest.mark.parametrize(
    ("size_bytes", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1_000, "1 KB"),
        (999_600, "1.0 MB"),
        (48_200_000_000, "48.2 GB"),
        (180_000_000, "180 MB"),
        (4_600_000_000_000, "4.6 TB"),
        (-5, "0 B"),
    ],
)
def test_sizes_have_the_unit_that_suits_them(size_bytes: int, text: str) -> None:
    assert size_text(size_bytes) == text


def test_rates_are_always_in_the_same_unit() -> None:
    assert rate_text(31_040_000) == "31.0 MB/s"
    assert rate_text(-1) == "0.0 MB/s"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, ""),
        (3, "剩不到 1 分钟"),
        (61, "约剩 2 分钟"),
        (3599, "约剩 60 分钟"),
        (3601, "约剩 1 小时 1 分"),
    ],
)
def test_time_left_is_rounded_up(seconds: float | None, text: str) -> None:
    assert remaining_text(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(12, "12 秒"), (93, "1 分 33 秒"), (3720, "1 小时 2 分"), (200_000, "2 天 7 小时")],
)
def test_spans_have_two_units_at_most(seconds: float, text: str) -> None:
    assert span_text(seconds) == text


@pytest.mark.parametrize(
    ("offset_s", "uncertainty_s", "text"),
    [
        (None, None, "未读取"),
        (0.3, 0.5, "准确 ± 0.5 s"),
        (-93.4, 0.5, "慢 1 分 33 秒 ± 0.5 s"),
        (61.0, None, "快 1 分 1 秒"),
        (1.8, 2.0, "准确 ± 2.0 s"),
    ],
)
def test_a_clock_is_right_fast_or_slow_with_its_error(
    offset_s: float | None, uncertainty_s: float | None, text: str
) -> None:
    assert offset_text(offset_s, uncertainty_s) == text


def test_a_recorders_own_time_is_shown_as_it_stands() -> None:
    assert stamp_text(datetime(2025, 11, 22, 8, 30, 5)) == "2025-11-22 08:30:05"  # noqa: DTZ001
    assert stamp_text(None) == ""


def test_dates_follow_the_language() -> None:
    noon = datetime(2025, 11, 22, 12, tzinfo=UTC)
    assert date_text(noon, "zh_CN") == "11月22日 星期六"
    assert date_text(noon, "en") == "Sat 22 Nov"


def test_counts_carry_their_word() -> None:
    assert clips_text(1) == "1 段"
    assert clips_text(42) == "42 段"
