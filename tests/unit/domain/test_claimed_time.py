"""Names and containers may tell one time in two zones; anything else is said."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from workstation.domain.claimed_time import container_time, disagreement_s

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMED = datetime(2024, 5, 6, 7, 8, 9)  # noqa: DTZ001 - names tell local time


@pytest.fixture(autouse=True)
def shanghai(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-05-06T07:08:09.000000Z", datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)),
        ("2024:05:06 07:08:09", datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)),
        ("2024-05-06T07:08:09+08:00", datetime(2024, 5, 5, 23, 8, 9, tzinfo=UTC)),
        ("1904-01-01T00:00:00.000000Z", None),
        ("1970-01-01T00:00:00.000000Z", None),
        ("", None),
        ("yesterday", None),
    ],
)
def test_a_containers_time_is_read_or_is_none(text: str, expected: datetime | None) -> None:
    assert container_time(text) == expected


@pytest.mark.parametrize(
    ("container", "expected"),
    [
        ("2024-05-05T23:08:09Z", None),  # UTC, as the standard wants it
        ("2024-05-06T07:08:09Z", None),  # local time that calls itself UTC
        ("2024-05-06T07:18:09Z", None),  # when it was closed, ten minutes later
        ("2024-05-06T07:07:39Z", None),  # pre-recorded half a minute
        ("2024-05-06T07:20:09Z", 720.0),
        ("2024-05-06T06:08:09Z", -3600.0),
        ("2024-05-05T22:08:09Z", -3600.0),  # as UTC it is an hour off
    ],
)
def test_only_what_can_not_be_explained_is_told(container: str, expected: float | None) -> None:
    told = container_time(container)
    assert told is not None
    assert disagreement_s(NAMED, told, 600.0) == expected
