"""Ports get slot numbers, and keep them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from workstation.devices.slots import SlotMap


def test_a_configured_port_has_its_number() -> None:
    slots = SlotMap({"usb-0:2.3": 7}, 8)
    assert slots.number_for("usb-0:2.3") == 7


def test_an_unknown_port_gets_the_lowest_number_that_nobody_has() -> None:
    slots = SlotMap({"a": 1, "b": 3}, 4)
    assert [slots.number_for(port) for port in ("x", "y", "x")] == [2, 4, 2]


def test_two_ports_of_one_socket_are_one_slot() -> None:
    slots = SlotMap({"usb-0:2": 5, "usb-0:12": 5}, 8)
    assert slots.number_for("usb-0:2") == slots.number_for("usb-0:12") == 5


def test_a_cabinet_grows_when_somebody_counted_wrong() -> None:
    slots = SlotMap({}, 1)
    assert [slots.number_for(port) for port in "abc"] == [1, 2, 3]
    assert slots.total() == 3


def test_an_empty_map_has_no_slots() -> None:
    assert SlotMap({}, 0).total() == 0


def test_many_threads_get_different_numbers() -> None:
    slots = SlotMap({}, 0)
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(slots.number_for, map(str, range(200))))
    assert sorted(numbers) == list(range(1, 201))
