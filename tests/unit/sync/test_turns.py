"""Whose turn it is to be heard."""

from __future__ import annotations

import pytest

from sync.exchange.session import HEARD_AT_ONCE, Turns


@pytest.mark.parametrize("count", [0, 1, HEARD_AT_ONCE, HEARD_AT_ONCE + 1, 1000])
def test_everybody_is_heard_in_turn_and_never_too_many_at_once(count: int) -> None:
    others = [f"st-{number:04}" for number in range(count)]
    asked: list[int] = []

    def ask() -> list[str]:
        asked.append(len(others))
        return list(others)

    turns, heard = Turns(), list[str]()
    for _ in range(max(1, -(-count // HEARD_AT_ONCE))):
        some = turns.next(ask)
        assert len(some) <= HEARD_AT_ONCE
        heard += some
    assert heard == others
    assert asked == [count]
    others.append("st-new")
    assert turns.next(ask)[:1] == (others[:1])
    assert asked == [count, count + 1]
