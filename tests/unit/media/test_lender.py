"""A hanging reader hangs a thread of ours, not the caller."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from tests.unit.media.clips import BytesReader, TroubledReader
from workstation.domain.errors import ObjectDamagedError
from workstation.media.lender import Lender, SourceFailedError

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def lender() -> Iterator[Lender]:
    lender = Lender(threading.Event())
    yield lender
    lender.close()


def soon(seconds: float = 10.0) -> float:
    return time.monotonic() + seconds


class FailingReader(BytesReader):
    def __init__(self, error: Exception) -> None:
        super().__init__(b"x" * 10)
        self._error = error

    def read_at(self, offset: int, count: int) -> bytes:  # noqa: ARG002
        raise self._error


class GenerousReader(BytesReader):
    def read_at(self, offset: int, count: int) -> bytes:
        return super().read_at(offset, count * 2)


def test_bytes_come_as_the_reader_gives_them(lender: Lender) -> None:
    assert lender.read(BytesReader(b"0123456789"), 3, 4, soon()) == b"3456"


def test_more_than_asked_for_is_cut(lender: Lender) -> None:
    assert lender.read(GenerousReader(b"0123456789"), 0, 4, soon()) == b"0123"


def test_a_hanging_read_ends_at_the_deadline_and_the_next_waits_its_turn(lender: Lender) -> None:
    let_go = threading.Event()
    stuck = TroubledReader(b"x" * 10, let_go.wait)
    lender.read(stuck, 0, 1, soon())
    for _ in range(2):
        with pytest.raises(TimeoutError):
            lender.read(stuck, 0, 1, soon(0.1))
    let_go.set()
    assert lender.read(BytesReader(b"abc"), 0, 3, soon()) == b"abc"
    assert stuck.reads == 2  # the second waiting ask was withdrawn


def test_a_stopping_station_does_not_wait() -> None:
    stopping = threading.Event()
    stopping.set()
    with pytest.raises(TimeoutError):
        Lender(stopping).read(BytesReader(b"abc"), 0, 1, soon())


def test_a_failing_reader_is_told_apart_by_code(lender: Lender) -> None:
    with pytest.raises(SourceFailedError) as damaged:
        lender.read(FailingReader(ObjectDamagedError(segment=3)), 0, 1, soon())
    assert damaged.value.codes == ("object.damaged",)
    with pytest.raises(SourceFailedError) as broken:
        lender.read(FailingReader(OSError(5, "I/O error")), 0, 1, soon())
    assert broken.value.codes == ()


def test_a_bug_in_a_reader_is_not_hidden(lender: Lender) -> None:
    with pytest.raises(ZeroDivisionError):
        lender.read(FailingReader(ZeroDivisionError()), 0, 1, soon())
