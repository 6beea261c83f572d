"""No state is a dead end, and the way through leads where it should."""

from __future__ import annotations

import pytest

from sync.states import ClipState, ObjectState, clip_can_follow, object_can_follow


def objects_after(state: ObjectState) -> set[ObjectState]:
    found, fresh = {state}, {state}
    while fresh:
        fresh = {
            after for before in fresh for after in ObjectState if object_can_follow(before, after)
        }
        fresh -= found
        found |= fresh
    return found


@pytest.mark.parametrize("state", ObjectState)
def test_every_object_can_still_be_stored(state: ObjectState) -> None:
    assert ObjectState.STORED in objects_after(state)


@pytest.mark.parametrize("state", ObjectState)
def test_every_object_can_be_held_for_a_person(state: ObjectState) -> None:
    assert state is ObjectState.HELD or object_can_follow(state, ObjectState.HELD)


def test_an_object_is_stored_only_after_it_was_checked() -> None:
    before = {state for state in ObjectState if object_can_follow(state, ObjectState.STORED)}
    assert before == {ObjectState.CHECKING}


def test_a_clip_is_published_only_with_a_number_and_settled_only_when_published() -> None:
    assert [state for state in ClipState if clip_can_follow(state, ClipState.PUBLISHED)] == [
        ClipState.PUBLISHING
    ]
    assert [state for state in ClipState if clip_can_follow(state, ClipState.SETTLED)] == [
        ClipState.PUBLISHED
    ]
    assert not any(clip_can_follow(ClipState.SETTLED, state) for state in ClipState)
