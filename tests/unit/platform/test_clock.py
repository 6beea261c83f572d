"""Moments are written in one form, in UTC, and read back as they were."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.platform.clock import SystemClock, from_text, to_text


@given(
    st.datetimes(
        min_value=datetime(1980, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
        max_value=datetime(2200, 1, 1),  # noqa: DTZ001
        timezones=st.just(timezone(timedelta(hours=8))),
    )
)
def test_written_moment_is_read_back_to_the_millisecond(moment: datetime) -> None:
    text = to_text(moment)
    assert text.endswith("Z")
    assert abs(from_text(text) - moment) < timedelta(milliseconds=1)
    assert to_text(from_text(text)) == text


def test_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="2026"):
        to_text(datetime(2026, 1, 1))  # noqa: DTZ001


def test_machine_tells_utc() -> None:
    assert SystemClock().now().tzinfo is UTC
