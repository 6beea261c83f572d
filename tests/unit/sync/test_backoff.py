"""When a store is asked again, and how fast bytes go, by a clock of our own."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sync.backoff import Breaker
from workstation.platform.rate import WINDOW_S, Speedometer, TokenBucket


class Now:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.s = 100.0

    def __call__(self) -> float:
        return self.s

    def pass_by(self, seconds: float) -> None:
        self.s += seconds


def latest(_low: float, high: float) -> float:
    return high


def test_waits_double_up_to_the_limit() -> None:
    now = Now()
    breaker = Breaker(60.0, now_s=now, uniform=latest)
    assert [breaker.fail() for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]


@given(st.integers(1, 5000), st.floats(1, 86_400))
def test_no_wait_exceeds_the_limit_however_long_it_lasts(failures: int, limit: float) -> None:
    breaker = Breaker(limit)
    waits = [breaker.fail() for _ in range(min(failures, 200))]
    assert all(0 <= wait <= limit for wait in waits)


def test_wait_passes_and_success_forgets_the_failures() -> None:
    now = Now()
    breaker = Breaker(60.0, now_s=now, uniform=latest)
    assert (breaker.is_open, breaker.wait_s) == (False, 0)
    for _ in range(3):
        breaker.fail()
    assert (breaker.is_open, breaker.wait_s) == (True, 4)
    now.pass_by(3)
    assert breaker.wait_s == 1
    now.pass_by(3)
    assert breaker.wait_s == 0
    breaker.reset()
    assert (breaker.is_open, breaker.fail()) == (False, 1)


@given(st.lists(st.integers(1, 5000), min_size=1), st.integers(100, 10_000))
def test_no_stretch_carries_more_than_the_limit_and_one_second(
    sizes: list[int], limit: int
) -> None:
    now = Now()
    bucket = TokenBucket(limit, now_s=now, pause=now.pass_by)
    begun = now.s
    for size in sizes:
        bucket.take(size)
        assert sum(sizes[: sizes.index(size)]) <= limit * (now.s - begun + 1) + 1
    assert sum(sizes) <= limit * (now.s - begun + 1) + 1


def test_no_limit_is_no_wait() -> None:
    now = Now()
    bucket = TokenBucket(0, now_s=now, pause=now.pass_by)
    bucket.take(1 << 40)
    assert now.s == 100.0


def test_rate_is_what_went_lately() -> None:
    now = Now()
    speed = Speedometer(now_s=now)
    for _ in range(10):
        speed.add(1000)
        now.pass_by(1)
    assert 800 <= speed.rate_bps() <= 1000
    now.pass_by(WINDOW_S + 1)
    assert speed.rate_bps() == 0
