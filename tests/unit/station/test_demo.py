"""When the demonstration without a window may end."""

from __future__ import annotations

from datetime import UTC, datetime

from workstation.domain.dock import (
    DockView,
    SlotStatus,
    SlotView,
    StationView,
    StorageView,
    UplinkState,
    UplinkView,
)
from workstation.station.cli.demo import DemoPlan, _is_settled

NOW = datetime(2026, 11, 16, tzinfo=UTC)
DONE = SlotView(1, SlotStatus.DONE, collection_id="C")


def _plan(dock: str | None = None) -> DemoPlan:
    return DemoPlan(None, headless=True, slots=8, clips=6, seconds=None, dock=dock)


def _settled(*slots: SlotView, expected: frozenset[int] = frozenset({1, 2})) -> bool:
    uplink = UplinkView(UplinkState.IDLE, last_success_at=NOW)
    station = StationView("S", "", NOW, StorageView(1, 1, 0, 0), uplink)
    return _is_settled(DockView(station, slots), expected)


def test_expects_every_bay_of_the_simulated_dock_but_the_empty_one() -> None:
    assert _plan().expected_slots() == {1, 2, 3, 4, 5, 6, 7}
    assert _plan("simulated:?slots=2").expected_slots() == {1, 2}


def test_expects_nothing_of_a_real_dock() -> None:
    assert _plan("usb:").expected_slots() == frozenset()


def test_waits_for_a_recorder_whose_card_is_still_being_made() -> None:
    assert not _settled(DONE, SlotView(2))


def test_waits_for_a_recorder_that_will_be_plugged_again() -> None:
    assert not _settled(DONE, SlotView(2, SlotStatus.ATTENTION, code="recorder.gone"))


def test_ends_when_all_have_come_whatever_became_of_them() -> None:
    failed = SlotView(2, SlotStatus.FAULT, code="recorder.unreadable")
    assert _settled(DONE, failed, SlotView(3))


def test_a_bay_nobody_expects_may_stay_empty() -> None:
    assert _settled(DONE, SlotView(2), expected=frozenset())
