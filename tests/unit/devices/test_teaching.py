"""Lessons about bays, and hubs that tell a whole cabinet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from workstation.devices.api import Departure, HubAbove, Sighting
from workstation.devices.hubs import BUILTIN, HubSet, HubTemplate
from workstation.devices.teaching import SlotTeacher
from workstation.domain.errors import BadProfileError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

BUS = "pci-0000:00:14.0-usb-0:"
SEVEN = HubTemplate("seven", ("1a40:0201",), tuple("1234567"))
CASCADE = HubTemplate("four by two", ("05e3:0610",), ("1.1", "1.2", "2.1", "2.2"), ("05e3:0610",))
HUBS = HubSet([SEVEN, CASCADE])


def plug(chain: str, twin: str = "", hubs: tuple[HubAbove, ...] = ()) -> Sighting:
    return Sighting(BUS + chain, "", twin=twin and BUS + twin, hubs=hubs)


def on_hub(chain: str, usb: str = "1a40:0201", *, hub: str = "2", twin: str = "") -> Sighting:
    return plug(chain, hubs=(HubAbove(BUS + hub, usb, twin and BUS + twin),))


def test_bays_are_learned_one_after_the_other() -> None:
    teacher = SlotTeacher(HUBS)
    assert teacher.begin(1, {}).slot == 1
    for slot, chain in enumerate(("3.1", "3.2"), 1):
        assert teacher.take(plug(chain))
        assert teacher.look().port == BUS + chain
        assert teacher.confirm(slot).slot == slot + 1
    bays, held = teacher.end()
    assert bays == {1: (f"{BUS}3.1",), 2: (f"{BUS}3.2",)}
    assert [sighting.port for sighting in held] == [f"{BUS}3.1", f"{BUS}3.2"]


def test_both_speeds_of_a_socket_are_one_bay() -> None:
    teacher = SlotTeacher(HUBS)
    teacher.begin(1, {})
    teacher.take(plug("3", twin="11"))
    assert teacher.confirm(1).bays == {1: (f"{BUS}3", f"{BUS}11")}
    teacher.take(plug("9"))  # a third name, by another cable
    assert teacher.confirm(1).bays == {1: (f"{BUS}3", f"{BUS}11", f"{BUS}9")}


def test_what_was_pulled_out_again_is_not_given_back() -> None:
    teacher = SlotTeacher(HUBS)
    teacher.begin(1, {})
    teacher.take(plug("3"))
    assert teacher.take(Departure(f"{BUS}3"))
    assert teacher.look().port == f"{BUS}3"  # it can still be confirmed
    assert not teacher.take(Departure(f"{BUS}8"))  # was there before the lesson
    assert teacher.end() == ({}, ())


def test_a_bay_that_is_met_anew_loses_its_old_port_and_others_keep_theirs() -> None:
    teacher = SlotTeacher(HUBS)
    teacher.begin(1, {1: ("old",), 2: (f"{BUS}4", "twin"), 7: ("seven",)})
    teacher.take(plug("4"))
    lesson = teacher.confirm(1)
    assert lesson.bays == {1: (f"{BUS}4",), 2: ("twin",), 7: ("seven",)}


def test_a_port_of_this_lesson_says_which_bay_it_is() -> None:
    teacher = SlotTeacher(HUBS)
    teacher.begin(4, {})
    teacher.take(plug("3"))
    teacher.confirm(4)
    teacher.take(plug("3"))
    assert teacher.look().taken_by == 4


def test_one_plug_fills_a_known_hub() -> None:
    teacher = SlotTeacher(HUBS)
    teacher.begin(3, {})
    teacher.take(on_hub("2.3", twin="7"))
    filling = teacher.look().filling
    assert filling is not None
    assert filling.template == "seven"
    assert filling.bays == {n: (f"{BUS}2.{n}", f"{BUS}7.{n}") for n in range(1, 8)}
    assert teacher.confirm(3, whole_hub=True).slot == 8
    assert len(teacher.end()[0]) == 7


def test_a_cascade_counts_through_its_inner_hubs() -> None:
    inner = (HubAbove(f"{BUS}2", "05e3:0610"), HubAbove(f"{BUS}2.2", "05e3:0610"))
    filling = HUBS.fill(plug("2.2.1", hubs=inner), 13)
    assert filling is not None
    assert filling.bays == {
        11: (f"{BUS}2.1.1",),
        12: (f"{BUS}2.1.2",),
        13: (f"{BUS}2.2.1",),
        14: (f"{BUS}2.2.2",),
    }
    strange = (inner[0], replace(inner[1], usb="dead:beef"))
    assert HUBS.fill(plug("2.2.1", hubs=strange), 3) is None


@pytest.mark.parametrize(("chain", "slot"), [("2.3", 2), ("2.3", 61), ("2.9", 5)])
def test_a_hub_that_would_count_below_one_or_above_64_or_has_no_such_port_is_not_filled(
    chain: str, slot: int
) -> None:
    assert HUBS.fill(on_hub(chain), slot) is None


def test_steps_out_of_order_are_refused() -> None:
    teacher = SlotTeacher(HUBS)
    for step in (teacher.look, teacher.end, lambda: teacher.confirm(1)):
        with pytest.raises(UsageError, match="no_lesson"):
            step()
    teacher.begin(1, {})
    with pytest.raises(UsageError, match="lesson_open"):
        teacher.begin(1, {})
    with pytest.raises(UsageError, match="nothing_plugged"):
        teacher.confirm(1)
    teacher.take(plug("3"))
    with pytest.raises(UsageError, match="no_known_hub"):
        teacher.confirm(1, whole_hub=True)


def test_a_forgotten_lesson_is_known_by_its_silence() -> None:
    teacher = SlotTeacher(HUBS, forget_s=0)
    assert not teacher.is_forgotten()
    teacher.begin(1, {})
    assert teacher.is_forgotten()


def test_every_template_we_ship_is_sound() -> None:
    assert list(BUILTIN.glob("*.toml"))
    HubSet.load([BUILTIN])


@pytest.mark.parametrize(
    "text",
    [
        'name = "x"\nusb = ["1:2"]\nports = ["1", "2"]',
        'name = "x"\nusb = ["1a40:0201"]\nports = ["1"]',
        'name = "x"\nusb = ["1a40:0201"]\nports = ["0", "2"]',
        'name = "x"\nusb = ["1a40:0201"]\nports = ["1", "2"]\ncolour = 1',
        "name = ",
    ],
)
def test_a_template_that_breaks_the_schema_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "bad.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BadProfileError) as caught:
        HubSet.load([tmp_path])
    assert caught.value.facts["file"] == str(tmp_path / "bad.toml")
